import Trading

/// What a replayed recording tells its consumer. The levels are in the reader's `bids` and `asks` until its
/// next event.
public enum MarketEvent: Equatable, Sendable {
  /// Replaces the book.
  case bookSnapshot(DepthSnapshot)
  /// Changes the book; comes only while there is one.
  case bookUpdate(DepthUpdate)
  /// The ids do not continue: there is no valid book until the next snapshot.
  case bookLost
  case trade(CapturedTrade)
  case ticker(CapturedTicker)
}

extension OrderBook {
  /// Follows one event. An error means the snapshot was no book; this book is then empty.
  public mutating func follow(
    _ event: MarketEvent, bids: [BookLevel], asks: [BookLevel]
  ) throws(BookError) {
    switch event {
    case .bookSnapshot:
      clear()
      do throws(BookError) {
        try load(.buy, bestFirst: bids)
        try load(.sell, bestFirst: asks)
      } catch {
        clear()
        throw error
      }
    case .bookUpdate:
      for level in bids { apply(.buy, level.price, level.quantity) }
      for level in asks { apply(.sell, level.price, level.quantity) }
    case .bookLost: clear()
    case .trade, .ticker: break
    }
  }
}
