import OrderExecutor
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
    if case .topOfBook = message {
      quotes[executor] = (publisher, moment)
    } else if quotes[executor]?.publisher == publisher {
      quotes[executor]?.moment = moment
    }
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
