import Trading

/// Risking less the deeper the drawdown: all of the budget up to the soft limit, none from the hard limit on,
/// and a straight line between.
public struct DrawdownScale: Equatable, Sendable {
  public let soft: Bps
  public let hard: Bps

  /// Throws `outOfRange` unless 0 ≤ soft < hard ≤ 100 %.
  public init(soft: Bps, hard: Bps) throws(ModelError) {
    guard !soft.isNegative, soft < hard, Int128(hard.raw) <= Bps.unitsInWhole else {
      throw .outOfRange("drawdown limits", value: hard.ratio, allowed: "0 <= soft < hard <= 1")
    }
    self.soft = soft
    self.hard = hard
  }

  /// 1 … 0 for a drawdown as a fraction; throws on what is no number ≥ 0.
  public func factor(drawdown: Double) throws(ModelError) -> Double {
    try Domain.nonNegative(drawdown, "drawdown")
    if drawdown <= soft.ratio { return 1 }
    if drawdown >= hard.ratio { return 0 }
    return (hard.ratio - drawdown) / (hard.ratio - soft.ratio)
  }

  /// The budget scaled exactly, rounded towards zero; zero for a negative budget.
  public func scaled(_ budget: Money, drawdown: Bps) throws(ModelError) -> Money {
    guard !drawdown.isNegative else { throw .outOfRange("drawdown", value: drawdown.ratio, allowed: ">= 0") }
    guard budget.isPositive, drawdown < hard else { return .zero }
    if drawdown <= soft { return budget }
    // Both factors fit 63 bits, the product 126.
    let scaled = Int128(budget.raw) * Int128(hard.raw - drawdown.raw) / Int128(hard.raw - soft.raw)
    return Money(raw: Int64(scaled))
  }
}

/// What one account may lose on a trade: the least of a fraction of its equity, what is left of its risk
/// budget and the room to its daily loss limit, scaled by its drawdown.
public enum RiskBudget {
  /// All in the account's currency; anything not positive leaves nothing. - fraction: of the equity, ≥ 0.
  public static func perTrade(
    equity: Money, fraction: Bps, budgetRemaining: Money, dailyLossRoom: Money, scale: DrawdownScale,
    drawdown: Bps
  ) throws(ModelError) -> Money {
    guard !fraction.isNegative else { throw .outOfRange("fraction", value: fraction.ratio, allowed: ">= 0") }
    guard equity.isPositive else { return .zero }
    let share = Int128(equity.raw) * Int128(fraction.raw) / Bps.unitsInWhole
    let capped = Money(raw: Int64(clamping: share))
    return try scale.scaled(min(capped, min(budgetRemaining, dailyLossRoom)), drawdown: drawdown)
  }
}
