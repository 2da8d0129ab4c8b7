/// Maximum likelihood for Hawkes processes. With the decay β held, the likelihood is concave in the base rate
/// and the jumps, so those are found by Newton steps; β itself by a scan of decades and a golden section
/// around the best: one dimension in which there may be several maxima.
public enum HawkesFit {
  /// A fitted process with what is needed to judge it.
  public struct Univariate: Equatable, Sendable {
    public let model: Hawkes
    /// ln of the likelihood at the maximum, nats.
    public let logLikelihood: Double
    /// ln of the likelihood of a Poisson process of the same mean rate: what there was to gain.
    public let poissonLogLikelihood: Double
    /// Kolmogorov–Smirnov test of the compensator increments against the exponential law.
    public let goodness: KolmogorovSmirnov
  }

  public struct Bivariate: Equatable, Sendable {
    public let model: BivariateHawkes
    public let logLikelihood: Double
    public let poissonLogLikelihood: Double
    public let buyGoodness: KolmogorovSmirnov
    public let sellGoodness: KolmogorovSmirnov
  }

  /// Fits one process to at least ten ascending times (seconds) on [0, `until`]. Throws `degenerate` when the
  /// fitted process is not stationary or all events fall on one instant.
  public static func univariate(times: [Double], until: Double) throws(ModelError) -> Univariate {
    try Hawkes.check(times: times, until: until)
    try Domain.atLeast(10, times.count, "events")
    guard until > 0 else { throw .degenerate("no time was observed") }
    let events = times.map { (time: $0, isBuy: true) }
    let best = try maximiseOverDecay(events: events, until: until, dimensions: 2)
    let model = try Hawkes(
      baseRatePerSecond: best.buy[0], jumpPerSecond: best.buy[1], decayPerSecond: best.decay)
    let increments = try gaps(model.compensator(times: times, until: until).dropLast())
    return try Univariate(
      model: model, logLikelihood: model.logLikelihood(times: times, until: until),
      poissonLogLikelihood: poisson(count: times.count, until: until),
      goodness: KolmogorovSmirnov(exponential: increments))
  }

  /// Fits two processes with one decay, at least ten events each.
  public static func bivariate(
    buys: [Double], sells: [Double], until: Double
  ) throws(ModelError) -> Bivariate {
    let events = try BivariateHawkes.merged(buys: buys, sells: sells, until: until)
    try Domain.atLeast(10, buys.count, "buys")
    try Domain.atLeast(10, sells.count, "sells")
    guard until > 0 else { throw .degenerate("no time was observed") }
    let best = try maximiseOverDecay(events: events, until: until, dimensions: 3)
    let model = try BivariateHawkes(
      baseRatePerSecond: .init(buy: best.buy[0], sell: best.sell[0]),
      buyJumpPerSecond: .init(buy: best.buy[1], sell: best.buy[2]),
      sellJumpPerSecond: .init(buy: best.sell[1], sell: best.sell[2]), decayPerSecond: best.decay)
    let residuals = try model.residuals(buys: buys, sells: sells, until: until)
    return try Bivariate(
      model: model, logLikelihood: model.logLikelihood(buys: buys, sells: sells, until: until),
      poissonLogLikelihood: poisson(count: buys.count, until: until)
        + poisson(count: sells.count, until: until),
      buyGoodness: KolmogorovSmirnov(exponential: residuals.buys),
      sellGoodness: KolmogorovSmirnov(exponential: residuals.sells))
  }

  private static func poisson(count: Int, until: Double) -> Double {
    Double(count) * (Math.log(Double(count) / until) - 1)
  }

  private static func gaps(_ values: ArraySlice<Double>) -> [Double] {
    var last = 0.0
    return values.map { value in
      defer { last = value }
      return value - last
    }
  }
}

// MARK: - Maximisation

extension HawkesFit {
  private struct Candidate {
    var decay = 0.0
    var buy: [Double] = []
    var sell: [Double] = []
    var logLikelihood = -Double.infinity
  }

  /// Decays are scanned over `decades` in steps of `stepsPerDecade`, then refined to 1e-8 of their logarithm.
  private static let stepsPerDecade = 4
  private static let maximumScan = 48
  private static let refinements = 44

  private static func maximiseOverDecay(
    events: [(time: Double, isBuy: Bool)], until: Double, dimensions: Int
  ) throws(ModelError) -> Candidate {
    // From a memory of a third of the observation down to a hundredth of the typical gap between events.
    let slowest = Math.log(3 / until)
    let fastest = Math.log(300 * Double(events.count) / until)
    let spacing = Math.log(10) / Double(stepsPerDecade)
    let count = min(maximumScan, Int((fastest - slowest) / spacing) + 2)
    let scan = (0..<count).map { slowest + Double($0) * (fastest - slowest) / Double(count - 1) }
    var best = Candidate()
    var bestIndex = 0
    for (index, logDecay) in scan.enumerated() {
      let candidate = try profile(events: events, until: until, logDecay: logDecay, dimensions: dimensions)
      if candidate.logLikelihood > best.logLikelihood { (best, bestIndex) = (candidate, index) }
    }
    var low = scan[max(0, bestIndex - 1)]
    var high = scan[min(scan.count - 1, bestIndex + 1)]
    let golden = (5.0.squareRoot() - 1) / 2
    func at(_ logDecay: Double) throws(ModelError) -> Candidate {
      try profile(events: events, until: until, logDecay: logDecay, dimensions: dimensions)
    }
    var (x1, x2) = (high - golden * (high - low), low + golden * (high - low))
    var (f1, f2) = (try at(x1), try at(x2))
    for _ in 0..<refinements {
      if f1.logLikelihood >= f2.logLikelihood {
        (high, x2, f2) = (x2, x1, f1)
        x1 = high - golden * (high - low)
        f1 = try at(x1)
      } else {
        (low, x1, f1) = (x1, x2, f2)
        x2 = low + golden * (high - low)
        f2 = try at(x2)
      }
    }
    for candidate in [f1, f2] where candidate.logLikelihood > best.logLikelihood { best = candidate }
    return best
  }

  /// The likelihood maximised over everything but the decay.
  private static func profile(
    events: [(time: Double, isBuy: Bool)], until: Double, logDecay: Double, dimensions: Int
  ) throws(ModelError) -> Candidate {
    let decay = Math.exp(logDecay)
    var buys = LogLinearLikelihood(dimensions: dimensions)
    var sells = LogLinearLikelihood(dimensions: dimensions)
    var (buyExcitement, sellExcitement, last) = (0.0, 0.0, 0.0)
    var (buyMass, sellMass) = (0.0, 0.0)
    for event in events {
      let factor = Math.exp(-decay * (event.time - last))
      buyExcitement *= factor
      sellExcitement *= factor
      let mass = -Math.expm1(-decay * (until - event.time)) / decay
      if event.isBuy {
        buys.add(buyExcitement, sellExcitement)
        buyExcitement += 1
        buyMass += mass
      } else {
        sells.add(buyExcitement, sellExcitement)
        sellExcitement += 1
        sellMass += mass
      }
      last = event.time
    }
    let costs = dimensions == 2 ? [until, buyMass] : [until, buyMass, sellMass]
    let buy = try buys.maximise(costs: costs)
    var result = Candidate(decay: decay, buy: buy.parameters, logLikelihood: buy.value)
    if dimensions == 3 {
      let sell = try sells.maximise(costs: costs)
      result.sell = sell.parameters
      result.logLikelihood += sell.value
    }
    return result
  }
}
