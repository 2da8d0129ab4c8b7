import ActorKit
import Trading
import Vocabulary
import Wire

/// One strategy in one instrument: what it wants, what the executor has been told, what was last decided.
struct QuoteSlot: Sendable {
  let strategy: UInt16
  let instrument: UInt32
  /// Among the instruments of the account.
  let instrumentIndex: Int
  var signal = WantedQuotes()
  var target = StandingTarget()
  /// The signal came in this turn.
  var isNew = false
  /// Not decided on again: it has expired, or nothing has come yet.
  var isSpent = true
  /// As last published.
  var verdict = RiskVerdict.unrecognized
  var check = RiskCheck.unrecognized
  /// What objects to the quotes, as the strategy's component is told.
  var denials = SlotDenials()
  /// The component that sent the newest signal; 0 before any.
  var sender: UInt16 = 0
  /// When the rate will allow what it now refuses, boot clock.
  var retryBoot = Int64.max

  /// Levels a side may have; more are refused.
  static let mostLevels = 32

  init(strategy: UInt16, instrument: UInt32, instrumentIndex: Int) {
    self.strategy = strategy
    self.instrument = instrument
    self.instrumentIndex = instrumentIndex
    signal.reserve(Self.mostLevels)
    target.reserve(Self.mostLevels)
  }

  /// The market event behind a decision of this turn. Only a new signal is caused by one; what a timer, a
  /// refilled budget or a fill makes us decide anew is not measured as if the old event had caused it.
  var origin: Int64 { isNew ? signal.origin : 0 }

  /// When the signal ends, wall clock; never once that was decided on.
  var expiry: Int64 { isSpent ? .max : signal.validUntil }

  /// The key of the session's state lane.
  var key: UInt64 { UInt64(strategy) << 32 | UInt64(instrument) }
}

/// The newest signal.
struct WantedQuotes: Sendable {
  var epoch: UInt32 = 0
  var revision: UInt64 = 0
  var fillSequenceSeen: UInt64 = 0
  var hasReference = false
  /// Whether a side has levels; without any everything is to be pulled, which is always allowed.
  var wantsBids = false
  var wantsAsks = false
  var isPull: Bool { !wantsBids && !wantsAsks }
  /// Wall time, ns UTC.
  var validUntil: Int64 = 0
  var eventNanos: Int64 = 0
  var origin: Int64 = 0
  var correlation = Correlation.none
  /// What is wrong with it, found when it came.
  var defect: Finding?
  /// On the tick, nearest to the market first; sizes as asked for.
  var bids: [PricedLevel] = []
  var asks: [PricedLevel] = []

  mutating func reserve(_ count: Int) {
    bids.reserveCapacity(count)
    asks.reserveCapacity(count)
  }
}

/// An order that should rest.
struct PricedLevel: Equatable, Sendable {
  var price: Price
  var quantity: Quantity
}

/// What the executor has last been told to keep.
struct StandingTarget: Sendable {
  /// False before the first: the executor may hold one of an earlier incarnation of ours.
  var isTold = false
  var revision: UInt64 = 0
  /// Of the signal it was made of.
  var signalRevision: UInt64 = 0
  var validUntil: Int64 = 0
  var fillSequenceSeen: UInt64 = 0
  var bids: [PricedLevel] = []
  var asks: [PricedLevel] = []

  var isEmpty: Bool { bids.isEmpty && asks.isEmpty }

  /// Sum of a side, raw units.
  func total(_ side: Side) -> Int128 {
    var sum: Int128 = 0
    for level in side == .buy ? bids : asks { sum += Int128(level.quantity.raw) }
    return sum
  }

  mutating func reserve(_ count: Int) {
    bids.reserveCapacity(count)
    asks.reserveCapacity(count)
  }
}
