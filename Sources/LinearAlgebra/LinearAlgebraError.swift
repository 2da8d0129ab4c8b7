/// Why a routine of this module gave no answer. None of them returns a partial result.
public enum LinearAlgebraError: Error, Equatable, Sendable {
  /// Shapes that do not fit each other; `need` and `have` are element or row counts.
  case wrongShape(need: Int, have: Int)
  /// An element is NaN or infinite, on entry or (overflow) in the result.
  case nonFinite
  /// The matrix is not symmetric to within rounding.
  case notSymmetric
  /// A pivot is exactly zero: the linear system has no unique solution.
  case singular
  /// LAPACK's iteration did not converge; `code` is its `info`.
  case notConverged(code: Int)
}

extension LinearAlgebraError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .wrongShape(let need, let have): "shapes do not fit: need \(need), have \(have)"
    case .nonFinite: "an element is NaN or infinite"
    case .notSymmetric: "the matrix is not symmetric"
    case .singular: "the matrix is singular"
    case .notConverged(let code): "LAPACK did not converge (info \(code))"
    }
  }
}
