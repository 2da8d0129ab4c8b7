import Trading
import Wire

/// What is known of an instrument's market now. Volatile: rebuilt from the feed's streams after a restart.
struct MarketView: Equatable, Sendable {
  /// Nil while a side is missing, or the prices cannot be.
  private(set) var topMid: Price?
  private(set) var metricsMid: Price?
  /// Market time of the newest data; nil before any.
  private(set) var eventNanos: Int64?
  /// As told by the feed; nil until it has told.
  private(set) var state: FeedState?
  /// As told with the last metrics; nil before any.
  private(set) var metricsState: FeedState?
  /// The feed that publishes it, learned from its messages; 0 until then.
  private(set) var feed: UInt16 = 0
  /// The feed has missed beats.
  var isFeedSilent = false

  init() {}

  /// The mid of the best prices; that of the metrics until a first top has come.
  var mid: Price? { topMid ?? (hasTop ? nil : metricsMid) }

  private var hasTop = false

  mutating func take(_ top: TopOfBook) {
    feed = top.envelope.sender
    hasTop = true
    topMid = nil
    eventNanos = max(eventNanos ?? .min, top.eventNanos)
    guard let bid = top.bidPrice, let ask = top.askPrice, bid > 0, ask >= bid else { return }
    topMid = Price(raw: bid + (ask - bid) / 2)
  }

  mutating func take(_ metrics: MarketMetrics) {
    feed = metrics.envelope.sender
    metricsMid = metrics.mid > 0 ? Price(raw: metrics.mid) : nil
    metricsState = metrics.state
    eventNanos = max(eventNanos ?? .min, metrics.eventNanos)
  }

  mutating func take(_ status: FeedStatus) {
    feed = status.envelope.sender
    state = status.state
  }

  /// The feed began anew, or updates are missing: what was known is void until it is told again.
  mutating func forget() {
    let feed = feed
    let isFeedSilent = isFeedSilent
    self = MarketView()
    self.feed = feed
    self.isFeedSilent = isFeedSilent
  }

  /// Updates of the best prices are missing.
  mutating func forgetTop() {
    topMid = nil
    hasTop = true
  }

  mutating func forgetMetrics() {
    metricsMid = nil
    metricsState = nil
  }

  mutating func forgetStatus() { state = nil }

  /// Nil when the data can be decided on. A time ahead of the clock is as suspicious as one behind it: the
  /// same distance is allowed both ways, because clocks of two hosts differ.
  func staleness(atMarket now: Int64, maxAgeNanos: Int64) -> Finding? {
    let stale = Finding(.staleMarketData, .nanos, measured: .max, limit: maxAgeNanos)
    guard state == .live, metricsState == nil || metricsState == .live, !isFeedSilent else { return stale }
    guard now != 0, let age = ageNanos(atMarket: now) else { return stale }
    guard age.magnitude <= UInt64(maxAgeNanos) else {
      return Finding(.staleMarketData, .nanos, measured: age, limit: maxAgeNanos)
    }
    return nil
  }

  /// Nil before any data, and for times so far apart that their difference is none.
  func ageNanos(atMarket now: Int64) -> Int64? {
    guard let eventNanos else { return nil }
    let (age, overflow) = now.subtractingReportingOverflow(eventNanos)
    return overflow ? nil : age
  }
}
