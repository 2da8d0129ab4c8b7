import LinearAlgebra
import Models
import Testing

@Test func weightEntropyOfTheReference() throws {
  let spread = try WeightEntropy(exposures: [0.25, 0.25, 0.2, 0.15, 0.1, 0.05])
  expectClose(spread.entropy, 1.6796478838, absolute: 5.1e-11)
  expectClose(spread.concentration, 0.2, relative: 1e-12)
  expectClose(
    try WeightEntropy(exposures: [0.95, 0.03, 0.01, 0.01]).entropy, 0.2460287703, absolute: 5.1e-11)
  // Shorts count by their size: 60, 50, −40 is spread over nearly three names.
  expectClose(try WeightEntropy(exposures: [60, 50, -40]).entropy, 1.0851886130, absolute: 5.1e-11)
  expectClose(
    try WeightEntropy(exposures: Array(repeating: 3, count: 7)).entropy, 1.945910149, absolute: 5.1e-10)
  #expect(try WeightEntropy(exposures: [5, 0]).entropy == 0)
  #expect(throws: ModelError.self) { try WeightEntropy(exposures: []) }
  #expect(throws: ModelError.self) { try WeightEntropy(exposures: [0, 0]) }
  #expect(throws: ModelError.self) { try WeightEntropy(exposures: [1, .nan]) }
}

@Test func spectralBetsOfEquicorrelatedSeries() throws {
  for (rho, bets) in [(0, 8), (0.2, 7.192), (0.4, 5.548), (0.6, 3.775), (0.8, 2.235), (0.95, 1.303)] {
    var matrix = Matrix(rowCount: 8, columnCount: 8, repeating: rho)
    for index in 0..<8 { matrix[index, index] = 1 }
    expectClose(try EffectiveBets.spectral(correlation: matrix), bets, absolute: 5.1e-4)
  }
}

@Test func principalBetsCountIndependentRisks() throws {
  // Equal independent risks: as many bets as positions. A hedged pair: the one bet that is left.
  let independent = try Matrix(rows: [[1, 0, 0], [0, 4, 0], [0, 0, 9]])
  expectClose(
    try EffectiveBets.principal(covariance: independent, exposures: [6, 3, 2]), 3, relative: 1e-12)
  expectClose(
    try EffectiveBets.principal(covariance: independent, exposures: [0, 3, 0]), 1, relative: 1e-12)
  let pair = try Matrix(rows: [[1, 0.9], [0.9, 1]])
  expectClose(try EffectiveBets.principal(covariance: pair, exposures: [1, -1]), 1, relative: 1e-9)
  #expect(throws: ModelError.self) { try EffectiveBets.principal(covariance: pair, exposures: [0, 0]) }
  #expect(throws: ModelError.self) { try EffectiveBets.principal(covariance: pair, exposures: [1]) }
  #expect(throws: ModelError.self) { try EffectiveBets.principal(covariance: pair, exposures: [1, .nan]) }
  let impossible = try Matrix(rows: [[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])
  #expect(throws: ModelError.self) { try EffectiveBets.spectral(correlation: impossible) }
}

@Test func permutationEntropyOfBandtAndPompe() throws {
  let series: [Double] = [4, 7, 9, 10, 6, 11, 3]
  expectClose(try OrdinalEntropy.permutation(series, order: 2), 0.9182958341, absolute: 5.1e-11)
  expectClose(try OrdinalEntropy.permutation(series, order: 3), 1.5219280949, absolute: 5.1e-11)
  #expect(try OrdinalEntropy.permutation((0..<50).map(Double.init), order: 5) == 0)
  #expect(throws: ModelError.self) { try OrdinalEntropy.permutation(series, order: 8) }
  #expect(throws: ModelError.self) { try OrdinalEntropy.permutation([1], order: 2) }
  #expect(throws: ModelError.self) { try OrdinalEntropy.permutation([1, .nan], order: 2) }
}

@Test func permutationEntropyAgreesWithCountingOrderingsInADictionary() throws {
  var random = SystemlessGenerator(seed: 9)
  for order in 2...6 {
    // Few distinct values, so that ties are common: equal values rank in order of time.
    let series = (0..<800).map { _ in Double(random.next() % 5) }
    var counts: [[Int]: Int] = [:]
    for start in 0...(series.count - order) {
      let ranks = (0..<order).sorted { (series[start + $0], $0) < (series[start + $1], $1) }
      counts[ranks, default: 0] += 1
    }
    let total = Double(series.count - order + 1)
    let weights = try WeightEntropy(exposures: counts.values.map { Double($0) / total })
    let bits = weights.entropy / 0.693_147_180_559_945_3
    expectClose(try OrdinalEntropy.permutation(series, order: order), bits, relative: 1e-12)
  }
}

@Test func sampleEntropyOfTheReference() throws {
  let series: [Double] = [1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 4, 2]
  expectClose(try OrdinalEntropy.sample(series, length: 2, tolerance: 0.5), 0.4054651081, absolute: 5.1e-11)
  #expect(throws: ModelError.self) { try OrdinalEntropy.sample([1, 2, 4, 8, 16], length: 2, tolerance: 0.5) }
  #expect(throws: ModelError.self) { try OrdinalEntropy.sample([1, 2], length: 2, tolerance: 0.5) }
  #expect(throws: ModelError.self) { try OrdinalEntropy.sample(series, length: 0, tolerance: 0.5) }
  #expect(throws: ModelError.self) { try OrdinalEntropy.sample(series, length: 2, tolerance: .nan) }
}
