/// The Kolmogorov–Smirnov test: the largest distance between a sample's distribution function and the law it
/// is said to come from.
public struct KolmogorovSmirnov: Equatable, Sendable {
  /// D, 0 … 1.
  public let distance: Double
  /// The chance of a distance at least this large if the law holds (asymptotic, Stephens' correction for
  /// small n; parameters fitted to the same sample make it too large).
  public let pValue: Double
  public let count: Int

  /// Tests against the exponential law with mean 1: the law of compensator increments of a right model.
  /// Throws `tooFew` on an empty sample and refuses numbers that are negative or not finite.
  public init(exponential sample: [Double]) throws(ModelError) {
    try Domain.atLeast(1, sample.count, "residuals")
    for value in sample { try Domain.nonNegative(value, "residual") }
    let n = Double(sample.count)
    var distance = 0.0
    for (index, value) in sample.sorted().enumerated() {
      let law = -Math.expm1(-value)
      distance = max(distance, law - Double(index) / n, Double(index + 1) / n - law)
    }
    self.distance = distance
    count = sample.count
    pValue = Self.tail((n.squareRoot() + 0.12 + 0.11 / n.squareRoot()) * distance)
  }

  /// 2 Σ (−1)^(j−1) exp(−2 j² x²), Kolmogorov's limit law.
  private static func tail(_ x: Double) -> Double {
    // Below this the series needs many terms and the value is 1 to ten digits.
    if x < 0.27 { return 1 }
    var sum = 0.0
    for j in 1...20 {
      let term = Math.exp(-2 * Double(j * j) * x * x)
      sum += j % 2 == 1 ? term : -term
    }
    return min(1, max(0, 2 * sum))
  }
}
