/// A position in one instrument at average cost, exact.
///
/// Not the average price is kept but the signed cost, in `Notional`, from which nothing is lost. Closing part
/// of a position releases cost in proportion, rounded half-even to 1e-17; what is rounded stays in the
/// position's cost, so that at every step `realized + unrealized(mark) = cash + mark * quantity`, to the last
/// digit.
@frozen public struct Position: Hashable, Sendable {
  /// Long positive, short negative.
  public private(set) var quantity: Quantity
  /// What the position cost: positive for a long position, negative for a short one, at positive prices.
  public private(set) var cost: Notional
  /// Profit of what was closed, before fees and funding.
  public private(set) var realized: Notional

  /// A flat position, or one from the parts of a snapshot. Nil when a flat position has a cost, or when the
  /// cash that follows does not fit.
  public init?(quantity: Quantity, cost: Notional, realized: Notional) {
    guard !quantity.isZero || cost.isZero, realized.subtracting(cost) != nil else { return nil }
    self.quantity = quantity
    self.cost = cost
    self.realized = realized
  }

  public init() {
    quantity = .zero
    cost = .zero
    realized = .zero
  }

  public var isFlat: Bool { quantity.isZero }
  /// The side that opened the position; nil when flat.
  public var side: Side? { isFlat ? nil : quantity.isPositive ? .buy : .sell }

  /// All that was received for sales less all that was paid for purchases.
  public var cash: Notional { realized - cost }

  /// Profit of what is open if closed at `mark`, before fees; nil when it does not fit.
  public func unrealized(mark: Price) -> Notional? { (mark * quantity).subtracting(cost) }

  /// The exact average of what is open; nil when flat.
  public var averagePrice: AveragePrice? { AveragePrice(cost, per: quantity) }
}

extension Position {
  /// Books an execution: adds in the position's direction, closes against it, and opens the rest on the other
  /// side.
  ///
  /// The price may be zero or negative, as some spreads trade. To take back a busted execution book its
  /// opposite: quantity and cash are then as if it had never been, while the split between realised and
  /// unrealised may differ.
  public mutating func book(_ side: Side, price: Price, quantity traded: Quantity) throws(LedgerError) {
    guard traded.isPositive else { throw .quantityNotPositive(traded) }
    let change = Quantity(raw: side.sign * traded.raw)
    guard let newQuantity = quantity.adding(change) else { throw .quantityOverflow }
    let isOpening = isFlat || quantity.isPositive == change.isPositive
    let next =
      isOpening
      ? Position(quantity: newQuantity, adding: price * change, to: self)
      : closing(by: change, at: price, newQuantity)
    guard let next else { throw .notionalOverflow }
    self = next
  }

  private init?(quantity: Quantity, adding cost: Notional, to old: Position) {
    guard let cost = old.cost.adding(cost) else { return nil }
    self.init(quantity: quantity, cost: cost, realized: old.realized)
  }

  private func closing(by change: Quantity, at price: Price, _ newQuantity: Quantity) -> Position? {
    let closesAll = change.raw.magnitude >= quantity.raw.magnitude
    // What is closed, with the position's sign; the rest of the change, if any, opens the other side.
    let closed = closesAll ? quantity : Quantity(raw: 0 - change.raw)
    let opened = closesAll ? newQuantity : .zero
    guard
      let released = closesAll
        ? cost.raw : cost.raw.multiplied(by: Int128(closed.raw), dividedHalfEvenBy: Int128(quantity.raw)),
      let profit = (price * closed).subtracting(Notional(raw: released)),
      let realized = realized.adding(profit),
      let kept = cost.subtracting(Notional(raw: released)),
      let newCost = kept.adding(price * opened)
    else { return nil }
    return Position(quantity: newQuantity, cost: newCost, realized: realized)
  }
}
