/// When a market maker should stop waiting and cross the spread: impulse control on the value function. One
/// lot is sold iff h(q−1) − h(q) exceeds what crossing costs, and bought likewise.
public struct TakerRule: Equatable, Sendable {
  /// Half the spread + the taker's fee + the expected impact, price units per lot; ≥ 0.
  public let crossingCost: Double

  public init(halfSpread: Double, takerFee: Double, impact: Double = 0) throws(ModelError) {
    try Domain.nonNegative(halfSpread, "half spread")
    try Domain.finite(takerFee, "taker fee")
    try Domain.nonNegative(impact, "impact")
    crossingCost = try Domain.nonNegative(halfSpread + takerFee + impact, "cost of crossing")
  }

  /// Lots to sell (positive) or buy (negative) at once to get back to where waiting is worth more; 0 where it
  /// already is. Beyond the table's limit the excess is included.
  public func lotsToSell(inventoryLots: Int, values: QuoteTable) -> Int {
    let inside = min(max(inventoryLots, -values.limitLots), values.limitLots)
    var lots = inside
    while let gain = values.valueOfStep(inventoryLots: lots, selling: true), gain > crossingCost { lots -= 1 }
    if lots == inside {
      while let gain = values.valueOfStep(inventoryLots: lots, selling: false), gain > crossingCost {
        lots += 1
      }
    }
    return inventoryLots - lots
  }

  /// The same as rates, lots/s: the lots to the boundary spread over `horizonSeconds` (> 0). This is the
  /// meaning of the taker rates of a quote signal; execute at most that.
  public func ratesPerSecond(
    inventoryLots: Int, values: QuoteTable, horizonSeconds: Double
  ) throws(ModelError) -> (buy: Double, sell: Double) {
    try Domain.positive(horizonSeconds, "horizon")
    let rate = Double(lotsToSell(inventoryLots: inventoryLots, values: values)) / horizonSeconds
    try Domain.finite(rate, "taker rate")
    return (buy: max(0, -rate), sell: max(0, rate))
  }
}
