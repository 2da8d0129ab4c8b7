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
    .noLimits, .haltLatched, .closing, .noPermit, .expired, .unknownInstrument, .malformed, .notANumber,
    .staleMarketData, .stalePosition, .missingReference, .unpriced, .priceCollar, .orderQuantity,
    .orderNotional, .positionOverLimit, .positionCritical, .position, .grossNotional, .minimumSize,
    .messageRate, .stopDistance, .stopSize, .rewardRisk, .tradeBudget, .openIntents,
  ]

  /// Place in `order`.
  package var rank: Int {
    switch self {
    case .noLimits: 0
    case .haltLatched: 1
    case .closing: 2
    case .noPermit: 3
    case .expired: 4
    case .unknownInstrument: 5
    case .malformed: 6
    case .notANumber: 7
    case .staleMarketData: 8
    case .stalePosition: 9
    case .missingReference: 10
    case .unpriced: 11
    case .priceCollar: 12
    case .orderQuantity: 13
    case .orderNotional: 14
    case .positionOverLimit: 15
    case .positionCritical: 16
    case .position: 17
    case .grossNotional: 18
    case .minimumSize: 19
    case .messageRate: 20
    case .stopDistance: 21
    case .stopSize: 22
    case .rewardRisk: 23
    case .tradeBudget: 24
    case .openIntents: 25
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
