import Trading

/// The imbalance of the first levels of the depth book, each weighing e^-0.5 times the one before.
struct ImbalanceProcessor: MarketProcessor {
  let levels: Int
  private var imbalance: Double?

  init(levels: Int) { self.levels = levels }

  mutating func take(_ quote: BestQuote, _ book: borrowing OrderBook, atMarketNanos nanos: Int64) {
    imbalance = book.imbalance(levels: levels)
  }

  mutating func take(_ aggressor: Side, _ price: Price, _ quantity: Quantity, atMarketNanos nanos: Int64) {}

  func write(into figures: inout MarketFigures, atMarketNanos nanos: Int64) {
    if let imbalance { figures.imbalance = imbalance }
  }
}
