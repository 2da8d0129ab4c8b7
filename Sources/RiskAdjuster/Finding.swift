import Wire

/// An objection of a check: what was measured, what is allowed.
package struct Finding: Error, Equatable, Sendable {
  package var check: RiskCheck
  package var unit: MeasureUnit
  package var measured: Int64
  package var limit: Int64

  package init(_ check: RiskCheck, _ unit: MeasureUnit = .none, measured: Int64 = 0, limit: Int64 = 0) {
    self.check = check
    self.unit = unit
    self.measured = measured
    self.limit = limit
  }

  /// For figures computed wider than the wire carries: the nearest figure that it does.
  package init(_ check: RiskCheck, _ unit: MeasureUnit, measured: Int128, limit: Int128) {
    self.init(check, unit, measured: Int64(clamping: measured), limit: Int64(clamping: limit))
  }
}

extension RiskCheck {
  /// The checks of quotes in the order in which they are made, then those that only intents go through. When
  /// several reduce one signal, the first is named.
  package static let order: [RiskCheck] = [
    .noLimits, .haltLatched, .noPermit, .expired, .unknownInstrument, .malformed, .notANumber,
    .staleMarketData, .stalePosition, .missingReference, .priceCollar, .orderQuantity, .orderNotional,
    .positionOverLimit, .positionCritical, .position, .grossNotional, .minimumSize, .messageRate,
    .stopDistance, .rewardRisk, .tradeBudget, .openIntents,
  ]

  /// Place in `order`.
  package var rank: Int {
    switch self {
    case .noLimits: 0
    case .haltLatched: 1
    case .noPermit: 2
    case .expired: 3
    case .unknownInstrument: 4
    case .malformed: 5
    case .notANumber: 6
    case .staleMarketData: 7
    case .stalePosition: 8
    case .missingReference: 9
    case .priceCollar: 10
    case .orderQuantity: 11
    case .orderNotional: 12
    case .positionOverLimit: 13
    case .positionCritical: 14
    case .position: 15
    case .grossNotional: 16
    case .minimumSize: 17
    case .messageRate: 18
    case .stopDistance: 19
    case .rewardRisk: 20
    case .tradeBudget: 21
    case .openIntents: 22
    case .none, .unrecognized: .max
    }
  }
}

/// The first finding in the order of the checks.
package struct Findings: Equatable, Sendable {
  package private(set) var first: Finding?

  package init() {}

  mutating func add(_ finding: Finding) {
    if let first, first.check.rank <= finding.check.rank { return }
    first = finding
  }
}
