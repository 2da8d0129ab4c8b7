import LinearAlgebra
import Models
import Testing

private let exposures = [30_000.0, -20_000]
private func book() throws -> ParametricRisk {
  try ParametricRisk(covariance: Matrix(rows: [[4e-4, 1.8e-4], [1.8e-4, 9e-4]]))
}

@Test func parametricRiskOfTheReferenceBook() throws {
  let book = try book()
  expectClose(try book.standardDeviation(exposures: exposures), 709.929574)
  expectClose(try book.valueAtRisk(exposures: exposures, confidence: 0.99), 1651.543155)
  expectClose(try book.expectedShortfall(exposures: exposures, confidence: 0.975), 1659.675340)
  expectClose(
    try book.incrementalValueAtRisk(exposures: exposures, change: [10_000, 0], confidence: 0.99), 311.431331)
  let parts = try book.componentValueAtRisk(exposures: exposures, confidence: 0.99)
  expectClose(parts, [825.771578, 825.771578])
  expectClose(
    parts.reduce(0, +), try book.valueAtRisk(exposures: exposures, confidence: 0.99), relative: 1e-14)
}

@Test func historicalRiskOfTheReferenceSample() throws {
  let profits = [
    -4.1, -3.2, -2.5, -2.2, -1.9, -1.5, -1.2, -1.0, -0.8, -0.6, -0.5, -0.3, -0.1, 0, 0.2, 0.3, 0.5, 0.6, 0.9,
    1.1,
    1.3, 1.6, 2.0, 2.4, 3.1,
  ]
  let risk = try HistoricalRisk(profits: profits.reversed())
  #expect(try risk.valueAtRisk(confidence: 0.9) == 2.5)
  expectClose(try risk.expectedShortfall(confidence: 0.9), 3.42, relative: 1e-12)
  // 100 · (1 − 0.95) is 5.000000000000004 in binary: still the fifth loss.
  let hundred = try HistoricalRisk(profits: (1...100).map { -Double($0) })
  #expect(try hundred.valueAtRisk(confidence: 0.95) == 96)
  expectClose(try hundred.expectedShortfall(confidence: 0.95), 98, relative: 1e-12)
  #expect(try hundred.valueAtRisk(confidence: 0.9999) == 100)
  expectClose(try hundred.expectedShortfall(confidence: 0.9999), 100, relative: 1e-12)
}

@Test func normalQuantilesAreThoseOfTheTables() throws {
  let table = [
    (0.99, 2.3263478740408408), (0.975, 1.959963984540054), (0.5, 0), (0.95, 1.6448536269514722),
    (0.999, 3.090232306167813), (0.01, -2.3263478740408408), (1e-10, -6.361340902404056),
  ]
  for (p, x) in table {
    expectClose(try NormalDistribution.quantile(p), x, absolute: 1e-15, relative: 2e-15)
  }
  expectClose(
    try NormalDistribution.density(1.959963984540054) / 0.025, 2.337802792201415, relative: 1e-13)
  expectClose(
    try NormalDistribution.density(2.3263478740408408) / 0.01, 2.665214220345808, relative: 1e-13)
  for p in stride(from: 1e-6, to: 1, by: 0.0137) {
    expectClose(try NormalDistribution.cumulative(NormalDistribution.quantile(p)), p, relative: 1e-13)
  }
  #expect(try NormalDistribution.quantile(.leastNonzeroMagnitude).isFinite)
}

@Test func riskRefusesWhatIsNoBook() throws {
  let book = try book()
  for bad in [Double.nan, .infinity] {
    #expect(throws: ModelError.self) { try book.standardDeviation(exposures: [bad, 1]) }
    #expect(throws: ModelError.self) { try book.valueAtRisk(exposures: [1, 1], confidence: bad) }
    #expect(throws: ModelError.self) { try HistoricalRisk(profits: [1, bad]) }
    #expect(throws: ModelError.self) { try NormalDistribution.cumulative(bad) }
  }
  for bad in [0, 1, 0.5, -1] {
    #expect(throws: ModelError.self) { try book.valueAtRisk(exposures: [1, 1], confidence: bad) }
  }
  #expect(throws: ModelError.self) { try book.standardDeviation(exposures: [1]) }
  #expect(throws: ModelError.self) {
    try book.incrementalValueAtRisk(exposures: [1, 1], change: [1], confidence: 0.99)
  }
  #expect(throws: ModelError.self) { try book.componentValueAtRisk(exposures: [0, 0], confidence: 0.99) }
  #expect(throws: ModelError.self) { try ParametricRisk(covariance: Matrix(rows: [[1, 2], [2, 1]])) }
  #expect(throws: ModelError.self) { try ParametricRisk(covariance: Matrix(rows: [[1, 0.5], [0.2, 1]])) }
  #expect(throws: ModelError.self) { try ParametricRisk(covariance: Matrix(rows: [[1, 0.5]])) }
  #expect(throws: ModelError.self) { try HistoricalRisk(profits: []) }
  #expect(throws: ModelError.self) { try HistoricalRisk(profits: [1]).valueAtRisk(confidence: 1) }
}
