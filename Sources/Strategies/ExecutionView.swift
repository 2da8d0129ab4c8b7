import Trading
import Wire

/// A fill of one of the strategy's own orders.
public struct ExecutionView: Equatable, Sendable {
  public let side: Side
  public let price: Price
  public let quantity: Quantity
  public let eventNanos: Int64

  package init(side: Side, price: Price, quantity: Quantity, eventNanos: Int64) {
    self.side = side
    self.price = price
    self.quantity = quantity
    self.eventNanos = eventNanos
  }
}
