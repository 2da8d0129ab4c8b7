import Wire

/// Order of independent inputs within one turn: what frees or protects money goes first.
///
/// Inputs of one sender stay in their order; only inputs of different links overtake each other.
@frozen
public enum Priority: UInt8, Comparable, CaseIterable, Sendable {
  case systemError
  case fill
  case reject
  case timer
  case marketData

  @inlinable
  public static func < (left: Priority, right: Priority) -> Bool { left.rawValue < right.rawValue }

  /// The priority of the link on which a message of this kind arrives.
  public init(_ template: Template) {
    switch template {
    case .command, .systemError, .sessionState, .permit, .hello, .welcome, .acknowledge,
      .emergencyLiquidation:
      self = .systemError
    case .venueReport, .executionReport, .accountState, .accountReport, .positionChanged, .intentReport:
      self = .fill
    case .riskDecision, .riskViolation, .commandResult, .marginWarning:
      self = .reject
    case .instrumentDefinition, .bookSnapshot, .bookDelta, .topOfBook, .trade, .marketMetrics, .feedStatus,
      .venueMarketData:
      self = .marketData
    default:
      self = .timer
    }
  }
}
