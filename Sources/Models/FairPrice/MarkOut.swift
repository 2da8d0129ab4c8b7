/// Adverse selection, measured: how far the mid moves against us within a fixed time after each of our fills,
/// as an exponentially weighted mean. Its positive part is the ξ of `GLFT` (do not count the same signal in a
/// micro-price shift again). Fills wait in a ring of fixed size until their time has come; nothing allocates
/// after `init`.
public struct MarkOut: Equatable, Sendable {
  public let horizonNanos: Int64
  /// Weight of a new mark-out once the mean is settled, 0 … 1.
  public let gain: Double
  /// Fills that were overwritten before their horizon because the ring was full; a sign to enlarge it.
  public private(set) var droppedCount = 0
  /// Mark-outs that entered the mean.
  public private(set) var count = 0

  private struct Pending: Equatable, Sendable {
    var dueNanos: Int64 = 0
    var sign = 0.0
    var mid = 0.0
  }
  private var ring: [Pending]
  private var head = 0
  private var pendingCount = 0
  private var newestNanos = Int64.min
  private var lastMid: Double?
  private var mean = 0.0
  private var weight = 0.0

  /// - horizonNanos: > 0. - gain: in (0, 1]. - capacity: fills waiting at a time, 1 … 65 536.
  public init(horizonNanos: Int64, gain: Double, capacity: Int = 1024) throws(ModelError) {
    guard horizonNanos > 0 else {
      throw .outOfRange("mark-out horizon", value: Double(horizonNanos), allowed: "> 0 ns")
    }
    guard capacity >= 1 && capacity <= 65_536 else {
      throw .outOfRange("capacity", value: Double(capacity), allowed: "1 ... 65536 fills")
    }
    guard try Domain.positive(gain, "gain") <= 1 else {
      throw .outOfRange("gain", value: gain, allowed: "0 < x <= 1")
    }
    self.horizonNanos = horizonNanos
    self.gain = gain
    ring = Array(repeating: Pending(), count: capacity)
  }

  /// Our own fill: `bought` or sold while the mid was `mid` (> 0). When the ring is full the oldest fill is
  /// dropped and counted.
  public mutating func fill(bought: Bool, mid: Double, atNanos nanos: Int64) throws(ModelError) {
    try Domain.positive(mid, "mid")
    try advanceClock(nanos)
    let (due, overflow) = nanos.addingReportingOverflow(horizonNanos)
    guard !overflow else {
      throw .outOfRange("time of the fill", value: Double(nanos), allowed: "Int64 ns + horizon")
    }
    if pendingCount == ring.count {
      head = (head + 1) % ring.count
      pendingCount -= 1
      droppedCount += 1
    }
    ring[(head + pendingCount) % ring.count] = Pending(dueNanos: due, sign: bought ? 1 : -1, mid: mid)
    pendingCount += 1
  }

  /// A new mid. Fills whose horizon has passed are marked with the last mid at or before that horizon.
  public mutating func update(mid: Double, atNanos nanos: Int64) throws(ModelError) {
    try Domain.positive(mid, "mid")
    try advanceClock(nanos)
    while pendingCount > 0 {
      let fill = ring[head]
      guard fill.dueNanos <= nanos else { break }
      settle(fill, mid: fill.dueNanos == nanos ? mid : lastMid ?? mid)
      head = (head + 1) % ring.count
      pendingCount -= 1
    }
    lastMid = mid
  }

  private mutating func settle(_ fill: Pending, mid: Double) {
    weight = (1 - gain) * weight + gain
    mean += gain / weight * (-fill.sign * (mid - fill.mid) - mean)
    count += 1
  }

  private mutating func advanceClock(_ nanos: Int64) throws(ModelError) {
    guard nanos >= newestNanos else { throw .outOfOrder("time of the mark-out", at: 0) }
    newestNanos = nanos
  }

  /// The mean move against us per fill, price units, negative when fills are followed by moves in our favour;
  /// `nil` before the first horizon has passed.
  public var adverseMove: Double? { count > 0 ? mean : nil }

  /// ξ: the adverse move where positive, else 0; `nil` before the first horizon has passed.
  public var impactPerFill: Double? { adverseMove.map { max(0, $0) } }
}
