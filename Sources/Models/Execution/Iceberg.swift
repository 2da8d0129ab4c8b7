import Trading

/// Showing a large order a tip at a time. A new tip is due only when the last one is completely filled or
/// cancelled, so two are never live at once; its size is drawn from [display · (1 − v), display · (1 + v)],
/// and a remainder smaller than the least tip goes with the last one. Prefer the venue's own iceberg orders
/// where it has them.
public struct Iceberg: Equatable, Sendable {
  public let totalLots: Int64
  public let displayLots: Int64
  /// v, 0 … 1.
  public let variance: Double
  /// A refill waits for a time drawn from this range.
  public let refillDelayNanos: ClosedRange<Int64>

  /// Lots executed over all tips.
  public private(set) var executedLots: Int64 = 0
  /// What is still live of the current tip; 0 when none is.
  public private(set) var workingLots: Int64 = 0

  /// - totalLots: 0 … 2^53. - displayLots: 1 … total. - refillDelayNanos: not negative.
  public init(
    totalLots: Int64, displayLots: Int64, variance: Double, refillDelayNanos: ClosedRange<Int64> = 0...0
  ) throws(ModelError) {
    guard totalLots >= 0 && totalLots <= 1 << 53 else {
      throw .outOfRange("total", value: Double(totalLots), allowed: "0 ... 2^53 lots")
    }
    guard displayLots >= 1 && displayLots <= 1 << 52 else {
      throw .outOfRange("display size", value: Double(displayLots), allowed: "1 ... 2^52 lots")
    }
    guard refillDelayNanos.lowerBound >= 0 else {
      throw .outOfRange("refill delay", value: Double(refillDelayNanos.lowerBound), allowed: ">= 0 ns")
    }
    self.totalLots = totalLots
    self.displayLots = displayLots
    self.variance = try Domain.within(variance, 0...1, "variance of the tip")
    self.refillDelayNanos = refillDelayNanos
  }

  public var remainingLots: Int64 { totalLots - executedLots }
  public var isDone: Bool { remainingLots == 0 }
  /// The least size a tip is drawn with, at least one lot.
  public var leastTipLots: Int64 { max(1, Int64((Double(displayLots) * (1 - variance)).rounded())) }

  /// A tip to send now, and how long after the previous one ended.
  public struct Tip: Equatable, Sendable {
    public let lots: Int64
    public let delayNanos: Int64
  }

  /// The next tip, which is working from now on; `nil` while one is live and when nothing is left. Draws one
  /// number for the size and, where the delay is a range, one for the delay.
  public mutating func nextTip(random: inout SplitMix64) -> Tip? {
    guard workingLots == 0, remainingLots > 0 else { return nil }
    let drawn = Double(displayLots) * (1 + variance * (2 * random.unit() - 1))
    var lots = min(max(1, Int64(drawn.rounded(.toNearestOrEven))), remainingLots)
    if remainingLots - lots < leastTipLots { lots = remainingLots }
    let width = refillDelayNanos.upperBound - refillDelayNanos.lowerBound
    let delay = width > 0 ? Int64(random.below(UInt64(width) + 1)) : 0
    workingLots = lots
    return Tip(lots: lots, delayNanos: refillDelayNanos.lowerBound + delay)
  }

  /// The current tip traded. Throws `outOfRange` for less than one lot or more than is working.
  public mutating func fill(lots: Int64) throws(ModelError) {
    guard lots >= 1 && lots <= workingLots else {
      throw .outOfRange("fill", value: Double(lots), allowed: "1 ... \(workingLots) lots working")
    }
    workingLots -= lots
    executedLots += lots
  }

  /// The current tip is gone without trading the rest: call it when the cancel is confirmed, never when it is
  /// asked for, because the quantity counts as long as it can trade.
  public mutating func tipCancelled() { workingLots = 0 }
}
