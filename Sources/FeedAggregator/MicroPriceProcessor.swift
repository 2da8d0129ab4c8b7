import Models
import Trading

/// The weighted mid, and the spread around the mid.
struct MicroPriceProcessor: MarketProcessor {
  private var quote = BestQuote()

  mutating func take(_ quote: BestQuote, _ book: borrowing OrderBook, atMarketNanos nanos: Int64) {
    self.quote = quote
  }

  mutating func take(_ aggressor: Side, _ price: Price, _ quantity: Quantity, atMarketNanos nanos: Int64) {}

  func write(into figures: inout MarketFigures, atMarketNanos nanos: Int64) {
    guard quote.isWhole, let bid = quote.bid, let ask = quote.ask, let mid = quote.mid else { return }
    do throws(ModelError) {
      figures.microPrice = try WeightedMid.price(
        bid: bid.price.double, bidSize: bid.quantity.double, ask: ask.price.double,
        askSize: ask.quantity.double)
      figures.spreadBps = try BpsConversion.distance(ask.price.double - bid.price.double, of: mid)
    } catch {
      // A whole quote of positive sizes cannot be refused; if it were, the figures stay unknown, which stops
      // quoting.
      figures.microPrice = .nan
      figures.spreadBps = .nan
    }
  }
}
