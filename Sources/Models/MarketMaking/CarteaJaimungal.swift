/// Market making that maximises expected profit less a running inventory penalty φ q² and a terminal one a
/// q²: Cartea, Jaimungal, Penalva, "Algorithmic and High-Frequency Trading" (2015), chapter 10, with a maker
/// fee. The Hamilton–Jacobi–Bellman equation turns linear in exp(κ h) and is solved exactly.
///
/// Offsets, 1/κ, fees, penalties per lot share one price unit, usually basis points. φ = γ σ²/2 links it to
/// `GLFT` to first order.
public struct CarteaJaimungal: Equatable, Sendable {
  /// λ, fills of one lot per second at offset zero; > 0.
  public let fillsPerSecond: Double
  /// κ, 1 / price unit; > 0.
  public let fillDecayPerOffset: Double
  /// φ, price units / (s · lot²); > 0 for a stationary solution, ≥ 0 with a horizon.
  public let inventoryPenalty: Double
  /// Fee per lot as maker, price units; negative is a rebate.
  public let makerFee: Double
  /// a, price units / lot²; ≥ 0.
  public let terminalPenalty: Double

  public init(
    fillsPerSecond: Double, fillDecayPerOffset: Double, inventoryPenalty: Double, makerFee: Double = 0,
    terminalPenalty: Double = 0
  ) throws(ModelError) {
    self.fillsPerSecond = try Domain.positive(fillsPerSecond, "fill rate")
    self.fillDecayPerOffset = try Domain.positive(fillDecayPerOffset, "fill decay")
    self.inventoryPenalty = try Domain.nonNegative(inventoryPenalty, "inventory penalty")
    self.makerFee = try Domain.finite(makerFee, "maker fee")
    self.terminalPenalty = try Domain.nonNegative(terminalPenalty, "terminal penalty")
  }

  /// Optimal offsets with `secondsLeft` to the horizon, inventories limited to 1 … 200 lots either side.
  public func atHorizon(secondsLeft: Double, inventoryLimitLots: Int) throws(ModelError) -> QuoteTable {
    let ladder = try ladder(inventoryLimitLots)
    let terminal = (-inventoryLimitLots...inventoryLimitLots).map { lots in
      -terminalPenalty * fillDecayPerOffset * Double(lots) * Double(lots)
    }
    return try table(ladder.atHorizon(secondsLeft: secondsLeft, terminalLogValues: terminal))
  }

  /// Optimal offsets far from any horizon, inventories limited to 1 … 500 lots either side.
  public func stationary(inventoryLimitLots: Int) throws(ModelError) -> QuoteTable {
    let solution = try ladder(inventoryLimitLots).stationary()
    return try table(solution.logValues)
  }

  /// The long-run profit per second, net of penalty and fees, of quoting optimally; price units / s.
  public func gainPerSecond(inventoryLimitLots: Int) throws(ModelError) -> Double {
    try Domain.finite(-ladder(inventoryLimitLots).stationary().eigenvalue / fillDecayPerOffset, "gain rate")
  }

  private func ladder(_ limitLots: Int) throws(ModelError) -> InventoryLadder {
    let coupling = fillsPerSecond * Math.exp(-1 - fillDecayPerOffset * makerFee)
    return try InventoryLadder(limitLots: limitLots, coupling: coupling) { lots in
      inventoryPenalty * fillDecayPerOffset * lots * lots
    }
  }

  private func table(_ logValues: [Double]) throws(ModelError) -> QuoteTable {
    try QuoteTable(
      logValues: logValues, decayPerOffset: fillDecayPerOffset, baseOffset: 1 / fillDecayPerOffset + makerFee)
  }
}
