import ActorKit
import Colony
import Foundation
import HostKit
import JournalStore
import JournalTestKit
import Records
import Platform
import ProcessHost
import Testing
import Wire

/// Durable messages between real hosts that are killed: each has its effect exactly once, in order.
@Suite struct DurableHostTests {
  private static let total: UInt64 = 120

  /// Both sides send to each other and take from each other.
  private static func plan(to peer: UInt16) -> Probe.Plan {
    var plan = Probe.Plan(sendsTo: peer, sends: total)
    plan.isDurable = true
    plan.waitsForOpening = true
    return plan
  }

  @Test(
    .enabled(if: CrashPoints.areHonoured, "release builds contain no crash points"),
    arguments: CrashPoint.allCases, ["a", "b"])
  func whoeverDiesAtWhateverPoint(point: CrashPoint, victim: String) async throws {
    let folder = try HostFolder()
    let isServer = victim == "a"
    let other = RunningReactor(isServer ? folder.client : folder.server, Self.plan(to: isServer ? 1 : 2))
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = folder.path as String, point = point.rawValue as String, isServer = isServer as Bool] in
      // Once at the start; others in the middle of the traffic, of which a busy machine makes few turns.
      let isEarly = point == "after_recovery" || point == "after_snapshot"
      setenv("WAGGLE_CRASH_AT", isEarly ? point : "\(point):4", 1)
      DurableHostTests.endLater()
      var plan = DurableHostTests.plan(to: isServer ? 2 : 1)
      plan.stopsAfterSending = point == "after_snapshot" ? 40 : nil
      var reactor = try Reactor(
        isServer ? HostFolder.server(path) : HostFolder.client(path), core: Probe(plan), stop: StopSignals())
      try reactor.run()
    }
    let second = RunningReactor(isServer ? folder.server : folder.client, Self.plan(to: isServer ? 2 : 1))
    try Self.waitForAll(folder)
    let ends = (try second.stop(), try other.stop())
    #expect(ends.0.core.taken == Array(1...Self.total) && ends.1.core.taken == Array(1...Self.total))
    try Self.expectEmptyOutboxes(folder)
  }

  @Test(arguments: ["a", "b"]) func whoeverIsKilledAtAnyMoment(victim: String) async throws {
    let folder = try HostFolder()
    let isServer = victim == "a"
    let other = RunningReactor(isServer ? folder.client : folder.server, Self.plan(to: isServer ? 1 : 2))
    for round in 1...4 {
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [path = folder.path as String, isServer = isServer as Bool, round = round as Int] in
        var reactor = try Reactor(
          isServer ? HostFolder.server(path) : HostFolder.client(path),
          core: Probe(DurableHostTests.plan(to: isServer ? 2 : 1)),
          stop: StopSignals())
        Thread.detachNewThread {
          usleep(UInt32(round * 23_000))
          kill(getpid(), SIGKILL)
        }
        try reactor.run()
      }
    }
    let last = RunningReactor(isServer ? folder.server : folder.client, Self.plan(to: isServer ? 2 : 1))
    try Self.waitForAll(folder)
    let ends = (try last.stop(), try other.stop())
    #expect(ends.0.core.taken == Array(1...Self.total) && ends.1.core.taken == Array(1...Self.total))
    try Self.expectEmptyOutboxes(folder)
  }

  @Test func aPeerThatIsDeadForLongGetsAllThatWasTakenAndTheRestIsRefusedInTheSameTurn() throws {
    let folder = try HostFolder()
    let room = UInt64(SessionEndpoint.window + SessionEndpoint.maxBacklog)
    var plan = Probe.Plan(sendsTo: 1, sends: room + 100)
    plan.isDurable = true
    plan.burst = 128
    plan.stopsAfterSending = room + 100
    let first = try RunningReactor(folder.client, plan).wait()
    #expect(first.core.refused == Array(room + 1...room + 100))
    do {
      // What was refused was never journaled, and the fact of the refusal was.
      let reader = try StoreReader.open(path: folder.client.journalPath)
      let keys = try reader.hostState().messages(for: 1).map(\.key)
      #expect(keys.count == Int(room) && keys == keys.sorted())
      #expect(reader.lastRow == Int64(room + 200))
    }
    plan.sends = 0
    plan.stopsAfterSending = nil
    let second = RunningReactor(folder.client, plan)
    let server = RunningReactor(folder.server, Probe.Plan(stopsAfter: room))
    #expect(try server.wait().core.taken == Array(1...room))
    try second.stop()
  }

  @Test(.enabled(if: CrashPoints.areHonoured, "release builds contain no crash points"))
  func anAcknowledgementAloneEmptiesTheOutbox() async throws {
    let folder = try HostFolder()
    let server = RunningReactor(folder.server, Probe.Plan())
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = folder.path as String] in
      setenv("WAGGLE_CRASH_AT", "after_outbox_delete", 1)
      DurableHostTests.endLater()
      var plan = Probe.Plan(sendsTo: 1, sends: 1)
      plan.isDurable = true
      var reactor = try Reactor(
        HostFolder.client(path), core: Probe(plan), stop: StopSignals())
      try reactor.run()
    }
    #expect(try server.stop().core.taken == [1])
    try Self.expectEmptyOutboxes(folder)
  }

  /// A process that does not die as it should must not keep the test waiting for ever.
  private static func endLater() {
    Thread.detachNewThread {
      sleep(UInt32(RunningReactor.patienceSeconds))
      exit(3)
    }
  }

  private static func waitForAll(
    _ folder: HostFolder
  ) throws {
    // Twice: in the first round one side may not have sent everything yet.
    for configuration in [folder.server, folder.client, folder.server, folder.client] {
      let client = try ControlClient(configuration.controlEndpoint)
      let deadline = Clock.bootNanos() + Int64(RunningReactor.patienceSeconds) * .nanosPerSecond
      var id: UInt64 = 0
      while true {
        id += 1
        let counters = try client.ask(.counters, id: id)
        if counters.contains("\"taken\":\(total),") && counters.contains("\"host.outbox\":0,") { break }
        try #require(Clock.bootNanos() < deadline, "\(configuration.name): \(counters.prefix(400))")
        ProcessControl.pause(nanos: 5 * .nanosPerMilli)
      }
    }
  }

  private static func expectEmptyOutboxes(_ folder: HostFolder) throws {
    for (path, peer) in [(folder.server.journalPath, UInt16(2)), (folder.client.journalPath, 1)] {
      let left = try StoreReader.open(path: path).hostState().messages(for: peer)
      #expect(left.isEmpty, "\(path)")
    }
  }
}
