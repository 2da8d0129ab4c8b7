/// Time-weighted execution: the same amount in every slice, late amounts caught up by the next. Whole lots,
/// exact sum.
public struct TWAP: Equatable, Sendable {
  public let totalLots: Int64
  public let sliceCount: Int

  /// - totalLots: 0 … 2^62. - sliceCount: 1 … 1 000 000.
  public init(totalLots: Int64, sliceCount: Int) throws(ModelError) {
    guard totalLots >= 0 && totalLots <= 1 << 62 else {
      throw .outOfRange("total", value: Double(totalLots), allowed: "0 ... 2^62 lots")
    }
    guard sliceCount >= 1 && sliceCount <= 1_000_000 else {
      throw .outOfRange("slices", value: Double(sliceCount), allowed: "1 ... 1000000")
    }
    self.totalLots = totalLots
    self.sliceCount = sliceCount
  }

  /// Lots that should be done when slice `slice` (0 is the first) ends: the total's share rounded to nearest,
  /// halves up, so that errors never add up. 0 before the first slice, the total from the last on.
  public func scheduledLots(throughSlice slice: Int) -> Int64 {
    if slice < 0 { return 0 }
    if slice >= sliceCount - 1 { return totalLots }
    let product = totalLots.multipliedFullWidth(by: Int64(slice) + 1)
    let count = Int64(sliceCount)
    // The quotient is below the total and the remainder below the count: neither division nor doubling
    // overflows.
    let (quotient, remainder) = count.dividingFullWidth(product)
    return 2 * remainder >= count ? quotient + 1 : quotient
  }

  /// What to send in a slice given what is done and what is on its way: scheduled − done − in flight, never
  /// negative.
  public func childLots(slice: Int, executedLots: Int64, inFlightLots: Int64) throws(ModelError) -> Int64 {
    let committed = try Commitment.check(total: totalLots, executed: executedLots, inFlight: inFlightLots)
    return max(0, scheduledLots(throughSlice: slice) - committed)
  }
}

/// What of a parent order is done or on its way.
enum Commitment {
  static func check(total: Int64, executed: Int64, inFlight: Int64) throws(ModelError) -> Int64 {
    guard executed >= 0 else { throw .outOfRange("executed", value: Double(executed), allowed: ">= 0 lots") }
    guard inFlight >= 0 else { throw .outOfRange("in flight", value: Double(inFlight), allowed: ">= 0 lots") }
    let (sum, overflow) = executed.addingReportingOverflow(inFlight)
    guard !overflow && sum <= total else {
      throw .outOfRange(
        "executed and in flight", value: Double(executed) + Double(inFlight), allowed: "<= \(total)")
    }
    return sum
  }
}
