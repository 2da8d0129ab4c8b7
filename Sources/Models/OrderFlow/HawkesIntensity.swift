/// The intensity of a Hawkes process as its events arrive: one exponential and a few multiplications per
/// update, the whole past in one number, no window that forgets.
public struct HawkesIntensity: Equatable, Sendable {
  public let model: Hawkes
  private var excitement = 0.0
  private var lastNanos: Int64?

  public init(model: Hawkes) { self.model = model }

  /// An event at a time not before the last one. Several at one instant all count.
  public mutating func update(atNanos nanos: Int64) throws(ModelError) {
    excitement = try decayed(toNanos: nanos) + 1
    lastNanos = nanos
  }

  /// λ(t), 1/s, at a time not before the last event; events at exactly that time are included.
  public func intensity(atNanos nanos: Int64) throws(ModelError) -> Double {
    model.baseRatePerSecond + model.jumpPerSecond * (try decayed(toNanos: nanos))
  }

  /// Events expected in the next `horizonSeconds`.
  public func expectedCount(atNanos nanos: Int64, horizonSeconds: Double) throws(ModelError) -> Double {
    try model.expectedCount(intensityNow: intensity(atNanos: nanos), horizonSeconds: horizonSeconds)
  }

  private func decayed(toNanos nanos: Int64) throws(ModelError) -> Double {
    guard let last = lastNanos else { return 0 }
    guard nanos >= last else { throw .outOfOrder("time of an event", at: 0) }
    if nanos == last { return excitement }
    let (elapsed, overflow) = nanos.subtractingReportingOverflow(last)
    // An overflowing gap is centuries long: nothing is left of the excitement.
    return overflow ? 0 : excitement * Math.exp(-model.decayPerSecond * 1e-9 * Double(elapsed))
  }
}
