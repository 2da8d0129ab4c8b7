/// The pace at which a stream of an instrument usually speaks, in market time, and from it when silence is
/// too long.
///
/// A quiet instrument is not a dead one: the limit is the larger of a fixed floor and `patience` times the
/// learned mean pause. With exponential pauses one as long as that comes once in 5e8. Whether the link itself
/// lives is for heartbeats to say.
struct Rhythm: Equatable {
  static let patience = 20.0
  /// Pauses before the mean counts; until then only the floor does.
  static let learningPauses = 16
  /// Weight of a new pause once learned: 1/32, so that the mean follows within some hundred messages.
  private static let gain = 1.0 / 32

  private var meanNanos = 0.0
  private var pauses = 0
  /// Market time of the last message; nil before the first, 0 if the market clock stood.
  private var lastNanos: Int64?
  /// Whether it has been silent too long and has not spoken since.
  private(set) var isSilent = false

  /// Takes in a message at this market time. Messages at one time are one.
  mutating func heard(atMarketNanos now: Int64) {
    isSilent = false
    defer { lastNanos = now }
    guard now != 0, let lastNanos, lastNanos != 0, now > lastNanos else { return }
    var pause = Double(now - lastNanos)
    if pauses < Self.learningPauses {
      pauses += 1
      meanNanos += (pause - meanNanos) / Double(pauses)
    } else {
      // An outage must not teach patience.
      pause = min(pause, 4 * meanNanos)
      meanNanos += (pause - meanNanos) * Self.gain
    }
  }

  /// Judges the silence at a market time (not 0); true if it has just become too long.
  mutating func pass(toMarketNanos now: Int64, floorNanos: Int64) -> Bool {
    // A stream that spoke before the market clock ran is silent from its start at the earliest.
    if lastNanos == 0 { lastNanos = now }
    guard !isSilent, silentFromNanos(floorNanos: floorNanos) <= now else { return false }
    isSilent = true
    return true
  }

  /// The link was away: silent until the next message, if it has ever spoken.
  mutating func hush() { isSilent = lastNanos != nil }

  /// The longest pause that is no silence, ns; at least the floor.
  func limitNanos(floorNanos: Int64) -> Int64 {
    guard pauses >= Self.learningPauses else { return floorNanos }
    return max(floorNanos, Int64(min(Self.patience * meanNanos, 1e18)))
  }

  /// The market time from which it will be silent; `Int64.max` if it is already, or has never spoken.
  func silentFromNanos(floorNanos: Int64) -> Int64 {
    guard !isSilent, let lastNanos, lastNanos != 0 else { return .max }
    let (end, overflow) = lastNanos.addingReportingOverflow(limitNanos(floorNanos: floorNanos))
    return overflow ? .max : end
  }
}
