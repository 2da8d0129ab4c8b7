import Models
import Testing

private let times = [1, 1.5, 2, 4, 4.2]
private func reference() throws -> Hawkes {
  try Hawkes(baseRatePerSecond: 0.5, jumpPerSecond: 0.8, decayPerSecond: 2)
}

@Test func hawkesVectorOfTheReference() throws {
  let model = try reference()
  expectClose(try model.logLikelihood(times: times, until: 5), -5.989837273404875, relative: 1e-14)
  expectClose(
    try model.compensator(times: times, until: 5),
    [0.5, 1.0028482235, 1.5987141102, 3.1889870648, 3.4244897903, 4.3636168408], absolute: 5.1e-11)
  expectClose(model.branchingRatio, 0.4, relative: 1e-15)
  expectClose(model.meanRatePerSecond, 0.5 / 0.6, relative: 1e-15)
}

@Test func hawkesStreamHasTheIntensitiesOfTheReference() throws {
  var stream = HawkesIntensity(model: try reference())
  let before = [0.5, 0.7943035529, 0.9025717795, 0.5220258705, 1.0510204193]
  for (time, expected) in zip(times, before) {
    let nanos = Int64(time * 1e9)
    expectClose(try stream.intensity(atNanos: nanos), expected, relative: 1e-12)
    try stream.update(atNanos: nanos)
    expectClose(try stream.intensity(atNanos: nanos), expected + 0.8, relative: 1e-12)
  }
  let five: Int64 = 5_000_000_000
  expectClose(try stream.intensity(atNanos: five), 0.7727663184, absolute: 5.1e-11)
  expectClose(try stream.expectedCount(atNanos: five, horizonSeconds: 1), 0.7980628495, absolute: 5.1e-11)
  expectClose(try stream.expectedCount(atNanos: five, horizonSeconds: 0.1), 0.0776259237, absolute: 5.1e-11)
  expectClose(try stream.expectedCount(atNanos: five, horizonSeconds: 10), 8.2828611310, absolute: 5.1e-11)
  #expect(throws: ModelError.self) { try stream.update(atNanos: 0) }
  #expect(throws: ModelError.self) { try stream.intensity(atNanos: 0) }
  #expect(try stream.intensity(atNanos: .max) == 0.5)
}

@Test func bivariateHawkesVectorOfTheReference() throws {
  let model = try BivariateHawkes(
    baseRatePerSecond: .init(buy: 0.6, sell: 0.4), buyJumpPerSecond: .init(buy: 0.5, sell: 0.2),
    sellJumpPerSecond: .init(buy: 0.1, sell: 0.6), decayPerSecond: 1.5)
  let (buys, sells) = ([0.4, 1.1, 1.3], [0.9, 2.0])
  expectClose(
    try model.logLikelihood(buys: buys, sells: sells, until: 2.5), -6.074907582528, absolute: 5.1e-13)
  expectClose(model.spectralRadius, 0.466667)
  expectClose(model.meanRatePerSecond.buy, 1.05681818, absolute: 5.1e-9)
  expectClose(model.meanRatePerSecond.sell, 0.78409091, absolute: 5.1e-9)
  var stream = BivariateHawkesIntensity(model: model)
  for (time, isBuy) in [(0.4, true), (0.9, false), (1.1, true), (1.3, true), (2.0, false)] {
    try stream.update(isBuy: isBuy, atNanos: Int64((time * 1e9).rounded()))
  }
  let rates = try stream.intensity(atNanos: 2_500_000_000)
  expectClose(rates.buy, 0.87792062, absolute: 5.1e-9)
  expectClose(rates.sell, 0.77091145, absolute: 5.1e-9)
  #expect(throws: ModelError.self) { try stream.update(isBuy: true, atNanos: 0) }
}

@Test func withoutCrossExcitementTwoProcessesAreTwoSingleOnes() throws {
  let model = try BivariateHawkes(
    baseRatePerSecond: .init(buy: 0.5, sell: 0.7), buyJumpPerSecond: .init(buy: 0.8, sell: 0),
    sellJumpPerSecond: .init(buy: 0, sell: 0.3), decayPerSecond: 2)
  let buy = try reference()
  let sell = try Hawkes(baseRatePerSecond: 0.7, jumpPerSecond: 0.3, decayPerSecond: 2)
  let sells = [0.3, 1.7, 3.9]
  let apart = try buy.logLikelihood(times: times, until: 5) + sell.logLikelihood(times: sells, until: 5)
  expectClose(try model.logLikelihood(buys: times, sells: sells, until: 5), apart, relative: 1e-13)
  let residuals = try model.residuals(buys: times, sells: sells, until: 5)
  let compensator = try buy.compensator(times: times, until: 5)
  let gaps = zip(compensator, [0] + compensator).map { $0 - $1 }.dropLast()
  expectClose(residuals.buys, Array(gaps), relative: 1e-12)
}

@Test func aFillIsAsLikelyAsTheOrdersThatReachIt() throws {
  let near = try FillProbability.atLeastOnce(expectedOrders: 2, offset: 0, decayPerOffset: 0.5)
  expectClose(near, 0.864664717, absolute: 5.1e-10)
  let far = try FillProbability.atLeastOnce(expectedOrders: 2, offset: 4, decayPerOffset: 0.5)
  expectClose(far, 1 - (try exponential(-2 * exponential(-2))), relative: 1e-12)
  #expect(try FillProbability.atLeastOnce(expectedOrders: 0, offset: -1e6, decayPerOffset: 1) == 0)
  #expect(try FillProbability.atLeastOnce(expectedOrders: 1, offset: -1e6, decayPerOffset: 1) == 1)
  #expect(try FillProbability.atLeastOnce(expectedOrders: 1, offset: 1e6, decayPerOffset: 1) == 0)
}

/// A sample of a Hawkes process by Ogata's thinning, on this file's own generator.
private func sample(_ model: Hawkes, until: Double, seed: UInt64) throws -> [Double] {
  var random = SystemlessGenerator(seed: seed)
  var (time, excitement) = (0.0, 0.0)
  var times: [Double] = []
  while true {
    let bound = model.baseRatePerSecond + model.jumpPerSecond * excitement
    let wait = random.exponential() / bound
    excitement *= try exponential(-model.decayPerSecond * wait)
    time += wait
    if time > until { return times }
    if random.unit() * bound < model.baseRatePerSecond + model.jumpPerSecond * excitement {
      times.append(time)
      excitement += 1
    }
  }
}

@Test func theFitRecoversTheProcessThatMadeTheSample() throws {
  let truth = try Hawkes(baseRatePerSecond: 0.6, jumpPerSecond: 1.2, decayPerSecond: 2)
  let seed: UInt64 = 3
  let until = 3000.0
  let times = try sample(truth, until: until, seed: seed)
  let fit = try HawkesFit.univariate(times: times, until: until)
  #expect(agrees(fit.model.baseRatePerSecond, 0.6, relative: 0.1), "seed \(seed): \(fit)")
  #expect(agrees(fit.model.branchingRatio, 0.6, relative: 0.06), "seed \(seed): \(fit)")
  #expect(agrees(fit.model.decayPerSecond, 2, relative: 0.15), "seed \(seed): \(fit)")
  #expect(fit.logLikelihood >= (try truth.logLikelihood(times: times, until: until)))
  #expect(fit.logLikelihood > fit.poissonLogLikelihood + 500)
  #expect(fit.goodness.pValue > 0.01, "seed \(seed): \(fit.goodness)")
  // A stationary point: no small step in any parameter does better.
  for step in [0.999, 1.001] {
    for parameter in 0..<3 {
      let scale = (0..<3).map { $0 == parameter ? step : 1 }
      let neighbour = try Hawkes(
        baseRatePerSecond: fit.model.baseRatePerSecond * scale[0],
        jumpPerSecond: fit.model.jumpPerSecond * scale[1],
        decayPerSecond: fit.model.decayPerSecond * scale[2])
      #expect(try neighbour.logLikelihood(times: times, until: until) <= fit.logLikelihood)
    }
  }
}

@Test func aPoissonSampleShowsNoExcitementAndAWrongModelFailsTheTest() throws {
  var random = SystemlessGenerator(seed: 8)
  var time = 0.0
  let times = (0..<4000).map { _ in
    time += random.exponential()
    return time
  }
  let fit = try HawkesFit.univariate(times: times, until: time)
  #expect(fit.model.branchingRatio < 0.06)
  #expect(fit.logLikelihood - fit.poissonLogLikelihood < 8)
  #expect(fit.goodness.pValue > 0.01)
  let wrong = try Hawkes(baseRatePerSecond: 0.4, jumpPerSecond: 1.2, decayPerSecond: 2)
  let compensator = try wrong.compensator(times: times, until: time).dropLast()
  let gaps = zip(compensator, [0] + compensator).map { $0 - $1 }
  #expect(try KolmogorovSmirnov(exponential: gaps).pValue < 1e-6)
}

@Test func theBivariateFitFindsWhoExcitesWhom() throws {
  // Sellers follow buyers and nobody follows sellers: the fit must find that one arrow.
  let truth = try Hawkes(baseRatePerSecond: 0.5, jumpPerSecond: 1, decayPerSecond: 2.5)
  let seed: UInt64 = 21
  let until = 2500.0
  let buys = try sample(truth, until: until, seed: seed)
  var random = SystemlessGenerator(seed: seed + 1)
  var sells: [Double] = []
  for buy in buys {
    // A Poisson number of followers with mean ½, each after an exponential wait.
    var arrivals = random.exponential()
    while arrivals < 0.5 {
      let sell = buy + random.exponential() / 2.5
      if sell < until { sells.append(sell) }
      arrivals += random.exponential()
    }
  }
  var time = 0.0
  while true {
    time += random.exponential() / 0.3
    if time > until { break }
    sells.append(time)
  }
  sells.sort()
  let fit = try HawkesFit.bivariate(buys: buys, sells: sells, until: until)
  let model = fit.model
  let decay = model.decayPerSecond
  #expect(agrees(model.buyJumpPerSecond.buy / decay, 0.4, absolute: 0.06), "seed \(seed): \(fit)")
  #expect(model.buyJumpPerSecond.sell / decay < 0.06, "seed \(seed): \(fit)")
  #expect(agrees(model.sellJumpPerSecond.buy / decay, 0.5, absolute: 0.06), "seed \(seed): \(fit)")
  #expect(model.sellJumpPerSecond.sell / decay < 0.06, "seed \(seed): \(fit)")
  #expect(agrees(decay, 2.5, relative: 0.15), "seed \(seed): \(fit)")
  #expect(fit.logLikelihood > fit.poissonLogLikelihood + 200)
  #expect(fit.buyGoodness.pValue > 0.01 && fit.sellGoodness.pValue > 0.01)
}

@Test func kolmogorovSmirnovOfAKnownSample() throws {
  // Reference: scipy.stats.kstest([0.1, 0.4, 0.9, 1.6, 2.5], "expon") gives the same distance.
  let test = try KolmogorovSmirnov(exponential: [0.4, 0.1, 1.6, 0.9, 2.5])
  expectClose(test.distance, KolmogorovReference.distance, relative: 1e-13)
  expectClose(test.pValue, KolmogorovReference.pValue, absolute: 0.015)
  #expect(try KolmogorovSmirnov(exponential: Array(repeating: 0, count: 1000)).pValue < 1e-300)
}

@Test func hawkesRefusesWhatIsNoProcess() {
  for bad in [Double.nan, .infinity, -1] {
    #expect(throws: ModelError.self) {
      try Hawkes(baseRatePerSecond: bad, jumpPerSecond: 1, decayPerSecond: 2)
    }
    #expect(throws: ModelError.self) {
      try Hawkes(baseRatePerSecond: 1, jumpPerSecond: bad, decayPerSecond: 2)
    }
    #expect(throws: ModelError.self) {
      try Hawkes(baseRatePerSecond: 1, jumpPerSecond: 1, decayPerSecond: bad)
    }
    #expect(throws: ModelError.self) { try reference().logLikelihood(times: [1, bad], until: 5) }
    #expect(throws: ModelError.self) { try KolmogorovSmirnov(exponential: [bad]) }
  }
  #expect(throws: ModelError.unstable("branching ratio 1.0 is not below 1")) {
    try Hawkes(baseRatePerSecond: 1, jumpPerSecond: 2, decayPerSecond: 2)
  }
  #expect(throws: ModelError.outOfOrder("time of an event", at: 2)) {
    try reference().logLikelihood(times: [1, 2, 1.5], until: 5)
  }
  #expect(throws: ModelError.self) { try reference().logLikelihood(times: [1, 6], until: 5) }
  #expect(throws: ModelError.tooFew("events", have: 2, need: 10)) {
    try HawkesFit.univariate(times: [1, 2], until: 5)
  }
  let instant = Array(repeating: 5.0, count: 20)
  #expect(throws: ModelError.self) { try HawkesFit.univariate(times: instant, until: 5) }
  #expect(throws: ModelError.self) { try HawkesFit.bivariate(buys: instant, sells: [], until: 5) }
  #expect(throws: ModelError.self) { try KolmogorovSmirnov(exponential: []) }
  #expect(throws: ModelError.self) {
    try BivariateHawkes(
      baseRatePerSecond: .init(buy: 1, sell: 1), buyJumpPerSecond: .init(buy: 1, sell: 1),
      sellJumpPerSecond: .init(buy: 1, sell: 1), decayPerSecond: 1.9)
  }
}
