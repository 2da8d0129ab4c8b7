import LinearAlgebra

/// The algebra of the micro-price: Stoikov, "The micro-price: a high-frequency estimator of future prices",
/// Quant. Finance 18(12) (2018). States are pairs of imbalance bucket and spread; the expected sum of all
/// later mid moves is G* = Σ Bⁿ G¹ with G¹ = (1 − Q)⁻¹ R₁ k and B = (1 − Q)⁻¹ R₂.
public struct MicroPriceChain: Equatable, Sendable {
  /// Q, probabilities of going from state to state while the mid stays.
  public let stay: Matrix
  /// R₁, probabilities of the mid moving by each of `moves`.
  public let move: Matrix
  /// k, the moves of the mid, price units.
  public let moves: [Double]
  /// R₂, probabilities of going from state to state while the mid moves.
  public let moveTo: Matrix

  /// Throws `mismatched` when the shapes differ, `outOfRange` when a probability lies outside 0 … 1 or a
  /// state's probabilities of staying and moving do not sum to 1 (to 1e-9), whether moves are counted by R₁
  /// or by R₂.
  public init(stay: Matrix, move: Matrix, moves: [Double], moveTo: Matrix) throws(ModelError) {
    let count = stay.rowCount
    try Domain.sameCount(stay.columnCount, count, "columns of Q")
    try Domain.sameCount(move.rowCount, count, "rows of R1")
    try Domain.sameCount(move.columnCount, moves.count, "columns of R1")
    try Domain.sameCount(moveTo.rowCount, count, "rows of R2")
    try Domain.sameCount(moveTo.columnCount, count, "columns of R2")
    try Domain.allFinite(moves, "move of the mid")
    for matrix in [stay, move, moveTo] {
      for probability in matrix.elements { try Domain.within(probability, 0...1, "transition probability") }
    }
    for state in 0..<count {
      let staying = (0..<count).reduce(0) { $0 + stay[state, $1] }
      let byMove = (0..<moves.count).reduce(0) { $0 + move[state, $1] }
      let byState = (0..<count).reduce(0) { $0 + moveTo[state, $1] }
      for total in [staying + byMove, staying + byState] where (total - 1).magnitude > 1e-9 {
        throw .outOfRange("sum of the probabilities of state \(state)", value: total, allowed: "1")
      }
    }
    self.stay = stay
    self.move = move
    self.moves = moves
    self.moveTo = moveTo
  }

  /// G* cut after `terms` terms (1 … 10 000; six suffice in practice), per state, in the unit of `moves`.
  /// Throws `degenerate` when some state never sees the mid move. B has an eigenvalue 1: on data that are not
  /// symmetric under exchange of bid and ask the sum grows without bound, see `MicroPriceEstimator`.
  public func adjustments(terms: Int) throws(ModelError) -> [Double] {
    guard terms >= 1 && terms <= 10_000 else {
      throw .outOfRange("terms of the series", value: Double(terms), allowed: "1 ... 10000")
    }
    let first = move * moves
    let count = stay.rowCount
    var right = Matrix(rowCount: count, columnCount: count + 1)
    for state in 0..<count {
      right[state, 0] = first[state]
      for target in 0..<count { right[state, target + 1] = moveTo[state, target] }
    }
    let solution = try Domain.algebra("1 - Q") { () throws(LinearAlgebraError) in
      try (Matrix.identity(order: count) - stay).solve(right)
    }
    let g1 = (0..<count).map { solution[$0, 0] }
    var (term, sum) = (g1, g1)
    for _ in 1..<terms {
      var next = [Double](repeating: 0, count: count)
      for state in 0..<count {
        for target in 0..<count { next[state] += solution[state, target + 1] * term[target] }
      }
      term = next
      for state in 0..<count { sum[state] += term[state] }
    }
    try Domain.allFinite(sum, "micro-price adjustment")
    return sum
  }
}
