/// Volatility of a price observed at irregular times: an exponentially weighted mean of r²/dt with the weight
/// of the past falling by half every half-life, normalised by the weight seen so far, and the standard error
/// of the estimate. One update is a handful of multiplications, one logarithm and one exponential; it never
/// allocates.
///
/// Per observation λ = exp(−ln2 · dt / halfLife) (RiskMetrics 1996 on a continuous clock); r is the
/// logarithmic return. Prices at one instant count once: the first stays the reference until time advances,
/// so the whole move enters with the next observation.
public struct EWMAVolatility: Equatable, Sendable {
  public let halfLifeNanos: Int64
  /// Observations closer than this to the last used one are passed over, which keeps bid–ask bounce and
  /// batches of one burst from being read as volatility. 0 uses every observation.
  public let minimumIntervalNanos: Int64

  private var lastNanos: Int64 = 0
  private var lastPrice: Double = 0
  private var newestNanos: Int64 = .min
  /// Σ w, Σ w², Σ w x and Σ w x² of x = r²/dt per second, weights w decaying from 1 − λ.
  private var weight: Double = 0
  private var squaredWeight: Double = 0
  private var weightedVariance: Double = 0
  private var weightedSquare: Double = 0
  /// Returns that entered the estimate so far.
  public private(set) var observationCount: Int = 0

  /// Throws `outOfRange` unless the half-life is positive and the interval not negative.
  public init(halfLifeNanos: Int64, minimumIntervalNanos: Int64 = 0) throws(ModelError) {
    guard halfLifeNanos > 0 else {
      throw .outOfRange("half-life", value: Double(halfLifeNanos), allowed: "> 0 ns")
    }
    guard minimumIntervalNanos >= 0 else {
      throw .outOfRange("minimum interval", value: Double(minimumIntervalNanos), allowed: ">= 0 ns")
    }
    self.halfLifeNanos = halfLifeNanos
    self.minimumIntervalNanos = minimumIntervalNanos
  }

  /// Takes in a price (a mid or a micro-price; > 0). Throws, and leaves the estimate as it was, when the
  /// price is no positive number or the time lies before an earlier observation.
  public mutating func update(price: Double, atNanos nanos: Int64) throws(ModelError) {
    try Domain.positive(price, "price")
    guard lastPrice > 0 else {
      (lastPrice, lastNanos, newestNanos) = (price, nanos, nanos)
      return
    }
    guard nanos >= newestNanos else { throw .outOfOrder("time of the price", at: 0) }
    let (elapsedNanos, overflow) = nanos.subtractingReportingOverflow(lastNanos)
    guard !overflow else {
      throw .outOfRange("time since the last price", value: .infinity, allowed: "Int64 ns")
    }
    newestNanos = nanos
    if elapsedNanos == 0 || elapsedNanos < minimumIntervalNanos { return }
    let seconds = Double(elapsedNanos) * 1e-9
    let logReturn = Math.log(price / lastPrice)
    let variance = try Domain.finite(logReturn * logReturn / seconds, "squared return per second")
    let gain = -Math.expm1(-Math.ln2 * Double(elapsedNanos) / Double(halfLifeNanos))
    add(variance, gain: gain)
    (lastPrice, lastNanos) = (price, nanos)
  }

  private mutating func add(_ variance: Double, gain: Double) {
    let decay = 1 - gain
    weight = decay * weight + gain
    squaredWeight = decay * decay * squaredWeight + gain * gain
    weightedVariance = decay * weightedVariance + gain * variance
    weightedSquare = decay * weightedSquare + gain * variance * variance
    observationCount += 1
  }
}

// MARK: - Reading

extension EWMAVolatility {
  /// Variance of the logarithmic return per second; `nil` before the first return.
  public var variancePerSecond: Double? {
    weight > 0 ? weightedVariance / weight : nil
  }

  /// σ in basis points per √second; `nil` before the first return.
  public var volatilityBpsPerRootSecond: Double? {
    variancePerSecond.map { BpsConversion.perUnit * $0.squareRoot() }
  }

  /// How many equally weighted observations carry as much information: (Σw)²/Σw². On a regular clock it tends
  /// to (1+λ)/(1−λ).
  public var effectiveObservationCount: Double {
    squaredWeight > 0 ? weight * weight / squaredWeight : 0
  }

  /// The kurtosis of the returns, E[x²]/E[x]² with x = r²/dt: 3 for a Gaussian. `nil` before the first return
  /// or while every return was zero.
  public var kurtosis: Double? {
    guard weight > 0, weightedVariance > 0 else { return nil }
    return weightedSquare * weight / (weightedVariance * weightedVariance)
  }

  /// The standard error of σ, bps/√s: σ √((κ − 1) / (4 n_eff)), κ the kurtosis of the returns; 3 is the
  /// Gaussian value, `nil` takes the measured one (never below the Gaussian). `nil` with fewer than two
  /// effective observations: the uncertainty itself is then unknown.
  public func volatilityUncertaintyBpsPerRootSecond(kurtosis assumed: Double? = 3) -> Double? {
    guard let sigma = volatilityBpsPerRootSecond, effectiveObservationCount >= 2 else { return nil }
    let kurtosis = assumed ?? max(3, self.kurtosis ?? 3)
    guard kurtosis.isFinite, kurtosis >= 1 else { return nil }
    let error = sigma * ((kurtosis - 1) / (4 * effectiveObservationCount)).squareRoot()
    return error.isFinite ? error : nil
  }
}
