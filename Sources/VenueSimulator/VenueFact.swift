import ActorKit

extension VenueFact {
  /// Number of the account it is about.
  public var account: UInt16 {
    switch self {
    case .accepted(let order): order.account
    case .trade(let trade): trade.account
    case .ended(let ending): ending.account
    case .replaced(let replacement): replacement.account
    case .deadManSet(let deadMan): deadMan.account
    case .triggered(let trigger): trigger.account
    case .paired(let pair): pair.account
    }
  }
}

extension VenueFact.Ending {
  /// A filled order has no end of its own.
  func checkRestored() throws(RestoreError) {
    guard [.canceled, .expired, .rejected].contains(status) else { throw .invalid("an end as \(status)") }
  }
}
