import Trading
import Wire

/// What one gate has against one side of the strategy's quotes, as it was last told. It stands until the gate
/// lets the side pass, or nothing more is wanted of it.
public struct DenialView: Equatable, Sendable {
  /// `risk`, which makes a target of the quotes, or `executor`, which judges each order.
  public let gate: GateCode
  public let side: Side
  /// Some of the side passed risk all the same: levels were dropped or made smaller. The executor does not
  /// say: what it does not deny rests.
  public let isPartial: Bool
  /// The check that objects, as docs/CHECKS.md has it.
  public let check: RiskCheck
  /// Unit of the two figures below; none where no figure decided, and then both are 0.
  public let unit: MeasureUnit
  /// What the check measured, and what it allows.
  public let measured: Int64
  public let limit: Int64
  /// Quotes to which it objected so, one after the other; told with the first, then at most once a second.
  public let count: UInt64
  /// The newest of these quotes, as `Context.quoteNumber` counts them; 0 for those of an earlier process,
  /// or when nobody knows which.
  public let quoteNumber: UInt64

  package init(
    gate: GateCode, side: Side, isPartial: Bool, check: RiskCheck, unit: MeasureUnit, measured: Int64,
    limit: Int64, count: UInt64, quoteNumber: UInt64
  ) {
    self.gate = gate
    self.side = side
    self.isPartial = isPartial
    self.check = check
    self.unit = unit
    self.measured = measured
    self.limit = limit
    self.count = count
    self.quoteNumber = quoteNumber
  }
}
