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

/// The first finding in the order of the checks.
package struct Findings: Equatable, Sendable {
  package private(set) var first: Finding?

  package init() {}

  package mutating func add(_ finding: Finding) {
    if let first, first.check.rank <= finding.check.rank { return }
    first = finding
  }
}
