/// The standard normal law.
public enum NormalDistribution {
  /// Φ(x).
  public static func cumulative(_ x: Double) throws(ModelError) -> Double {
    try Domain.finite(x, "normal variable")
    return 0.5 * Math.erfc(-x / 2.0.squareRoot())
  }

  /// φ(x).
  public static func density(_ x: Double) throws(ModelError) -> Double {
    try Domain.finite(x, "normal variable")
    return Math.exp(-x * x / 2) / (2 * Double.pi).squareRoot()
  }

  /// Φ⁻¹(p) for 0 < p < 1, to about 1e-15: bisection to a tenth, then Newton's steps.
  public static func quantile(_ p: Double) throws(ModelError) -> Double {
    try Domain.openUnit(p, "probability")
    // Work in the lower tail, where erfc keeps its relative precision.
    let isUpper = p > 0.5
    let tail = isUpper ? 1 - p : p
    var (low, high) = (-38.5, 0.0)
    while high - low > 0.1 {
      let middle = (low + high) / 2
      if try cumulative(middle) < tail { low = middle } else { high = middle }
    }
    var x = (low + high) / 2
    for _ in 0..<20 {
      let density = try density(x)
      guard density > 0 else { break }
      let error = (try cumulative(x) - tail) / density
      // Halley's correction, x″/x′ = −x.
      let step = error / (1 + x * error / 2)
      x -= step
      if step.magnitude <= 1e-15 * max(1, x.magnitude) { break }
    }
    return isUpper ? -x : x
  }
}
