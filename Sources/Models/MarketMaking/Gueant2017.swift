/// The two-coefficient form of the asymptotic quotes for lots of any size: Guéant, "Optimal market making",
/// Appl. Math. Finance 24 (2017), eq. 4.6 and 4.7: half spread c₁ + Δ/2 · σ c₂, skew σ c₂ per unit of
/// inventory. With Δ = 1 and ξ = γ it is GLFT's closed form.
public struct Gueant2017: Equatable, Sendable {
  /// c₁, price units.
  public let c1: Double
  /// c₂; σ c₂ is a price per unit of inventory.
  public let c2: Double
  /// Δ, the size of one quote in units of inventory.
  public let lotSize: Double

  /// - executionRiskAversion: ξ, 1/price unit; 0 is the risk-neutral limit c₁ = 1/k.
  /// - inventoryRiskAversion: γ, 1/price unit; > 0.
  public init(
    fillsPerSecond a: Double, fillDecayPerOffset k: Double, inventoryRiskAversion gamma: Double,
    executionRiskAversion xi: Double, lotSize delta: Double
  ) throws(ModelError) {
    try Domain.positive(a, "fill rate A")
    try Domain.positive(k, "fill decay k")
    try Domain.positive(gamma, "inventory risk aversion")
    try Domain.nonNegative(xi, "execution risk aversion")
    lotSize = try Domain.positive(delta, "lot size")
    let ratio = xi * delta / k
    // Both terms have a limit where execution risk vanishes; below 1e-12 they are equal to it in double
    // precision.
    let nearlyNeutral = ratio < 1e-12
    c1 = try Domain.positive(nearlyNeutral ? 1 / k : Math.log1p(ratio) / (xi * delta), "c1")
    let growth = nearlyNeutral ? Math.exp(1) : Math.exp((1 / ratio + 1) * Math.log1p(ratio))
    c2 = try Domain.positive((gamma / (2 * a * delta * k) * growth).squareRoot(), "c2")
  }

  /// Offsets at an inventory (units, any sign) and a volatility (price units / √s, ≥ 0).
  public func quotes(inventory: Double, volatilityPerRootSecond sigma: Double) throws(ModelError)
    -> QuoteOffsets
  {
    try Domain.finite(inventory, "inventory")
    try Domain.nonNegative(sigma, "volatility")
    let half = c1 + lotSize / 2 * sigma * c2
    let skew = sigma * c2 * inventory
    return try QuoteOffsets(checkedBid: half + skew, ask: half - skew)
  }
}
