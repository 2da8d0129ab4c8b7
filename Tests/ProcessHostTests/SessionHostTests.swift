import ActorKit
import Colony
import Foundation
import ProcessHost
import Testing
import Wire

/// Sessions over restarts and kills of real hosts: every event takes effect exactly once, in order.
@Suite struct SessionHostTests {
  private static let total: UInt64 = 400
  private static let sender = Probe.Plan(sendsTo: 1, sends: total)

  @Test func theServerMayRestart() throws {
    let folder = try HostFolder()
    let sender = RunningReactor(folder.client, Self.sender)
    for mark in [UInt64(60), 180] {
      let life = RunningReactor(folder.server, Probe.Plan())
      try life.waitUntil("event \(mark) is there") { $0.sights.last?.id ?? 0 >= mark }
      try life.stop()
    }
    let last = RunningReactor(folder.server, Probe.Plan(stopsAfter: Self.total))
    #expect(try last.wait().core.taken == Array(1...Self.total))
    try sender.stop()
    #expect(sender.log.events.filter(Self.isOpening).count >= 3)
  }

  @Test func theClientMayRestart() throws {
    let folder = try HostFolder()
    let server = RunningReactor(folder.server, Probe.Plan(stopsAfter: Self.total))
    for mark in [UInt64(60), 180] {
      let life = RunningReactor(folder.client, Self.sender)
      try server.waitUntil("event \(mark) is there") { $0.sights.last?.id ?? 0 >= mark }
      try life.stop()
    }
    let last = RunningReactor(folder.client, Self.sender)
    #expect(try server.wait().core.taken == Array(1...Self.total))
    try last.stop()
  }

  @Test func eitherEndMayBeKilled() async throws {
    let folder = try HostFolder()
    let sender = RunningReactor(folder.client, Self.sender)
    for round in 1...3 {
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [path = folder.path as String, round = round as Int] in
        var reactor = try Reactor(
          HostFolder.server(path), core: Probe(Probe.Plan()),
          stop: StopSignals())
        Thread.detachNewThread {
          usleep(UInt32(round * 130_000))
          kill(getpid(), SIGKILL)
        }
        try reactor.run()
      }
    }
    let last = RunningReactor(folder.server, Probe.Plan(stopsAfter: Self.total))
    let ended = try last.wait()
    #expect(ended.core.taken == Array(1...Self.total))
    try sender.stop()
  }

  private static func isOpening(_ event: LinkEvent) -> Bool {
    if case .sessionOpened = event { true } else { false }
  }
}
