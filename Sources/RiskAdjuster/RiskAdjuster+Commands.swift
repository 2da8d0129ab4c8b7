import ActorKit
import Governance
import Wire

// Commands and requests at the control port.
extension RiskAdjuster {
  mutating func onCommand(_ view: CommandView, from peer: Peer, into effects: inout Effects) {
    let id = view.envelope.correlation
    guard !commands.contains(id) else {
      return answer(view, .duplicate, "this command was carried out before", to: peer, into: &effects)
    }
    do throws(CommandRefusal) {
      let text = try carryOut(view, id, into: &effects)
      answer(view, .done, text, to: peer, into: &effects)
    } catch {
      answer(view, .refused, error.description, to: peer, into: &effects)
    }
  }

  private mutating func carryOut(
    _ view: CommandView, _ id: Correlation, into effects: inout Effects
  ) throws(CommandRefusal) -> String {
    switch view.kind {
    case .halt, .panic, .flatten:
      // What is being closed must not be opened again meanwhile, nor before a person says so.
      let scope = try scope(of: view)
      if view.kind == .flatten, case .strategy = scope {
        throw .notNow("a position belongs to its account: flatten the account or an instrument")
      }
      record(.halted(scope, command: id), correlation: id, into: &effects)
      reconsiderAll()
      return "halted \(scope)"
    case .resume:
      try requireResponsibility(view)
      let scope = try scope(of: view)
      guard halts.contains(scope) else { throw .notLatched(scope) }
      record(.released(scope, command: id), correlation: id, into: &effects)
      reconsiderAll()
      return "released \(scope); \(halts.count) halts are left"
    case .status, .stop, .start, .counters, .set, .unrecognized: throw .notHere(view.kind)
    }
  }

  private func scope(of view: CommandView) throws(CommandRefusal) -> HaltScope {
    guard let scope = HaltScope(view.block) else { throw .noScope(view.kind) }
    switch scope {
    case .firm, .strategy: return scope
    case .account(let number):
      guard number == configuration.account else { throw .notOurs(scope) }
    case .instrument(let number):
      guard instruments.index(of: number) != nil else { throw .notOurs(scope) }
    }
    return scope
  }

  private func answer(
    _ view: CommandView, _ outcome: CommandOutcome, _ text: String, to peer: Peer,
    into effects: inout Effects
  ) {
    let result = CommandResult(
      envelope: Envelope(origin: 0, correlation: view.envelope.correlation), kind: view.kind,
      outcome: outcome, component: configuration.component)
    effects.reply(to: peer) { result.encode(into: &$0, text: text.utf8) }
  }

  /// The state behind a topic, for those it has one for.
  mutating func onSnapshotRequest(_ request: SnapshotRequest, from peer: Peer, into effects: inout Effects) {
    guard request.topic == topics[TopicIndex.state].text else { return counters.drop(.unexpected) }
    var state = riskState()
    state.envelope = Envelope(origin: 0, correlation: request.envelope.correlation)
    effects.send(to: .snapshot(topic: TopicIndex.state, peer)) { state.encode(into: &$0) }
  }
}
