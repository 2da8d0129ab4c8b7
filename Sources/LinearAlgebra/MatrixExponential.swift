extension Matrix {
  /// e raised to this matrix, by scaling and squaring with the [13/13] Padé approximant (Higham 2005, "The
  /// scaling and squaring method for the matrix exponential revisited", SIAM J. Matrix Anal. Appl. 26(4)).
  /// Throws `nonFinite` when the result overflows: shift the matrix by its smallest eigenvalue where only
  /// ratios matter.
  public func exponential() throws(LinearAlgebraError) -> Matrix {
    guard isSquare else { throw .wrongShape(need: rowCount, have: columnCount) }
    guard isFinite else { throw .nonFinite }
    let norm = oneNorm
    guard norm.isFinite else { throw .nonFinite }
    var squarings = 0
    var scale = 1.0
    while norm * scale > padeRadius {
      scale /= 2
      squarings += 1
    }
    var result = try scaled(by: scale).padeExponential()
    for _ in 0..<squarings { result = result * result }
    guard result.isFinite else { throw .nonFinite }
    return result
  }

  private func padeExponential() throws(LinearAlgebraError) -> Matrix {
    let unit = Matrix.identity(order: rowCount)
    let a2 = self * self
    let a4 = a2 * a2
    let a6 = a4 * a2
    let b = padeCoefficients
    let oddHigh = a6.scaled(by: b[13]) + a4.scaled(by: b[11]) + a2.scaled(by: b[9])
    let oddLow = a6.scaled(by: b[7]) + a4.scaled(by: b[5]) + a2.scaled(by: b[3]) + unit.scaled(by: b[1])
    let odd = self * (a6 * oddHigh + oddLow)
    let evenHigh = a6.scaled(by: b[12]) + a4.scaled(by: b[10]) + a2.scaled(by: b[8])
    let evenLow = a6.scaled(by: b[6]) + a4.scaled(by: b[4]) + a2.scaled(by: b[2]) + unit.scaled(by: b[0])
    let even = a6 * evenHigh + evenLow
    return try (even - odd).solve(even + odd)
  }
}

/// Up to this 1-norm the approximant is exact to double precision (Higham 2005, table 2.3).
private let padeRadius = 5.371920351148152

/// Coefficients of the numerator of the [13/13] approximant: (26 − j)! 13! / (26! j! (13 − j)!), scaled to
/// integers.
private let padeCoefficients: [Double] = [
  64_764_752_532_480_000, 32_382_376_266_240_000, 7_771_770_303_897_600, 1_187_353_796_428_800,
  129_060_195_264_000, 10_559_470_521_600, 670_442_572_800, 33_522_128_640, 1_323_241_920, 40_840_800,
  960_960,
  16_380, 182, 1,
]
