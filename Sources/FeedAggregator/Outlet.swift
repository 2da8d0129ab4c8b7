import ActorKit
import Wire

/// What has gone out about one instrument, and what is still to go: the difference is what a turn publishes.
struct Outlet {
  /// The first question goes out at once, the next ones after this, doubling up to the last.
  static let firstRetryNanos: Int64 = 250_000_000
  static let lastRetryNanos: Int64 = 4_000_000_000

  /// Sequence of the newest message of the venue's stream.
  var venueSequence: UInt64 = 0
  /// Our wall clock when the newest market message of this turn came, which travels down the chain as
  /// `origin`; 0 when none came: figures held back until their time would otherwise make the market look
  /// late.
  var originNanos: Int64 = 0
  /// Whether anything came in this turn.
  var isTouched = false
  var standing: InstrumentFeed.Standing?
  /// Our wall clock and the market's when the standing was told.
  var sinceNanos: Int64 = 0
  var standingNanos: Int64 = 0
  var hasBeenLive = false
  var top: BestQuote?
  /// Market time when it was told.
  var topNanos: Int64 = 0
  /// Market time of the last metrics; 0 before the first.
  var metricsNanos: Int64 = 0
  /// Whether something changed since.
  var areMetricsDue = false
  /// When to ask the venue for a snapshot, boot clock; `Int64.max` for not at all.
  private(set) var askAtBootNanos = Int64.max
  private var mayAskAtBootNanos: Int64 = 0
  private var asks = 0

  /// The book is lost by what we saw ourselves; the host only knows of gaps in its own numbering.
  mutating func wantSnapshot() {
    if askAtBootNanos == .max { askAtBootNanos = mayAskAtBootNanos }
  }

  mutating func snapshotCame() {
    askAtBootNanos = .max
    asks = 0
  }

  /// Sets the time of the next question. Questions of one episode after the other keep the least distance
  /// too.
  mutating func asked(atBootNanos now: Int64) {
    let pause = min(Self.firstRetryNanos << Int64(min(asks, 8)), Self.lastRetryNanos)
    asks += 1
    askAtBootNanos = now + pause
    mayAskAtBootNanos = now + Self.firstRetryNanos
  }

  /// A best quote that stands is told again after this, market time.
  static let topAgainNanos: Int64 = 500_000_000

  func isTopOld(atMarketNanos now: Int64) -> Bool {
    let (age, overflow) = now.subtractingReportingOverflow(topNanos)
    return top != nil && !overflow && age >= Self.topAgainNanos
  }

  /// When metrics held back may go out, market clock; `Int64.max` for nothing held back.
  func metricsDueNanos(interval: Int64) -> Int64 {
    areMetricsDue ? metricsNanos.saturatingAdd(interval) : .max
  }
}
