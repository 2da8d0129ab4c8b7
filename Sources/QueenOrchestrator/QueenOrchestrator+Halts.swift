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
  /// changes nothing.
  mutating func tellOwedHalts(to account: ColonyAccount, into effects: inout Effects) {
    guard let place = owedHalts.firstIndex(of: account.executor) else { return }
    owedHalts.remove(at: place)
    guard let teller = NameText("queen") else { preconditionFailure("a name is ASCII") }
    for scope in books.halts.scopes where scope.account == nil || scope.account == account.number {
      let command = Command(
        envelope: Envelope(origin: 0, correlation: makeId()),
        kind: books.panics.contains(scope) ? .panic : .halt, scope: scope.code,
        account: scope.account, strategy: scope.strategy, instrument: scope.instrument, operatorName: teller)
      effects.send(to: .link(component: account.executor)) { frame in
        command.encode(into: &frame, reason: "latched at the queen".utf8)
      }
    }
  }
}
