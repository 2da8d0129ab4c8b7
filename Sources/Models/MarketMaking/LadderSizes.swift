/// Several quotes per side: equally spaced offsets behind the first, sizes falling by e^−ρ per level, and
/// never more resting in total than the inventory limit leaves room for.
public struct LadderSizes: Equatable, Sendable {
  /// The share of each level in the total, best first; they sum to 1.
  public let shares: [Double]
  /// Distance between neighbouring levels, price units.
  public let step: Double

  /// - decayPerLevel: ρ ≥ 0; 0 spreads the size evenly. - step: > 0. Throws `outOfRange` unless 1 … 64
  ///   levels.
  public init(levelCount: Int, decayPerLevel: Double, step: Double) throws(ModelError) {
    guard levelCount >= 1 && levelCount <= 64 else {
      throw .outOfRange("number of levels", value: Double(levelCount), allowed: "1 ... 64")
    }
    try Domain.nonNegative(decayPerLevel, "decay per level")
    self.step = try Domain.positive(step, "step between levels")
    let weights = (0..<levelCount).map { Math.exp(-decayPerLevel * Double($0)) }
    let total = weights.reduce(0, +)
    shares = weights.map { $0 / total }
  }

  /// Offset of a level (0 is the best) from the offset of the first; traps on a level that does not exist.
  public func offset(level: Int, first: Double) throws(ModelError) -> Double {
    precondition(shares.indices.contains(level), "level \(level) of \(shares.count)")
    return try Domain.finite(Domain.finite(first, "first offset") + Double(level) * step, "offset")
  }

  /// Size of a level when `total` is wanted and at most `capacity` (both ≥ 0, one unit) may rest on this
  /// side.
  public func size(level: Int, total: Double, capacity: Double) throws(ModelError) -> Double {
    precondition(shares.indices.contains(level), "level \(level) of \(shares.count)")
    try Domain.nonNegative(total, "total size")
    try Domain.nonNegative(capacity, "capacity")
    return min(total, capacity) * shares[level]
  }

  /// Whole lots per level, best first, summing exactly to min(total, capacity) (largest remainder). Negative
  /// arguments throw `outOfRange`.
  public func lots(total: Int64, capacity: Int64) throws(ModelError) -> [Int64] {
    try LargestRemainder.split(min(total, capacity), weights: shares)
  }

  /// The room an inventory limit leaves on each side: bids ≤ limit − q, asks ≤ limit + q, never negative.
  public static func capacity(inventoryLots: Int64, limitLots: Int64) throws(ModelError) -> (
    bid: Int64, ask: Int64
  ) {
    guard limitLots >= 0 else {
      throw .outOfRange("inventory limit", value: Double(limitLots), allowed: ">= 0")
    }
    let (bid, bidOverflow) = limitLots.subtractingReportingOverflow(inventoryLots)
    let (ask, askOverflow) = limitLots.addingReportingOverflow(inventoryLots)
    guard !bidOverflow && !askOverflow else {
      throw .outOfRange("inventory", value: Double(inventoryLots), allowed: "limit ± inventory within Int64")
    }
    return (bid: max(0, bid), ask: max(0, ask))
  }
}
