import LinearAlgebra
import Testing

/// The largest difference of two matrices relative to the largest element of the second.
private func relativeError(_ value: Matrix, _ expected: Matrix) -> Double {
  let scale = expected.elements.reduce(0) { max($0, $1.magnitude) }
  return zip(value.elements, expected.elements).reduce(0) { max($0, ($1.0 - $1.1).magnitude) } / scale
}

/// The ladder of a diffusion: 2 on the diagonal, −1 beside it; its spectrum is 2 − 2 cos(jπ/(n+1)).
private func laplacian(order: Int) throws -> SymmetricTridiagonal {
  try SymmetricTridiagonal(
    diagonal: Array(repeating: 2, count: order), offDiagonal: Array(repeating: -1, count: order - 1))
}

@Test func smallestEigenpairOfTheLaplacianIsTheKnownSine() throws {
  let pair = try laplacian(order: 3).smallestEigenpair()
  #expect((pair.value - (2 - 2.0.squareRoot())).magnitude < 1e-15)
  let expected = [0.5, 0.5.squareRoot(), 0.5]
  for (value, wanted) in zip(pair.vector, expected) { #expect((value - wanted).magnitude < 1e-15) }
}

@Test func smallestEigenpairSatisfiesItsEquation() throws {
  let order = 61
  let tridiagonal = try SymmetricTridiagonal(
    diagonal: (-30...30).map { 0.000135 * Double($0 * $0) },
    offDiagonal: Array(repeating: -0.3256783558467315, count: order - 1))
  let pair = try tridiagonal.smallestEigenpair()
  let image = tridiagonal.dense * pair.vector
  for (value, component) in zip(image, pair.vector) {
    #expect((value - pair.value * component).magnitude < 1e-14)
  }
  #expect((pair.vector.reduce(0) { $0 + $1 * $1 } - 1).magnitude < 1e-14)
  #expect(pair.vector.allSatisfy { $0 > 0 })
  let values = try tridiagonal.dense.symmetricEigenvalues()
  #expect((values[0] - pair.value).magnitude < 1e-14)
}

@Test func anOrderOfOneIsAnEigenproblemToo() throws {
  let pair = try SymmetricTridiagonal(diagonal: [-7], offDiagonal: []).smallestEigenpair()
  #expect(pair.value == -7 && pair.vector == [1])
}

@Test func theExponentialOfARotationIsTheRotation() throws {
  for angle in [0.1, 1.0, 30.0] {
    let generator = try Matrix(rows: [[0, -angle], [angle, 0]])
    let rotation = try generator.exponential()
    // e^(iθ) by halving the angle: an independent route to sine and cosine.
    var (c, s) = (1.0, angle / 1_073_741_824)
    c = 1 - s * s / 2
    for _ in 0..<30 { (c, s) = (c * c - s * s, 2 * c * s) }
    #expect(relativeError(rotation, try Matrix(rows: [[c, -s], [s, c]])) < 1e-6)
    let product = try rotation * generator.scaled(by: -1).exponential()
    #expect(relativeError(product, .identity(order: 2)) < 1e-13)
  }
}

@Test func theExponentialOfANilpotentMatrixIsItsPolynomial() throws {
  let nilpotent = try Matrix(rows: [[0, 1, 2], [0, 0, 3], [0, 0, 0]])
  let expected = try Matrix(rows: [[1, 1, 3.5], [0, 1, 3], [0, 0, 1]])
  #expect(relativeError(try nilpotent.exponential(), expected) < 1e-15)
}

@Test func bothExponentialsAgreeOnALadder() throws {
  for seconds in [0.01, 1.0, 40.0, 600.0] {
    let generator = try SymmetricTridiagonal(
      diagonal: (-20...20).map { -0.0015 * Double($0 * $0) * seconds },
      offDiagonal: Array(repeating: 0.0723 * seconds, count: 40)
    ).dense
    let general = try generator.exponential()
    let (matrix, logScale) = try generator.metzlerExponential()
    let largest = general.elements.reduce(0, max)
    let scaled = matrix.elements.reduce(0, max)
    #expect(relativeError(matrix.scaled(by: largest / scaled), general) < 1e-12, "seconds \(seconds)")
    // The split-off scale restores the size: compare through the symmetric eigenvalue that dominates.
    let top = try #require(try generator.symmetricEigenvalues().last)
    let topOfMatrix = try #require(try matrix.symmetricEigenvalues().last)
    // ln(topOfMatrix) + logScale = top, written without a logarithm of our own.
    let restored = try Matrix(rows: [[top - logScale]]).exponential()[0, 0]
    #expect((restored / topOfMatrix - 1).magnitude < 1e-10, "seconds \(seconds)")
  }
}

@Test func theMetzlerExponentialKeepsItsTails() throws {
  // A pure birth chain: element (0, n) of the exponential is e^-t t^n / n!, down to 1e-60 and below.
  let (count, time) = (40, 0.01)
  var generator = Matrix(rowCount: count, columnCount: count)
  for index in 0..<count {
    generator[index, index] = -time
    if index + 1 < count { generator[index, index + 1] = time }
  }
  let (matrix, logScale) = try generator.metzlerExponential()
  var expected = try Matrix(rows: [[-time - logScale]]).exponential()[0, 0]
  for index in 0..<count - 1 {
    #expect((matrix[0, index] / expected - 1).magnitude < 1e-13, "element \(index)")
    expected *= time / Double(index + 1)
  }
}

@Test func systemsAreSolvedOrRefused() throws {
  let matrix = try Matrix(rows: [[0, 2], [3, 1]])
  #expect(try matrix.solve([4, 5]) == [1, 2])
  let singular = try Matrix(rows: [[1, 2], [2, 4]])
  #expect(throws: LinearAlgebraError.singular) { try singular.solve([1, 2]) }
  #expect(throws: LinearAlgebraError.wrongShape(need: 2, have: 3)) { try matrix.solve([1, 2, 3]) }
}

@Test func eigenvectorsDiagonalise() throws {
  let matrix = try Matrix(rows: [[1, 0.85, 0], [0.85, 1, 0.45], [0, 0.45, 1]])
  let (values, vectors) = try matrix.symmetricEigensystem()
  #expect((values[0] - 0.0382308).magnitude < 5e-8)
  let image = matrix * vectors
  for i in 0..<3 {
    for j in 0..<3 { #expect((image[i, j] - vectors[i, j] * values[j]).magnitude < 1e-14) }
  }
}

@Test(arguments: [Double.nan, .infinity, -.infinity]) func nothingIsComputedFromWhatIsNoNumber(_ bad: Double)
  throws
{
  let matrix = try Matrix(rows: [[1, bad], [bad, 1]])
  #expect(throws: LinearAlgebraError.nonFinite) { try matrix.exponential() }
  #expect(throws: LinearAlgebraError.nonFinite) { try matrix.metzlerExponential() }
  #expect(throws: LinearAlgebraError.nonFinite) { try matrix.symmetricEigenvalues() }
  #expect(throws: LinearAlgebraError.nonFinite) { try matrix.symmetricEigensystem() }
  #expect(throws: LinearAlgebraError.nonFinite) { try matrix.solve([1, 1]) }
  #expect(throws: LinearAlgebraError.nonFinite) { try Matrix.identity(order: 2).solve([1, bad]) }
  #expect(throws: LinearAlgebraError.nonFinite) {
    try SymmetricTridiagonal(diagonal: [1, bad], offDiagonal: [0])
  }
}

@Test func shapesAreChecked() throws {
  let wide = try Matrix(rows: [[1, 2]])
  #expect(throws: LinearAlgebraError.self) { try Matrix(rows: []) }
  #expect(throws: LinearAlgebraError.self) { try Matrix(rows: [[1], [1, 2]]) }
  #expect(throws: LinearAlgebraError.self) { try wide.exponential() }
  #expect(throws: LinearAlgebraError.self) { try wide.metzlerExponential() }
  #expect(throws: LinearAlgebraError.self) { try wide.symmetricEigenvalues() }
  #expect(throws: LinearAlgebraError.self) { try wide.solve([1]) }
  #expect(throws: LinearAlgebraError.notSymmetric) {
    try Matrix(rows: [[1, 2], [0, 1]]).symmetricEigenvalues()
  }
  #expect(throws: LinearAlgebraError.self) { try SymmetricTridiagonal(diagonal: [], offDiagonal: []) }
  #expect(throws: LinearAlgebraError.self) { try SymmetricTridiagonal(diagonal: [1, 2], offDiagonal: []) }
  #expect(throws: LinearAlgebraError.nonFinite) {
    try Matrix(rows: [[1000, 0], [0, 1000]]).exponential()
  }
  #expect(throws: LinearAlgebraError.nonFinite) {
    try Matrix(rows: [[0, -1], [1, 0]]).metzlerExponential()
  }
}

extension SymmetricTridiagonal {
  /// The same matrix with all its zeros written out.
  fileprivate var dense: Matrix {
    var result = Matrix(rowCount: diagonal.count, columnCount: diagonal.count)
    for index in diagonal.indices { result[index, index] = diagonal[index] }
    for index in offDiagonal.indices {
      result[index, index + 1] = offDiagonal[index]
      result[index + 1, index] = offDiagonal[index]
    }
    return result
  }
}
