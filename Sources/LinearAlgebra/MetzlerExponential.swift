extension Matrix {
  /// The exponential of a matrix whose off-diagonal elements are not negative (a Metzler matrix, as of a
  /// Markov chain or of an inventory ladder), as `matrix * exp(logScale)`. Every step adds and multiplies
  /// non-negative numbers only, so each element, however small beside the largest, is right to nearly full
  /// precision, and the split-off scale keeps long horizons from overflowing. Throws `wrongShape`, or
  /// `nonFinite` on NaN, infinity or a negative off-diagonal element (whose logarithm the caller is about to
  /// take).
  public func metzlerExponential() throws(LinearAlgebraError) -> (matrix: Matrix, logScale: Double) {
    guard isSquare else { throw .wrongShape(need: rowCount, have: columnCount) }
    var shift = 0.0
    for row in 0..<rowCount {
      shift = max(shift, -self[row, row])
      for column in 0..<rowCount where row != column && !(self[row, column] >= 0) { throw .nonFinite }
    }
    var positive = self
    for index in 0..<rowCount { positive[index, index] += shift }
    let norm = positive.oneNorm
    guard isFinite && norm.isFinite else { throw .nonFinite }

    // The series stops at its 18th power, so a step must be small (norm) and the corners of a banded matrix
    // must be reached in about one power per step (rows); then what is cut off is below rounding in every
    // element.
    var (scale, squarings) = (1.0, 0)
    while norm * scale > 1 || scale * Double(rowCount) > 1 {
      scale /= 2
      squarings += 1
    }
    let step = positive.scaled(by: scale)
    var result = Matrix.identity(order: rowCount)
    // Horner's form of the Taylor series; 1/19! is below half a unit in the last place.
    for term in stride(from: 18, through: 1, by: -1) {
      result = Matrix.identity(order: rowCount) + (step * result).scaled(by: 1 / Double(term))
    }
    var logScale = 0.0
    for _ in 0..<squarings {
      result = result * result
      // A power of two leaves every digit as it is.
      let largest = result.elements.reduce(0, max)
      let exponent = largest.exponent
      result = result.scaled(by: Double(sign: .plus, exponent: -Int(exponent), significand: 1))
      logScale = 2 * logScale + Double(exponent) * naturalLogOfTwo
    }
    return (result, logScale - shift)
  }
}

private let naturalLogOfTwo = 0.693_147_180_559_945_3
