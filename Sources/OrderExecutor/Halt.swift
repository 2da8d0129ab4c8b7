import ActorKit
import Governance

// A latch: while it is on, nothing that could open is sent in its scope, and what could is cancelled; of a
// panic everything.
extension Halt {
  /// Whether it stops a strategy in an instrument. An account that it names is ours.
  public func covers(strategy: UInt16, instrument: UInt32) -> Bool {
    scope.covers(account: scope.account ?? 0, strategy: strategy, instrument: instrument)
  }

  /// Of an executor's books: earlier builds wrote no number for the account.
  func ofAccount(_ account: UInt16) -> Halt {
    var halt = self
    if halt.scope == .account(0) { halt.scope = .account(account) }
    return halt
  }
}
