/// Value at risk and expected shortfall from past profits and losses as they were, without a law.
public struct HistoricalRisk: Equatable, Sendable {
  /// Losses, largest first.
  private let losses: [Double]

  /// Profits (losses negative) per period; at least one.
  public init(profits: [Double]) throws(ModelError) {
    try Domain.atLeast(1, profits.count, "profits")
    try Domain.allFinite(profits, "profit")
    losses = profits.map { -$0 }.sorted(by: >)
  }

  /// The ⌈n(1 − confidence)⌉-th largest loss (0 < confidence < 1); negative when even that was a profit.
  public func valueAtRisk(confidence: Double) throws(ModelError) -> Double {
    let tail = try tailCount(confidence)
    return losses[min(losses.count, max(1, Int(tail.rounded(.up)))) - 1]
  }

  /// The mean of the worst n(1 − confidence) losses, the last of them counted by its fraction.
  public func expectedShortfall(confidence: Double) throws(ModelError) -> Double {
    let tail = try tailCount(confidence)
    let whole = Int(tail.rounded(.down))
    var sum = losses.prefix(whole).reduce(0, +)
    if whole < losses.count { sum += (tail - Double(whole)) * losses[whole] }
    return try Domain.finite(sum / tail, "expected shortfall")
  }

  /// n(1 − confidence), with what is a whole number but for rounding made one: 100 · (1 − 0.95) is 5, not
  /// more.
  private func tailCount(_ confidence: Double) throws(ModelError) -> Double {
    try Domain.openUnit(confidence, "confidence")
    let tail = Double(losses.count) * (1 - confidence)
    let nearest = tail.rounded()
    return nearest >= 1 && (tail - nearest).magnitude < 1e-9 * nearest ? nearest : tail
  }
}
