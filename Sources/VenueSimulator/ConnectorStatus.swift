import ActorKit
import Wire

/// The state of the link to the venue's market source, as ConnectorHealth shows it.
struct ConnectorStatus: Sendable {
  /// A synthetic market is its own source; a recorded one says when it is ready.
  private(set) var hasSource: Bool
  private(set) var hasEnded = false
  /// Of a recorded market.
  private(set) var firstMarketNanos: Int64?
  /// Something changed since the last report.
  var needsReport = false
  private(set) var nextBootNanos: Int64 = 0
  private var shown: ConnectorState?
  private var sinceNanos: Int64 = 0

  /// Once the market's clock runs.
  static let intervalNanos: Int64 = 1_000_000_000
  /// Before, twice as long each time, up to the second of these: a feed that has subscribed late waits for
  /// the next report, and the session for the feed.
  static let firstIntervalNanos: Int64 = 25 * .nanosPerMilli
  static let idleIntervalNanos: Int64 = 250 * .nanosPerMilli
  private var waitNanos = Self.firstIntervalNanos

  init(hasSource: Bool) { self.hasSource = hasSource }

  mutating func ready(firstMarketNanos: Int64?) {
    hasSource = true
    self.firstMarketNanos = firstMarketNanos
    needsReport = true
  }

  mutating func ended() {
    hasEnded = true
    needsReport = true
  }

  func isDue(at now: Instant) -> Bool { needsReport || now.boot >= nextBootNanos }

  /// The health to publish now; remembers that it was.
  mutating func health(
    component: UInt16, clockRuns: Bool, lastMarketNanos: Int64?, at now: Instant
  ) -> ConnectorHealth {
    let state: ConnectorState = hasEnded ? .endOfData : !hasSource ? .down : clockRuns ? .up : .waiting
    if state != shown {
      shown = state
      sinceNanos = now.wall
      waitNanos = Self.firstIntervalNanos
    }
    needsReport = false
    nextBootNanos = now.boot + (clockRuns || hasEnded ? Self.intervalNanos : waitNanos)
    waitNanos = min(2 * waitNanos, Self.idleIntervalNanos)
    return ConnectorHealth(
      envelope: Envelope(origin: 0), component: component, state: state, sinceNanos: sinceNanos,
      firstMarketNanos: firstMarketNanos, lastMarketNanos: lastMarketNanos)
  }
}
