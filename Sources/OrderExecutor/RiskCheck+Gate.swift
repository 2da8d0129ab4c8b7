import Vocabulary
import Wire

// What a check of the executor means for the order that it holds back.
extension RiskCheck {
  /// It may be gone in a moment, so an intent waits for that until it expires.
  var mayPass: Bool {
    switch self {
    case .staleMarketData, .unpriced, .notReady, .riskMisinformed, .selfTrade, .inDoubt, .openOrders,
      .messageRate:
      true
    default: false
    }
  }

  /// The nearest word for those who read no checks.
  var reason: RejectReason {
    switch self {
    case .noPermit: .noPermit
    case .haltLatched: .halted
    case .closing: .flattening
    case .quarantined, .notReady, .lostTurns: .marketClosed
    case .staleMarketData: .staleData
    case .unpriced: .unpriced
    case .riskMisinformed: .backPressured
    case .expired: .expired
    case .malformed: .malformed
    case .unknownAccount: .unknownAccount
    case .unknownInstrument: .unknownInstrument
    case .tickSize: .priceNotOnTick
    case .lotSize: .quantityNotOnLot
    case .minimumSize: .belowMinimum
    case .openOrders, .openIntents: .tooManyOrders
    case .messageRate: .rateLimit
    case .stopDistance: .invalidStop
    case .stopSize: .stopTooSmall
    default: .riskRefused
    }
  }
}
