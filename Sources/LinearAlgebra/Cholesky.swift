import CLAPACKE

extension Matrix {
  /// The lower triangular L with `L * Lᵀ = self` (LAPACK dpotrf). Throws `notSymmetric` or
  /// `notPositiveDefinite`; a singular positive semi-definite matrix is refused too.
  public func cholesky() throws(LinearAlgebraError) -> Matrix {
    guard isSquare else { throw .wrongShape(need: rowCount, have: columnCount) }
    guard isFinite else { throw .nonFinite }
    guard isSymmetric() else { throw .notSymmetric }
    var factor = self
    let order = LapackInt(rowCount)
    // Unsafe: C works in place on `order` x `order` doubles, which the array holds.
    let info = unsafe LAPACKE_dpotrf(LAPACK_ROW_MAJOR, lowerTriangle, order, &factor.elements, order)
    precondition(info >= 0, "dpotrf refused argument \(-info)")
    guard info == 0 else { throw .notPositiveDefinite(order: Int(info)) }
    // dpotrf leaves the other triangle as it was.
    for row in 0..<rowCount {
      for column in (row + 1)..<max(rowCount, row + 1) { factor[row, column] = 0 }
    }
    return factor
  }
}
