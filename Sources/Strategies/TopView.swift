import Trading
import Wire

/// The best bid and ask as last told.
public struct TopView: Equatable, Sendable {
  /// Nil when that side is empty.
  public let bid: BookLevel?
  public let ask: BookLevel?
  public let eventNanos: Int64

  package init(bid: BookLevel?, ask: BookLevel?, eventNanos: Int64) {
    self.bid = bid
    self.ask = ask
    self.eventNanos = eventNanos
  }
}
