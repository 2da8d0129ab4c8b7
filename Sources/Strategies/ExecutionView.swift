import Trading
import Wire

/// A fill of one of the strategy's own orders.
public struct ExecutionView: Equatable, Sendable {
  public let side: Side
  public let price: Price
  public let quantity: Quantity
  public let eventNanos: Int64
  /// What the order was for: `quote`, or of a signal `entry`, `stopLoss`, `takeProfit`.
  public let purpose: OrderPurposeCode
  /// The signal that the order carried out or protected; nil for a quote.
  public let signal: IntentID?

  package init(
    side: Side, price: Price, quantity: Quantity, eventNanos: Int64, purpose: OrderPurposeCode,
    signal: IntentID? = nil
  ) {
    self.side = side
    self.price = price
    self.quantity = quantity
    self.eventNanos = eventNanos
    self.purpose = purpose
    self.signal = signal
  }
}
