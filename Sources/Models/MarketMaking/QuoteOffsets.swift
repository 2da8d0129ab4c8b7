/// Where to quote, as distances from the reference price: bid = reference − `bidOffset`, ask = reference +
/// `askOffset`, in the price unit of the model's parameters (ticks, basis points, dollars).
///
/// `nil` means: do not quote this side (the inventory limit is reached). An offset may be negative: the model
/// then wants to quote through the reference price, and the caller must make that passive before it becomes
/// an order.
public struct QuoteOffsets: Equatable, Sendable {
  public let bidOffset: Double?
  public let askOffset: Double?

  public init(bidOffset: Double?, askOffset: Double?) {
    self.bidOffset = bidOffset
    self.askOffset = askOffset
  }

  /// Distance from bid to ask, when both sides are quoted.
  public var spread: Double? {
    guard let bidOffset, let askOffset else { return nil }
    return bidOffset + askOffset
  }

  /// How far the middle of both quotes lies above the reference price, when both sides are quoted.
  public var skew: Double? {
    guard let bidOffset, let askOffset else { return nil }
    return (askOffset - bidOffset) / 2
  }

  /// Both offsets checked to be numbers: models built from extreme parameters overflow here, not in an order.
  init(checkedBid bidOffset: Double?, ask askOffset: Double?) throws(ModelError) {
    if let bidOffset { try Domain.finite(bidOffset, "bid offset") }
    if let askOffset { try Domain.finite(askOffset, "ask offset") }
    self.init(bidOffset: bidOffset, askOffset: askOffset)
  }
}
