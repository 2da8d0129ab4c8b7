import ActorKit
import OrderExecutor
import Trading
import Wire

/// What orders leave and on what they can rest: whose they are, and when their executor last heard of the
/// market.
struct SendingWatch {
  private(set) var count = 0
  private(set) var lastMoment: Int64 = 0
  /// By strategy: how many quotes and entries, and when the last one left.
  private var strategies: [UInt16: (count: Int, last: Int64)] = [:]
  /// By executor: whose best quotes it takes in, and when it last heard of that publisher.
  private var quotes: [UInt16: (publisher: UInt16, moment: Int64)] = [:]

  /// By executor and instrument: the best quotes it has heard of.
  private var touches: [UInt16: [UInt32: (bid: Price?, ask: Price?)]] = [:]
  /// By executor: when risk last said what quotes it wants, by strategy and instrument.
  private var wishes: [UInt16: [UInt64: Int64]] = [:]

  /// So long after risk's last word quotes may still be there.
  static let wishNanos: Int64 = 2 * .nanosPerSecond
  /// Whoever has not heard of its feed for so long knows nothing of the market.
  static let staleNanos: Int64 = 5 * .nanosPerSecond
  /// A strategy with fewer orders than this need not trade again soon.
  static let regularCount = 30

  mutating func sent(_ order: CreatedOrder, at moment: Int64) {
    count += 1
    lastMoment = moment
    guard order.purpose == .quote || order.purpose == .entry else { return }
    strategies[order.strategy] = ((strategies[order.strategy]?.count ?? 0) + 1, moment)
  }

  /// Strategies that traded often, and not since a moment.
  func silent(since moment: Int64) -> [UInt16] {
    strategies.filter { $0.value.count >= Self.regularCount && $0.value.last <= moment }.keys.sorted()
  }

  /// An executor has taken in something of a stream.
  mutating func heard(_ frame: [UInt8], by executor: UInt16, at moment: Int64) {
    guard let message = Inbound(frame.span.bytes) else { return }
    let publisher = message.envelope.sender
    if case .topOfBook(let top) = message {
      quotes[executor] = (publisher, moment)
      touches[executor, default: [:]][top.block.instrument] = (
        top.block.bidPrice.map(Price.init(raw:)), top.block.askPrice.map(Price.init(raw:))
      )
    } else if quotes[executor]?.publisher == publisher {
      quotes[executor]?.moment = moment
    }
  }

  /// The price that closes a position of a side, as its executor heard last; nil where it is none.
  func touch(closing side: Side, _ instrument: UInt32, for executor: UInt16) -> Price? {
    guard let touch = touches[executor]?[instrument] else { return nil }
    return side == .buy ? touch.bid : touch.ask
  }

  mutating func wishes(_ executor: UInt16, _ strategy: UInt16, _ instrument: UInt32, at moment: Int64) {
    wishes[executor, default: [:]][UInt64(strategy) << 32 | UInt64(instrument)] = moment
  }

  func hasOutlived(_ order: CreatedOrder, of executor: UInt16, at moment: Int64) -> Bool {
    let last = wishes[executor]?[UInt64(order.strategy) << 32 | UInt64(order.instrument)] ?? 0
    return moment - last > Self.wishNanos
  }

  func judgeFreshness(
    _ order: CreatedOrder, _ executor: UInt16, at moment: Int64, _ judgement: inout Judgement
  ) {
    let heard = quotes[executor]?.moment
    judgement.holds(
      .fresh, at: moment, heard.map { moment - $0 <= Self.staleNanos } ?? false,
      "\(order.purpose) \(order.id) leaves, and its executor last heard of the market"
        + " \(heard.map { "\((moment - $0) / .nanosPerMilli) ms ago" } ?? "never")")
  }
}
