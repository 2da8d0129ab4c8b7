import CLAPACKE

extension Matrix {
  /// The eigenvalues of a symmetric matrix in ascending order (LAPACK dsyev).
  public func symmetricEigenvalues() throws(LinearAlgebraError) -> [Double] {
    guard isSquare else { throw .wrongShape(need: rowCount, have: columnCount) }
    guard isFinite else { throw .nonFinite }
    guard isSymmetric() else { throw .notSymmetric }
    var work = elements
    var values = [Double](repeating: 0, count: rowCount)
    let order = LapackInt(rowCount)
    // Unsafe: C overwrites `order` x `order` doubles and writes `order` eigenvalues, as the arrays hold.
    let info = unsafe LAPACKE_dsyev(
      LAPACK_ROW_MAJOR, valuesOnly, lowerTriangle, order, &work, order, &values)
    precondition(info >= 0, "dsyev refused argument \(-info)")
    guard info == 0 else { throw .notConverged(code: Int(info)) }
    return values
  }

  /// Eigenvalues in ascending order with orthonormal eigenvectors in the columns of `vectors` (dsyev).
  public func symmetricEigensystem() throws(LinearAlgebraError) -> (values: [Double], vectors: Matrix) {
    guard isSquare else { throw .wrongShape(need: rowCount, have: columnCount) }
    guard isFinite else { throw .nonFinite }
    guard isSymmetric() else { throw .notSymmetric }
    var vectors = self
    var values = [Double](repeating: 0, count: rowCount)
    let order = LapackInt(rowCount)
    // Unsafe: as above; the matrix is replaced by the eigenvectors in place.
    let info = unsafe LAPACKE_dsyev(
      LAPACK_ROW_MAJOR, valuesAndVectors, lowerTriangle, order, &vectors.elements, order, &values)
    precondition(info >= 0, "dsyev refused argument \(-info)")
    guard info == 0 else { throw .notConverged(code: Int(info)) }
    return (values, vectors)
  }
}
