/// A dense matrix of doubles, stored row by row. Meant for the small systems of the models (tens to a few
/// hundred rows): construction and calibration, never a path that runs on every market update.
public struct Matrix: Equatable, Sendable {
  public let rowCount: Int
  public let columnCount: Int
  /// Row-major elements: element (i, j) is `elements[i * columnCount + j]`.
  public internal(set) var elements: [Double]

  /// A matrix with every element the same.
  public init(rowCount: Int, columnCount: Int, repeating value: Double = 0) {
    precondition(rowCount > 0 && columnCount > 0, "a matrix of \(rowCount) x \(columnCount) is no matrix")
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.elements = Array(repeating: value, count: rowCount * columnCount)
  }

  /// A matrix from its rows; throws `wrongShape` when they are empty or differ in length.
  public init(rows: [[Double]]) throws(LinearAlgebraError) {
    guard let width = rows.first?.count, width > 0 else { throw .wrongShape(need: 1, have: 0) }
    for row in rows where row.count != width { throw .wrongShape(need: width, have: row.count) }
    rowCount = rows.count
    columnCount = width
    elements = rows.flatMap { $0 }
  }

  /// The identity of the given order.
  public static func identity(order: Int) -> Matrix {
    var result = Matrix(rowCount: order, columnCount: order)
    for index in 0..<order { result[index, index] = 1 }
    return result
  }

  public subscript(row: Int, column: Int) -> Double {
    get {
      precondition(contains(row, column), "(\(row), \(column)) outside \(rowCount) x \(columnCount)")
      return elements[row * columnCount + column]
    }
    set {
      precondition(contains(row, column), "(\(row), \(column)) outside \(rowCount) x \(columnCount)")
      elements[row * columnCount + column] = newValue
    }
  }

  public var isSquare: Bool { rowCount == columnCount }

  public var isFinite: Bool { elements.allSatisfy(\.isFinite) }

  /// Whether |a_ij − a_ji| is within `tolerance` of the largest element everywhere.
  public func isSymmetric(tolerance: Double = 1e-12) -> Bool {
    guard isSquare else { return false }
    let scale = elements.reduce(0) { max($0, $1.magnitude) }
    for row in 0..<rowCount {
      for column in 0..<row where !((self[row, column] - self[column, row]).magnitude <= tolerance * scale) {
        return false
      }
    }
    return true
  }

  /// The largest sum of magnitudes in a column.
  public var oneNorm: Double {
    (0..<columnCount).reduce(0) { norm, column in
      max(norm, (0..<rowCount).reduce(0) { $0 + self[$1, column].magnitude })
    }
  }

  private func contains(_ row: Int, _ column: Int) -> Bool {
    row >= 0 && row < rowCount && column >= 0 && column < columnCount
  }
}

// MARK: - Arithmetic

extension Matrix {
  /// The product of two matrices; traps when the shapes do not fit, which only a bug in the caller can cause.
  public static func * (left: Matrix, right: Matrix) -> Matrix {
    precondition(
      left.columnCount == right.rowCount,
      "\(left.rowCount) x \(left.columnCount) times \(right.rowCount) x \(right.columnCount)")
    var result = Matrix(rowCount: left.rowCount, columnCount: right.columnCount)
    let inner = left.columnCount
    let width = right.columnCount
    let (a, b) = (left.elements.span, right.elements.span)
    var c = result.elements.mutableSpan
    // Row by row over the right factor, so that the innermost loop walks memory in order.
    for row in 0..<left.rowCount {
      for k in 0..<inner {
        let factor = a[row * inner + k]
        if factor == 0 { continue }
        for column in 0..<width { c[row * width + column] += factor * b[k * width + column] }
      }
    }
    return result
  }

  /// The product of a matrix and a column vector.
  public static func * (left: Matrix, right: [Double]) -> [Double] {
    precondition(
      left.columnCount == right.count, "\(left.rowCount) x \(left.columnCount) times \(right.count)")
    return (0..<left.rowCount).map { row in
      var sum = 0.0
      for column in 0..<left.columnCount { sum += left[row, column] * right[column] }
      return sum
    }
  }

  /// Elementwise sum.
  public static func + (left: Matrix, right: Matrix) -> Matrix {
    combine(left, right) { $0 + $1 }
  }

  /// Elementwise difference.
  public static func - (left: Matrix, right: Matrix) -> Matrix {
    combine(left, right) { $0 - $1 }
  }

  /// Every element times `factor`.
  public func scaled(by factor: Double) -> Matrix {
    var result = self
    result.elements = elements.map { $0 * factor }
    return result
  }

  private static func combine(
    _ left: Matrix, _ right: Matrix, _ operation: (Double, Double) -> Double
  ) -> Matrix {
    precondition(
      left.rowCount == right.rowCount && left.columnCount == right.columnCount,
      "shapes \(left.rowCount) x \(left.columnCount) and \(right.rowCount) x \(right.columnCount) differ")
    var result = left
    for index in left.elements.indices {
      result.elements[index] = operation(left.elements[index], right.elements[index])
    }
    return result
  }
}
