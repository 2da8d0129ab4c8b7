import ActorKit
import Trading
import Wire

/// One frame of recorded market data: checked, taken into the book, and given out again.
enum RecordedFrame {
  /// Levels a side of a snapshot given out, so that it fits in a message.
  static let mostLevels = 1_000

  /// Whether the figures can be: times and prices positive, quantities not negative, a snapshot's levels in
  /// order.
  static func isSound(_ view: borrowing VenueMarketDataView) -> Bool {
    guard view.eventNanos > 0 else { return false }
    let isWhole = view.kind == .snapshot
    switch view.kind {
    case .snapshot, .delta: break
    case .trade: return (view.price ?? 0) > 0 && (view.quantity ?? 0) > 0 && view.aggressor != .unrecognized
    case .ticker: guard view.bidsCount <= 1 && view.asksCount <= 1 else { return false }
    case .unrecognized: return false
    }
    var previous = Int64.max
    for index in 0..<view.bidsCount {
      let bid = view.bid(index)
      guard bid.price > 0, bid.quantity >= (isWhole ? 1 : 0) else { return false }
      guard !isWhole || bid.price < previous else { return false }
      previous = bid.price
    }
    previous = 0
    for index in 0..<view.asksCount {
      let ask = view.ask(index)
      guard ask.price > 0, ask.quantity >= (isWhole ? 1 : 0) else { return false }
      guard !isWhole || ask.price > previous else { return false }
      previous = ask.price
    }
    return true
  }

  /// Whether a frame is a print that two orders made on the book. Only such a one fills our orders and
  /// triggers stops; a source of an older schema does not say, and its prints count as that.
  static func isMarketTrade(_ view: borrowing VenueMarketDataView) -> Bool {
    view.kind == .trade && (view.condition == .market || view.condition == .unrecognized)
  }

  /// Moves the book. A trade fills our orders at once; whether the book crosses them is asked after the whole
  /// frame.
  static func apply(
    _ view: borrowing VenueMarketDataView, to book: inout ReplayBook, into fills: inout [Fill]
  ) {
    switch view.kind {
    case .snapshot:
      var bids: [BookLevel] = []
      var asks: [BookLevel] = []
      for index in 0..<view.bidsCount { bids.append(BookLevel(view.bid(index))) }
      for index in 0..<view.asksCount { asks.append(BookLevel(view.ask(index))) }
      book.load(bids: bids, asks: asks)
    case .delta:
      for index in 0..<view.bidsCount {
        let level = BookLevel(view.bid(index))
        book.set(.buy, level.price, level.quantity)
      }
      for index in 0..<view.asksCount {
        let level = BookLevel(view.ask(index))
        book.set(.sell, level.price, level.quantity)
      }
    case .trade:
      guard isMarketTrade(view), let price = view.price, let quantity = view.quantity,
        let aggressor = Side(view.aggressor)
      else { return }
      book.trade(Price(raw: price), Quantity(raw: quantity), aggressor: aggressor, into: &fills)
    case .ticker, .unrecognized: return
    }
    if view.kind != .trade { book.noteUpdate(view.lastUpdateId, at: view.eventNanos) }
  }

  /// Gives the frame out: as it is, but a snapshot with the best levels only.
  static func publish(
    _ view: borrowing VenueMarketDataView, on topic: Int, into effects: inout Effects
  ) {
    var message = view.block
    message.envelope = Envelope(origin: 0)
    let most = view.kind == .snapshot ? mostLevels : Int.max
    effects.publish(topic) { writer in
      message.encode(
        into: &writer, bidsCount: min(view.bidsCount, most), bids: { view.bid($0) },
        asksCount: min(view.asksCount, most), asks: { view.ask($0) })
    }
  }
}

extension BookLevel {
  init(_ bid: VenueMarketData.Bid) {
    self.init(price: Price(raw: bid.price), quantity: Quantity(raw: bid.quantity))
  }

  init(_ ask: VenueMarketData.Ask) {
    self.init(price: Price(raw: ask.price), quantity: Quantity(raw: ask.quantity))
  }
}
