import Models
import Trading

/// The volatility of the mid and its standard error, bps/√s, from mids at irregular market times.
struct VolatilityProcessor: MarketProcessor {
  /// Returns before the estimate is told: its own error is above 15 per cent until then.
  static let warmUpReturns = 20

  private var estimate: EWMAVolatility
  /// Mids the estimate refused, for their time or value.
  private(set) var refused: Int64 = 0

  init(_ estimate: EWMAVolatility) { self.estimate = estimate }

  mutating func take(_ quote: BestQuote, _ book: borrowing OrderBook, atMarketNanos nanos: Int64) {
    guard let mid = quote.mid else { return }
    do throws(ModelError) {
      try estimate.update(price: mid, atNanos: nanos)
    } catch {
      refused += 1
    }
  }

  mutating func take(_ aggressor: Side, _ price: Price, _ quantity: Quantity, atMarketNanos nanos: Int64) {}

  func write(into figures: inout MarketFigures, atMarketNanos nanos: Int64) {
    guard estimate.observationCount >= Self.warmUpReturns,
      let volatility = estimate.volatilityBpsPerRootSecond,
      let uncertainty = estimate.volatilityUncertaintyBpsPerRootSecond()
    else { return }
    figures.volatilityBps = volatility
    figures.volatilityUncertaintyBps = uncertainty
  }
}
