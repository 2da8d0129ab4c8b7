/// A sum of money per currency, never added across currencies. At most `limit` of them, sorted by code.
public struct CurrencyTotals: Hashable, Sendable {
  /// One currency's sum.
  public struct Total: Hashable, Sendable {
    public let currency: Currency
    public fileprivate(set) var amount: Money
  }

  /// By currency code.
  public private(set) var totals: [Total] = []

  public static let limit = 64

  public init() {}

  /// The sum in a currency, zero when nothing was booked in it.
  public subscript(currency: Currency) -> Money {
    let index = index(of: currency)
    return index < totals.count && totals[index].currency == currency ? totals[index].amount : .zero
  }

  /// Adds to a currency's sum, or changes nothing and says why.
  public mutating func add(_ amount: Money, in currency: Currency) throws(LedgerError) {
    let index = index(of: currency)
    if index < totals.count, totals[index].currency == currency {
      guard let sum = totals[index].amount.adding(amount) else { throw .moneyOverflow(currency) }
      totals[index].amount = sum
    } else {
      guard totals.count < Self.limit else { throw .tooManyCurrencies(limit: Self.limit) }
      totals.insert(Total(currency: currency, amount: amount), at: index)
    }
  }

  private func index(of currency: Currency) -> Int {
    totals.firstIndex { $0.currency >= currency } ?? totals.count
  }
}
