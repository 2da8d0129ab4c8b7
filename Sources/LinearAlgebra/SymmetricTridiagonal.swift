import CLAPACKE

/// A symmetric tridiagonal matrix: the shape of a model on a ladder where only neighbours talk.
public struct SymmetricTridiagonal: Equatable, Sendable {
  public let diagonal: [Double]
  /// Element i couples rows i and i + 1.
  public let offDiagonal: [Double]

  /// Throws `wrongShape` unless there is exactly one coupling less than rows, `nonFinite` on NaN or infinity.
  public init(diagonal: [Double], offDiagonal: [Double]) throws(LinearAlgebraError) {
    guard !diagonal.isEmpty else { throw .wrongShape(need: 1, have: 0) }
    guard offDiagonal.count == diagonal.count - 1 else {
      throw .wrongShape(need: diagonal.count - 1, have: offDiagonal.count)
    }
    guard diagonal.allSatisfy(\.isFinite) && offDiagonal.allSatisfy(\.isFinite) else { throw .nonFinite }
    self.diagonal = diagonal
    self.offDiagonal = offDiagonal
  }

  /// An eigenvalue and its eigenvector of unit length.
  public struct Eigenpair: Equatable, Sendable {
    public let value: Double
    public let vector: [Double]
  }

  /// The smallest eigenvalue with its vector, the sign such that the largest component is positive. By
  /// bisection and inverse iteration (LAPACK dstevx), with the tolerance LAPACK names as the most accurate.
  public func smallestEigenpair() throws(LinearAlgebraError) -> Eigenpair {
    let order = LapackInt(diagonal.count)
    var (main, coupling) = (diagonal, offDiagonal + [0])
    var found: LapackInt = 0
    var values = [Double](repeating: 0, count: diagonal.count)
    var vector = values
    var failures = [LapackInt](repeating: 0, count: diagonal.count)
    // Unsafe: C reads and overwrites the diagonals, writes one eigenvalue, one vector of `order` doubles in
    // one column and up to `order` failure indices; each array holds at least that.
    let info = unsafe LAPACKE_dstevx(
      LAPACK_COL_MAJOR, valuesAndVectors, selectedByIndex, order, &main, &coupling, 0, 0, 1, 1,
      2 * Double.leastNormalMagnitude, &found, &values, &vector, order, &failures)
    precondition(info >= 0, "dstevx refused argument \(-info)")
    guard info == 0, found == 1 else { throw .notConverged(code: Int(info)) }
    if let largest = vector.max(by: { $0.magnitude < $1.magnitude }), largest < 0 {
      vector = vector.map { -$0 }
    }
    return Eigenpair(value: values[0], vector: vector)
  }
}
