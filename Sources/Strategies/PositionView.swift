import Trading
import Wire

/// The executor's truth about a position of the strategy's account.
public struct PositionView: Equatable, Sendable {
  /// Signed; negative is short.
  public let quantity: Quantity
  /// Nil when flat.
  public let averagePrice: Price?
  public let realizedPnl: Money
  /// Paid; negative is earned.
  public let fees: Money
  public let cash: Money
  /// Open quantities at worst case.
  public let workingBid: Quantity
  public let workingAsk: Quantity
  /// Fills of the instrument counted in.
  public let fillSequence: UInt64

  package init(_ position: PositionChanged) {
    quantity = Quantity(raw: position.position)
    averagePrice = position.averagePrice.map(Price.init(raw:))
    realizedPnl = Money(raw: position.realizedPnl)
    fees = Money(raw: position.fees)
    cash = Money(raw: position.cash)
    workingBid = Quantity(raw: position.workingBid)
    workingAsk = Quantity(raw: position.workingAsk)
    fillSequence = position.fillSequence
  }
}
