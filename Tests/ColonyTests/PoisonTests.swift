import ActorKit
import Colony
import Foundation
import Testing

/// One poisoned message must not keep a component down.
@Suite struct PoisonTests {
  @Test func anInputThatKilledTwoIncarnationsIsRefusedByTheThird() async throws {
    let folder = try HostFolder()
    let sender = RunningReactor(folder.client, Probe.Plan(sendsTo: 1, sends: 40))
    for _ in 1...2 {
      await #expect(processExitsWith: .failure) { [path = folder.path as String] in
        var reactor = try Reactor(
          HostFolder.server(path), core: Probe(Probe.Plan(stopsAfter: 40, poison: 20)), source: NoSource(),
          hasSource: false, stop: StopSignals())
        try reactor.run()
      }
    }
    let third = RunningReactor(folder.server, Probe.Plan(stopsAfter: 40, poison: 20))
    let ended = try third.wait()
    #expect(ended.statistics.poisoned == 1)
    #expect(ended.core.taken == (1...40).filter { $0 != 20 })
    try sender.stop()
  }
}
