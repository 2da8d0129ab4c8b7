/// What an execution cost, in the currency the venue charged, negative for a rebate.
@frozen public struct Fee: Hashable, Sendable {
  public let amount: Money
  public let currency: Currency

  @inlinable public init(_ amount: Money, in currency: Currency) {
    self.amount = amount
    self.currency = currency
  }
}
