import ActorKit
import CoreTestKit
import QueenOrchestrator
import Wire

/// A queen over feed 1, signal 2, two accounts (number 1: executor 11, risk 21; number 2: executor 12, risk
/// 22) and venue 30, driven in virtual time.
final class QueenFixture {
  static let feed: UInt16 = 1
  static let venue: UInt16 = 30
  static let members: [ColonyMember] = [
    ColonyMember(number: 1, kind: .feed, name: "feed"),
    ColonyMember(number: 2, kind: .signal, name: "signal"),
    ColonyMember(number: 11, kind: .executor, name: "executor-one"),
    ColonyMember(number: 12, kind: .executor, name: "executor-two"),
    ColonyMember(number: 21, kind: .risk, name: "risk-one"),
    ColonyMember(number: 22, kind: .risk, name: "risk-two"),
    ColonyMember(number: 30, kind: .venue, name: "venue"),
  ]
  static let control = Peer(component: 0, link: .control, route: 9)

  var bench: CoreBench<QueenOrchestrator>
  let configuration: QueenOrchestrator.Configuration
  private var commandId: UInt64 = 0

  init(_ configuration: QueenOrchestrator.Configuration = QueenFixture.configuration(), epoch: UInt32 = 1) {
    self.configuration = configuration
    bench = CoreBench(QueenOrchestrator(configuration))
    bench.start(epoch: epoch)
  }

  static func configuration(
    goLive: GoLive = .atOnce, isRecorded: Bool = false, speedMilli: Int64 = 1_000
  ) -> QueenOrchestrator.Configuration {
    QueenOrchestrator.Configuration(
      component: 5, colony: NameText("colony") ?? NameText(), members: members,
      accounts: [
        ColonyAccount(number: 1, executor: 11, risk: 21), ColonyAccount(number: 2, executor: 12, risk: 22),
      ],
      goLive: goLive, marketSource: isRecorded ? venue : nil, isRecorded: isRecorded, speedMilli: speedMilli)
  }

  /// Dies and comes back; the next incarnation has what the journal holds.
  func restart(epoch: UInt32) throws(RestoreError) {
    bench = try bench.restarted(on: QueenOrchestrator(configuration))
    bench.start(epoch: epoch)
  }
}

// What others tell her.
extension QueenFixture {
  func beat(
    _ component: UInt16, _ state: ComponentState = .ready, epoch: UInt32 = 1, link: Peer.Link = .stream
  ) {
    let beat = Heartbeat(
      envelope: envelope(component, epoch: epoch), component: component, kind: .feed, state: state, turns: 0,
      received: 0, published: 0, dropped: 0, loopLagMaxNanos: 0, journalRows: 0, journalLagRows: 0,
      residentBytes: 0, cpuNanos: 0, marketNanos: 0, intervalNanos: 250 * .nanosPerMilli)
    bench.deliver(from: Peer(component: component, link: link)) { beat.encode(into: &$0) }
  }

  func beatAll(_ state: ComponentState = .ready, except missing: UInt16? = nil) {
    for member in Self.members where member.number != missing { beat(member.number, state) }
  }

  /// All are up; the session is live, or ready when a command is waited for.
  @discardableResult
  func live() -> Turn {
    beatAll()
    return bench.conclude()
  }

  /// Silent for a time and then back as the next incarnation, well.
  @discardableResult
  func lose(_ component: UInt16, forNanos nanos: Int64, epoch: UInt32) -> Turn {
    bench.deliver(.peerSuspect(component: component))
    bench.deliver(.peerSilent(component: component))
    bench.conclude()
    var turn = bench.run(nanos: nanos)
    bench.deliver(.peerHeard(component: component, epoch: epoch))
    beat(component, .ready, epoch: epoch)
    let back = bench.conclude()
    turn = Self.join(turn, back)
    return turn
  }

  static func join(_ first: Turn, _ second: Turn) -> Turn {
    var both = first
    both.append(second)
    return both
  }

  func health(
    _ state: ConnectorState, first: Int64? = nil, from component: UInt16 = QueenFixture.venue
  ) {
    let health = ConnectorHealth(
      envelope: envelope(component), component: component, state: state, sinceNanos: 0,
      firstMarketNanos: first)
    bench.deliver(from: Peer(component: component, link: .stream)) { health.encode(into: &$0) }
  }

  func askPermit(
    account: UInt16 = 1, executor: UInt16 = 11, epoch: UInt32 = 1, asked: Int64? = nil,
    act: PermitAct = .request, sender: UInt16? = nil, instance: UInt64? = nil,
    lineage: UInt64? = nil
  ) {
    let request = Permit(
      envelope: envelope(executor, epoch: epoch), act: act, component: executor, account: account,
      holderEpoch: epoch, level: .cancel, askedBootNanos: asked ?? bench.now.boot - 7, lifeNanos: 0,
      sessionRevision: 0, instance: instance, lineage: lineage)
    bench.deliver(from: Peer(component: sender ?? executor, link: .control, route: 3)) {
      request.encode(into: &$0)
    }
  }

  /// What an executor is granted now; nil for no answer.
  func permit(
    account: UInt16 = 1, executor: UInt16 = 11, epoch: UInt32 = 1, instance: UInt64? = nil,
    lineage: UInt64? = nil
  ) -> Permit? {
    askPermit(
      account: account, executor: executor, epoch: epoch, instance: instance, lineage: lineage)
    return bench.conclude().all(Permit.self).first
  }

  func command(
    _ kind: CommandKind, _ scope: Scope = .firm, account: UInt16? = nil, strategy: UInt16? = nil,
    instrument: UInt32? = nil, by name: String = "ada", because reason: String = "test", id: UInt64? = nil
  ) {
    commandId += 1
    var envelope = envelope(0)
    envelope.correlationHigh = 7
    envelope.correlationLow = id ?? commandId
    if id == 0 { envelope.correlationHigh = 0 }
    let command = Command(
      envelope: envelope, kind: kind, scope: scope, account: account, strategy: strategy,
      instrument: instrument, operatorName: NameText(name) ?? NameText())
    bench.deliver(from: Self.control) { command.encode(into: &$0, reason: reason.utf8) }
  }

  /// The outcomes of the commands given since the last turn.
  func outcomes() -> [CommandOutcome] {
    bench.conclude().all(CommandResult.self, to: .reply(Self.control)).map(\.outcome)
  }

  func envelope(_ sender: UInt16, epoch: UInt32 = 1) -> Envelope {
    Envelope(
      sender: sender, flags: 0, epoch: epoch, sequence: 0, sent: 0, origin: 0, correlationHigh: 0,
      correlationLow: 0)
  }
}

// How she stands.
extension QueenFixture {
  /// The session as she answers it to who asks, at the end of the turn in hand.
  var session: SessionState {
    bench.conclude()
    let request = SnapshotRequest(envelope: envelope(8), topic: Topic("colony", "session")!.text)
    let peer = Peer(component: 8, link: .control, route: 2)
    bench.deliver(from: peer) { request.encode(into: &$0) }
    let answers = bench.conclude().all(SessionState.self, to: .snapshot(topic: 0, peer))
    guard let answer = answers.last else { preconditionFailure("no answer to a request for the session") }
    return answer
  }

  var state: SessionCode { session.state }

  func counter(_ name: String) -> Int64? {
    var report = CounterReport()
    bench.core.report(into: &report)
    return report[name]
  }
}

extension Int64 {
  static func seconds(_ count: Int64) -> Int64 { count * .nanosPerSecond }
}
