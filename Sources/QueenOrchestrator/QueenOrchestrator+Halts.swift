import ActorKit
import Governance
import Wire

// Halts are latched here and in the executors. An executor that was away when one was commanded is told
// when it is back.
extension QueenOrchestrator {
  /// Notes that an executor may have missed a halt.
  mutating func oweHalts(to component: UInt16) {
    guard configuration.accounts.contains(where: { $0.executor == component }), !owedHalts.contains(component)
    else { return }
    owedHalts.append(component)
  }

  /// Tells an executor that has just been heard of everything latched that concerns its account. What it
  /// knows changes nothing: panics and flattens are told under their own commands, because one that is new to
  /// the executor is carried out. In the order given, so that a flatten after a panic still closes.
  mutating func tellOwedHalts(to account: ColonyAccount, into effects: inout Effects) {
    guard let index = owedHalts.firstIndex(of: account.executor) else { return }
    owedHalts.remove(at: index)
    for scope in books.halts.scopes { tell(.halt, scope, makeId(), to: account, into: &effects) }
    for order in books.orders {
      let id = order.command == .none ? makeId() : order.command
      tell(order.isPanic ? .panic : .flatten, order.scope, id, to: account, into: &effects)
    }
  }

  private func tell(
    _ kind: CommandKind, _ scope: HaltScope, _ id: Correlation, to account: ColonyAccount,
    into effects: inout Effects
  ) {
    guard scope.account == nil || scope.account == account.number else { return }
    guard let teller = NameText("queen") else { preconditionFailure("a name is ASCII") }
    let command = Command(
      envelope: Envelope(origin: 0, correlation: id), kind: kind, scope: scope.code, account: scope.account,
      strategy: scope.strategy, instrument: scope.instrument, operatorName: teller,
      colony: configuration.colony)
    effects.send(to: .link(component: account.executor)) { frame in
      command.encode(into: &frame, reason: "latched at the queen".utf8)
    }
  }
}
