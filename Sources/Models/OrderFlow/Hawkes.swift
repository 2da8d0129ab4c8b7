/// A self-exciting point process: λ(t) = μ + Σ α exp(−β (t − tᵢ)) over past events (Hawkes 1971; likelihood
/// by the recursion of Ozaki 1979). Times in seconds from the start of the observation.
public struct Hawkes: Equatable, Sendable {
  /// μ, events/s without excitement; > 0.
  public let baseRatePerSecond: Double
  /// α, jump of the intensity at an event, 1/s; ≥ 0.
  public let jumpPerSecond: Double
  /// β, decay of the excitement, 1/s; > 0.
  public let decayPerSecond: Double

  /// Throws `unstable` unless α < β: with more than one offspring per event the intensity explodes.
  public init(
    baseRatePerSecond: Double, jumpPerSecond: Double, decayPerSecond: Double
  ) throws(ModelError) {
    self.baseRatePerSecond = try Domain.positive(baseRatePerSecond, "base rate")
    self.jumpPerSecond = try Domain.nonNegative(jumpPerSecond, "jump of the intensity")
    self.decayPerSecond = try Domain.positive(decayPerSecond, "decay")
    guard jumpPerSecond < decayPerSecond else {
      throw .unstable("branching ratio \(jumpPerSecond / decayPerSecond) is not below 1")
    }
    try Domain.finite(meanRatePerSecond, "mean rate")
  }

  /// n = α/β, the mean number of events each event sets off; < 1.
  public var branchingRatio: Double { jumpPerSecond / decayPerSecond }

  /// μ/(1 − n), the long-run rate, events/s.
  public var meanRatePerSecond: Double { baseRatePerSecond / (1 - branchingRatio) }

  /// ln of the likelihood of the events `times` on [0, `until`] (nats).
  public func logLikelihood(times: [Double], until: Double) throws(ModelError) -> Double {
    try Self.check(times: times, until: until)
    var (excitement, sum) = (0.0, 0.0)
    for index in times.indices {
      if index > 0 {
        excitement = Math.exp(-decayPerSecond * (times[index] - times[index - 1])) * (1 + excitement)
      }
      sum += Math.log(baseRatePerSecond + jumpPerSecond * excitement)
      sum += branchingRatio * Math.expm1(-decayPerSecond * (until - times[index]))
    }
    return try Domain.finite(sum - baseRatePerSecond * until, "log-likelihood")
  }

  /// The integral of λ from 0 to each event and to `until` (last element). Its increments between events are
  /// exponential with mean 1 if the model is right: see `KolmogorovSmirnov`.
  public func compensator(times: [Double], until: Double) throws(ModelError) -> [Double] {
    try Self.check(times: times, until: until)
    var (excitement, last, total) = (0.0, 0.0, 0.0)
    var result: [Double] = []
    result.reserveCapacity(times.count + 1)
    for time in times + [until] {
      let elapsed = time - last
      // While no event falls in between, the excitement above the base decays and its integral is what it
      // lost.
      total +=
        baseRatePerSecond * elapsed - branchingRatio * excitement * Math.expm1(-decayPerSecond * elapsed)
      excitement = excitement * Math.exp(-decayPerSecond * elapsed) + 1
      last = time
      result.append(total)
    }
    return result
  }

  /// E[N(t, t + h)] given the intensity now: events expected in the next `horizonSeconds`.
  public func expectedCount(intensityNow: Double, horizonSeconds: Double) throws(ModelError) -> Double {
    try Domain.nonNegative(intensityNow, "intensity")
    try Domain.nonNegative(horizonSeconds, "horizon")
    let reversion = decayPerSecond - jumpPerSecond
    let excess = (intensityNow - meanRatePerSecond) * -Math.expm1(-reversion * horizonSeconds) / reversion
    return try Domain.nonNegative(meanRatePerSecond * horizonSeconds + excess, "expected count")
  }

  /// Times must be finite, ≥ 0, not decreasing and not after `until`.
  static func check(times: [Double], until: Double) throws(ModelError) {
    try Domain.nonNegative(until, "end of the observation")
    var last = 0.0
    for (index, time) in times.enumerated() {
      try Domain.nonNegative(time, "time of an event")
      guard time >= last else { throw .outOfOrder("time of an event", at: index) }
      last = time
    }
    guard last <= until else {
      throw .outOfRange("end of the observation", value: until, allowed: ">= \(last)")
    }
  }
}

/// The probability that a quote is filled at least once: 1 − exp(−E[N] e^{−κ δ}).
public enum FillProbability {
  /// - expectedOrders: market orders expected on this side over the horizon, ≥ 0. - offset: δ, any sign, in
  ///   the unit of 1/`decayPerOffset` (κ > 0).
  public static func atLeastOnce(
    expectedOrders: Double, offset: Double, decayPerOffset: Double
  ) throws(ModelError) -> Double {
    try Domain.nonNegative(expectedOrders, "expected orders")
    try Domain.finite(offset, "offset")
    try Domain.positive(decayPerOffset, "fill decay")
    if expectedOrders == 0 { return 0 }
    return -Math.expm1(-expectedOrders * Math.exp(-decayPerOffset * offset))
  }
}
