import CLAPACKE

extension Matrix {
  /// The solution X of `self * X = right` by LU with partial pivoting (LAPACK dgesv).
  public func solve(_ right: Matrix) throws(LinearAlgebraError) -> Matrix {
    guard isSquare else { throw .wrongShape(need: rowCount, have: columnCount) }
    guard right.rowCount == rowCount else { throw .wrongShape(need: rowCount, have: right.rowCount) }
    guard isFinite && right.isFinite else { throw .nonFinite }
    var factors = elements
    var solution = right
    let order = LapackInt(rowCount)
    let columns = LapackInt(right.columnCount)
    var pivots = [LapackInt](repeating: 0, count: rowCount)
    // Unsafe: C reads and writes `order` x `order` and `order` x `columns` doubles and `order` pivots, which
    // is exactly what the three arrays hold for the duration of the call.
    let info = unsafe LAPACKE_dgesv(
      LAPACK_ROW_MAJOR, order, columns, &factors, order, &pivots, &solution.elements, columns)
    precondition(info >= 0, "dgesv refused argument \(-info)")
    guard info == 0 else { throw .singular }
    guard solution.isFinite else { throw .nonFinite }
    return solution
  }

  /// The solution x of `self * x = right`.
  public func solve(_ right: [Double]) throws(LinearAlgebraError) -> [Double] {
    guard right.count == rowCount else { throw .wrongShape(need: rowCount, have: right.count) }
    var column = Matrix(rowCount: rowCount, columnCount: 1)
    column.elements = right
    return try solve(column).elements
  }
}
