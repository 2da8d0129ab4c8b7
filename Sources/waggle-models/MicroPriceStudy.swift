import Models

/// The micro-price fitted on the quotes of a recording, beside what the mid really did a few seconds later.
package struct MicroPriceStudy {
  package static let buckets = 10
  package static let spreads = 2
  package static let aheadMillis: Int64 = 500
  /// Five dollars: a tick of ten cents is small, and moves of many ticks are the rule.
  package static let largestMoveHalfTicks = 100

  package let model: MicroPrice
  package let usedCount: Int
  package let discardedCount: Int
  /// Per bucket at a spread of one tick: the fitted adjustment, the mean move of the mid after `aheadMillis`
  /// with its standard error over non-overlapping moments, and how often the bucket was seen; ticks.
  package let buckets: [(imbalance: Double, adjustment: Double, realised: Double, error: Double, count: Int)]

  package init(_ tape: Tape) throws {
    let grid = try MicroPriceGrid(imbalanceBuckets: Self.buckets, maximumSpreadTicks: Self.spreads)
    var estimator = try MicroPriceEstimator(grid: grid, maximumMoveHalfTicks: Self.largestMoveHalfTicks)
    let quotes = tape.quotesByTime
    for quote in quotes {
      try estimator.observe(
        bidTicks: quote.bidTicks, askTicks: quote.askTicks, bidSize: quote.bidSize, askSize: quote.askSize)
    }
    let model = try estimator.fit()
    (self.model, usedCount, discardedCount) = (model, estimator.usedCount, estimator.discardedCount)

    var sums = Array(repeating: (sum: 0.0, squares: 0.0, count: 0), count: Self.buckets)
    var ahead = 0
    for (index, quote) in quotes.enumerated() where quote.askTicks - quote.bidTicks == 1 {
      ahead = max(ahead, index)
      while ahead + 1 < quotes.count && quotes[ahead + 1].millis <= quote.millis + Self.aheadMillis {
        ahead += 1
      }
      guard let last = quotes.last, last.millis >= quote.millis + Self.aheadMillis,
        let state = grid.state(bidSize: quote.bidSize, askSize: quote.askSize, spreadTicks: 1)
      else { continue }
      // Symmetrised like the model: what low imbalance sees, high imbalance sees mirrored.
      let move = Double(quotes[ahead].midHalfTicks - quote.midHalfTicks) / 2
      for (bucket, value) in [(state, move), (grid.mirrored(state), -move)] {
        sums[bucket].sum += value
        sums[bucket].squares += value * value
        sums[bucket].count += 1
      }
    }
    buckets = (0..<Self.buckets).compactMap { bucket in
      let entry = sums[bucket]
      guard let adjustment = model.adjustmentTicks[bucket], entry.count > 1 else { return nil }
      let count = Double(entry.count)
      let mean = entry.sum / count
      let variance = max(0, entry.squares / count - mean * mean)
      // Moments overlap within the look-ahead; this many of them are independent.
      let span = Double((quotes.last?.millis ?? 0) - (quotes.first?.millis ?? 0))
      let independent = max(2, min(count, span / Double(Self.aheadMillis) * count / Double(quotes.count)))
      return (
        (Double(bucket) + 0.5) / Double(Self.buckets), adjustment, mean,
        (variance / independent).squareRoot(),
        entry.count
      )
    }
  }
}
