import ActorKit
import Wire

/// The account's instruments, by rising number, and which of them a turn has to look at. Whatever is changed
/// through the subscript is looked at, so a turn costs what it changes and not what there is.
struct Instruments: Sendable {
  private var all: [InstrumentState]
  /// Of which something changed that their state, or whether their market can be decided on, may rest on.
  private(set) var touched: Indices
  /// When the data of each turns usable or unusable by age alone, market clock.
  private var turns: Deadlines
  /// As last looked at; 0 before the market's clock runs.
  private var lastMarketNanos: Int64 = 0
  /// What each counts for in the gross notional.
  var gross: GrossNotional

  init(_ all: [InstrumentState]) {
    self.all = all
    touched = Indices(all.indices)
    turns = Deadlines(all.map { _ in .max })
    gross = GrossNotional(count: all.count)
  }

  var indices: Range<Int> { all.indices }

  subscript(index: Int) -> InstrumentState {
    _read { yield all[index] }
    _modify {
      touch(index)
      yield &all[index]
    }
  }

  /// Index of an instrument; nil for one that is not ours.
  func index(of instrument: UInt32) -> Int? {
    let index = all.lowestIndex { $0.instrument.number >= instrument }
    return index < all.count && all[index].instrument.number == instrument ? index : nil
  }

  /// Something changed outside that an instrument's state or value rests on.
  mutating func touch(_ index: Int) {
    touched.insert(index)
    gross.forget(index)
  }

  mutating func touchAll() {
    touched.insertAll(of: all.indices)
    gross.forgetAll()
  }

  /// The turn has looked at all of them.
  mutating func forgetTouched() { touched.removeAll() }

  /// As published; nothing rests on it.
  mutating func setState(_ state: PositionState, of index: Int) { all[index].state = state }
}

// Whether markets can be decided on.
extension Instruments {
  /// When the next market turns usable or unusable by age alone, market clock.
  var nextTurn: Int64 { turns.first }

  /// Those whose market turned usable or unusable since last looked at.
  mutating func lookAtMarkets(at now: Instant, maxAgeNanos: Int64) -> [Int] {
    // A clock that begins, or goes back, may change all ages.
    if now.market < lastMarketNanos || (lastMarketNanos == 0 && now.market != 0) {
      touched.insertAll(of: all.indices)
    }
    lastMarketNanos = now.market
    while let index = turns.firstDue(at: now.market) {
      turns[index] = .max
      touched.insert(index)
    }
    var turned: [Int] = []
    for position in touched.positions {
      let index = touched[position]
      let market = all[index].market
      let isUsable =
        market.mid != nil && market.staleness(atMarket: now.market, maxAgeNanos: maxAgeNanos) == nil
      turns[index] = market.nextTurn(atMarket: now.market, maxAgeNanos: maxAgeNanos)
      guard isUsable != all[index].isUsable else { continue }
      all[index].isUsable = isUsable
      turned.append(index)
    }
    return turned
  }
}
