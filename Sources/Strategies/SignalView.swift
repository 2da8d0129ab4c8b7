import Trading
import Wire

/// One of the strategy's signals that has not ended.
public struct SignalView: Equatable, Sendable {
  /// More cannot be open at once for one strategy.
  public static let mostOpen = 4

  public let id: IntentID
  /// Nil for one that an earlier incarnation sent and only the components behind it remember.
  public let side: Side?
  /// Our wall clock when it was given, ns UTC; 0 when that is not known.
  public let issuedNanos: Int64
  /// Wall time after which it is not acted on, ns UTC; 0 when that is not known.
  public let expireNanos: Int64
  /// `accepted` once risk or the executor has taken it on, `working` once its entry is at the venue; nil
  /// before anyone has answered.
  public package(set) var outcome: IntentOutcome?
  /// Of its entry, so far.
  public package(set) var filledQuantity = Quantity.zero

  package init(id: IntentID, side: Side?, issuedNanos: Int64, expireNanos: Int64) {
    self.id = id
    self.side = side
    self.issuedNanos = issuedNanos
    self.expireNanos = expireNanos
  }

  /// Wall time since it was given, never negative; nil when that is not known.
  public func ageNanos(atWall now: Int64) -> Int64? {
    guard issuedNanos != 0 else { return nil }
    let (age, overflow) = now.subtractingReportingOverflow(issuedNanos)
    return overflow ? .max : max(0, age)
  }
}

/// How one of the strategy's signals ended. Its entry works no more; what it opened may be open still.
public struct EndedSignalView: Equatable, Sendable {
  public let id: IntentID
  /// `filled`, `partiallyFilled`, `canceled`, `rejected` or `expired`.
  public let outcome: IntentOutcome
  /// Why, when it was refused.
  public let reason: RejectReason
  /// The check that refused it, risk's or the executor's; none when none did.
  public let check: RiskCheck
  /// Unit of the two figures below; none where no figure decided, and then both are 0.
  public let unit: MeasureUnit
  /// What the check measured, and what it allows.
  public let measured: Int64
  public let limit: Int64
  public let filledQuantity: Quantity
  /// Nil without a fill.
  public let averagePrice: Price?

  package init(
    id: IntentID, outcome: IntentOutcome, reason: RejectReason, check: RiskCheck, unit: MeasureUnit = .none,
    measured: Int64 = 0, limit: Int64 = 0, filledQuantity: Quantity, averagePrice: Price?
  ) {
    self.id = id
    self.outcome = outcome
    self.reason = reason
    self.check = check
    self.unit = unit
    self.measured = measured
    self.limit = limit
    self.filledQuantity = filledQuantity
    self.averagePrice = averagePrice
  }
}
