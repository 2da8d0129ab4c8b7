import ActorKit

/// Where the messages of one stream of an instrument stand: by the venue's ids, and a clock that only goes
/// forward.
///
/// Order is judged within one stream alone. Depth, tickers and trades reach us on ways of different speed, so
/// that one being behind another means nothing.
struct StreamOrder: Equatable {
  enum Place {
    case next
    case duplicate
    case late
    /// Changes between what is known and this message are missing, or the venue has begun to number anew.
    case hole
    /// Too far from the last to be believed at once.
    case leap
  }

  /// The last change taken in; nil before the first, or when the venue gives no ids.
  private(set) var lastId: UInt64?
  /// The newest market time taken in; 0 before the first.
  private(set) var newestNanos: Int64 = 0
  private var leaps = LeapCheck()

  /// Places a message that covers the ids `first...last`. Without ids the transport's own numbering must do.
  mutating func place(first: UInt64?, last: UInt64?) -> Place {
    guard let known = lastId, let last else { return .next }
    switch leaps.judge(last, last: known) {
    case .near: break
    case .doubted: return .leap
    case .confirmed: return .hole
    }
    if last == known { return .duplicate }
    if last < known { return .late }
    // `first - known > 1` without the sum that could overflow.
    if let first, first > known, first - known > 1 { return .hole }
    return .next
  }

  /// Takes a message in. False if its time lies before the newest: the clock then stays where it is.
  mutating func advance(id: UInt64?, nanos: Int64) -> Bool {
    if let id { lastId = id }
    guard nanos >= newestNanos else { return false }
    newestNanos = nanos
    return true
  }

  /// Forgets the ids: what comes next may be numbered anew.
  mutating func forgetIds() { lastId = nil }
}
