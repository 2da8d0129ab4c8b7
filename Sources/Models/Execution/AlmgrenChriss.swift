/// Optimal liquidation under linear impact: Almgren and Chriss, "Optimal execution of portfolio
/// transactions", J. Risk 3(2) (2000) 5–39. The expected cost of selling and its variance are traded off by a
/// risk aversion λ.
///
/// Shares, currency and one time unit (the paper's day) throughout; everything holds for buying with the
/// signs of price moves exchanged.
public struct AlmgrenChriss: Equatable, Sendable {
  /// X, shares to trade; > 0.
  public let shares: Double
  /// T; > 0.
  public let horizon: Double
  /// N, equal periods; 1 … 100 000.
  public let periods: Int
  /// σ, currency per share per √time; ≥ 0.
  public let volatility: Double
  /// ε, currency per share: half the spread and fees; ≥ 0.
  public let fixedCost: Double
  /// γ, currency per share²: the price stays moved by this per share traded; ≥ 0.
  public let permanentImpact: Double
  /// η, (currency/share)/(share/time): the price gives way by this per unit of speed; > 0.
  public let temporaryImpact: Double

  /// Throws `outOfRange` unless η > γτ/2: with less, trading faster would be free.
  public init(
    shares: Double, horizon: Double, periods: Int, volatility: Double, fixedCost: Double = 0,
    permanentImpact: Double, temporaryImpact: Double
  ) throws(ModelError) {
    self.shares = try Domain.positive(shares, "shares")
    self.horizon = try Domain.positive(horizon, "horizon")
    guard periods >= 1 && periods <= 100_000 else {
      throw .outOfRange("periods", value: Double(periods), allowed: "1 ... 100000")
    }
    self.periods = periods
    self.volatility = try Domain.nonNegative(volatility, "volatility")
    self.fixedCost = try Domain.nonNegative(fixedCost, "fixed cost")
    self.permanentImpact = try Domain.nonNegative(permanentImpact, "permanent impact")
    self.temporaryImpact = try Domain.positive(temporaryImpact, "temporary impact")
    guard adjustedImpact > 0 else {
      throw .outOfRange(
        "temporary impact", value: temporaryImpact, allowed: "> γτ/2 = \(permanentImpact * period / 2)")
    }
  }

  /// τ = T/N.
  public var period: Double { horizon / Double(periods) }
  /// η̃ = η − γτ/2.
  public var adjustedImpact: Double { temporaryImpact - permanentImpact * period / 2 }

  /// A plan and what it costs.
  public struct Trajectory: Equatable, Sendable {
    /// x₀ = X … x_N = 0: shares held at the ends of the periods.
    public let holdings: [Double]
    /// κ, 1/time: holdings fall by e every 1/κ (the paper's "half-life"); 0 for the straight line and for a λ
    /// < 0, whose plan is a sine.
    public let urgency: Double
    /// E, currency.
    public let expectedCost: Double
    /// V, currency².
    public let variance: Double

    /// n₁ … n_N, shares traded per period.
    public var trades: [Double] { zip(holdings, holdings.dropFirst()).map { $0 - $1 } }
    /// √V, currency.
    public var standardDeviation: Double { variance.squareRoot() }
    /// E + λ_v √V: the cost not exceeded with the confidence whose normal quantile is λ_v.
    public func valueAtRisk(quantile: Double) throws(ModelError) -> Double {
      try Domain.finite(quantile, "quantile")
      return try Domain.finite(expectedCost + quantile * standardDeviation, "value at risk")
    }

    /// Whole shares per period that sum exactly to the (rounded) total: holdings are rounded, then
    /// differenced.
    public func wholeTrades() throws(ModelError) -> [Int64] {
      for holding in holdings where holding.magnitude >= 0x1p53 {
        throw .outOfRange("shares", value: holding, allowed: "< 2^53")
      }
      let whole = holdings.map { Int64($0.rounded(.toNearestOrEven)) }
      return zip(whole, whole.dropFirst()).map { $0 - $1 }
    }
  }

  /// The optimal plan for a risk aversion λ (1/currency) and a price drift α (currency per share per time). λ
  /// = 0 is the straight line, λ < 0 prefers risk; below the λ at which holding back would pay without bound
  /// it throws `outOfRange`. With λ ≤ 0 the drift must be 0.
  public func trajectory(riskAversion: Double, drift: Double = 0) throws(ModelError) -> Trajectory {
    try Domain.finite(riskAversion, "risk aversion")
    try Domain.finite(drift, "drift")
    let curvature =
      try Domain.finite(
        riskAversion * volatility * volatility / adjustedImpact, "urgency") * period * period / 2
    var holdings: [Double]
    var urgency = 0.0
    if curvature > 0 {
      // cosh(κτ) = 1 + curvature, solved without cancellation.
      urgency = Math.log1p(curvature + (curvature * (2 + curvature)).squareRoot()) / period
      holdings = try decaying(urgency: urgency, optimum: optimum(riskAversion, drift))
    } else {
      guard drift == 0 else {
        throw .outOfRange("drift", value: drift, allowed: "0 where risk is not averse")
      }
      holdings = try curvature == 0 ? straight() : sine(curvature: curvature)
    }
    holdings[0] = shares
    holdings[periods] = 0
    let cost = try cost(ofHoldings: holdings)
    return Trajectory(
      holdings: holdings, urgency: urgency, expectedCost: cost.expected, variance: cost.variance)
  }

  /// x̄ = α/(2λσ²), the holding at which drift pays for its risk (eq. 25); λ, σ > 0.
  public func optimum(_ riskAversion: Double, _ drift: Double) throws(ModelError) -> Double {
    try Domain.finite(drift, "drift")
    if drift == 0 { return 0 }
    let risk = try Domain.positive(2 * riskAversion * volatility * volatility, "cost of risk")
    return try Domain.finite(drift / risk, "optimal holding")
  }

  /// E and V of any plan that starts with all shares and ends with none (E without drift).
  public func cost(ofHoldings holdings: [Double]) throws(ModelError) -> (expected: Double, variance: Double) {
    try Domain.sameCount(holdings.count, periods + 1, "holdings")
    try Domain.allFinite(holdings, "holding")
    guard holdings[0] == shares, holdings[periods] == 0 else {
      throw .outOfRange("plan", value: holdings[periods], allowed: "from all shares to none")
    }
    var (absolute, squares, risk) = (0.0, 0.0, 0.0)
    for (before, after) in zip(holdings, holdings.dropFirst()) {
      let trade = before - after
      absolute += trade.magnitude
      squares += trade * trade
      risk += after * after
    }
    let expected =
      permanentImpact * shares * shares / 2 + fixedCost * absolute + adjustedImpact / period * squares
    return (
      try Domain.finite(expected, "expected cost"),
      try Domain.finite(volatility * volatility * period * risk, "variance of the cost")
    )
  }

  /// The efficient frontier: one plan per risk aversion.
  public func frontier(riskAversions: [Double]) throws(ModelError) -> [Trajectory] {
    var result: [Trajectory] = []
    for value in riskAversions { try result.append(trajectory(riskAversion: value)) }
    return result
  }

  /// The plan of least E + λ_v √V (section 3.4), and the risk aversion that gives it, found between two
  /// bounds > 0.
  public func leastValueAtRisk(
    quantile: Double, riskAversionBetween lowest: Double, and highest: Double
  ) throws(ModelError) -> (riskAversion: Double, trajectory: Trajectory) {
    try Domain.positive(quantile, "quantile")
    try Domain.positive(lowest, "lowest risk aversion")
    guard try Domain.positive(highest, "highest risk aversion") > lowest else {
      throw .outOfRange("highest risk aversion", value: highest, allowed: "> \(lowest)")
    }
    // The value at risk has one minimum in ln λ; a golden section of 60 steps narrows eight decades to 1e-11.
    var (low, high) = (Math.log(lowest), Math.log(highest))
    let golden = (5.0.squareRoot() - 1) / 2
    for _ in 0..<60 {
      let (left, right) = (high - golden * (high - low), low + golden * (high - low))
      let leftRisk = try trajectory(riskAversion: Math.exp(left)).valueAtRisk(quantile: quantile)
      let rightRisk = try trajectory(riskAversion: Math.exp(right)).valueAtRisk(quantile: quantile)
      if leftRisk <= rightRisk { high = right } else { low = left }
    }
    let best = Math.exp((low + high) / 2)
    return try (best, trajectory(riskAversion: best))
  }
}

// MARK: - Shapes

extension AlmgrenChriss {
  private func straight() -> [Double] {
    (0...periods).map { shares * (1 - Double($0) / Double(periods)) }
  }

  /// x_j of eq. 17, and of eq. 26 where a drift gives the holdings an optimum to lean to.
  private func decaying(urgency: Double, optimum: Double) throws(ModelError) -> [Double] {
    let total = urgency * horizon
    let plan = (0...periods).map { index in
      let time = Double(index) * period
      let left = Self.sinhRatio(urgency * (horizon - time), total)
      let passed = Self.sinhRatio(urgency * time, total)
      return left * shares + (1 - left - passed) * optimum
    }
    try Domain.allFinite(plan, "holding")
    return plan
  }

  private func sine(curvature: Double) throws(ModelError) -> [Double] {
    let cosine = 1 + curvature
    guard cosine > -1 else {
      throw .outOfRange("risk aversion", value: curvature, allowed: "above where waiting pays without bound")
    }
    let frequency = Math.acos(cosine) / period
    guard frequency * horizon < Double.pi else {
      throw .outOfRange("risk aversion", value: -frequency, allowed: "above where waiting pays without bound")
    }
    let whole = Math.sin(frequency * horizon)
    return (0...periods).map { shares * Math.sin(frequency * (horizon - Double($0) * period)) / whole }
  }

  /// sinh(a)/sinh(b) for 0 ≤ a ≤ b without overflow.
  private static func sinhRatio(_ a: Double, _ b: Double) -> Double {
    if b < 1e-8 { return a / b }
    return Math.exp(a - b) * Math.expm1(-2 * a) / Math.expm1(-2 * b)
  }
}
