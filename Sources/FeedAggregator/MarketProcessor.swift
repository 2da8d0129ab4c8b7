import Trading

/// One figure, or a few that belong together, made from an instrument's market data.
///
/// A processor is a small value with its own memory. It sees only data beyond doubt: never a stale book or a
/// jump that waits for confirmation. Processors are joined by `ProcessorChain` at compile time.
protocol MarketProcessor {
  /// The best quote, the book below it, or both changed. The quote is whole.
  mutating func take(_ quote: BestQuote, _ book: borrowing OrderBook, atMarketNanos nanos: Int64)

  /// A trade of others.
  mutating func take(_ aggressor: Side, _ price: Price, _ quantity: Quantity, atMarketNanos nanos: Int64)

  /// Writes what it knows at a market time; leaves alone what it does not know.
  func write(into figures: inout MarketFigures, atMarketNanos nanos: Int64)
}

/// What the processors know of an instrument; NaN is not known.
struct MarketFigures: Equatable {
  var microPrice = Double.nan
  /// Bps of mid.
  var spreadBps = Double.nan
  /// Bps per square root of a second.
  var volatilityBps = Double.nan
  var volatilityUncertaintyBps = Double.nan
  /// In [-1, 1], positive when bids outweigh.
  var imbalance = Double.nan
  /// Per second.
  var buyArrivalRate = Double.nan
  var sellArrivalRate = Double.nan
}

/// Two processors as one; chains of any length are made of these.
struct ProcessorChain<First: MarketProcessor, Second: MarketProcessor>: MarketProcessor {
  var first: First
  var second: Second

  init(_ first: First, _ second: Second) {
    self.first = first
    self.second = second
  }

  mutating func take(_ quote: BestQuote, _ book: borrowing OrderBook, atMarketNanos nanos: Int64) {
    first.take(quote, book, atMarketNanos: nanos)
    second.take(quote, book, atMarketNanos: nanos)
  }

  mutating func take(_ aggressor: Side, _ price: Price, _ quantity: Quantity, atMarketNanos nanos: Int64) {
    first.take(aggressor, price, quantity, atMarketNanos: nanos)
    second.take(aggressor, price, quantity, atMarketNanos: nanos)
  }

  func write(into figures: inout MarketFigures, atMarketNanos nanos: Int64) {
    first.write(into: &figures, atMarketNanos: nanos)
    second.write(into: &figures, atMarketNanos: nanos)
  }
}
