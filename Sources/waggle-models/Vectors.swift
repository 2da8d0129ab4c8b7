import LinearAlgebra
import Models
import Trading

/// Values of the closed forms and solvers at fixed points, in full precision, for scripts/models-vectors.py
/// to compare with its own.
struct Vectors {
  private var rows: [(name: String, value: Double)] = []

  static func printAll() throws {
    var vectors = Vectors()
    try vectors.marketMaking()
    try vectors.orderFlow()
    try vectors.volatility()
    try vectors.execution()
    try vectors.risk()
    try vectors.allocation()
    for row in vectors.rows { print("\"\(row.name)\",\(row.value)") }
  }

  private mutating func add(_ name: String, _ value: Double) { rows.append((name, value)) }

  private mutating func add(_ name: String, _ quotes: QuoteOffsets) {
    if let bid = quotes.bidOffset { add(name + " bid", bid) }
    if let ask = quotes.askOffset { add(name + " ask", ask) }
  }

  private mutating func marketMaking() throws {
    let stoikov = try AvellanedaStoikov(riskAversion: 0.1, volatilityPerRootTime: 2, fillDecayPerOffset: 1.5)
    for lots in [-3.0, 0, 5] {
      add("Avellaneda-Stoikov, q \(Int(lots))", try stoikov.quotes(inventoryLots: lots, timeLeft: 0.5))
    }
    for (sigma, fills) in [(0.3, 0.9), (1, 0.2)] {
      let model = try GLFT(
        volatilityPerRootSecond: sigma, fillsPerSecond: fills, fillDecayPerOffset: 0.3, riskAversion: 0.01,
        driftPerSecond: 0.001, impactPerFill: 0.5)
      let (exact, horizon) = (
        try model.stationary(inventoryLimitLots: 30),
        try model.atHorizon(secondsLeft: 600, inventoryLimitLots: 30)
      )
      for lots in [-29, -10, 0, 7, 29] {
        add("GLFT closed form, sigma \(sigma), q \(lots)", try model.closedForm(inventoryLots: Double(lots)))
        add("GLFT stationary, sigma \(sigma), q \(lots)", exact.quotes(inventoryLots: lots))
        add("GLFT horizon, sigma \(sigma), q \(lots)", horizon.quotes(inventoryLots: lots))
      }
    }
    let hjb = try CarteaJaimungal(
      fillsPerSecond: 1, fillDecayPerOffset: 0.5, inventoryPenalty: 0.02, makerFee: 0.2, terminalPenalty: 0.01
    )
    let (stationary, horizon) = (
      try hjb.stationary(inventoryLimitLots: 10), try hjb.atHorizon(secondsLeft: 60, inventoryLimitLots: 10)
    )
    for lots in [-9, 0, 4] {
      add("Cartea-Jaimungal stationary, q \(lots)", stationary.quotes(inventoryLots: lots))
      add("Cartea-Jaimungal horizon, q \(lots)", horizon.quotes(inventoryLots: lots))
    }
    add("Cartea-Jaimungal gain", try hjb.gainPerSecond(inventoryLimitLots: 10))
  }

  private mutating func orderFlow() throws {
    let model = try Hawkes(baseRatePerSecond: 0.5, jumpPerSecond: 0.8, decayPerSecond: 2)
    let times = [1, 1.5, 2, 4, 4.2]
    add("Hawkes log-likelihood", try model.logLikelihood(times: times, until: 5))
    add("Hawkes compensator", try model.compensator(times: times, until: 5)[5])
    add("Hawkes forecast", try model.expectedCount(intensityNow: 0.7727663184011133, horizonSeconds: 1))
    let pair = try BivariateHawkes(
      baseRatePerSecond: .init(buy: 0.6, sell: 0.4), buyJumpPerSecond: .init(buy: 0.5, sell: 0.2),
      sellJumpPerSecond: .init(buy: 0.1, sell: 0.6), decayPerSecond: 1.5)
    add(
      "Hawkes bivariate log-likelihood",
      try pair.logLikelihood(buys: [0.4, 1.1, 1.3], sells: [0.9, 2.0], until: 2.5))
    add("Hawkes spectral radius", pair.spectralRadius)
    let chain = try MicroPriceChain(
      stay: Matrix(rows: [[0.5, 0.2, 0, 0], [0.2, 0.5, 0, 0], [0, 0, 0.3, 0.1], [0, 0, 0.1, 0.3]]),
      move: Matrix(rows: [
        [0.10, 0.15, 0.04, 0.01], [0.01, 0.04, 0.15, 0.10], [0.10, 0.30, 0.15, 0.05],
        [0.05, 0.15, 0.30, 0.10],
      ]), moves: [-0.01, -0.005, 0.005, 0.01],
      moveTo: Matrix(rows: [
        [0.08, 0.02, 0.14, 0.06], [0.02, 0.08, 0.06, 0.14], [0.28, 0.12, 0.13, 0.07],
        [0.12, 0.28, 0.07, 0.13],
      ]))
    add("micro-price, 6 terms", try chain.adjustments(terms: 6)[3])
    add("depth imbalance", try Imbalance.depth(bidSizes: [5, 8, 12], askSizes: [3, 4, 20]))
  }

  private mutating func volatility() throws {
    let bars = try [
      (100, 101.5, 99.2, 101), (101, 101.8, 100.1, 100.4), (100.5, 102.2, 100, 102),
      (102, 102.6, 100.9, 101.3),
      (101.2, 103.4, 100.8, 103.1), (103, 104.1, 102.2, 103.6),
    ].map { try Bar(open: $0, high: $1, low: $2, close: $3) }
    add("Parkinson", try BarVolatility.parkinson(bars))
    add("Garman-Klass", try BarVolatility.garmanKlass(bars))
    add("Rogers-Satchell", try BarVolatility.rogersSatchell(bars))
    add("Yang-Zhang", try BarVolatility.yangZhang(bars))
    let variation = try RealisedVariation(returns: [10, -8, 12, 150, -9, 7, -11, 6].map { $0 * 1e-4 })
    add("bipower variation", try variation.bipowerVariation())
    add("jump statistic", try variation.jumpStatistic())
  }

  private mutating func execution() throws {
    let model = try AlmgrenChriss(
      shares: 1e6, horizon: 5, periods: 5, volatility: 0.95, fixedCost: 0.0625, permanentImpact: 2.5e-7,
      temporaryImpact: 2.5e-6)
    for lambda in [2e-6, 1e-6, 0, -2e-7] {
      let plan = try model.trajectory(riskAversion: lambda)
      add("Almgren-Chriss x2, lambda \(lambda)", plan.holdings[2])
      add("Almgren-Chriss E, lambda \(lambda)", plan.expectedCost)
      add("Almgren-Chriss V, lambda \(lambda)", plan.variance)
    }
    let least = try model.leastValueAtRisk(quantile: 1.645, riskAversionBetween: 1e-8, and: 1e-4)
    add("Almgren-Chriss least VaR", try least.trajectory.valueAtRisk(quantile: 1.645))
  }

  private mutating func risk() throws {
    var entropy = try ReturnEntropy(windowBars: 16, minimumBars: 1)
    for value in [
      0.1, -0.4, 1.2, -2.9, 3.1, 0, 5, -6.2, 1.4, -1.6, 8.9, -10.4, 15, 2.2, -0.9, 0.3,
    ] { try entropy.update(barReturn: value, baseline: 2) }
    add("return entropy", entropy.entropy ?? .nan)
    add("temperature", entropy.temperature ?? .nan)
    add("weight entropy", try WeightEntropy(exposures: [0.25, 0.25, 0.2, 0.15, 0.1, 0.05]).entropy)
    add("permutation entropy", try OrdinalEntropy.permutation([4, 7, 9, 10, 6, 11, 3], order: 3))
    add(
      "sample entropy",
      try OrdinalEntropy.sample([1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 4, 2], length: 2, tolerance: 0.5))
    for p in [1e-10, 0.01, 0.3, 0.975, 0.99999] {
      add("normal quantile of \(p)", try NormalDistribution.quantile(p))
    }
    let book = try ParametricRisk(covariance: Matrix(rows: [[4e-4, 1.8e-4], [1.8e-4, 9e-4]]))
    let exposures = [30_000.0, -20_000]
    add("VaR 99", try book.valueAtRisk(exposures: exposures, confidence: 0.99))
    add("ES 97.5", try book.expectedShortfall(exposures: exposures, confidence: 0.975))
    add(
      "incremental VaR",
      try book.incrementalValueAtRisk(exposures: exposures, change: [10_000, 0], confidence: 0.99))
    var equicorrelated = Matrix(rowCount: 8, columnCount: 8, repeating: 0.4)
    for index in 0..<8 { equicorrelated[index, index] = 1 }
    add("spectral bets", try EffectiveBets.spectral(correlation: equicorrelated))
  }

  private mutating func allocation() throws {
    let rows = try Matrix(rows: [[1, 0.85, 0], [0.85, 1, 0.45], [0, 0.45, 1]])
    let correlations = try CorrelationMatrix(rows)
    add("joint risk", try correlations.jointRisk(losses: [100, 100, 100]))
    for (index, weight) in try correlations.equalRiskContribution().enumerated() {
      add("equal risk weight \(index)", weight)
    }
    let impossible = try Matrix(rows: [[1, 0.9, 0], [0.9, 1, 0.9], [0, 0.9, 1]])
    add("shrinkage", try CorrelationMatrix.shrunk(impossible).shrinkage)
  }
}
