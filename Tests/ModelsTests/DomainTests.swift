import LinearAlgebra
import Models
import Testing
import Trading

/// One public function as a map from a few numbers to a few numbers. `nil` results are documented "no answer"
/// values; everything else must be finite, whatever goes in.
private struct Probe: Sendable, CustomTestStringConvertible {
  let name: String
  /// How many numbers it takes.
  let arity: Int
  /// A point well inside the domain, so that one argument at a time can be made bad.
  let good: [Double]
  let call: @Sendable ([Double]) throws -> [Double?]

  var testDescription: String { name }

  init(_ name: String, _ good: [Double], _ call: @escaping @Sendable ([Double]) throws -> [Double?]) {
    (self.name, arity, self.good, self.call) = (name, good.count, good, call)
  }
}

private let bad: [Double] = [.nan, .infinity, -.infinity]
private let extreme: [Double] = [
  0, -0.0, -1, 1, 0.5, 1e-300, -1e-300, 1e300, -1e300, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 1e18,
  -1e18,
]

private func offsets(_ quotes: QuoteOffsets) -> [Double?] {
  [quotes.bidOffset, quotes.askOffset].filter { $0 != nil }
}

private let marketMaking: [Probe] = [
  Probe("AvellanedaStoikov.quotes", [0.1, 2, 1.5, 3, 0.5]) {
    try offsets(
      AvellanedaStoikov(riskAversion: $0[0], volatilityPerRootTime: $0[1], fillDecayPerOffset: $0[2])
        .quotes(inventoryLots: $0[3], timeLeft: $0[4]))
  },
  Probe("AvellanedaStoikov.reservationPrice", [0.1, 2, 1.5, 100, 3, 0.5]) {
    [
      try AvellanedaStoikov(riskAversion: $0[0], volatilityPerRootTime: $0[1], fillDecayPerOffset: $0[2])
        .reservationPrice(mid: $0[3], inventoryLots: $0[4], timeLeft: $0[5])
    ]
  },
  Probe("AvellanedaStoikov.spread", [0.1, 2, 1.5, 0.5]) {
    [
      try AvellanedaStoikov(riskAversion: $0[0], volatilityPerRootTime: $0[1], fillDecayPerOffset: $0[2])
        .spread(timeLeft: $0[3])
    ]
  },
  Probe("AvellanedaStoikov.indifference", [0.1, 2, 1.5, 3, 0.5]) {
    try offsets(
      AvellanedaStoikov(riskAversion: $0[0], volatilityPerRootTime: $0[1], fillDecayPerOffset: $0[2])
        .indifference(inventoryLots: $0[3], timeLeft: $0[4]))
  },
  Probe("AvellanedaStoikov.stationaryIndifference", [0.1, 2, 1.5]) {
    try offsets(
      AvellanedaStoikov(riskAversion: $0[0], volatilityPerRootTime: $0[1], fillDecayPerOffset: $0[2])
        .stationaryIndifference(inventoryLots: 2, inventoryLimitLots: 5))
  },
  Probe("AvellanedaStoikov.geometricIndifference", [100, 3, 0.1, 0.2, 0.5]) {
    try offsets(
      AvellanedaStoikov.geometricIndifference(
        mid: $0[0], inventoryLots: $0[1], riskAversion: $0[2], relativeVolatility: $0[3], timeLeft: $0[4]))
  },
  Probe("GLFT.closedForm", [0.3, 0.9, 0.3, 0.01, 0.001, 0.5, 4]) {
    try offsets(glft($0).closedForm(inventoryLots: $0[6]))
  },
  Probe("GLFT.with", [0.3, 0.9, 0.3, 0.01, 0.001, 0.5, 2]) {
    try offsets(glft($0).with(volatilityPerRootSecond: $0[6]).closedForm(inventoryLots: 1))
  },
  Probe("GLFT.stationary", [0.3, 0.9, 0.3, 0.01, 0.001, 0.5]) {
    try offsets(glft($0).stationary(inventoryLimitLots: 3).quotes(inventoryLots: 1))
  },
  Probe("GLFT.atHorizon", [0.3, 0.9, 0.3, 0.01, 0.001, 0.5, 60]) {
    try offsets(glft($0).atHorizon(secondsLeft: $0[6], inventoryLimitLots: 3).quotes(inventoryLots: 1))
  },
  Probe("Gueant2017.quotes", [0.9, 0.3, 0.01, 0.01, 1, 4, 0.3]) {
    try offsets(
      Gueant2017(
        fillsPerSecond: $0[0], fillDecayPerOffset: $0[1], inventoryRiskAversion: $0[2],
        executionRiskAversion: $0[3], lotSize: $0[4]
      ).quotes(inventory: $0[5], volatilityPerRootSecond: $0[6]))
  },
  Probe("CarteaJaimungal.stationary", [1, 0.5, 0.001, 0.2, 0.1]) {
    try offsets(hjb($0).stationary(inventoryLimitLots: 4).quotes(inventoryLots: -1))
  },
  Probe("CarteaJaimungal.atHorizon", [1, 0.5, 0.001, 0.2, 0.1, 60]) {
    try offsets(hjb($0).atHorizon(secondsLeft: $0[5], inventoryLimitLots: 4).quotes(inventoryLots: -1))
  },
  Probe("CarteaJaimungal.gainPerSecond", [1, 0.5, 0.001, 0.2, 0.1]) {
    [try hjb($0).gainPerSecond(inventoryLimitLots: 4)]
  },
  Probe("TakerRule.ratesPerSecond", [0.5, 1.5, 0.5, 4]) {
    let values = try hjb([1, 0.5, 0.02, 0, 0]).stationary(inventoryLimitLots: 10)
    let rates = try TakerRule(halfSpread: $0[0], takerFee: $0[1], impact: $0[2])
      .ratesPerSecond(inventoryLots: 10, values: values, horizonSeconds: $0[3])
    return [rates.buy, rates.sell]
  },
  Probe("DonchianChannel.update", [100, 101, 99]) {
    var channel = try DonchianChannel(barNanos: 1, bars: 2)
    for (time, price) in $0.enumerated() { try channel.update(price, atNanos: Int64(time)) }
    return [channel.high, channel.low]
  },
  Probe("LadderSizes.size and offset", [0.5, 1.5, 5, 7, 2]) {
    let levels = try LadderSizes(levelCount: 4, decayPerLevel: $0[0], step: $0[1])
    return [
      try levels.size(level: 3, total: $0[2], capacity: $0[3]), try levels.offset(level: 3, first: $0[4]),
    ]
  },
  Probe("Requote.isDue", [99, 100, 100, 2]) {
    [try Requote.isDue(old: $0[0], new: $0[1], mid: $0[2], thresholdBps: $0[3]) ? 1 : 0]
  },
  Probe("FillIntensity", [1, 0.5, 2, 3]) { x in
    var model = try FillIntensity(stepNanos: 10, binWidth: x[0], binCount: 8)
    for (index, depth) in (0..<60).map({ x[1 + $0 % 3] }).enumerated() {
      try model.record(depth: depth, atNanos: Int64(index) * 10)
    }
    try model.advance(toNanos: 10_000)
    let fit = try model.fit(bins: 0..<8)
    return [fit.fillsPerSecond, fit.fillDecayPerOffset, fit.rSquared]
  },
]

private func glft(_ x: [Double]) throws -> GLFT {
  try GLFT(
    volatilityPerRootSecond: x[0], fillsPerSecond: x[1], fillDecayPerOffset: x[2], riskAversion: x[3],
    driftPerSecond: x[4], impactPerFill: x[5])
}

private func hjb(_ x: [Double]) throws -> CarteaJaimungal {
  try CarteaJaimungal(
    fillsPerSecond: x[0], fillDecayPerOffset: x[1], inventoryPenalty: x[2], makerFee: x[3],
    terminalPenalty: x[4])
}

private let observation: [Probe] = [
  Probe("EWMAVolatility", [100, 101, 99]) { x in
    var model = try EWMAVolatility(halfLifeNanos: 1_000_000_000)
    for step in 0..<9 { try model.update(price: x[step % 3], atNanos: Int64(step) * 1_000_000_000) }
    return [
      model.variancePerSecond, model.volatilityBpsPerRootSecond, model.kurtosis,
      model.volatilityUncertaintyBpsPerRootSecond(kurtosis: nil), model.effectiveObservationCount,
    ]
  },
  Probe("EWMAVariance", [0.94, 0.01, -0.02]) { x in
    var model = try EWMAVariance(decay: x[0])
    try model.update(logReturn: x[1])
    try model.update(logReturn: x[2])
    return [model.variance, model.effectiveObservationCount, try model.relativeError()]
  },
  Probe("VolatilityUncertainty", [30, 3]) {
    [try VolatilityUncertainty.relativeError(effectiveObservationCount: $0[0], kurtosis: $0[1])]
  },
  Probe("RealisedVariation", [0.01, -0.02, 0.005]) { x in
    let model = try RealisedVariation(returns: [x[0], x[1], x[2], x[0], x[1]])
    return [
      try model.realisedVariance(), try model.bipowerVariation(corrected: true), try model.jumpShare(),
      try model.jumpStatistic(),
    ]
  },
  Probe("BarVolatility", [100, 102, 99, 101]) { x in
    let bar = try Bar(open: x[0], high: x[1], low: x[2], close: x[3])
    let bars = try [Bar(open: 100, high: 101, low: 99, close: 100), bar, bar]
    return [
      try BarVolatility.closeToClose(bars),
      try BarVolatility.parkinson(bars), try BarVolatility.garmanKlass(bars),
      try BarVolatility.rogersSatchell(bars),
      try BarVolatility.yangZhang(bars),
    ]
  },
  Probe("BpsConversion", [1e-8, 2.5, 30_000, 60]) {
    [
      try BpsConversion.volatility(variancePerSecond: $0[0]), try BpsConversion.price(bps: $0[1], of: $0[2]),
      try BpsConversion.distance($0[1], of: $0[2]),
      try BpsConversion.volatility(perRootSecond: $0[1], overSeconds: $0[3]),
    ]
  },
  Probe("Imbalance", [5, 3]) {
    [
      try Imbalance.signed(bidSize: $0[0], askSize: $0[1]),
      try Imbalance.bidShare(bidSize: $0[0], askSize: $0[1]),
    ]
  },
  Probe("Imbalance.depth", [5, 3, 4, 0.5]) {
    [try Imbalance.depth(bidSizes: [$0[0], $0[1]], askSizes: [$0[2]], decayPerLevel: $0[3])]
  },
  Probe("WeightedMid", [100, 5, 101, 3]) {
    [
      try WeightedMid.mid(bid: $0[0], ask: $0[2]),
      try WeightedMid.price(bid: $0[0], bidSize: $0[1], ask: $0[2], askSize: $0[3]),
    ]
  },
  Probe("MarkOut", [0.5, 100, 101]) { x in
    var model = try MarkOut(horizonNanos: 10, gain: x[0], capacity: 4)
    try model.fill(bought: true, mid: x[1], atNanos: 0)
    try model.update(mid: x[2], atNanos: 20)
    try model.update(mid: x[1], atNanos: 30)
    return [model.adverseMove, model.impactPerFill]
  },
  Probe("MicroPrice", [0.1, 0.2]) { x in
    let grid = try MicroPriceGrid(imbalanceBuckets: 2, maximumSpreadTicks: 1)
    return try MicroPrice(grid: grid, adjustmentTicks: [x[0], x[1]]).adjustmentTicks
  },
  Probe("MicroPriceChain", [0.4, 0.3, 0.3, 1]) { x in
    let chain = try MicroPriceChain(
      stay: Matrix(rows: [[x[0], x[1]], [x[1], x[0]]]), move: Matrix(rows: [[x[2]], [x[2]]]), moves: [x[3]],
      moveTo: Matrix(rows: [[0, x[2]], [x[2], 0]]))
    return try chain.adjustments(terms: 6)
  },
  Probe("Hawkes", [0.5, 0.8, 2, 1, 2, 5]) {
    let model = try Hawkes(baseRatePerSecond: $0[0], jumpPerSecond: $0[1], decayPerSecond: $0[2])
    let times = [$0[3], $0[4]]
    return try [
      model.logLikelihood(times: times, until: $0[5]), model.meanRatePerSecond, model.branchingRatio,
    ] + model.compensator(times: times, until: $0[5])
  },
  Probe("Hawkes.expectedCount", [0.5, 0.8, 2, 1.5, 10]) {
    let model = try Hawkes(baseRatePerSecond: $0[0], jumpPerSecond: $0[1], decayPerSecond: $0[2])
    return [try model.expectedCount(intensityNow: $0[3], horizonSeconds: $0[4])]
  },
  Probe("BivariateHawkes", [0.6, 0.4, 0.5, 0.2, 0.1, 0.6, 1.5, 1, 2, 5]) { x in
    let model = try BivariateHawkes(
      baseRatePerSecond: .init(buy: x[0], sell: x[1]), buyJumpPerSecond: .init(buy: x[2], sell: x[3]),
      sellJumpPerSecond: .init(buy: x[4], sell: x[5]), decayPerSecond: x[6])
    let residuals = try model.residuals(buys: [x[7]], sells: [x[8]], until: x[9])
    return [
      try model.logLikelihood(buys: [x[7]], sells: [x[8]], until: x[9]), model.spectralRadius,
      model.meanRatePerSecond.buy, model.meanRatePerSecond.sell,
    ] + residuals.buys + residuals.sells
  },
  Probe("FillProbability", [2, 1, 0.5]) {
    [try FillProbability.atLeastOnce(expectedOrders: $0[0], offset: $0[1], decayPerOffset: $0[2])]
  },
  Probe("KolmogorovSmirnov", [0.1, 2]) {
    let test = try KolmogorovSmirnov(exponential: [$0[0], $0[1]])
    return [test.distance, test.pValue]
  },
]

private let executionAndRisk: [Probe] = [
  Probe("AlmgrenChriss", [1e6, 5, 0.95, 0.0625, 2.5e-7, 2.5e-6, 1e-6, 0.02]) {
    let plan = try AlmgrenChriss(
      shares: $0[0], horizon: $0[1], periods: 5, volatility: $0[2], fixedCost: $0[3], permanentImpact: $0[4],
      temporaryImpact: $0[5]
    ).trajectory(riskAversion: $0[6], drift: $0[7])
    do throws(ModelError) {
      let whole = try plan.wholeTrades()
      #expect(whole.reduce(0, +) == Int64($0[0].rounded(.toNearestOrEven)))
    } catch {
      #expect(plan.holdings.contains { $0.magnitude >= 0x1p53 })
    }
    return plan.holdings + [
      plan.expectedCost, plan.variance, plan.urgency, try plan.valueAtRisk(quantile: 1.6),
    ]
  },
  Probe("AlmgrenChriss.leastValueAtRisk", [1.645, 1e-8, 1e-4]) {
    let model = try AlmgrenChriss(
      shares: 1e6, horizon: 5, periods: 5, volatility: 0.95, permanentImpact: 2.5e-7, temporaryImpact: 2.5e-6)
    let best = try model.leastValueAtRisk(quantile: $0[0], riskAversionBetween: $0[1], and: $0[2])
    return [best.riskAversion, best.trajectory.expectedCost]
  },
  Probe("VolumeCurve and VWAP", [8, 5, 4, 0.5]) {
    let curve = try VolumeCurve(volumes: [$0[0], $0[1], $0[2]])
    let child = try VWAP(totalLots: 1000, curve: curve)
      .childLots(bucket: 1, fraction: $0[3], executedLots: 10, inFlightLots: 5)
    #expect(child >= 0 && child <= 985)
    return [Double(child)]
  },
  Probe("POV", [0.1, 2, 0.4, 9000, 900]) {
    let child = try POV(rate: $0[0], catchUp: $0[1], maximumRate: $0[2]).childLots(
      totalLots: 500, executedLots: 10, inFlightLots: 5, othersLotsSinceStart: $0[3],
      othersLotsSinceLastChild: $0[4])
    #expect(child >= 0 && child <= 485)
    return [Double(child)]
  },
  Probe("ScheduleJitter", [0.1]) {
    var random = SplitMix64(seed: 3)
    let sizes = try ScheduleJitter.sizes(totalLots: 100, count: 7, variance: $0[0], random: &random)
    #expect(sizes.reduce(0, +) == 100)
    return sizes.map(Double.init)
  },
  Probe("Iceberg", [0.2]) {
    var random = SplitMix64(seed: 3)
    var order = try Iceberg(totalLots: 100, displayLots: 10, variance: $0[0])
    var sizes: [Double?] = []
    while let tip = order.nextTip(random: &random) {
      sizes.append(Double(tip.lots))
      try order.fill(lots: tip.lots)
    }
    #expect(order.isDone)
    return sizes
  },
  Probe("LargestRemainder", [0.5, 0.3, 0.2]) {
    let parts = try LargestRemainder.split(101, weights: $0)
    #expect(parts.reduce(0, +) == 101)
    return parts.map(Double.init)
  },
  Probe("ReturnEntropy", [1.5, 0.1, 2, -3]) { x in
    var model = try ReturnEntropy(windowBars: 4, minimumBars: 1, binWidth: x[0])
    for value in x[1...] { try model.update(barReturn: value, baseline: 1) }
    try model.update(barReturn: 1, baseline: 0.5)
    return [model.entropy, model.temperature]
  },
  Probe("ReturnEntropy, baseline", [2]) { x in
    var model = try ReturnEntropy(windowBars: 4, minimumBars: 1)
    try model.update(barReturn: 1, baseline: x[0])
    return [model.entropy, model.temperature]
  },
  Probe("EntropyAlarm", [1.6, 3]) { x in
    var alarm = EntropyAlarm(settings: try .standard())
    let level = try alarm.evaluate(entropy: x[0], temperature: x[1], isValidated: true, atNanos: 0)
    return [Double(level.rawValue)]
  },
  Probe("WeightEntropy", [60, 50, -40]) {
    let entropy = try WeightEntropy(exposures: $0)
    return [entropy.entropy, entropy.concentration]
  },
  Probe("EffectiveBets", [0.4, 1, -2]) { x in
    let matrix = try Matrix(rows: [[1, x[0]], [x[0], 1]])
    return [
      try EffectiveBets.spectral(correlation: matrix),
      try EffectiveBets.principal(covariance: matrix, exposures: [x[1], x[2]]),
    ]
  },
  Probe("OrdinalEntropy", [4, 7, 9, 0.5]) {
    let series = [$0[0], $0[1], $0[2], $0[0], $0[1], $0[2], $0[0]]
    return [
      try OrdinalEntropy.permutation(series, order: 3),
      try OrdinalEntropy.sample(series, length: 2, tolerance: $0[3]),
    ]
  },
  Probe("NormalDistribution", [0.3]) {
    [try NormalDistribution.cumulative($0[0]), try NormalDistribution.density($0[0])]
  },
  Probe("NormalDistribution.quantile", [0.3]) { [try NormalDistribution.quantile($0[0])] },
  Probe("ParametricRisk", [4e-4, 1.8e-4, 9e-4, 30_000, -20_000, 0.99]) { x in
    let book = try ParametricRisk(covariance: Matrix(rows: [[x[0], x[1]], [x[1], x[2]]]))
    let exposures = [x[3], x[4]]
    return try [
      book.valueAtRisk(exposures: exposures, confidence: x[5]),
      book.expectedShortfall(exposures: exposures, confidence: x[5]),
      book.incrementalValueAtRisk(exposures: exposures, change: [1, 1], confidence: x[5]),
    ] + book.componentValueAtRisk(exposures: exposures, confidence: x[5])
  },
  Probe("HistoricalRisk", [-3, 1, 2, 0.9]) {
    let risk = try HistoricalRisk(profits: [$0[0], $0[1], $0[2]])
    return [try risk.valueAtRisk(confidence: $0[3]), try risk.expectedShortfall(confidence: $0[3])]
  },
  Probe("UnitisedValue and Drawdown", [100, 110, -20]) {
    var account = try UnitisedValue(equity: $0[0])
    try account.update(equity: $0[1], flow: $0[2])
    var drawdown = try Drawdown(value: 1)
    try drawdown.update(value: account.value)
    return [account.units, account.value, drawdown.sinceInception, drawdown.ofSession, drawdown.ofDay]
  },
  Probe("DrawdownScale", [0.06]) {
    let scale = try DrawdownScale(soft: Bps.parse("500"), hard: Bps.parse("1000"))
    return [try scale.factor(drawdown: $0[0])]
  },
  Probe("CorrelationMatrix", [0.85, 0.45, 0.1, 100, 200, 50, 150]) { x in
    let matrix = try Matrix(rows: [[1, x[0], x[2]], [x[0], 1, x[1]], [x[2], x[1], 1]])
    let correlations = try CorrelationMatrix.shrunk(matrix).correlations
    let losses = [x[3], x[4], x[5]]
    return try [
      correlations.jointRisk(losses: losses), correlations.scale(losses: losses, cap: x[6]),
    ] + correlations.equalRiskContribution()
  },
]

private let probes = marketMaking + observation + executionAndRisk

/// Whether everything a probe answers is a number; a refusal must be a `ModelError`.
private func check(_ probe: Probe, _ arguments: [Double]) throws {
  do {
    for value in try probe.call(arguments) {
      #expect(value?.isFinite != false, "\(probe.name) answers \(value ?? .nan) to \(arguments)")
    }
  } catch let error as ModelError {
    #expect(!error.description.isEmpty)
  }
}

@Test(arguments: probes) private func theProbesAnswerInsideTheirDomain(_ probe: Probe) throws {
  for value in try probe.call(probe.good) { #expect(value?.isFinite == true) }
}

@Test(arguments: probes) private func whatIsNoNumberIsRefused(_ probe: Probe) throws {
  // Functions whose documented answer to what is no number is "none" instead of an error.
  let answersNone = ["EntropyAlarm"].contains(probe.name)
  for index in 0..<probe.arity {
    for value in bad {
      var arguments = probe.good
      arguments[index] = value
      if answersNone {
        try check(probe, arguments)
      } else {
        #expect(throws: ModelError.self, "\(probe.name) takes \(arguments)") { try probe.call(arguments) }
      }
    }
  }
}

@Test(arguments: probes) private func everythingElseIsAnsweredWithNumbersOrRefused(_ probe: Probe) throws {
  for index in 0..<probe.arity {
    for value in extreme {
      var arguments = probe.good
      arguments[index] = value
      try check(probe, arguments)
    }
  }
  var random = SystemlessGenerator(seed: 1)
  for _ in 0..<150 {
    // Mixtures: some arguments extreme, some scaled over many decades, some left alone.
    let arguments = probe.good.map { value -> Double in
      switch random.next() % 4 {
      case 0: return extreme[Int(random.next() % UInt64(extreme.count))]
      case 1: return value * Double(sign: .plus, exponent: Int(random.next() % 200) - 100, significand: 1)
      case 2: return (random.unit() - 0.5) * 10
      default: return value
      }
    }
    try check(probe, arguments)
  }
}
