/// How large a position could become if everything working on one side were executed and nothing on the
/// other.
@frozen public struct WorstCaseExposure: Hashable, Sendable {
  /// Long positive.
  public let position: Quantity
  /// Open quantity of buy orders at worst case, in doubt included; not negative.
  public let workingBuys: Quantity
  /// The same of sell orders; not negative.
  public let workingSells: Quantity

  @inlinable public init(position: Quantity, workingBuys: Quantity, workingSells: Quantity) {
    precondition(
      !workingBuys.isNegative && !workingSells.isNegative,
      "working quantities carry no sign: buys \(workingBuys), sells \(workingSells)")
    self.position = position
    self.workingBuys = workingBuys
    self.workingSells = workingSells
  }

  /// The position if all that works on a side and one order more were executed; nil when it does not fit,
  /// which refuses.
  @inlinable public func position(after side: Side, _ quantity: Quantity = .zero) -> Quantity? {
    let working = side == .buy ? workingBuys : workingSells
    guard let more = working.adding(quantity) else { return nil }
    return side == .buy ? position.adding(more) : position.subtracting(more)
  }

  /// The order can only close: with all that works on its side it is no larger than the position it is
  /// against.
  @inlinable public func onlyReduces(_ side: Side, _ quantity: Quantity) -> Bool {
    guard quantity.isPositive, let result = position(after: side, quantity) else { return false }
    return side == .sell
      ? position.isPositive && !result.isNegative : position.isNegative && !result.isPositive
  }

  /// The worst position after the order, valued at `mark`, is at most `limit` of `equity`, all in one
  /// currency. False whenever something needed is not a positive number: without knowing, nothing passes.
  @inlinable public func isWithin(
    _ limit: Bps, of equity: Money, mark: Price, after side: Side, _ quantity: Quantity
  ) -> Bool {
    guard mark.isPositive, equity.isPositive, !limit.isNegative, quantity.isPositive,
      let result = position(after: side, quantity)
    else { return false }
    // |notional| * 10^10 <= limit * equity, both in 256 bits.
    let left = (mark * result).raw.magnitude.multipliedFullWidth(by: Bps.unitsInWhole.magnitude)
    let right = Notional(equity).raw.magnitude.multipliedFullWidth(by: UInt128(limit.raw))
    return (left.high, left.low) <= (right.high, right.low)
  }
}
