import ActorKit

/// What strategies want to quote, by strategy and instrument, and which of it a turn has to decide on.
struct QuoteSlots: Sendable {
  private var all: [QuoteSlot] = []
  /// To be decided on in this turn.
  private(set) var due = Indices()
  /// When each signal ends, wall clock; never for those that are not decided on again.
  private var expiries = Deadlines()
  /// When the rate will allow what it now refuses, boot clock.
  private var retries = Deadlines()
  /// Places of the slots of each desk.
  private var byDesk: [[Int]] = []

  /// Strategies times instruments; signals of more are dropped and counted. As many as the executor keeps.
  static let most = 1_024

  init() {}

  var indices: Range<Int> { all.indices }

  subscript(place: Int) -> QuoteSlot {
    _read { yield all[place] }
    _modify { yield &all[place] }
  }

  /// Places of a desk's slots, rising.
  func places(of desk: Int) -> [Int] { desk < byDesk.count ? byDesk[desk] : [] }

  /// Where a strategy's quotes in an instrument are kept, made when new; nil when there are too many.
  mutating func place(strategy: UInt16, instrument: UInt32, desk: Int) -> Int? {
    let key = UInt64(strategy) << 32 | UInt64(instrument)
    let place = all.lowestIndex { $0.key >= key }
    if place < all.count, all[place].key == key { return place }
    guard all.count < Self.most else { return nil }
    all.insert(QuoteSlot(strategy: strategy, instrument: instrument, desk: desk), at: place)
    makeRoom(at: place)
    return place
  }

  /// A slot is new: those behind it have moved.
  private mutating func makeRoom(at place: Int) {
    due.makeRoom(at: place)
    expiries = Deadlines(all.map(\.expiry))
    retries = Deadlines(all.map(\.retryBoot))
    for desk in byDesk.indices { byDesk[desk].removeAll(keepingCapacity: true) }
    for (place, slot) in all.enumerated() {
      while byDesk.count <= slot.desk { byDesk.append([]) }
      byDesk[slot.desk].append(place)
    }
  }
}

// What is to be decided on.
extension QuoteSlots {
  /// When the next signal ends, wall clock.
  var nextExpiry: Int64 { expiries.first }

  /// When the next may be tried again, boot clock.
  var nextRetry: Int64 { retries.first }

  mutating func reconsider(_ place: Int) { due.insert(place) }

  mutating func reconsiderAll() { due.insertAll(of: all.indices) }

  /// Adds those whose time has come. The wall clock may have been set, so the times stand as they were told.
  mutating func settle(at now: Instant) {
    while let place = expiries.firstDue(at: now.wall) {
      expiries[place] = .max
      due.insert(place)
    }
    while let place = retries.firstDue(at: now.boot) {
      retries[place] = .max
      due.insert(place)
    }
  }

  /// All of this turn have been decided on.
  mutating func settleDue() {
    for place in due.all {
      expiries[place] = all[place].expiry
      retries[place] = all[place].retryBoot
    }
    due.removeAll()
  }
}
