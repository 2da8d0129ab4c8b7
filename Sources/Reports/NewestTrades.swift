import VenueSimulator

/// The newest trade of each instrument; of two at one moment, the one with the higher number.
struct NewestTrades: Sendable {
  /// In the order in which the instruments were first traded.
  private(set) var trades: [VenueTrade] = []

  mutating func take(_ trade: VenueTrade) {
    guard let place = trades.firstIndex(where: { $0.instrument == trade.instrument }) else {
      return trades.append(trade)
    }
    let known = (trades[place].eventNanos, trades[place].execution.low)
    if known <= (trade.eventNanos, trade.execution.low) { trades[place] = trade }
  }
}
