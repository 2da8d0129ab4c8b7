import ActorKit
import Colony
import CoreTestKit
import Testing
import Wire
import ZeroMQ

/// The control port as anyone on the network meets it.
@Suite struct ControlPortTests {
  @Test(arguments: [SocketKind.req, .dealer])
  func statusAndCountersAreAnsweredToAPlainClient(kind: SocketKind) throws {
    let folder = try HostFolder()
    let running = RunningReactor(folder.server, Probe.Plan())
    let client = try ControlClient(folder.server.controlEndpoint, kind)
    let status = try Self.ask(client, .status, id: 1, kind)
    #expect(status.contains("\"component\":\"a\""), "\(status)")
    #expect(status.contains("\"epoch\":1"), "\(status)")
    let counters = try Self.ask(client, .counters, id: 2, kind)
    #expect(counters.contains("\"taken\""), "\(counters)")
    try running.stop()
    #expect(running.log.sights.isEmpty, "the host answers these; the core need not know")
  }

  /// A REQ socket strips the delimiter by itself.
  private static func ask(
    _ client: borrowing ControlClient, _ command: CommandKind, id: UInt64, _ kind: SocketKind
  ) throws -> String {
    try client.ask(command, id: id).filter { !$0.isWhitespace }
  }

  @Test func otherCommandsReachTheCoreWithARouteForTheAnswer() throws {
    let folder = try HostFolder()
    let running = RunningReactor(folder.server, Probe.Plan())
    let client = try ControlClient(folder.server.controlEndpoint)
    try client.send(ControlClient.command(.halt, id: 1))
    try running.waitUntil("the command is there") { !$0.sights.isEmpty }
    #expect(running.log.sights.first?.template == .command)
    #expect(running.log.sights.first?.link == .control)
    try running.stop()
  }

  /// Together they are more than one turn may send.
  @Test func longAnswersToAFloodOfRequestsAreSpreadOverTurns() throws {
    let folder = try HostFolder()
    var plan = Probe.Plan()
    plan.answers = 40
    let running = RunningReactor(folder.server, plan)
    let client = try ControlClient(folder.server.controlEndpoint)
    for id in UInt64(1)...12 { try client.send(ControlClient.command(.halt, id: id)) }
    try running.waitUntil("all have come") { $0.sights.count == 12 }
    try running.stop()
  }

  @Test func garbageIsCountedAndWorkGoesOn() throws {
    let folder = try HostFolder()
    let running = RunningReactor(folder.server, Probe.Plan())
    let client = try ControlClient(folder.server.controlEndpoint)
    let good = try ControlClient.command(.halt, id: 1)
    var foreign = good
    foreign[4] ^= 0xFF
    let noise = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 73 ^ $0 >> 3) }
    let refused: [[UInt8]] = [noise, foreign, Array(good.prefix(7)), Array(good.dropLast(3)), [], [0]]
    for frame in refused { try client.send(frame) }
    try client.send(frames: Array(repeating: good, count: 20))
    try client.send([], [], good)
    // More than the port takes: the connection goes, and nothing else.
    let huge = try ControlClient(folder.server.controlEndpoint)
    try huge.send([UInt8](repeating: 7, count: 70_000))
    #expect(try client.ask(.status, id: 9).contains("\"a\""))
    let ended = try running.stop()
    #expect(ended.statistics.malformedEnvelopes == 2)
    #expect(ended.statistics.refused.reduce(0, +) == Int64(refused.count))
    #expect(running.log.sights.isEmpty)
  }

  @Test func sessionTrafficWithoutAHelloNeverReachesTheCore() throws {
    let folder = try HostFolder()
    let running = RunningReactor(folder.server, Probe.Plan())
    let spoof = try ControlClient(folder.server.controlEndpoint)
    try spoof.send(Self.laneFrame(sender: 2))
    // The answer is a beat that shows our epoch, by which a real peer knows to say Hello.
    let answer = try spoof.receive()
    guard case .heartbeat(let beat) = Inbound(answer.span.bytes) else {
      Issue.record("no beat")
      return
    }
    #expect(beat.block.envelope.epoch == 1)
    try spoof.send(Self.laneFrame(sender: 9))
    #expect(try spoof.ask(.status, id: 2).contains("\"a\""))
    let ended = try running.stop()
    #expect(ended.statistics.misplaced == 2)
    #expect(running.log.sights.isEmpty)
  }

  @Test func aHelloUnderAnotherNameTakesNoSessionOver() throws {
    let folder = try HostFolder()
    let server = RunningReactor(folder.server, Probe.Plan())
    let client = RunningReactor(folder.client, Probe.Plan(sendsTo: 1, sends: 50))
    try server.waitUntil("the session works") { !$0.sights.isEmpty }
    let spoof = try ControlClient(folder.server.controlEndpoint)
    try spoof.send(Self.hello(sender: 2, epoch: .max, first: 1))
    #expect(try Self.outcome(of: spoof.receive()) == .notExpected)
    // Nor does one of a component that has no session here.
    let imitator = try ControlClient(folder.server.controlEndpoint, routingID: Array("waggle-7".utf8))
    try imitator.send(Self.hello(sender: 7, epoch: 1, first: 1))
    #expect(try Self.outcome(of: imitator.receive()) == .notExpected)
    try server.waitUntil("all events are there") { $0.sights.last?.id == 50 }
    try client.stop()
    let ended = try server.stop()
    #expect(ended.core.taken == Array(1...50))
    #expect(ended.statistics.misplaced >= 2)
  }

  @Test func aHelloWithImpossibleNumbersIsRefusedWithoutATrap() throws {
    let folder = try HostFolder()
    let server = RunningReactor(folder.server, Probe.Plan())
    let peer = try ControlClient(folder.server.controlEndpoint, routingID: Array("waggle-2".utf8))
    for first in [UInt64.max, 0] {
      try peer.send(Self.hello(sender: 2, epoch: 3, first: first))
      #expect(try Self.outcome(of: peer.receive()) == .notExpected)
    }
    try peer.send(Self.hello(sender: 2, epoch: 3, first: 1))
    #expect(try Self.outcome(of: peer.receive()) == .accepted)
    try server.stop()
  }

  private static func laneFrame(sender: UInt16) -> [UInt8] {
    HandMadeFrames.trade(sender: sender, flags: .eventLane, sequence: 1)
  }

  private static func hello(sender: UInt16, epoch: UInt32, first: UInt64) -> [UInt8] {
    var envelope = HandMadeFrames.envelope(sender: sender, epoch: epoch, sequence: 0)
    envelope.correlationLow = UInt64(epoch)
    let hello = Hello(
      envelope: envelope, component: sender, kind: .risk, schemaVersion: WireSchema.version,
      firstUnacknowledged: first, lastSent: 0, lastReceived: 0, peerEpoch: 0, build: NameText())
    var frames = FrameWriter(capacity: 1_024)
    hello.encode(into: &frames)
    return frames.bytes.copiedBytes()
  }

  private static func outcome(of frame: [UInt8]) throws -> WelcomeOutcome {
    guard case .welcome(let welcome) = Inbound(frame.span.bytes) else {
      throw ControlProblem.notAResult(frame.count)
    }
    return welcome.block.outcome
  }
}
