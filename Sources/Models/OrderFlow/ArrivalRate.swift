/// How many events a second arrive, at irregular times: an exponentially weighted count, normalised by the
/// time watched so far, so that it is unbiased from the start. One event costs an exponential; it never
/// allocates.
///
/// With decay β = ln 2 / half-life, S ← S · exp(−β dt) + 1 at each event, and the rate at time t is
/// β · S · exp(−β (t − t_last)) / (1 − exp(−β (t − t_0))), t_0 being the beginning of the watch.
public struct ArrivalRate: Equatable, Sendable {
  public let halfLifeNanos: Int64
  private var startNanos: Int64?
  private var lastNanos: Int64 = 0
  private var weighted: Double = 0
  /// Events taken in.
  public private(set) var eventCount: Int = 0

  /// Throws `outOfRange` unless the half-life is positive.
  public init(halfLifeNanos: Int64) throws(ModelError) {
    guard halfLifeNanos > 0 else {
      throw .outOfRange("half-life", value: Double(halfLifeNanos), allowed: "> 0 ns")
    }
    self.halfLifeNanos = halfLifeNanos
  }

  /// Begins to watch at a time, unless that has begun. Without it the first event is the beginning.
  public mutating func watch(fromNanos nanos: Int64) {
    guard startNanos == nil else { return }
    (startNanos, lastNanos) = (nanos, nanos)
  }

  /// Counts an event. Throws `outOfOrder`, and counts nothing, for a time before the last.
  public mutating func add(atNanos nanos: Int64) throws(ModelError) {
    watch(fromNanos: nanos)
    guard nanos >= lastNanos else { throw .outOfOrder("time of an arrival", at: 0) }
    weighted = weighted * decay(from: lastNanos, to: nanos) + 1
    lastNanos = nanos
    eventCount += 1
  }

  /// Events a second at a time not before the last event; `nil` while less than a quarter of the half-life
  /// has been watched.
  public func ratePerSecond(atNanos nanos: Int64) -> Double? {
    guard let startNanos, nanos >= lastNanos else { return nil }
    let (watched, overflow) = nanos.subtractingReportingOverflow(startNanos)
    guard !overflow, watched > 0, watched >= halfLifeNanos / 4 else { return nil }
    let perSecond = Math.ln2 / (Double(halfLifeNanos) * 1e-9)
    let seen = -Math.expm1(-Math.ln2 * Double(watched) / Double(halfLifeNanos))
    return perSecond * weighted * decay(from: lastNanos, to: nanos) / seen
  }

  private func decay(from: Int64, to: Int64) -> Double {
    Math.exp(-Math.ln2 * (Double(to) - Double(from)) / Double(halfLifeNanos))
  }
}
