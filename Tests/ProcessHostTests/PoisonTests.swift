import ActorKit
import Colony
import Foundation
import JournalStore
import JournalTestKit
import Records
import ProcessHost
import Testing

/// One poisoned message must not keep a component down.
@Suite struct PoisonTests {
  /// In a process of its own: one incarnation of the server, which dies.
  private static func live(_ path: String, _ plan: Probe.Plan) throws {
    var reactor = try Reactor(
      HostFolder.server(path), core: Probe(plan), stop: StopSignals())
    reactor.noteTraps()
    try reactor.run()
  }

  @Test func anInputOnWhichTwoIncarnationsTrappedIsRefusedByTheThirdWhichAnswersInThatTurn() async throws {
    let folder = try HostFolder()
    let sender = RunningReactor(folder.client, Probe.Plan(sendsTo: 1, sends: 40))
    for _ in 1...2 {
      await #expect(processExitsWith: .failure) { [path = folder.path as String] in
        try Self.live(path, Probe.Plan(stopsAfter: 40, poison: 20))
      }
    }
    let third = RunningReactor(folder.server, Probe.Plan(stopsAfter: 40, poison: 20))
    let ended = try third.wait()
    #expect(ended.statistics.poisoned == 1)
    #expect(ended.core.taken == (1...40).filter { $0 != 20 })
    // The core's answer is in the journal, with the mark that says the input was processed.
    #expect(ended.core.refused == [20])
    try sender.stop()
    let reader = try StoreReader.open(path: folder.server.journalPath)
    #expect(try reader.hostState().marks.map(\.sequence).max() ?? 0 >= 40)
  }

  @Test func anInputInHandWhenTwoIncarnationsWereKilledIsTakenInOnceByTheThird() async throws {
    let folder = try HostFolder()
    let sender = RunningReactor(folder.client, Probe.Plan(sendsTo: 1, sends: 40))
    for _ in 1...3 {
      await #expect(processExitsWith: .signal(SIGKILL)) { [path = folder.path as String] in
        try Self.live(path, Probe.Plan(stopsAfter: 40, killedAt: 20))
      }
    }
    let last = RunningReactor(folder.server, Probe.Plan(stopsAfter: 40))
    let ended = try last.wait()
    #expect(ended.statistics.poisoned == 0)
    #expect(ended.core.taken == Array(1...40))
    #expect(ended.core.refused.isEmpty)
    try sender.stop()
  }
}
