import Trading
import Wire

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

extension Denial {
  init(_ refusal: OrderRefusal) {
    switch refusal {
    case .priceNotPositive, .priceOffTick: self = .invalidPrice
    case .quantityNotPositive, .quantityOffLot, .quantityTooLarge: self = .invalidQuantity
    case .quantityTooSmall, .notionalTooSmall: self = .belowMinimum
    }
  }
}
