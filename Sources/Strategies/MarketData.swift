import Trading
import Wire

/// What is known of one instrument's market, as the feed told it.
package struct MarketData: Sendable {
  /// Bound of the trades kept within a turn; older ones are left out and counted.
  package static let mostTrades = 512

  package let instrument: Instrument
  package var top: TopView?
  package var metrics: MetricsView?
  /// How far to trust it; nil until the feed has said so.
  package var standing: FeedState?
  /// Whether anyone wants the book.
  package let keepsBook: Bool
  package var book: OrderBook
  package var isBookSynced = false
  package var bookNanos: Int64 = 0
  /// Trades of this turn.
  package private(set) var trades: [TradeView] = []
  package private(set) var tradesLeftOut: Int64 = 0

  package init(_ instrument: Instrument, bookDepth: Int) {
    self.instrument = instrument
    keepsBook = bookDepth > 0
    book = OrderBook(capacity: max(1, bookDepth))
    trades.reserveCapacity(Self.mostTrades)
  }

  package mutating func add(_ trade: TradeView) {
    guard trades.count < Self.mostTrades else {
      tradesLeftOut += 1
      return
    }
    trades.append(trade)
  }

  package mutating func endTurn() { trades.removeAll(keepingCapacity: true) }

  /// The feed is gone or began anew: nothing of it counts any longer.
  package mutating func forget() {
    (top, metrics, standing) = (nil, nil, nil)
    isBookSynced = false
  }
}
