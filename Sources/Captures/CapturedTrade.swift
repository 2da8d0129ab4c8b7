import Trading

public struct CapturedTrade: Equatable, Sendable {
  public var id: Int64
  public var price: Price
  public var quantity: Quantity
  /// True when the seller took the bid.
  public var buyerIsMaker: Bool
  /// False for prints that are no trade on the book: insurance fund, auto-deleveraging.
  public var isOnMarket: Bool
  /// The venue's clock when it sent and when it matched the trade.
  public var eventNanos: Int64
  public var tradeNanos: Int64
  public var receiveNanos: Int64

  public init(
    id: Int64, price: Price, quantity: Quantity, buyerIsMaker: Bool, isOnMarket: Bool, eventNanos: Int64,
    tradeNanos: Int64, receiveNanos: Int64
  ) {
    self.id = id
    self.price = price
    self.quantity = quantity
    self.buyerIsMaker = buyerIsMaker
    self.isOnMarket = isOnMarket
    self.eventNanos = eventNanos
    self.tradeNanos = tradeNanos
    self.receiveNanos = receiveNanos
  }
}
