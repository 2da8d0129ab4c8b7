import Trading
import Wire

/// A trade of others.
public struct TradeView: Equatable, Sendable {
  public let aggressor: Side
  public let price: Price
  public let quantity: Quantity
  public let eventNanos: Int64

  package init(aggressor: Side, price: Price, quantity: Quantity, eventNanos: Int64) {
    self.aggressor = aggressor
    self.price = price
    self.quantity = quantity
    self.eventNanos = eventNanos
  }
}
