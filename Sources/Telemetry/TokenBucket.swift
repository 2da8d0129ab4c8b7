/// Lets through at most `burst` events at once and `perSecond` on average.
///
/// Exact integer arithmetic: a token is 10⁹ units and each nanosecond adds `perSecond` units.
struct TokenBucket: Sendable {
  private static let unitsPerToken: Int64 = 1_000_000_000
  let perSecond: Int64
  let burst: Int64
  private var units: Int64
  private var lastNanos: Int64?

  init(perSecond: Int64, burst: Int64) {
    precondition((1...1_000_000).contains(perSecond), "\(perSecond) per second is not within 1…1,000,000")
    precondition((1...1_000_000).contains(burst), "a burst of \(burst) is not within 1…1,000,000")
    self.perSecond = perSecond
    self.burst = burst
    units = burst * Self.unitsPerToken
  }

  /// Takes one token if there is one. A clock that steps back adds nothing.
  mutating func take(atNanos now: Int64) -> Bool {
    refill(atNanos: now)
    guard units >= Self.unitsPerToken else { return false }
    units -= Self.unitsPerToken
    return true
  }

  private mutating func refill(atNanos now: Int64) {
    defer { lastNanos = now }
    guard let lastNanos, now > lastNanos else { return }
    let capacity = burst * Self.unitsPerToken
    let (elapsed, isHuge) = now.subtractingReportingOverflow(lastNanos)
    let (gained, overflow) = elapsed.multipliedReportingOverflow(by: perSecond)
    units = isHuge || overflow ? capacity : Swift.min(capacity, units + Swift.min(capacity, gained))
  }
}
