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
  /// Indices of the slots of each instrument.
  private var byInstrument: [[Int]] = []

  /// Strategies times instruments; signals of more are dropped and counted. As many as the executor keeps.
  static let most = 1_024

  init() {}

  var indices: Range<Int> { all.indices }

  subscript(index: Int) -> QuoteSlot {
    _read { yield all[index] }
    _modify { yield &all[index] }
  }

  /// Indices of an instrument's slots, rising.
  func indices(of instrument: Int) -> [Int] {
    instrument < byInstrument.count ? byInstrument[instrument] : []
  }

  /// Where a strategy's quotes in an instrument are kept, made when new; nil when there are too many.
  mutating func index(strategy: UInt16, instrument: UInt32, instrumentIndex: Int) -> Int? {
    let key = UInt64(strategy) << 32 | UInt64(instrument)
    let index = all.lowestIndex { $0.key >= key }
    if index < all.count, all[index].key == key { return index }
    guard all.count < Self.most else { return nil }
    all.insert(
      QuoteSlot(strategy: strategy, instrument: instrument, instrumentIndex: instrumentIndex), at: index)
    makeRoom(at: index)
    return index
  }

  /// A slot is new: those behind it have moved.
  private mutating func makeRoom(at new: Int) {
    due.makeRoom(at: new)
    expiries = Deadlines(all.map(\.expiry))
    retries = Deadlines(all.map(\.retryBoot))
    for instrument in byInstrument.indices { byInstrument[instrument].removeAll(keepingCapacity: true) }
    for (index, slot) in all.enumerated() {
      while byInstrument.count <= slot.instrumentIndex { byInstrument.append([]) }
      byInstrument[slot.instrumentIndex].append(index)
    }
  }
}

// What is to be decided on.
extension QuoteSlots {
  /// When the next signal ends, wall clock.
  var nextExpiry: Int64 { expiries.first }

  /// When the next may be tried again, boot clock.
  var nextRetry: Int64 { retries.first }

  mutating func reconsider(_ index: Int) { due.insert(index) }

  mutating func reconsiderAll() { due.insertAll(of: all.indices) }

  /// Adds those whose time has come. The wall clock may have been set, so the times stand as they were told.
  mutating func settle(at now: Instant) {
    while let index = expiries.firstDue(at: now.wall) {
      expiries[index] = .max
      due.insert(index)
    }
    while let index = retries.firstDue(at: now.boot) {
      retries[index] = .max
      due.insert(index)
    }
  }

  /// All of this turn have been decided on.
  mutating func settleDue() {
    for position in due.positions {
      let index = due[position]
      expiries[index] = all[index].expiry
      retries[index] = all[index].retryBoot
    }
    due.removeAll()
  }
}
