import Wire

/// A message whose fixed fields can be read from a frame of unknown kind.
public protocol DecodedBlock {
  /// The fixed fields, nil for a message of another kind.
  static func block(of message: borrowing Inbound) -> Self?
}

// One conformance per message of the schema, all alike.

extension InstrumentDefinition: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> InstrumentDefinition? {
    if case .instrumentDefinition(let view) = copy message { view.block } else { nil }
  }
}

extension BookSnapshot: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> BookSnapshot? {
    if case .bookSnapshot(let view) = copy message { view.block } else { nil }
  }
}

extension BookDelta: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> BookDelta? {
    if case .bookDelta(let view) = copy message { view.block } else { nil }
  }
}

extension TopOfBook: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> TopOfBook? {
    if case .topOfBook(let view) = copy message { view.block } else { nil }
  }
}

extension Trade: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> Trade? {
    if case .trade(let view) = copy message { view.block } else { nil }
  }
}

extension MarketMetrics: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> MarketMetrics? {
    if case .marketMetrics(let view) = copy message { view.block } else { nil }
  }
}

extension FeedStatus: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> FeedStatus? {
    if case .feedStatus(let view) = copy message { view.block } else { nil }
  }
}

extension QuoteSignal: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> QuoteSignal? {
    if case .quoteSignal(let view) = copy message { view.block } else { nil }
  }
}

extension TradeSignal: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> TradeSignal? {
    if case .tradeSignal(let view) = copy message { view.block } else { nil }
  }
}

extension TargetQuotes: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> TargetQuotes? {
    if case .targetQuotes(let view) = copy message { view.block } else { nil }
  }
}

extension OrderIntent: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> OrderIntent? {
    if case .orderIntent(let view) = copy message { view.block } else { nil }
  }
}

extension RiskState: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> RiskState? {
    if case .riskState(let view) = copy message { view.block } else { nil }
  }
}

extension RiskDecision: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> RiskDecision? {
    if case .riskDecision(let view) = copy message { view.block } else { nil }
  }
}

extension RiskViolation: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> RiskViolation? {
    if case .riskViolation(let view) = copy message { view.block } else { nil }
  }
}

extension MarginWarning: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> MarginWarning? {
    if case .marginWarning(let view) = copy message { view.block } else { nil }
  }
}

extension EmergencyLiquidation: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> EmergencyLiquidation? {
    if case .emergencyLiquidation(let view) = copy message { view.block } else { nil }
  }
}

extension IntentReport: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> IntentReport? {
    if case .intentReport(let view) = copy message { view.block } else { nil }
  }
}

extension ExecutionReport: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> ExecutionReport? {
    if case .executionReport(let view) = copy message { view.block } else { nil }
  }
}

extension OrderStuck: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> OrderStuck? {
    if case .orderStuck(let view) = copy message { view.block } else { nil }
  }
}

extension PositionChanged: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> PositionChanged? {
    if case .positionChanged(let view) = copy message { view.block } else { nil }
  }
}

extension PositionStateChanged: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> PositionStateChanged? {
    if case .positionStateChanged(let view) = copy message { view.block } else { nil }
  }
}

extension AccountReport: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> AccountReport? {
    if case .accountReport(let view) = copy message { view.block } else { nil }
  }
}

extension ExecutionPlan: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> ExecutionPlan? {
    if case .executionPlan(let view) = copy message { view.block } else { nil }
  }
}

extension AuditEntry: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> AuditEntry? {
    if case .auditEntry(let view) = copy message { view.block } else { nil }
  }
}

extension NewOrder: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> NewOrder? {
    if case .newOrder(let view) = copy message { view.block } else { nil }
  }
}

extension CancelOrder: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> CancelOrder? {
    if case .cancelOrder(let view) = copy message { view.block } else { nil }
  }
}

extension ReplaceOrder: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> ReplaceOrder? {
    if case .replaceOrder(let view) = copy message { view.block } else { nil }
  }
}

extension CancelAll: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> CancelAll? {
    if case .cancelAll(let view) = copy message { view.block } else { nil }
  }
}

extension OrderQuery: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> OrderQuery? {
    if case .orderQuery(let view) = copy message { view.block } else { nil }
  }
}

extension VenueReport: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> VenueReport? {
    if case .venueReport(let view) = copy message { view.block } else { nil }
  }
}

extension AccountQuery: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> AccountQuery? {
    if case .accountQuery(let view) = copy message { view.block } else { nil }
  }
}

extension AccountState: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> AccountState? {
    if case .accountState(let view) = copy message { view.block } else { nil }
  }
}

extension VenueMarketData: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> VenueMarketData? {
    if case .venueMarketData(let view) = copy message { view.block } else { nil }
  }
}

extension Hello: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> Hello? {
    if case .hello(let view) = copy message { view.block } else { nil }
  }
}

extension Welcome: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> Welcome? {
    if case .welcome(let view) = copy message { view.block } else { nil }
  }
}

extension Acknowledge: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> Acknowledge? {
    if case .acknowledge(let view) = copy message { view.block } else { nil }
  }
}

extension Heartbeat: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> Heartbeat? {
    if case .heartbeat(let view) = copy message { view.block } else { nil }
  }
}

extension TopicSequences: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> TopicSequences? {
    if case .topicSequences(let view) = copy message { view.block } else { nil }
  }
}

extension Permit: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> Permit? {
    if case .permit(let view) = copy message { view.block } else { nil }
  }
}

extension Command: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> Command? {
    if case .command(let view) = copy message { view.block } else { nil }
  }
}

extension CommandResult: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> CommandResult? {
    if case .commandResult(let view) = copy message { view.block } else { nil }
  }
}

extension SessionState: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> SessionState? {
    if case .sessionState(let view) = copy message { view.block } else { nil }
  }
}

extension ConnectorHealth: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> ConnectorHealth? {
    if case .connectorHealth(let view) = copy message { view.block } else { nil }
  }
}

extension EngineHealth: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> EngineHealth? {
    if case .engineHealth(let view) = copy message { view.block } else { nil }
  }
}

extension SafetyEvent: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> SafetyEvent? {
    if case .safetyEvent(let view) = copy message { view.block } else { nil }
  }
}

extension ScheduledTrigger: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> ScheduledTrigger? {
    if case .scheduledTrigger(let view) = copy message { view.block } else { nil }
  }
}

extension SystemError: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> SystemError? {
    if case .systemError(let view) = copy message { view.block } else { nil }
  }
}

extension Alarm: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> Alarm? {
    if case .alarm(let view) = copy message { view.block } else { nil }
  }
}

extension SnapshotRequest: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> SnapshotRequest? {
    if case .snapshotRequest(let view) = copy message { view.block } else { nil }
  }
}

extension SnapshotPart: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> SnapshotPart? {
    if case .snapshotPart(let view) = copy message { view.block } else { nil }
  }
}

extension ReplayRequest: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> ReplayRequest? {
    if case .replayRequest(let view) = copy message { view.block } else { nil }
  }
}

extension ReplayPart: DecodedBlock {
  public static func block(of message: borrowing Inbound) -> ReplayPart? {
    if case .replayPart(let view) = copy message { view.block } else { nil }
  }
}
