import Models
import Testing

private func referenceBars() throws -> [Bar] {
  let open = [100, 101, 100.5, 102, 101.2, 103]
  let high = [101.5, 101.8, 102.2, 102.6, 103.4, 104.1]
  let low = [99.2, 100.1, 100, 100.9, 100.8, 102.2]
  let close = [101, 100.4, 102, 101.3, 103.1, 103.6]
  return try open.indices.map { try Bar(open: open[$0], high: high[$0], low: low[$0], close: close[$0]) }
}

@Test func rangeEstimatorsOfTheReferenceBars() throws {
  let bars = try referenceBars()
  func bps(_ variance: Double) -> Double { 1e4 * variance.squareRoot() }
  expectClose(bps(try BarVolatility.parkinson(bars)), 123.797633)
  expectClose(bps(try BarVolatility.garmanKlass(bars)), 127.345895)
  expectClose(bps(try BarVolatility.rogersSatchell(bars)), 123.314479)
  expectClose(bps(try BarVolatility.yangZhang(bars)), 117.978437)
  expectClose(bps(try BarVolatility.closeToClose(bars)), 115.457521)
}

@Test func aFlatMarketHasNoVolatilityAndGarmanKlassMayNotGoBelow() throws {
  let flat = try (0..<4).map { _ in try Bar(open: 5, high: 5, low: 5, close: 5) }
  #expect(try BarVolatility.parkinson(flat) == 0)
  #expect(try BarVolatility.yangZhang(flat) == 0)
  // A bar that runs from low to high is Garman and Klass's worst case: (½ − 0.386) ln² stays positive; a
  // single bar cannot go below zero in total.
  let trend = try [Bar(open: 100, high: 110, low: 100, close: 110)]
  #expect(try BarVolatility.garmanKlass(trend) > 0)
  #expect(try BarVolatility.rogersSatchell(trend) == 0)
}

@Test func ewmaVarianceOfTheReferenceReturns() throws {
  let bars = try referenceBars()
  var model = try EWMAVariance(decay: 0.94)
  #expect(model.variance == nil)
  for (previous, bar) in zip(bars, bars.dropFirst()) {
    // ln(C/C') from the bars' own estimator: the square root of a two-bar mean with the sign irrelevant.
    let pair = [previous, bar]
    try model.update(logReturn: BarVolatility.closeToClose(pair).squareRoot())
  }
  expectClose(1e4 * (try #require(model.variance)).squareRoot(), 78.479286)
  expectClose(model.effectiveObservationCount, 32.333333)
  expectClose(try model.relativeError(), 0.124354)
  expectClose(12 * (try VolatilityUncertainty.relativeError(effectiveObservationCount: 30)), 1.549193)
  expectClose(
    12 * (try VolatilityUncertainty.relativeError(effectiveObservationCount: 30, kurtosis: 6)), 2.449490)
  let before = model
  #expect(throws: ModelError.self) { try model.update(logReturn: .nan) }
  #expect(throws: ModelError.self) { try model.update(logReturn: 1e200) }
  #expect(model == before)
}

@Test func realisedAndBipowerVariationOfTheReference() throws {
  let returns = [10, -8, 12, 150, -9, 7, -11, 6].map { $0 * 1e-4 }
  let model = try RealisedVariation(returns: returns)
  expectClose(try model.realisedVariance(), 2.3095e-4, relative: 1e-12)
  expectClose(try model.bipowerVariation(), 5.548052626239574e-05, relative: 1e-12)
  expectClose(try model.bipowerVariation(corrected: true), 6.340631572845228e-05, relative: 1e-12)
  expectClose(try model.jumpShare(), 0.7254543592619516, relative: 1e-12)
  expectClose(try model.jumpStatistic(), 2.7537352334491567, relative: 1e-9)
}

@Test func aGaussianWalkHasNoJumpsAndAJumpIsFound() throws {
  var random = SystemlessGenerator(seed: 17)
  var rejections = 0
  for _ in 0..<400 {
    var model = RealisedVariation()
    for _ in 0..<300 { try model.update(logReturn: 1e-4 * random.normal()) }
    if try model.jumpStatistic() > 2.326 { rejections += 1 }
  }
  // One in a hundred by construction; the test is known to be a little generous in finite samples.
  #expect(rejections <= 16, "seed 17: \(rejections) of 400")
  var jumped = RealisedVariation()
  for step in 0..<300 { try jumped.update(logReturn: 1e-4 * random.normal() + (step == 150 ? 2e-3 : 0)) }
  #expect(try jumped.jumpStatistic() > 4)
  #expect(agrees(try jumped.jumpShare(), 4e-6 / (4e-6 + 3e-6), absolute: 0.12))
}

@Test func volatilityRefusesWhatHasNone() throws {
  for bad in [Double.nan, .infinity, 0, -1] {
    #expect(throws: ModelError.self) { try Bar(open: bad, high: 2, low: 1, close: 1) }
    #expect(throws: ModelError.self) { try Bar(open: 1, high: bad, low: 1, close: 1) }
    #expect(throws: ModelError.self) { try Bar(open: 1, high: 2, low: bad, close: 1) }
    #expect(throws: ModelError.self) { try Bar(open: 1, high: 2, low: 1, close: bad) }
    #expect(throws: ModelError.self) {
      try VolatilityUncertainty.relativeError(effectiveObservationCount: bad)
    }
  }
  #expect(throws: ModelError.self) { try Bar(open: 1, high: 2, low: 1.5, close: 1) }
  let bars = try referenceBars()
  #expect(throws: ModelError.tooFew("bars", have: 0, need: 1)) { try BarVolatility.parkinson([]) }
  #expect(throws: ModelError.self) { try BarVolatility.garmanKlass([]) }
  #expect(throws: ModelError.self) { try BarVolatility.rogersSatchell([]) }
  #expect(throws: ModelError.self) { try BarVolatility.closeToClose(Array(bars.prefix(1))) }
  #expect(throws: ModelError.self) { try BarVolatility.yangZhang(Array(bars.prefix(2))) }
  #expect(throws: ModelError.self) { try EWMAVariance(decay: 1) }
  #expect(throws: ModelError.self) { try RealisedVariation().realisedVariance() }
  #expect(throws: ModelError.self) { try RealisedVariation(returns: [1]).bipowerVariation() }
  #expect(throws: ModelError.self) { try RealisedVariation(returns: [0, 0, 0]).jumpShare() }
  #expect(throws: ModelError.self) { try RealisedVariation(returns: [0, 1, 0, 1]).jumpStatistic() }
  #expect(throws: ModelError.self) { try RealisedVariation(returns: [1, 2]).jumpStatistic() }
  #expect(throws: ModelError.self) { try RealisedVariation(returns: [1, .nan]) }
}
