import Trading

/// Making a schedule less predictable to other participants: sizes vary around their plan, times within their
/// own slice. The generator is seeded per parent order and journaled, so the same order replays the same way.
/// It hides nothing from venue, broker or supervisor: identifiers stay truthful.
public enum ScheduleJitter {
  /// `count` sizes near total/count, each weighted by 1 + variance · (2U − 1), rounded cumulatively so that
  /// they sum to the total exactly. Takes `count` draws. - totalLots: 0 … 2^53. - count: 1 … 1 000 000. -
  /// variance: 0 … 1.
  public static func sizes(
    totalLots: Int64, count: Int, variance: Double, random: inout SplitMix64
  ) throws(ModelError) -> [Int64] {
    guard totalLots >= 0 && totalLots <= 1 << 53 else {
      throw .outOfRange("total", value: Double(totalLots), allowed: "0 ... 2^53 lots")
    }
    try check(count: count)
    try Domain.within(variance, 0...1, "variance of the size")
    var weights: [Double] = []
    weights.reserveCapacity(count)
    for _ in 0..<count { weights.append(1 + variance * (2 * random.unit() - 1)) }
    let sum = weights.reduce(0, +)
    var (passed, before) = (0.0, Int64(0))
    var result: [Int64] = []
    result.reserveCapacity(count)
    for (index, weight) in weights.enumerated() {
      passed += weight
      let share = sum > 0 ? passed / sum : Double(index + 1) / Double(count)
      let target =
        index == count - 1 ? totalLots : Int64((share * Double(totalLots)).rounded(.toNearestOrEven))
      let reached = min(max(target, before), totalLots)
      result.append(reached - before)
      before = reached
    }
    return result
  }

  /// `count` release times, ns after the start, one uniform in each slice of `sliceNanos` (> 0). Takes
  /// `count` draws.
  public static func times(
    count: Int, sliceNanos: Int64, random: inout SplitMix64
  ) throws(ModelError) -> [Int64] {
    try check(count: count)
    guard sliceNanos > 0, !sliceNanos.multipliedReportingOverflow(by: Int64(count)).overflow else {
      throw .outOfRange("slice", value: Double(sliceNanos), allowed: "> 0 ns, all slices within Int64")
    }
    var result: [Int64] = []
    result.reserveCapacity(count)
    for index in 0..<count {
      let within = min(Int64(random.unit() * Double(sliceNanos)), sliceNanos - 1)
      result.append(Int64(index) * sliceNanos + within)
    }
    return result
  }

  private static func check(count: Int) throws(ModelError) {
    guard count >= 1 && count <= 1_000_000 else {
      throw .outOfRange("children", value: Double(count), allowed: "1 ... 1000000")
    }
  }
}
