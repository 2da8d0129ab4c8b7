import OrderExecutor
import Trading

/// How many fills an account had in an instrument, and what they cost in fees.
struct FillTotals: Sendable {
  let instrument: UInt32
  private(set) var count = 0
  /// By currency, in the order met; an amount beyond every range is nil.
  private(set) var fees: [(currency: Currency, amount: Money?)] = []

  init(instrument: UInt32) { self.instrument = instrument }

  mutating func add(_ fill: BookedFill) {
    count += 1
    guard let place = fees.firstIndex(where: { $0.currency == fill.feeCurrency }) else {
      return fees.append((fill.feeCurrency, fill.fee))
    }
    fees[place].amount = fees[place].amount?.adding(fill.fee)
  }

  /// Of the fees in a currency.
  func fee(in currency: Currency) -> Money? {
    guard let fee = fees.first(where: { $0.currency == currency }) else { return .zero }
    return fee.amount
  }
}
