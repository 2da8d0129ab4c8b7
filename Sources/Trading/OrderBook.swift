/// The order book of one instrument by price level (L2).
///
/// All memory is taken when the book is made (24 bytes per level and side at the given capacity) and none
/// later. Each side holds at most `capacity` levels; a full side drops the worst, counted in `levelsDropped`.
/// From then on the far end may miss levels that the venue still has, and deletions of unknown levels are to
/// be expected.
@frozen public struct OrderBook: Equatable, Sendable {
  public private(set) var bids: BookSide
  public private(set) var asks: BookSide
  /// Levels not kept because a side was full, since the last `clear`.
  public private(set) var levelsDropped: UInt64 = 0
  /// Deletions of levels that were not there, since the last `clear`.
  public private(set) var unknownDeletions: UInt64 = 0

  /// The default holds the deepest public snapshot, Binance's of 5,000 levels per side.
  public init(capacity: Int = 5_000) {
    bids = BookSide(.buy, capacity: capacity)
    asks = BookSide(.sell, capacity: capacity)
  }

  @inlinable public var capacity: Int { bids.capacity }
  @inlinable public var isEmpty: Bool { bids.isEmpty && asks.isEmpty }

  @inlinable public var bestBid: BookLevel? { bids.best }
  @inlinable public var bestAsk: BookLevel? { asks.best }
  /// The bid at a depth from the best (0); nil beyond the last.
  @inlinable public func bid(at depth: Int) -> BookLevel? { bids[depth] }
  /// The ask at a depth from the best (0); nil beyond the last.
  @inlinable public func ask(at depth: Int) -> BookLevel? { asks[depth] }
  /// How many levels a side holds.
  @inlinable public func depth(_ side: Side) -> Int { side == .buy ? bids.count : asks.count }
  /// The quantity resting at a price, zero when there is none.
  @inlinable public func quantity(_ side: Side, _ price: Price) -> Quantity {
    side == .buy ? bids.quantity(at: price) : asks.quantity(at: price)
  }

  /// Sets the quantity at a price; zero deletes the level.
  @discardableResult
  public mutating func apply(_ side: Side, _ price: Price, _ quantity: Quantity) -> BookChange {
    let isFull = depth(side) == capacity
    let change = side == .buy ? bids.apply(price, quantity) : asks.apply(price, quantity)
    switch change {
    case .inserted: if isFull { levelsDropped &+= 1 }
    case .beyondCapacity: levelsDropped &+= 1
    case .unknownLevel: unknownDeletions &+= 1
    case .changed, .deleted, .refusedNegative: break
    }
    return change
  }

  /// Replaces one side by a snapshot's levels, best first. On an error that side is left empty.
  public mutating func load(
    _ side: Side, bestFirst levels: some Collection<BookLevel>
  ) throws(BookError) {
    let dropped = side == .buy ? try bids.load(bestFirst: levels) : try asks.load(bestFirst: levels)
    levelsDropped &+= UInt64(dropped)
  }

  /// Empties the book and its counters.
  public mutating func clear() {
    bids.clear()
    asks.clear()
    levelsDropped = 0
    unknownDeletions = 0
  }
}
