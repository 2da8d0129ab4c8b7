/// Exponentially weighted variance of returns on a regular clock: v ← λ v + (1 − λ) r², started at the first
/// r² (RiskMetrics 1996, where λ is 0.94 for days). For observations at irregular times use `EWMAVolatility`.
public struct EWMAVariance: Equatable, Sendable {
  public let decay: Double
  /// The variance per interval; `nil` before the first return.
  public private(set) var variance: Double?

  /// - decay: λ, strictly between 0 and 1.
  public init(decay: Double) throws(ModelError) {
    self.decay = try Domain.openUnit(decay, "decay")
  }

  /// Takes in the next return; throws `nonFinite`, changing nothing, when it or its square is none.
  public mutating func update(logReturn: Double) throws(ModelError) {
    try Domain.finite(logReturn, "return")
    let square = try Domain.finite(logReturn * logReturn, "squared return")
    variance = variance.map { decay * $0 + (1 - decay) * square } ?? square
  }

  /// (1 + λ)/(1 − λ): the equally weighted observations a settled estimate is worth.
  public var effectiveObservationCount: Double { (1 + decay) / (1 - decay) }

  /// Standard error of the settled volatility √v relative to it, for returns of the given kurtosis (≥ 1; 3 is
  /// Gaussian).
  public func relativeError(kurtosis: Double = 3) throws(ModelError) -> Double {
    try VolatilityUncertainty.relativeError(
      effectiveObservationCount: effectiveObservationCount, kurtosis: kurtosis)
  }
}

/// How far an estimated volatility can be trusted.
public enum VolatilityUncertainty {
  /// √((κ − 1)/(4 n)): the standard error of σ relative to σ from n (≥ 1) effective observations of kurtosis
  /// κ (≥ 1); 1/√(2n) for a Gaussian.
  public static func relativeError(
    effectiveObservationCount n: Double, kurtosis: Double = 3
  ) throws(ModelError) -> Double {
    try Domain.finite(n, "effective observations")
    guard n >= 1 else { throw .outOfRange("effective observations", value: n, allowed: ">= 1") }
    try Domain.finite(kurtosis, "kurtosis")
    guard kurtosis >= 1 else { throw .outOfRange("kurtosis", value: kurtosis, allowed: ">= 1") }
    return ((kurtosis - 1) / (4 * n)).squareRoot()
  }
}
