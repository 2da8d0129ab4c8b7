import LinearAlgebra

/// The linear system behind a market maker's value function: v'(q) = d(q) v(q) − c (v(q−1) + v(q+1)) on
/// q = −Q … Q, neighbours outside dropped. Both GLFT and Cartea–Jaimungal reduce to it.
struct InventoryLadder {
  let limitLots: Int
  let diagonal: [Double]
  let coupling: Double

  /// More rungs than this is a mistake in units.
  static let maximumLimitLots = 500
  /// A horizon is solved in time cubic in the rungs; this many take seconds.
  static let maximumLimitLotsAtHorizon = 200

  init(
    limitLots: Int, coupling: Double, diagonal rung: (Double) -> Double
  ) throws(ModelError) {
    guard limitLots >= 1 && limitLots <= Self.maximumLimitLots else {
      throw .outOfRange(
        "inventory limit", value: Double(limitLots), allowed: "1 ... \(Self.maximumLimitLots) lots")
    }
    self.limitLots = limitLots
    self.coupling = try Domain.positive(coupling, "fill rate at the optimum")
    diagonal = (-limitLots...limitLots).map { rung(Double($0)) }
    try Domain.allFinite(diagonal, "cost of inventory")
  }

  /// ln v of the stationary solution (0 at q = 0) and the smallest eigenvalue, 1/s.
  ///
  /// The eigenvalue is LAPACK's. The vector is rebuilt from it by the three-term recursion run from both
  /// edges to the peak, the direction in which it is stable: unlike a normalised eigenvector it keeps full
  /// relative precision in the tails, and the offsets are ratios of neighbours there.
  func stationary() throws(ModelError) -> (logValues: [Double], eigenvalue: Double) {
    let name = "inventory ladder"
    let pair = try Domain.algebra(name) { () throws(LinearAlgebraError) in
      try SymmetricTridiagonal(
        diagonal: diagonal, offDiagonal: Array(repeating: -coupling, count: diagonal.count - 1)
      ).smallestEigenpair()
    }
    let count = diagonal.count
    let peak = pair.vector.indices.max { pair.vector[$0] < pair.vector[$1] } ?? limitLots
    var logs = [Double](repeating: 0, count: count)
    try climb(from: 0, to: peak, by: 1, eigenvalue: pair.value, into: &logs)
    let left = logs[peak]
    logs[peak] = 0
    try climb(from: count - 1, to: peak, by: -1, eigenvalue: pair.value, into: &logs)
    // Each flank was measured from its own edge; shift the left one so that both meet at the peak.
    let right = logs[peak]
    for index in 0..<peak { logs[index] += right - left }
    let origin = logs[limitLots]
    return (logs.map { $0 - origin }, pair.value)
  }

  /// Fills `logs` from an edge, where it is 0, up to the peak.
  private func climb(
    from edge: Int, to peak: Int, by step: Int, eigenvalue: Double, into logs: inout [Double]
  ) throws(ModelError) {
    var index = edge
    var ratio = Double.infinity
    logs[edge] = 0
    while index != peak {
      ratio = (diagonal[index] - eigenvalue) / coupling - 1 / ratio
      guard ratio > 0 && ratio.isFinite else {
        throw .degenerate("the inventory ladder's ground state is lost")
      }
      logs[index + step] = logs[index] + Math.log(ratio)
      index += step
    }
  }

  /// ln v with `secondsLeft` to go, from ln v at the horizon.
  func atHorizon(secondsLeft: Double, terminalLogValues: [Double]) throws(ModelError) -> [Double] {
    try Domain.nonNegative(secondsLeft, "seconds to the horizon")
    guard limitLots <= Self.maximumLimitLotsAtHorizon else {
      throw .outOfRange(
        "inventory limit", value: Double(limitLots),
        allowed:
          "1 ... \(Self.maximumLimitLotsAtHorizon) lots with a horizon; the stationary solution takes more")
    }
    try Domain.allFinite(terminalLogValues, "terminal value")
    if secondsLeft == 0 { return terminalLogValues }
    // After so many expected fills nothing is left of the horizon, and each doubling costs another squaring.
    let steepest = diagonal.reduce(coupling) { max($0, $1.magnitude) }
    guard steepest * secondsLeft < 0x1p50 else {
      throw .outOfRange(
        "seconds to the horizon", value: secondsLeft,
        allowed: "< \(0x1p50 / steepest); take the stationary solution")
    }
    var generator = Matrix(rowCount: diagonal.count, columnCount: diagonal.count)
    for index in diagonal.indices {
      generator[index, index] = -diagonal[index] * secondsLeft
      if index > 0 { generator[index, index - 1] = coupling * secondsLeft }
      if index + 1 < diagonal.count { generator[index, index + 1] = coupling * secondsLeft }
    }
    let (propagator, logScale) = try Domain.algebra("inventory ladder") { () throws(LinearAlgebraError) in
      try generator.metzlerExponential()
    }
    let largest = terminalLogValues.reduce(-Double.infinity, max)
    let values = propagator * terminalLogValues.map { Math.exp($0 - largest) }
    return values.map { Math.log($0) + logScale + largest }
  }
}
