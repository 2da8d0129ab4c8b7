import ActorKit
import Trading
import Vocabulary
import Wire

/// The newest target of one strategy in one instrument. Volatile: risk sends it again when the session opens.
struct QuoteTarget: Sendable {
  struct Level: Equatable, Sendable {
    var price: Price
    var quantity: Quantity
  }

  let strategy: UInt16
  let instrument: UInt32
  /// Among the executor's instruments.
  let instrumentIndex: Int
  var revision: UInt64 = 0
  /// Fills of the instrument that risk had counted when it made the target.
  var fillSequenceSeen: UInt64 = 0
  /// Wall time, ns UTC.
  var validUntil: Int64 = 0
  /// The same on the boot clock, as reckoned at receipt: whichever comes first ends it.
  var expiryBoot: Int64 = 0
  /// The market event behind it, in the turn in which it came; 0 afterwards.
  var origin: Int64 = 0
  var correlation = Correlation.none
  var bids: [Level] = []
  var asks: [Level] = []
  /// Risk had not counted a fill yet when something was to be placed for it.
  var isStale = false
  /// Counted as stale once per revision.
  private var isCountedStale = false
  var buyGate = SideGate()
  var sellGate = SideGate()

  /// Levels of a target; more are refused.
  static let mostLevels = 64

  init(strategy: UInt16, instrument: UInt32, instrumentIndex: Int) {
    self.strategy = strategy
    self.instrument = instrument
    self.instrumentIndex = instrumentIndex
  }

  /// Whether it is to be counted as stale.
  mutating func takeStaleness() -> Bool {
    defer { isStale = false }
    guard isStale, !isCountedStale else { return false }
    isCountedStale = true
    return true
  }

  mutating func forgetLevels() {
    bids.removeAll(keepingCapacity: true)
    asks.removeAll(keepingCapacity: true)
  }

  func isExpired(at now: Instant) -> Bool { validUntil <= now.wall || expiryBoot <= now.boot }

  var isEmpty: Bool { bids.isEmpty && asks.isEmpty }

  func levels(_ side: Side) -> [Level] { side == .buy ? bids : asks }

  subscript(side: Side) -> SideGate {
    get { side == .buy ? buyGate : sellGate }
    set { if side == .buy { buyGate = newValue } else { sellGate = newValue } }
  }
}

extension [QuoteTarget] {
  /// Where the target of a strategy in an instrument stands or, if there is none, would stand.
  func slot(strategy: UInt16, instrument: UInt32) -> (index: Int, isTaken: Bool) {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if (self[middle].strategy, self[middle].instrument) < (strategy, instrument) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    let isTaken = low < count && self[low].strategy == strategy && self[low].instrument == instrument
    return (low, isTaken)
  }

  /// Where the target of a strategy in an instrument stands; nil if there is none.
  func index(strategy: UInt16, instrument: UInt32) -> Int? {
    let slot = slot(strategy: strategy, instrument: instrument)
    return slot.isTaken ? slot.index : nil
  }
}

extension QuoteTarget {
  mutating func takeHead(of view: TargetQuotesView, at now: Instant) {
    revision = view.revision
    fillSequenceSeen = view.fillSequenceSeen
    validUntil = view.validUntil
    let left = min(max(0, validUntil.saturatingSubtract(now.wall)), QuoteLife.longestNanos)
    expiryBoot = now.boot.saturatingAdd(left)
    origin = view.envelope.origin
    correlation = view.envelope.correlation
    (isStale, isCountedStale) = (false, false)
  }

  /// Takes the levels in; false if one of them is not an order the venue could take, or there are too many.
  mutating func takeLevels(of view: TargetQuotesView, _ instrument: Instrument) -> Bool {
    forgetLevels()
    guard view.bidsCount <= Self.mostLevels, view.asksCount <= Self.mostLevels else { return false }
    for index in 0..<view.bidsCount {
      let bid = view.bid(index)
      guard bids.merge(Price(raw: bid.price), Quantity(raw: bid.quantity), instrument) else { return false }
    }
    for index in 0..<view.asksCount {
      let ask = view.ask(index)
      guard asks.merge(Price(raw: ask.price), Quantity(raw: ask.quantity), instrument) else { return false }
    }
    return true
  }
}

extension [QuoteTarget.Level] {
  /// Adds a level, to the one at its price if there is one.
  fileprivate mutating func merge(_ price: Price, _ quantity: Quantity, _ instrument: Instrument) -> Bool {
    guard instrument.isValid(price), quantity.isPositive, quantity.raw % instrument.lotSize.raw == 0 else {
      return false
    }
    guard let index = firstIndex(where: { $0.price == price }) else {
      append(QuoteTarget.Level(price: price, quantity: quantity))
      return true
    }
    guard let sum = self[index].quantity.adding(quantity) else { return false }
    self[index].quantity = sum
    return true
  }
}

/// What stands between one side of a target and the venue.
struct SideGate: Equatable, Sendable {
  /// What objected last, as risk is told of it.
  var told = SideDenial()
  /// An order passed in the turn at hand.
  var hasPlaced = false
  /// Nothing was missing when the side was last compared.
  var isSatisfied = false
  /// The first objection met in the turn at hand.
  var turnDenial: Finding?
  /// The venue refused the last order: wait until then, boot clock, twice as long each time.
  var pausedUntilBoot: Int64 = 0
  var pauseNanos: Int64 = 0

  static let firstPauseNanos: Int64 = 100 * .nanosPerMilli
  static let longestPauseNanos: Int64 = 5 * .nanosPerSecond

  mutating func pause(atBoot boot: Int64) {
    pauseNanos = pauseNanos == 0 ? Self.firstPauseNanos : min(2 * pauseNanos, Self.longestPauseNanos)
    pausedUntilBoot = boot + pauseNanos
  }
}
