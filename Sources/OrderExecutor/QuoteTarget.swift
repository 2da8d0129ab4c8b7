import ActorKit
import Trading
import Wire

/// The newest target of one strategy in one instrument. Volatile: risk sends it again when the session opens.
struct QuoteTarget: Sendable {
  struct Level: Equatable, Sendable {
    var price: Price
    var quantity: Quantity
  }

  let strategy: UInt16
  let instrument: UInt32
  /// Place among the executor's instruments.
  let desk: Int
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
  var needsDecision = true
  /// Counted as stale once per revision.
  var isCountedStale = false
  var buyGate = SideGate()
  var sellGate = SideGate()

  /// Levels of a target; more are refused.
  static let mostLevels = 64

  init(strategy: UInt16, instrument: UInt32, desk: Int) {
    self.strategy = strategy
    self.instrument = instrument
    self.desk = desk
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
  func slot(strategy: UInt16, instrument: UInt32) -> (place: Int, isTaken: Bool) {
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
  func place(strategy: UInt16, instrument: UInt32) -> Int? {
    let slot = slot(strategy: strategy, instrument: instrument)
    return slot.isTaken ? slot.place : nil
  }
}

/// What stands between one side of a target and the venue.
struct SideGate: Equatable, Sendable {
  /// The reason last reported; nil when the last order passed.
  var denial: Denial?
  /// An order passed in the turn at hand.
  var hasPlaced = false
  /// The first reason met in the turn at hand.
  var turnDenial: Denial?
  /// Of the target for which the denial was last counted.
  var countedRevision: UInt64 = 0
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

/// Why the executor's own gate does not let an order pass.
enum Denial: UInt8, CaseIterable, Sendable {
  case noPermit
  case halted
  case notReady
  case quarantined
  case staleData
  case unpriced
  case invalidPrice
  case invalidQuantity
  case belowMinimum
  case noCaps
  case orderQuantity
  case collar
  case position
  case selfTrade
  case inDoubt
  case openOrders
  case rate
  /// Risk has missed reports and does not know the account.
  case unheard

  /// For counters.
  var name: String { "\(self)" }

  /// It may be gone in a moment, so an intent waits for that until it expires.
  var mayPass: Bool {
    switch self {
    case .notReady, .staleData, .unpriced, .selfTrade, .inDoubt, .openOrders, .rate, .unheard: true
    case .noPermit, .halted, .quarantined, .invalidPrice, .invalidQuantity, .belowMinimum, .noCaps,
      .orderQuantity, .collar, .position:
      false
    }
  }

  /// The wire's word for it.
  var reason: RejectReason {
    switch self {
    case .noPermit: .noPermit
    case .halted: .halted
    case .notReady, .quarantined: .marketClosed
    case .staleData: .staleData
    case .unpriced: .unpriced
    case .invalidPrice: .priceNotOnTick
    case .invalidQuantity: .quantityNotOnLot
    case .belowMinimum: .belowMinimum
    case .noCaps, .orderQuantity, .collar, .position, .selfTrade, .inDoubt: .hardCap
    case .openOrders: .tooManyOrders
    case .rate: .rateLimit
    case .unheard: .backPressured
    }
  }
}
