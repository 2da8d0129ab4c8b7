import LinearAlgebra

/// Value at risk and expected shortfall of a book whose returns are jointly normal. Exposures in one
/// currency, the covariance of returns over the horizon of interest; results in that currency, positive for a
/// loss.
public struct ParametricRisk: Equatable, Sendable {
  public let covariance: Matrix

  /// Throws `degenerate` unless the matrix is symmetric and positive semi-definite (to 1e-9 of its largest
  /// eigenvalue).
  public init(covariance: Matrix) throws(ModelError) {
    let values = try Domain.algebra("covariance matrix") { () throws(LinearAlgebraError) in
      try covariance.symmetricEigenvalues()
    }
    guard let least = values.first, let largest = values.last, least >= -1e-9 * max(largest, 0), largest >= 0
    else {
      throw .degenerate("covariance matrix is not positive semi-definite")
    }
    self.covariance = covariance
  }

  /// √(v′Σv).
  public func standardDeviation(exposures: [Double]) throws(ModelError) -> Double {
    try Domain.sameCount(exposures.count, covariance.rowCount, "exposures")
    var variance = 0.0
    for row in exposures.indices {
      variance += try Domain.finite(exposures[row], "exposure") * product(row, exposures)
    }
    // Rounding may leave a hair below zero where a book is perfectly hedged.
    return max(0, try Domain.finite(variance, "variance of the book")).squareRoot()
  }

  /// The loss not exceeded with probability `confidence` (0.5 < x < 1): Φ⁻¹(confidence) · √(v′Σv).
  public func valueAtRisk(exposures: [Double], confidence: Double) throws(ModelError) -> Double {
    try Self.quantile(confidence) * standardDeviation(exposures: exposures)
  }

  /// The mean loss beyond the value at risk: φ(z)/(1 − confidence) · √(v′Σv).
  public func expectedShortfall(exposures: [Double], confidence: Double) throws(ModelError) -> Double {
    let z = try Self.quantile(confidence)
    return try NormalDistribution.density(z) / (1 - confidence) * standardDeviation(exposures: exposures)
  }

  /// By how much a change of exposures changes the value at risk, exactly (two evaluations, no derivative).
  public func incrementalValueAtRisk(
    exposures: [Double], change: [Double], confidence: Double
  ) throws(ModelError) -> Double {
    try Domain.sameCount(change.count, exposures.count, "changes")
    let after = zip(exposures, change).map { $0 + $1 }
    return try valueAtRisk(exposures: after, confidence: confidence)
      - valueAtRisk(exposures: exposures, confidence: confidence)
  }

  /// Each exposure's share of the value at risk, v_i (Σv)_i / √(v′Σv) · z; they sum to it. Throws
  /// `degenerate` for a book without risk.
  public func componentValueAtRisk(exposures: [Double], confidence: Double) throws(ModelError) -> [Double] {
    let deviation = try standardDeviation(exposures: exposures)
    guard deviation > 0 else { throw .degenerate("the book has no risk") }
    let z = try Self.quantile(confidence)
    return exposures.indices.map { exposures[$0] * product($0, exposures) / deviation * z }
  }

  private func product(_ row: Int, _ exposures: [Double]) -> Double {
    var sum = 0.0
    for column in exposures.indices { sum += covariance[row, column] * exposures[column] }
    return sum
  }

  private static func quantile(_ confidence: Double) throws(ModelError) -> Double {
    guard try Domain.openUnit(confidence, "confidence") > 0.5 else {
      throw .outOfRange("confidence", value: confidence, allowed: "0.5 < x < 1")
    }
    return try NormalDistribution.quantile(confidence)
  }
}
