import LinearAlgebra

/// Correlations of the trades of several accounts or signals, known to be possible ones: symmetric, 1 on the
/// diagonal, within ±1 and positive semi-definite. Pairs that are not known may not be set to 0: with ρ₁₂ =
/// ρ₂₃ = 0.9 that is no correlation matrix. Two accounts on the same signal have correlation 1.
public struct CorrelationMatrix: Equatable, Sendable {
  public let matrix: Matrix

  /// Throws `degenerate` for a matrix that is not positive semi-definite (to 1e-12): correct it, or use
  /// `shrunk`.
  public init(_ matrix: Matrix) throws(ModelError) {
    try self.init(matrix, leastEigenvalue: Self.checkedLeastEigenvalue(matrix))
  }

  private init(_ matrix: Matrix, leastEigenvalue: Double) throws(ModelError) {
    guard leastEigenvalue >= -1e-12 else {
      throw .degenerate("correlations are not positive semi-definite: smallest eigenvalue \(leastEigenvalue)")
    }
    self.matrix = matrix
  }

  /// The nearest matrix towards independence that is safely positive definite: (1 − d) C + d I with the least
  /// d that lifts the smallest eigenvalue to `leastEigenvalue` (0 < x < 1), and that d; 0 when none is
  /// needed.
  public static func shrunk(
    _ matrix: Matrix, leastEigenvalue: Double = 1e-6
  ) throws(ModelError) -> (correlations: CorrelationMatrix, shrinkage: Double) {
    try Domain.openUnit(leastEigenvalue, "least eigenvalue")
    let least = try checkedLeastEigenvalue(matrix)
    if least >= leastEigenvalue { return (try CorrelationMatrix(matrix, leastEigenvalue: least), 0) }
    // Shrinking maps every eigenvalue λ to (1 − d) λ + d.
    let d = (leastEigenvalue - least) / (1 - least)
    let shrunk = matrix.scaled(by: 1 - d) + Matrix.identity(order: matrix.rowCount).scaled(by: d)
    return (try CorrelationMatrix(shrunk, leastEigenvalue: leastEigenvalue), d)
  }

  private static func checkedLeastEigenvalue(_ matrix: Matrix) throws(ModelError) -> Double {
    for row in 0..<matrix.rowCount where matrix.isSquare {
      guard (matrix[row, row] - 1).magnitude <= 1e-12 else {
        throw .outOfRange("correlation of \(row) with itself", value: matrix[row, row], allowed: "1")
      }
    }
    for value in matrix.elements { try Domain.within(value, -1...1, "correlation") }
    let values = try Domain.algebra("correlation matrix") { () throws(LinearAlgebraError) in
      try matrix.symmetricEigenvalues()
    }
    return values[0]
  }

  /// √(R′CR): the loss of all stops together, given each one's loss (≥ 0, one currency).
  public func jointRisk(losses: [Double]) throws(ModelError) -> Double {
    try Domain.sameCount(losses.count, matrix.rowCount, "losses")
    for loss in losses { try Domain.nonNegative(loss, "loss at the stop") }
    var sum = 0.0
    for row in losses.indices {
      for column in losses.indices { sum += losses[row] * matrix[row, column] * losses[column] }
    }
    return max(0, try Domain.finite(sum, "joint risk")).squareRoot()
  }

  /// min(1, cap/joint risk): what every position is to be multiplied with. - cap: ≥ 0.
  public func scale(losses: [Double], cap: Double) throws(ModelError) -> Double {
    try Domain.nonNegative(cap, "cap of the joint risk")
    let risk = try jointRisk(losses: losses)
    return risk <= cap ? 1 : cap / risk
  }

  /// Equal risk contribution: weights x > 0 with x_i (Cx)_i the same for all and x′Cx = 1. Cyclic coordinate
  /// descent on ½ x′Cx − (1/n) Σ ln x (Griveau-Billion, Richard, Roncalli 2013), whose minimum it is. Throws
  /// `notConverged` when correlations are so close to singular that 10 000 sweeps do not settle it to 1e-13.
  public func equalRiskContribution() throws(ModelError) -> [Double] {
    let count = matrix.rowCount
    let target = 1 / Double(count)
    var x = [Double](repeating: target, count: count)
    for _ in 0..<10_000 {
      var change = 0.0
      for i in 0..<count {
        var others = 0.0
        for j in 0..<count where j != i { others += matrix[i, j] * x[j] }
        // The positive root of x² + others · x − target.
        let root = (others * others + 4 * target).squareRoot()
        let next = others > 0 ? 2 * target / (others + root) : (root - others) / 2
        change = max(change, (next - x[i]).magnitude / next)
        x[i] = next
      }
      if change < 1e-13 { return try normalised(x) }
    }
    throw .notConverged("equal risk contribution", iterations: 10_000)
  }

  private func normalised(_ x: [Double]) throws(ModelError) -> [Double] {
    let risk = try Domain.positive(jointRisk(losses: x), "joint risk")
    return x.map { $0 / risk }
  }
}
