/// An average price as the exact ratio of an amount to a quantity. Seldom a number with finitely many
/// decimals, so it is rounded only for eyes and reports, never on the way to another sum.
@frozen public struct AveragePrice: Sendable {
  public let notional: Notional
  /// Never zero; of the same sign as the notional when the prices were positive.
  public let quantity: Quantity

  /// Nil for a zero quantity, which has no average.
  @inlinable public init?(_ notional: Notional, per quantity: Quantity) {
    guard !quantity.isZero else { return nil }
    self.notional = notional
    self.quantity = quantity
  }

  /// The nearest price, half-even at 1e-9; nil when it does not fit.
  @inlinable public var rounded: Price? {
    guard let raw = Int64(exactly: notional.raw.dividedHalfEven(by: Int128(quantity.raw))) else { return nil }
    return Price(raw: raw)
  }

  /// For models and display.
  @inlinable public var double: Double { notional.double / quantity.double }
}

extension AveragePrice: Equatable {
  /// Equal as ratios: 2 for 4 is 1 for 2.
  @inlinable public static func == (left: AveragePrice, right: AveragePrice) -> Bool {
    let (leftHigh, leftLow) = left.notional.raw.multipliedFullWidth(by: Int128(right.quantity.raw))
    let (rightHigh, rightLow) = right.notional.raw.multipliedFullWidth(by: Int128(left.quantity.raw))
    return leftHigh == rightHigh && leftLow == rightLow
  }
}
