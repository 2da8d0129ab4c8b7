/// Stops a strategy that keeps being filled and coming back (the repeated automated execution throttle of RTS
/// 6, article 15(3)): after `limit` fills-and-re-entries within a window it is disabled until a person
/// re-enables it. Holds `limit` times and nothing else; nothing allocates after `init`.
public struct RepeatedExecutionThrottle: Equatable, Sendable {
  public let limit: Int
  public let windowNanos: Int64
  public private(set) var isDisabled = false

  private var times: [Int64]
  private var next = 0
  private var recorded = 0
  private var wasFilled = false
  private var lastNanos = Int64.min

  /// - limit: re-entries allowed per window, 1 … 100 000. - windowNanos: > 0; `.max` counts since the last
  ///   re-enabling.
  public init(limit: Int, windowNanos: Int64 = .max) throws(ModelError) {
    guard limit >= 1 && limit <= 100_000 else {
      throw .outOfRange("limit", value: Double(limit), allowed: "1 ... 100000 re-entries")
    }
    guard windowNanos > 0 else { throw .outOfRange("window", value: Double(windowNanos), allowed: "> 0 ns") }
    self.limit = limit
    self.windowNanos = windowNanos
    times = Array(repeating: 0, count: limit)
  }

  /// The strategy was filled: its next order is a re-entry.
  public mutating func fill() { wasFilled = true }

  /// Whether the strategy may send an opening order now; a re-entry is counted. Once false it stays false.
  /// Throws `outOfOrder` when time runs backwards, and then nothing may be sent.
  public mutating func enter(atNanos nanos: Int64) throws(ModelError) -> Bool {
    guard nanos >= lastNanos else { throw .outOfOrder("time of the order", at: 0) }
    lastNanos = nanos
    guard !isDisabled else { return false }
    guard wasFilled else { return true }
    wasFilled = false
    if recorded == limit {
      let (age, overflow) = nanos.subtractingReportingOverflow(times[next])
      if !overflow && age < windowNanos || windowNanos == .max {
        isDisabled = true
        return false
      }
    } else {
      recorded += 1
    }
    times[next] = nanos
    next = (next + 1) % limit
    return true
  }

  /// A person lets the strategy trade again; counting starts anew.
  public mutating func reenable() {
    (isDisabled, wasFilled, recorded, next) = (false, false, 0, 0)
  }
}
