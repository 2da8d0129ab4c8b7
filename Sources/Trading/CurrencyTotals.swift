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
    let place = place(of: currency)
    return place < totals.count && totals[place].currency == currency ? totals[place].amount : .zero
  }

  /// Adds to a currency's sum, or changes nothing and says why.
  public mutating func add(_ amount: Money, in currency: Currency) throws(LedgerError) {
    let place = place(of: currency)
    if place < totals.count, totals[place].currency == currency {
      guard let sum = totals[place].amount.adding(amount) else { throw .moneyOverflow(currency) }
      totals[place].amount = sum
    } else {
      guard totals.count < Self.limit else { throw .tooManyCurrencies(limit: Self.limit) }
      totals.insert(Total(currency: currency, amount: amount), at: place)
    }
  }

  private func place(of currency: Currency) -> Int {
    totals.firstIndex { $0.currency >= currency } ?? totals.count
  }
}
