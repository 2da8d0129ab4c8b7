/// Variance of the logarithmic return per bar from bars of equal length without gaps. All estimators are
/// means over bars; the square root is the volatility per √bar. The range-based ones read low when trading is
/// sparse, since the true high and low then fall between trades.
public enum BarVolatility {
  /// Mean squared close-to-close return about zero; at least two bars. The plainest and noisiest.
  public static func closeToClose(_ bars: [Bar]) throws(ModelError) -> Double {
    try Domain.atLeast(2, bars.count, "bars")
    return try checked(closeReturns(bars).reduce(0) { $0 + $1 * $1 } / Double(bars.count - 1))
  }

  /// Parkinson 1980: Σ ln(H/L)² / (4 n ln 2). No drift, no opening jumps.
  public static func parkinson(_ bars: [Bar]) throws(ModelError) -> Double {
    try mean(bars) { $0.logRange * $0.logRange / (4 * Math.ln2) }
  }

  /// Garman and Klass 1980: mean of ½ ln(H/L)² − (2 ln 2 − 1) ln(C/O)². A single bar may count negative; only
  /// the mean is kept from falling below zero.
  public static func garmanKlass(_ bars: [Bar]) throws(ModelError) -> Double {
    let value = try signedMean(bars) { bar in
      0.5 * bar.logRange * bar.logRange - (2 * Math.ln2 - 1) * bar.logBody * bar.logBody
    }
    return max(0, value)
  }

  /// Rogers and Satchell 1991: right whatever the drift, no opening jumps.
  public static func rogersSatchell(_ bars: [Bar]) throws(ModelError) -> Double {
    try mean(bars) { $0.rogersSatchell }
  }

  /// Yang and Zhang 2000: overnight variance + k · open-to-close variance + (1 − k) · Rogers–Satchell, the
  /// one that handles drift and opening jumps; at least three bars, of which the first gives its close only.
  public static func yangZhang(_ bars: [Bar]) throws(ModelError) -> Double {
    try Domain.atLeast(3, bars.count, "bars")
    let overnight = zip(bars, bars.dropFirst()).map { Math.log($1.open / $0.close) }
    let later = Array(bars.dropFirst())
    let k = yangZhangWeight(returns: later.count)
    let drift = try rogersSatchell(later)
    return try checked(sampleVariance(overnight) + k * sampleVariance(later.map(\.logBody)) + (1 - k) * drift)
  }

  /// k = 0.34 / (1.34 + (n + 1)/(n − 1)) for n ≥ 2 returns, the weight that minimises the variance of the
  /// estimate.
  static func yangZhangWeight(returns n: Int) -> Double {
    0.34 / (1.34 + Double(n + 1) / Double(n - 1))
  }

  private static func closeReturns(_ bars: [Bar]) -> [Double] {
    zip(bars, bars.dropFirst()).map { Math.log($1.close / $0.close) }
  }

  private static func sampleVariance(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
  }

  private static func mean(_ bars: [Bar], _ term: (Bar) -> Double) throws(ModelError) -> Double {
    try checked(signedMean(bars, term))
  }

  private static func signedMean(_ bars: [Bar], _ term: (Bar) -> Double) throws(ModelError) -> Double {
    try Domain.atLeast(1, bars.count, "bars")
    return try Domain.finite(bars.reduce(0) { $0 + term($1) } / Double(bars.count), "variance per bar")
  }

  private static func checked(_ variance: Double) throws(ModelError) -> Double {
    // Rounding can leave a term such as Rogers and Satchell's a hair below zero; the quantity itself is not.
    max(0, try Domain.finite(variance, "variance per bar"))
  }
}
