/// Price times quantity without any rounding, in units of 1e-17 of the quote currency. Range about ±1.70e21;
/// the product of any price and any quantity fits, sums of many are checked.
@frozen public struct Notional: FixedPoint {
  public typealias Raw = Int128

  public let raw: Int128

  @inlinable public init(raw: Int128) { self.raw = raw }

  @inlinable public static var decimals: Int { 17 }
}

extension Notional {
  /// Money as an exact amount; it always fits.
  @inlinable public init(_ money: Money) {
    self.init(raw: Int128(money.raw) &* Money.notionalUnits)
  }

  /// The given fraction of the amount, rounded half-even to 1e-17; nil when it does not fit.
  @inlinable public static func * (notional: Notional, fraction: Bps) -> Notional? {
    guard
      let raw = notional.raw.multiplied(
        by: Int128(fraction.raw), dividedHalfEvenBy: Bps.unitsInWhole)
    else { return nil }
    return Notional(raw: raw)
  }
}
