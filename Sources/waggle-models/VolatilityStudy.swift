import Models

/// Volatility of the mid by every estimator on the same recording, all in basis points per √second.
package struct VolatilityStudy {
  /// Time in seconds since the first quote, σ and its standard error, once a second.
  package private(set) var path: [(seconds: Double, sigma: Double, error: Double)] = []
  package private(set) var mids: [(seconds: Double, price: Double)] = []
  package let barSeconds: Double
  package let bars: [Bar]
  /// Logarithmic returns of the mid, one a second.
  package let returns: [Double]
  /// Name and σ in bps/√s.
  package let estimates: [(name: String, sigma: Double)]
  package let jumpStatistic: Double
  package let jumpShare: Double

  package static let halfLifeNanos: Int64 = 30_000_000_000
  package static let minimumIntervalNanos: Int64 = 250_000_000

  package init(_ tape: Tape, barSeconds: Double = 5) throws {
    self.barSeconds = barSeconds
    let quotes = tape.quotesByTime
    guard let first = quotes.first, let last = quotes.last else {
      throw ModelError.tooFew("quotes", have: 0, need: 1)
    }
    var ewma = try EWMAVolatility(
      halfLifeNanos: Self.halfLifeNanos, minimumIntervalNanos: Self.minimumIntervalNanos)
    var nextSample = first.millis + 1000
    for quote in quotes {
      while quote.millis >= nextSample {
        let seconds = Double(nextSample - first.millis) / 1000
        if let sigma = ewma.volatilityBpsPerRootSecond,
          let error = ewma.volatilityUncertaintyBpsPerRootSecond(kurtosis: nil)
        {
          path.append((seconds, sigma, error))
        }
        nextSample += 1000
      }
      let mid = Double(quote.midHalfTicks) / 2 * tape.tick
      try ewma.update(price: mid, atNanos: quote.millis * 1_000_000)
      if mids.last.map({ Double(quote.millis - first.millis) / 1000 - $0.seconds > 0.5 }) ?? true {
        mids.append((Double(quote.millis - first.millis) / 1000, mid))
      }
    }
    bars = try Self.bars(quotes, tick: tape.tick, millis: Int64(barSeconds * 1000))
    let seconds = try Self.bars(quotes, tick: tape.tick, millis: 1000)
    let closes = try zip(seconds, seconds.dropFirst()).map { try Self.logReturn($0.close, $1.close) }
    returns = closes
    let variation = try RealisedVariation(returns: closes)
    func perRootSecond(_ variance: Double, _ interval: Double) -> Double {
      BpsConversion.perUnit * (variance / interval).squareRoot()
    }
    guard let final = ewma.volatilityBpsPerRootSecond else {
      throw ModelError.tooFew("seconds of quotes", have: Int((last.millis - first.millis) / 1000), need: 1)
    }
    let count = Double(closes.count)
    estimates = [
      ("EWMA 30 s, at the end", final),
      ("close to close", perRootSecond(try BarVolatility.closeToClose(bars), barSeconds)),
      ("Parkinson", perRootSecond(try BarVolatility.parkinson(bars), barSeconds)),
      ("Garman-Klass", perRootSecond(try BarVolatility.garmanKlass(bars), barSeconds)),
      ("Rogers-Satchell", perRootSecond(try BarVolatility.rogersSatchell(bars), barSeconds)),
      ("Yang-Zhang", perRootSecond(try BarVolatility.yangZhang(bars), barSeconds)),
      ("realised, 1 s", perRootSecond(try variation.realisedVariance() / count, 1)),
      ("bipower, 1 s", perRootSecond(try variation.bipowerVariation(corrected: true) / count, 1)),
    ]
    jumpStatistic = try variation.jumpStatistic()
    jumpShare = try variation.jumpShare()
  }

  /// ln(b/a) from the estimator itself: two flat bars whose squared close-to-close return is it.
  private static func logReturn(_ a: Double, _ b: Double) throws -> Double {
    let pair = try [Bar(open: a, high: a, low: a, close: a), Bar(open: b, high: b, low: b, close: b)]
    let size = try BarVolatility.closeToClose(pair).squareRoot()
    return b >= a ? size : -size
  }

  /// Bars of the mid without gaps: an interval without a quote repeats the last mid.
  private static func bars(_ quotes: [Tape.Quote], tick: Double, millis: Int64) throws -> [Bar] {
    var result: [Bar] = []
    guard let first = quotes.first else { return result }
    var end = first.millis + millis
    var mid = Double(first.midHalfTicks) / 2 * tick
    var (open, high, low) = (mid, mid, mid)
    for quote in quotes {
      while quote.millis >= end {
        result.append(try Bar(open: open, high: high, low: low, close: mid))
        (open, high, low) = (mid, mid, mid)
        end += millis
      }
      mid = Double(quote.midHalfTicks) / 2 * tick
      high = max(high, mid)
      low = min(low, mid)
    }
    return result
  }
}
