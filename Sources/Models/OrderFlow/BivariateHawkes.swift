/// Two point processes that excite themselves and each other, as buyers' and sellers' market orders do:
/// λ_m(t) = μ_m + Σ_j α_mj R_j(t), R_j = Σ exp(−β (t − t_ji)) with one decay β.
public struct BivariateHawkes: Equatable, Sendable {
  /// A value for each of the two processes.
  public struct Pair: Equatable, Sendable {
    public var buy: Double
    public var sell: Double

    public init(buy: Double, sell: Double) {
      self.buy = buy
      self.sell = sell
    }
  }

  /// μ, events/s; > 0.
  public let baseRatePerSecond: Pair
  /// α of buys: jump of the buy intensity at a buy and at a sell, 1/s; ≥ 0.
  public let buyJumpPerSecond: Pair
  /// α of sells: jump of the sell intensity at a buy and at a sell, 1/s; ≥ 0.
  public let sellJumpPerSecond: Pair
  /// β, 1/s; > 0.
  public let decayPerSecond: Double

  /// Throws `unstable` unless the spectral radius of α/β is below 1.
  public init(
    baseRatePerSecond: Pair, buyJumpPerSecond: Pair, sellJumpPerSecond: Pair, decayPerSecond: Double
  ) throws(ModelError) {
    try Domain.positive(baseRatePerSecond.buy, "base rate of buys")
    try Domain.positive(baseRatePerSecond.sell, "base rate of sells")
    for jump in [buyJumpPerSecond, sellJumpPerSecond] {
      try Domain.nonNegative(jump.buy, "jump at a buy")
      try Domain.nonNegative(jump.sell, "jump at a sell")
    }
    self.decayPerSecond = try Domain.positive(decayPerSecond, "decay")
    self.baseRatePerSecond = baseRatePerSecond
    self.buyJumpPerSecond = buyJumpPerSecond
    self.sellJumpPerSecond = sellJumpPerSecond
    let radius = try Domain.finite(spectralRadius, "spectral radius")
    guard radius < 1 else {
      throw .unstable("spectral radius \(radius) of the branching matrix is not below 1")
    }
    try Domain.finite(meanRatePerSecond.buy, "mean rate of buys")
    try Domain.finite(meanRatePerSecond.sell, "mean rate of sells")
  }

  /// The largest eigenvalue of α/β, both of which are real because α is not negative.
  public var spectralRadius: Double {
    let (a, b) = (buyJumpPerSecond.buy / decayPerSecond, buyJumpPerSecond.sell / decayPerSecond)
    let (c, d) = (sellJumpPerSecond.buy / decayPerSecond, sellJumpPerSecond.sell / decayPerSecond)
    return (a + d) / 2 + ((a - d) * (a - d) / 4 + b * c).squareRoot()
  }

  /// (1 − α/β)⁻¹ μ, the long-run rates, events/s.
  public var meanRatePerSecond: Pair {
    let (a, b) = (1 - buyJumpPerSecond.buy / decayPerSecond, -buyJumpPerSecond.sell / decayPerSecond)
    let (c, d) = (-sellJumpPerSecond.buy / decayPerSecond, 1 - sellJumpPerSecond.sell / decayPerSecond)
    let determinant = a * d - b * c
    return Pair(
      buy: (d * baseRatePerSecond.buy - b * baseRatePerSecond.sell) / determinant,
      sell: (a * baseRatePerSecond.sell - c * baseRatePerSecond.buy) / determinant)
  }

  /// Both intensities for given excitements R, 1/s.
  func intensity(buyExcitement: Double, sellExcitement: Double) -> Pair {
    Pair(
      buy: baseRatePerSecond.buy + buyJumpPerSecond.buy * buyExcitement
        + buyJumpPerSecond.sell * sellExcitement,
      sell: baseRatePerSecond.sell + sellJumpPerSecond.buy * buyExcitement
        + sellJumpPerSecond.sell * sellExcitement)
  }

  /// ln of the likelihood of both series on [0, `until`]; times ascending within each.
  public func logLikelihood(buys: [Double], sells: [Double], until: Double) throws(ModelError) -> Double {
    let events = try Self.merged(buys: buys, sells: sells, until: until)
    var (excitement, last, sum) = (Pair(buy: 0, sell: 0), 0.0, 0.0)
    for event in events {
      let decay = Math.exp(-decayPerSecond * (event.time - last))
      excitement = Pair(buy: excitement.buy * decay, sell: excitement.sell * decay)
      let rates = intensity(buyExcitement: excitement.buy, sellExcitement: excitement.sell)
      sum += Math.log(event.isBuy ? rates.buy : rates.sell)
      if event.isBuy { excitement.buy += 1 } else { excitement.sell += 1 }
      let offspring =
        event.isBuy
        ? buyJumpPerSecond.buy + sellJumpPerSecond.buy : buyJumpPerSecond.sell + sellJumpPerSecond.sell
      sum += offspring / decayPerSecond * Math.expm1(-decayPerSecond * (until - event.time))
      last = event.time
    }
    let base = (baseRatePerSecond.buy + baseRatePerSecond.sell) * until
    return try Domain.finite(sum - base, "log-likelihood")
  }

  /// Compensator increments between consecutive events of each side: exponential with mean 1 if the model is
  /// right.
  public func residuals(
    buys: [Double], sells: [Double], until: Double
  ) throws(ModelError) -> (buys: [Double], sells: [Double]) {
    let events = try Self.merged(buys: buys, sells: sells, until: until)
    var (excitement, last) = (Pair(buy: 0, sell: 0), 0.0)
    var open = Pair(buy: 0, sell: 0)
    var result: (buys: [Double], sells: [Double]) = ([], [])
    for event in events {
      let elapsed = event.time - last
      let decay = Math.exp(-decayPerSecond * elapsed)
      let lost = Pair(buy: excitement.buy * (1 - decay), sell: excitement.sell * (1 - decay))
      open.buy += baseRatePerSecond.buy * elapsed
      open.buy += (buyJumpPerSecond.buy * lost.buy + buyJumpPerSecond.sell * lost.sell) / decayPerSecond
      open.sell += baseRatePerSecond.sell * elapsed
      open.sell += (sellJumpPerSecond.buy * lost.buy + sellJumpPerSecond.sell * lost.sell) / decayPerSecond
      excitement = Pair(buy: excitement.buy * decay, sell: excitement.sell * decay)
      if event.isBuy {
        result.buys.append(open.buy)
        open.buy = 0
        excitement.buy += 1
      } else {
        result.sells.append(open.sell)
        open.sell = 0
        excitement.sell += 1
      }
      last = event.time
    }
    return result
  }

  /// Both series in one, buys first among equals.
  static func merged(
    buys: [Double], sells: [Double], until: Double
  ) throws(ModelError) -> [(time: Double, isBuy: Bool)] {
    try Hawkes.check(times: buys, until: until)
    try Hawkes.check(times: sells, until: until)
    var events: [(time: Double, isBuy: Bool)] = []
    events.reserveCapacity(buys.count + sells.count)
    var (buy, sell) = (0, 0)
    while buy < buys.count || sell < sells.count {
      let takeBuy = sell == sells.count || buy < buys.count && buys[buy] <= sells[sell]
      events.append(takeBuy ? (buys[buy], true) : (sells[sell], false))
      if takeBuy { buy += 1 } else { sell += 1 }
    }
    return events
  }
}

/// Both intensities as events arrive, in constant time and memory.
public struct BivariateHawkesIntensity: Equatable, Sendable {
  public let model: BivariateHawkes
  private var buyExcitement = 0.0
  private var sellExcitement = 0.0
  private var lastNanos: Int64?

  public init(model: BivariateHawkes) { self.model = model }

  /// A market order at a time not before the last one.
  public mutating func update(isBuy: Bool, atNanos nanos: Int64) throws(ModelError) {
    let decay = try decay(toNanos: nanos)
    buyExcitement = buyExcitement * decay + (isBuy ? 1 : 0)
    sellExcitement = sellExcitement * decay + (isBuy ? 0 : 1)
    lastNanos = nanos
  }

  /// λ of buys and sells, 1/s, at a time not before the last event.
  public func intensity(atNanos nanos: Int64) throws(ModelError) -> BivariateHawkes.Pair {
    let decay = try decay(toNanos: nanos)
    return model.intensity(buyExcitement: buyExcitement * decay, sellExcitement: sellExcitement * decay)
  }

  private func decay(toNanos nanos: Int64) throws(ModelError) -> Double {
    guard let last = lastNanos else { return 1 }
    guard nanos >= last else { throw .outOfOrder("time of an event", at: 0) }
    if nanos == last { return 1 }
    let (elapsed, overflow) = nanos.subtractingReportingOverflow(last)
    return overflow ? 0 : Math.exp(-model.decayPerSecond * 1e-9 * Double(elapsed))
  }
}
