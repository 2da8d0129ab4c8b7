/// Why nothing was booked. A booking happens whole or not at all.
@frozen public enum LedgerError: Error, Equatable, Sendable {
  case quantityNotPositive(Quantity)
  /// The position would leave the range of `Quantity`.
  case quantityOverflow
  /// Cost or realised profit would leave the range of `Notional`.
  case notionalOverflow
  /// A sum of fees or funding would leave the range of `Money`.
  case moneyOverflow(Currency)
  /// More currencies or instruments than a ledger holds; a bound against a venue sending nonsense.
  case tooManyCurrencies(limit: Int)
  case tooManyInstruments(limit: Int)
}

extension LedgerError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .quantityNotPositive(let quantity): "a booking is for a positive quantity, not \(quantity)"
    case .quantityOverflow: "the position would be larger than a quantity can hold"
    case .notionalOverflow: "the cost or result would be larger than a notional can hold"
    case .moneyOverflow(let currency): "the total in \(currency) would be larger than money can hold"
    case .tooManyCurrencies(let limit): "the ledger holds \(limit) currencies and no more"
    case .tooManyInstruments(let limit): "the ledger holds \(limit) instruments and no more"
    }
  }
}
