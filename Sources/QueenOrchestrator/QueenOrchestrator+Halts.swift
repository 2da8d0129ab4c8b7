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

  /// Tells an executor that has just been heard of every halt that concerns its account. One it knows
  /// changes nothing: a panic is told under its own command, because one that is new to the executor also
  /// ends the flattening that a person may have ordered since.
  mutating func tellOwedHalts(to account: ColonyAccount, into effects: inout Effects) {
    guard let place = owedHalts.firstIndex(of: account.executor) else { return }
    owedHalts.remove(at: place)
    guard let teller = NameText("queen") else { preconditionFailure("a name is ASCII") }
    for scope in books.halts.scopes where scope.account == nil || scope.account == account.number {
      let panic = books.panicCommands.first { $0.scope == scope }?.command
      let command = Command(
        envelope: Envelope(origin: 0, correlation: panic ?? makeId()),
        kind: panic == nil ? .halt : .panic, scope: scope.code,
        account: scope.account, strategy: scope.strategy, instrument: scope.instrument, operatorName: teller)
      effects.send(to: .link(component: account.executor)) { frame in
        command.encode(into: &frame, reason: "latched at the queen".utf8)
      }
    }
  }
}
