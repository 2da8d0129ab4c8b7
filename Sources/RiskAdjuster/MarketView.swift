import ActorKit
import Trading
import Vocabulary
import Wire

/// What is known of an instrument's market now. Volatile: rebuilt from the feed's streams after a restart.
struct MarketView: Equatable, Sendable {
  /// What the best quotes make of a price.
  private(set) var reference: ReferencePrice
  /// Of the best quotes; nil while a side is missing, or the prices cannot be.
  private(set) var spread: Bps?
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

  init(maxSpread: Bps = ReferencePrice.usualSpread) {
    reference = ReferencePrice(ofQuotesWithin: maxSpread)
  }

  /// The mid of the best prices, where it is a price; that of the metrics until a first top has come. Nil
  /// while there is none: then nothing may be opened.
  var mid: Price? {
    guard state != .unpriced, metricsState != .unpriced else { return nil }
    return hasTop ? reference.price : metricsMid
  }

  /// What a position is valued at: the price now, or the last there was.
  var mark: Price? { mid ?? reference.lastConfirmed ?? metricsMid }

  /// There are quotes, and they make no price.
  var isUnpriced: Bool {
    state == .unpriced || metricsState == .unpriced || reference.verdict == .tooWide
      || reference.verdict == .doubted
  }

  private var hasTop = false

  mutating func take(_ top: TopOfBook, atMarket now: Int64) {
    feed = top.envelope.sender
    hasTop = true
    note(top.eventNanos, atMarket: now)
    let (bid, ask) = (top.bidPrice.map { Price(raw: $0) }, top.askPrice.map { Price(raw: $0) })
    spread = ReferencePrice.spread(bid: bid, ask: ask)
    reference.take(bid: bid, ask: ask)
  }

  mutating func take(_ metrics: MarketMetrics, atMarket now: Int64) {
    feed = metrics.envelope.sender
    metricsMid = metrics.mid > 0 ? Price(raw: metrics.mid) : nil
    metricsState = metrics.state
    note(metrics.eventNanos, atMarket: now)
  }

  /// A time ahead of the clock by more is remembered as so far ahead: one wild time must not make all later
  /// data look old.
  private static let mostAheadNanos: Int64 = 10 * .nanosPerSecond

  private mutating func note(_ nanos: Int64, atMarket now: Int64) {
    let latest = now == 0 ? .max : now.saturatingAdd(Self.mostAheadNanos)
    eventNanos = min(max(eventNanos ?? .min, nanos), latest)
  }

  mutating func take(_ status: FeedStatus) {
    feed = status.envelope.sender
    state = status.state
  }

  /// The feed began anew, or updates are missing: what was known is void until it is told again.
  mutating func forget() {
    let feed = feed
    let isFeedSilent = isFeedSilent
    self = MarketView(maxSpread: reference.maxSpread)
    self.feed = feed
    self.isFeedSilent = isFeedSilent
  }

  /// Updates of the best prices are missing.
  mutating func forgetTop() {
    reference.lose()
    spread = nil
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
    guard Self.isCurrent(state), metricsState == nil || Self.isCurrent(metricsState), !isFeedSilent else {
      return stale
    }
    guard now != 0, let age = ageNanos(atMarket: now) else { return stale }
    guard age.magnitude <= UInt64(maxAgeNanos) else {
      return Finding(.staleMarketData, .nanos, measured: age, limit: maxAgeNanos)
    }
    return nil
  }

  /// When `staleness` changes by age alone, market clock; never when it cannot.
  func nextTurn(atMarket now: Int64, maxAgeNanos: Int64) -> Int64 {
    guard let eventNanos else { return .max }
    let isAhead = eventNanos > now.saturatingAdd(maxAgeNanos)
    let latest = eventNanos.saturatingAdd(maxAgeNanos).saturatingAdd(1)
    let turn = isAhead ? eventNanos.saturatingAdd(-maxAgeNanos) : latest
    return turn > now ? turn : .max
  }

  /// Whole and current: data without a price is not stale, and has its own check.
  private static func isCurrent(_ state: FeedState?) -> Bool { state == .live || state == .unpriced }

  /// The check of a market that has quotes and no price; nil when it has one, or no quotes at all.
  var unpricedFinding: Finding? {
    guard isUnpriced else { return nil }
    return Finding(
      .unpriced, .milliBps, measured: (spread?.raw ?? 0) / 1_000, limit: reference.maxSpread.raw / 1_000)
  }

  /// Nil before any data, and for times so far apart that their difference is none.
  func ageNanos(atMarket now: Int64) -> Int64? {
    guard let eventNanos else { return nil }
    let (age, overflow) = now.subtractingReportingOverflow(eventNanos)
    return overflow ? nil : age
  }
}
