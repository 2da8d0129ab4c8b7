extension OrderPurpose {
  /// Where an order comes from; nil for one that was found at the venue.
  enum Source: Equatable, Sendable {
    case quotes
    case intents
    case protection
    case closing
  }

  /// The source that wanted the order, and still has to want it while it rests.
  var source: Source? {
    switch self {
    case .quote: .quotes
    case .entry: .intents
    case .stopLoss, .takeProfit: .protection
    case .flatten, .ownerless: .closing
    case .found: nil
    }
  }

  /// Closes what an intent opened.
  public var isProtective: Bool { self == .stopLoss || self == .takeProfit }
}

extension OwnOrder {
  /// Stands at the venue to close what an intent opened.
  var isRestingLeg: Bool { purpose.isProtective && timeInForce == .gtc }
}
