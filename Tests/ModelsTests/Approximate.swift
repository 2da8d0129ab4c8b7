import LinearAlgebra
import Testing

/// Whether two numbers agree to a relative or absolute tolerance; NaN agrees with nothing.
func agrees(_ value: Double, _ expected: Double, relative: Double = 0, absolute: Double = 0) -> Bool {
  (value - expected).magnitude <= max(absolute, relative * expected.magnitude)
}

/// Expects agreement to half a unit in the last published digit, or to the given tolerance.
func expectClose(
  _ value: Double?, _ expected: Double, absolute: Double = 5.01e-7, relative: Double = 0,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard let value else {
    Issue.record("no value, expected \(expected)", sourceLocation: sourceLocation)
    return
  }
  #expect(
    agrees(value, expected, relative: relative, absolute: absolute), "\(value) instead of \(expected)",
    sourceLocation: sourceLocation)
}

/// Expects every element to agree.
func expectClose(
  _ values: [Double], _ expected: [Double], absolute: Double = 5.01e-7, relative: Double = 0,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(values.count == expected.count, sourceLocation: sourceLocation)
  for (value, wanted) in zip(values, expected) {
    expectClose(value, wanted, absolute: absolute, relative: relative, sourceLocation: sourceLocation)
  }
}

/// e to a number, computed by the linear algebra's matrix exponential: independent of the models' own C
/// library.
func exponential(_ value: Double) throws -> Double {
  try Matrix(rows: [[value]]).exponential()[0, 0]
}
