/// A fitted micro-price: a table of adjustments to the mid, looked up per quote without allocation.
public struct MicroPrice: Equatable, Sendable {
  public let grid: MicroPriceGrid
  /// Adjustment in ticks per state; `nil` where the state was never observed.
  public let adjustmentTicks: [Double?]

  /// Throws `mismatched` unless there is one adjustment per state of the grid, `nonFinite` on a NaN.
  public init(grid: MicroPriceGrid, adjustmentTicks: [Double?]) throws(ModelError) {
    try Domain.sameCount(adjustmentTicks.count, grid.stateCount, "adjustments")
    for case let value? in adjustmentTicks { try Domain.finite(value, "adjustment") }
    self.grid = grid
    self.adjustmentTicks = adjustmentTicks
  }

  /// Ticks to add to the mid, or `nil` when the quote's state is outside the grid or was never observed: the
  /// caller then has no better fair price than the mid.
  public func adjustmentTicks(bidSize: Double, askSize: Double, spreadTicks: Int64) -> Double? {
    guard let state = grid.state(bidSize: bidSize, askSize: askSize, spreadTicks: spreadTicks) else {
      return nil
    }
    return adjustmentTicks[state]
  }
}

/// The states of a micro-price: equal buckets of the bid's share of both sizes, and spreads of 1 … n ticks.
public struct MicroPriceGrid: Equatable, Sendable {
  public let imbalanceBuckets: Int
  public let maximumSpreadTicks: Int

  /// Throws `outOfRange` unless 2 … 100 buckets and 1 … 20 ticks (at most 500 states, the size of the system
  /// solved).
  public init(imbalanceBuckets: Int, maximumSpreadTicks: Int) throws(ModelError) {
    guard imbalanceBuckets >= 2 && imbalanceBuckets <= 100 else {
      throw .outOfRange("imbalance buckets", value: Double(imbalanceBuckets), allowed: "2 ... 100")
    }
    guard maximumSpreadTicks >= 1 && maximumSpreadTicks <= 20, imbalanceBuckets * maximumSpreadTicks <= 500
    else {
      throw .outOfRange(
        "largest spread", value: Double(maximumSpreadTicks), allowed: "1 ... 20 ticks, 500 states in all")
    }
    self.imbalanceBuckets = imbalanceBuckets
    self.maximumSpreadTicks = maximumSpreadTicks
  }

  public var stateCount: Int { imbalanceBuckets * maximumSpreadTicks }

  /// Index of a quote's state; `nil` for sizes that are no numbers ≥ 0 or both 0, or a spread off the grid.
  public func state(bidSize: Double, askSize: Double, spreadTicks: Int64) -> Int? {
    guard spreadTicks >= 1 && spreadTicks <= Int64(maximumSpreadTicks) else { return nil }
    let total = bidSize + askSize
    guard bidSize >= 0, askSize >= 0, total > 0, total.isFinite else { return nil }
    let bucket = min(Int(bidSize / total * Double(imbalanceBuckets)), imbalanceBuckets - 1)
    return (Int(spreadTicks) - 1) * imbalanceBuckets + bucket
  }

  /// The state seen in a mirror that swaps bid and ask.
  public func mirrored(_ state: Int) -> Int {
    precondition(state >= 0 && state < stateCount, "state \(state) of \(stateCount)")
    let row = state / imbalanceBuckets
    return row * imbalanceBuckets + (imbalanceBuckets - 1 - state % imbalanceBuckets)
  }
}
