/// Market making up to a fixed end of day: Avellaneda and Stoikov, "High-frequency trading in a limit order
/// book", Quant. Finance 8(3) (2008) 217–224. CARA utility, arithmetic Brownian mid, fill intensity A exp(−k
/// δ).
///
/// Prices, σ, k and γ share one price unit; σ and the time left share one time unit (the paper's day). The
/// solution is an expansion near the end: for rolling sessions use `GLFT`, which needs no invented horizon.
/// Offsets can be negative and must not be clamped at zero: clamping turns the paper's table for γ = 1 from
/// 31.4 into 38.2.
public struct AvellanedaStoikov: Equatable, Sendable {
  /// γ, 1 / price unit (per lot); > 0.
  public let riskAversion: Double
  /// σ, price units / √time unit; ≥ 0.
  public let volatilityPerRootTime: Double
  /// k, 1 / price unit; > 0.
  public let fillDecayPerOffset: Double

  /// (2/γ) ln(1 + γ/k), the spread that is left at the horizon.
  private let intensitySpread: Double

  public init(
    riskAversion: Double, volatilityPerRootTime: Double, fillDecayPerOffset: Double
  ) throws(ModelError) {
    self.riskAversion = try Domain.positive(riskAversion, "risk aversion")
    self.volatilityPerRootTime = try Domain.nonNegative(volatilityPerRootTime, "volatility")
    self.fillDecayPerOffset = try Domain.positive(fillDecayPerOffset, "fill decay k")
    intensitySpread = try Domain.finite(
      2 / riskAversion * Math.log1p(riskAversion / fillDecayPerOffset), "spread at the horizon")
    try Domain.finite(riskPerLot(timeLeft: 1), "risk per lot")
  }

  /// The price at which the maker is indifferent to one lot more or less, mid − q γ σ² τ (eq. 8, 29).
  public func reservationPrice(mid: Double, inventoryLots: Double, timeLeft: Double) throws(ModelError)
    -> Double
  {
    let shift = try reservationShift(inventoryLots: inventoryLots, timeLeft: timeLeft)
    return try Domain.finite(Domain.finite(mid, "mid") + shift, "reservation price")
  }

  /// The optimal distance from bid to ask, γ σ² τ + (2/γ) ln(1 + γ/k) (eq. 30).
  public func spread(timeLeft: Double) throws(ModelError) -> Double {
    try Domain.nonNegative(timeLeft, "time left")
    return try Domain.finite(riskPerLot(timeLeft: timeLeft) + intensitySpread, "spread")
  }

  /// Offsets from the mid: the spread laid symmetrically around the reservation price.
  public func quotes(inventoryLots: Double, timeLeft: Double) throws(ModelError) -> QuoteOffsets {
    let half = try spread(timeLeft: timeLeft) / 2
    let shift = try reservationShift(inventoryLots: inventoryLots, timeLeft: timeLeft)
    return try QuoteOffsets(checkedBid: half - shift, ask: half + shift)
  }

  /// The prices at which one lot more is worth buying or one less worth selling, as offsets from the mid: r_b
  /// and r_a = mid + (∓1 − 2q) γ σ² τ / 2 (eq. 6 and 7).
  public func indifference(inventoryLots: Double, timeLeft: Double) throws(ModelError) -> QuoteOffsets {
    try Domain.finite(inventoryLots, "inventory")
    try Domain.nonNegative(timeLeft, "time left")
    let risk = riskPerLot(timeLeft: timeLeft) / 2
    return try QuoteOffsets(checkedBid: (1 + 2 * inventoryLots) * risk, ask: (1 - 2 * inventoryLots) * risk)
  }

  /// The same without a horizon, for inventories within ±`inventoryLimitLots` (section 2.3, ω chosen as
  /// there). At the limit the side that would add to it is `nil`: its indifference price is infinitely far.
  ///
  /// The ask follows from the section's value function, v(x + r_a, q − 1) = v(x, q): r_a = s − (1/γ) ln(1 +
  /// (2q − 1) γ²σ² / (2ω − γ²q²σ²)), the mirror of the bid. The printed ask, s + (1/γ) ln(1 + (1 − 2q) …),
  /// agrees to first order only.
  public func stationaryIndifference(
    inventoryLots: Int, inventoryLimitLots: Int
  ) throws(ModelError) -> QuoteOffsets {
    guard inventoryLimitLots >= 1 && inventoryLimitLots <= 1_000_000 else {
      throw .outOfRange("inventory limit", value: Double(inventoryLimitLots), allowed: "1 ... 1000000 lots")
    }
    guard inventoryLots >= -inventoryLimitLots && inventoryLots <= inventoryLimitLots else {
      throw .outOfRange("inventory", value: Double(inventoryLots), allowed: "±\(inventoryLimitLots) lots")
    }
    // (∓1 − 2q) γ²σ² / (2ω − γ²q²σ²) with 2ω = γ²σ² (limit + 1)²: the volatility cancels.
    let (q, limit) = (Double(inventoryLots), Double(inventoryLimitLots))
    let room = (limit + 1) * (limit + 1) - q * q
    let bid = inventoryLots < inventoryLimitLots ? -Math.log1p((-1 - 2 * q) / room) / riskAversion : nil
    let ask = inventoryLots > -inventoryLimitLots ? -Math.log1p((2 * q - 1) / room) / riskAversion : nil
    return try QuoteOffsets(checkedBid: bid, ask: ask)
  }

  /// Indifference offsets of a mean–variance maker when the price is a geometric Brownian motion (appendix):
  /// (∓1 − 2q)/2 · γ s² (exp(σ² τ) − 1), σ relative per √time unit.
  public static func geometricIndifference(
    mid: Double, inventoryLots: Double, riskAversion: Double, relativeVolatility: Double, timeLeft: Double
  ) throws(ModelError) -> QuoteOffsets {
    try Domain.positive(mid, "mid")
    try Domain.finite(inventoryLots, "inventory")
    try Domain.positive(riskAversion, "risk aversion")
    try Domain.nonNegative(relativeVolatility, "relative volatility")
    try Domain.nonNegative(timeLeft, "time left")
    let risk = riskAversion * mid * mid * Math.expm1(relativeVolatility * relativeVolatility * timeLeft) / 2
    return try QuoteOffsets(checkedBid: (1 + 2 * inventoryLots) * risk, ask: (1 - 2 * inventoryLots) * risk)
  }

  private func riskPerLot(timeLeft: Double) -> Double {
    riskAversion * volatilityPerRootTime * volatilityPerRootTime * timeLeft
  }

  private func reservationShift(inventoryLots: Double, timeLeft: Double) throws(ModelError) -> Double {
    try Domain.finite(inventoryLots, "inventory")
    try Domain.nonNegative(timeLeft, "time left")
    return try Domain.finite(-inventoryLots * riskPerLot(timeLeft: timeLeft), "reservation price")
  }
}
