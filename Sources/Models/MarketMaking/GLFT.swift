/// Market making with an inventory limit and no end of day: Guéant, Lehalle, Fernandez-Tapia, "Dealing with
/// the inventory risk", Math. Financ. Econ. 7 (2013), arXiv:1105.3115. CARA utility of risk aversion γ, price
/// dS = μ dt + σ dW, fills of a quote at offset δ with intensity A exp(−k δ).
///
/// Prices, σ, k, γ and ξ share one price unit of the caller's choice (ticks, basis points, dollars) and the
/// second. Offsets come out in that unit. For rolling sessions prefer this to `AvellanedaStoikov` with an
/// invented horizon.
public struct GLFT: Equatable, Sendable {
  public typealias Quotes = QuoteOffsets

  /// σ, price units / √s; > 0.
  public let volatilityPerRootSecond: Double
  /// A, fills of one lot per second at offset zero; > 0.
  public let fillsPerSecond: Double
  /// k, 1 / price unit; > 0.
  public let fillDecayPerOffset: Double
  /// γ, 1 / price unit (per lot); > 0.
  public let riskAversion: Double
  /// μ, price units / s; any sign.
  public let driftPerSecond: Double
  /// ξ, price units the reference moves against the maker at each of its fills (adverse selection); ≥ 0.
  public let impactPerFill: Double

  /// (1/γ) ln(1 + γ/k) + ξ/2: the offset that is left when inventory costs nothing.
  public let baseOffset: Double
  /// s of the closed form: how far both quotes move per lot of inventory, price units.
  public let skewPerLot: Double
  /// s/σ, which holds for every volatility.
  private let skewPerVolatility: Double
  /// −μ s / (γ σ²): the shift of the bid offset from the drift, and its negative that of the ask.
  private let driftOffset: Double

  public init(
    volatilityPerRootSecond: Double, fillsPerSecond: Double, fillDecayPerOffset: Double, riskAversion: Double,
    driftPerSecond: Double = 0, impactPerFill: Double = 0
  ) throws(ModelError) {
    let sigma = try Domain.positive(volatilityPerRootSecond, "volatility")
    let a = try Domain.positive(fillsPerSecond, "fill rate A")
    let k = try Domain.positive(fillDecayPerOffset, "fill decay k")
    let gamma = try Domain.positive(riskAversion, "risk aversion")
    let mu = try Domain.finite(driftPerSecond, "drift")
    let xi = try Domain.nonNegative(impactPerFill, "impact per fill")
    self.volatilityPerRootSecond = sigma
    self.fillsPerSecond = a
    self.fillDecayPerOffset = k
    self.riskAversion = gamma
    self.driftPerSecond = mu
    self.impactPerFill = xi
    baseOffset = try Domain.finite(Math.log1p(gamma / k) / gamma + xi / 2, "base offset")
    let growth = Math.exp((1 + k / gamma) * Math.log1p(gamma / k))
    skewPerVolatility = Math.exp(k * xi / 4) * (gamma / (2 * k * a) * growth).squareRoot()
    skewPerLot = try Domain.positive(sigma * skewPerVolatility, "skew per lot")
    driftOffset = mu == 0 ? 0 : try Domain.finite(-mu / (gamma * sigma) * skewPerVolatility, "drift offset")
  }

  /// The same model at another volatility (> 0), for the path where volatility moves with every update and
  /// the rest does not: no logarithm, no exponential.
  public func with(volatilityPerRootSecond sigma: Double) throws(ModelError) -> GLFT {
    try GLFT(self, volatilityPerRootSecond: Domain.positive(sigma, "volatility"))
  }

  private init(_ other: GLFT, volatilityPerRootSecond sigma: Double) throws(ModelError) {
    volatilityPerRootSecond = sigma
    fillsPerSecond = other.fillsPerSecond
    fillDecayPerOffset = other.fillDecayPerOffset
    riskAversion = other.riskAversion
    driftPerSecond = other.driftPerSecond
    impactPerFill = other.impactPerFill
    baseOffset = other.baseOffset
    skewPerVolatility = other.skewPerVolatility
    skewPerLot = try Domain.positive(sigma * skewPerVolatility, "skew per lot")
    driftOffset =
      driftPerSecond == 0
      ? 0 : try Domain.finite(-driftPerSecond / (riskAversion * sigma) * skewPerVolatility, "drift offset")
  }

  /// The asymptotic closed form (Guéant et al. 2013, section 5.2). It needs no inventory limit and is a
  /// handful of multiplications; its error grows with inventory: see `stationary(inventoryLimitLots:)` for
  /// the exact answer. Throws `nonFinite` for an inventory that is no number or so large that the offset
  /// overflows.
  public func closedForm(inventoryLots: Double) throws(ModelError) -> Quotes {
    try Domain.finite(inventoryLots, "inventory")
    return try Quotes(
      checkedBid: baseOffset + driftOffset + (2 * inventoryLots + 1) / 2 * skewPerLot,
      ask: baseOffset - driftOffset - (2 * inventoryLots - 1) / 2 * skewPerLot)
  }

  /// The exact offsets far from any horizon (theorem 2: eigenvector of the smallest eigenvalue), for
  /// inventories up to a limit of 1 … 500 lots.
  public func stationary(inventoryLimitLots: Int) throws(ModelError) -> QuoteTable {
    let solution = try ladder(inventoryLimitLots).stationary()
    return try table(solution.logValues)
  }

  /// The exact offsets with `secondsLeft` to the horizon, where inventory is valued at the reference price
  /// less its own impact (theorem 1: matrix exponential). `logValues` are then ln v itself. Limits of 1 … 200
  /// lots.
  public func atHorizon(secondsLeft: Double, inventoryLimitLots: Int) throws(ModelError) -> QuoteTable {
    let ladder = try ladder(inventoryLimitLots)
    let terminal = (-inventoryLimitLots...inventoryLimitLots).map { lots in
      -fillDecayPerOffset * impactPerFill * Double(lots) * Double(lots) / 2
    }
    return try table(ladder.atHorizon(secondsLeft: secondsLeft, terminalLogValues: terminal))
  }

  private func ladder(_ limitLots: Int) throws(ModelError) -> InventoryLadder {
    let (k, gamma) = (fillDecayPerOffset, riskAversion)
    let alpha = k / 2 * gamma * volatilityPerRootSecond * volatilityPerRootSecond
    let eta = fillsPerSecond * Math.exp(-(1 + k / gamma) * Math.log1p(gamma / k) - k * impactPerFill / 2)
    return try InventoryLadder(limitLots: limitLots, coupling: eta) { lots in
      alpha * lots * lots - k * driftPerSecond * lots
    }
  }

  private func table(_ logValues: [Double]) throws(ModelError) -> QuoteTable {
    try QuoteTable(logValues: logValues, decayPerOffset: fillDecayPerOffset, baseOffset: baseOffset)
  }
}
