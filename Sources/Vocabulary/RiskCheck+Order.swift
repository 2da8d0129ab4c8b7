import Wire

extension RiskCheck {
  /// The order of the checks, of risk and of the executor, as docs/CHECKS.md has them with their meaning.
  /// When several object at once, the first is named.
  package static let order: [RiskCheck] = [
    // Whether anything may be traded.
    .quarantined, .noLimits, .haltLatched, .closing, .noPermit, .expired, .unknownAccount, .unknownInstrument,
    // Whether what is asked makes sense, and of a market and an account that are known.
    .malformed, .notANumber, .lostTurns, .staleMarketData, .stalePosition, .missingReference, .unpriced,
    .notReady, .riskMisinformed,
    // One order by itself; stops, ratio and budget are of intents alone.
    .stopDistance, .rewardRisk, .tickSize, .lotSize, .priceCollar, .tradeBudget, .orderQuantity,
    .orderNotional,
    // All that is open with it.
    .positionOverLimit, .positionCritical, .position, .grossNotional, .minimumSize, .stopSize, .selfTrade,
    .inDoubt, .openIntents, .openOrders, .messageRate,
  ]

  /// Index in `order`.
  package var rank: Int { Self.ranks[Int(rawValue)] }

  /// By raw value; of what does not stand there, the last of all.
  private static let ranks: [Int] = {
    var ranks = [Int](repeating: .max, count: Int(UInt8.max) + 1)
    for (rank, check) in order.enumerated() { ranks[Int(check.rawValue)] = rank }
    return ranks
  }()
}
