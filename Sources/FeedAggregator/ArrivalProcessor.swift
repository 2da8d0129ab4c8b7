import Models
import Trading

/// How many trades a second buyers and sellers begin.
struct ArrivalProcessor: MarketProcessor {
  private var buys: ArrivalRate
  private var sells: ArrivalRate
  /// Trades whose time lay before one already counted.
  private(set) var refused: Int64 = 0

  init(_ empty: ArrivalRate) {
    buys = empty
    sells = empty
  }

  mutating func take(_ quote: BestQuote, _ book: borrowing OrderBook, atMarketNanos nanos: Int64) {
    // An instrument that does not trade has a rate too: the watch begins with the book.
    buys.watch(fromNanos: nanos)
    sells.watch(fromNanos: nanos)
  }

  mutating func take(_ aggressor: Side, _ price: Price, _ quantity: Quantity, atMarketNanos nanos: Int64) {
    do throws(ModelError) {
      switch aggressor {
      case .buy: try buys.add(atNanos: nanos)
      case .sell: try sells.add(atNanos: nanos)
      }
    } catch {
      refused += 1
    }
  }

  func write(into figures: inout MarketFigures, atMarketNanos nanos: Int64) {
    if let rate = buys.ratePerSecond(atNanos: nanos) { figures.buyArrivalRate = rate }
    if let rate = sells.ratePerSecond(atNanos: nanos) { figures.sellArrivalRate = rate }
  }
}
