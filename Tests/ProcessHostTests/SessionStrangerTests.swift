import ActorKit
import Colony
import CoreTestKit
import HostKit
import JournalStore
import JournalTestKit
import Records
import Platform
import Testing
import Wire

/// Nobody is mistaken for a peer, and what a receiver cannot have is refused aloud: over real sockets.
@Suite struct SessionStrangerTests {
  private static let total: UInt64 = 40

  /// Somebody who says to be component 2.
  private struct Caller: ~Copyable {
    let port: ControlClient
    var identity: PeerIdentity

    init(_ folder: HostFolder, _ identity: PeerIdentity) throws {
      port = try ControlClient(folder.server.controlEndpoint, routingID: Array("waggle-2".utf8))
      self.identity = identity
    }

    func envelope(_ flags: EnvelopeFlags = [], sequence: UInt64 = 0) -> Envelope {
      var envelope = HandMadeFrames.envelope(
        sender: 2, flags: flags, epoch: identity.epoch, sequence: sequence)
      envelope.correlationLow = 77
      return envelope
    }

    func hello(opening: UInt64 = 1) throws -> WelcomeOutcome {
      let hello = Hello(
        envelope: envelope(), component: 2, kind: .feed, schemaVersion: WireSchema.version,
        firstUnacknowledged: 1, lastSent: 0, lastReceived: 0, peerEpoch: 0, build: NameText(),
        opening: opening, lineage: identity.lineage)
      var frames = FrameWriter(capacity: 1_024)
      hello.encode(into: &frames)
      try port.send(frames.bytes.copiedBytes())
      while true {
        let answer = try port.receive()
        guard case .welcome(let welcome)? = Inbound(answer.span.bytes) else { continue }
        #expect(welcome.block.opening == opening)
        return welcome.block.outcome
      }
    }

    /// What comes until the session is closed with a reason.
    func logout() throws -> (logout: Logout, acknowledged: [UInt64]) {
      var acknowledged: [UInt64] = []
      while true {
        let answer = try port.receive()
        switch Inbound(answer.span.bytes) {
        case .logout(let logout)?: return (logout.block, acknowledged)
        case .acknowledge(let told)?: acknowledged.append(told.block.sequence)
        default: continue
        }
      }
    }
  }

  private static func marks(_ folder: HostFolder) throws -> [JournalMark] {
    try StoreReader.open(path: folder.server.journalPath).hostState().marks
  }

  @Test func aStrangersHelloNeitherLocksThePeerOutNorLeavesATrace() throws {
    let folder = try HostFolder()
    let first = RunningReactor(folder.server, Probe.Plan())
    do {
      let absurd = try Caller(folder, PeerIdentity(lineage: 5, epoch: .max - 1))
      #expect(try absurd.hello() == .epochJump)
      // One that could be: it gets the session, for as long as it speaks.
      let possible = try Caller(folder, PeerIdentity(lineage: 6, epoch: 900))
      #expect(try possible.hello() == .accepted)
    }
    try first.stop()
    #expect(try Self.marks(folder).isEmpty, "nothing of a peer is journaled before a message of it was taken")
    let server = RunningReactor(folder.server, Probe.Plan(stopsAfter: Self.total))
    do {
      let possible = try Caller(folder, PeerIdentity(lineage: 6, epoch: 900))
      #expect(try possible.hello() == .accepted)
    }
    let peer = RunningReactor(folder.client, Probe.Plan(sendsTo: 1, sends: Self.total))
    #expect(try server.wait().core.taken == Array(1...Self.total))
    try peer.stop()
    let lineage = try StoreReader.open(path: folder.client.journalPath).lineage
    #expect(try Self.marks(folder).map(\.lineage) == [lineage])
    #expect(try Self.marks(folder).map(\.epoch) == [1])
  }

  @Test func anotherJournalIsRefusedWhileTheKnownOneMayComeBack() throws {
    let folder = try HostFolder()
    let server = RunningReactor(folder.server, Probe.Plan(stopsAfter: Self.total))
    let peer = RunningReactor(folder.client, Probe.Plan(sendsTo: 1, sends: Self.total / 2))
    try server.waitUntil("half is there") { $0.sights.last?.id ?? 0 >= Self.total / 2 }
    try peer.stop()
    do {
      let other = try Caller(
        folder, PeerIdentity(lineage: UInt64(clamping: Clock.wallNanos()), epoch: 1))
      #expect(try other.hello() == .wrongLineage)
      let older = try Caller(folder, PeerIdentity(lineage: 1, epoch: 1))
      #expect(try older.hello() == .wrongLineage)
    }
    let again = RunningReactor(folder.client, Probe.Plan(sendsTo: 1, sends: Self.total))
    #expect(try server.wait().core.taken == Array(1...Self.total))
    try again.stop()
  }

  /// An event of a template that is not in our schema, and one that our core does not handle.
  @Test(arguments: [true, false])
  func anEventThatCannotBeHandledIsNeverAcknowledged(isUnknown: Bool) throws {
    let folder = try HostFolder()
    let server = RunningReactor(folder.server, Probe.Plan())
    let caller = try Caller(folder, PeerIdentity(lineage: 9, epoch: 3))
    #expect(try caller.hello() == .accepted)
    try caller.port.send(HandMadeFrames.trade(sender: 2, flags: .eventLane, epoch: 3, sequence: 1, id: 1))
    let beat = Heartbeat(
      envelope: caller.envelope(.eventLane, sequence: 2), component: 2, kind: .feed, state: .live, turns: 1,
      received: 1, published: 1, dropped: 0, loopLagMaxNanos: 0, journalRows: 0, journalLagRows: 0,
      residentBytes: 0, cpuNanos: 0, marketNanos: 0, intervalNanos: 1)
    let decision = RiskDecision(
      envelope: caller.envelope(.eventLane, sequence: 2), account: 1, strategy: 1, instrument: 1,
      verdict: .accepted, check: .none, unit: .count, measured: 0, limit: 0, signalRevision: 1)
    var frames = FrameWriter(capacity: 1_024)
    if isUnknown { beat.encode(into: &frames) } else { decision.encode(into: &frames) }
    var frame = frames.bytes.copiedBytes()
    if isUnknown { (frame[2], frame[3]) = (0xE7, 0x03) }
    try caller.port.send(frame)
    let told = try caller.logout()
    #expect(told.logout.reason == .unhandledMessage && told.logout.sequence == 2)
    #expect(told.logout.template == (isUnknown ? 999 : UInt32(Template.riskDecision.rawValue)))
    #expect(told.acknowledged.allSatisfy { $0 < 2 })
    #expect(try server.stop().core.taken == [1])
    #expect(server.log.events.contains(.sessionClosed(component: 2)))
    #expect(try Self.marks(folder).map(\.sequence) == [1])
  }
}
