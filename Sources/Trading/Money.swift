/// An amount of some currency in units of 1e-8, as booked, sent and reported. Range about ±9.22e10.
///
/// Sums of products are kept as `Notional`; they become money once, half-even, when booked.
@frozen public struct Money: FixedPoint {
  public typealias Raw = Int64

  public let raw: Int64

  @inlinable public init(raw: Int64) { self.raw = raw }

  @inlinable public static var decimals: Int { 8 }
}

extension Money {
  /// Rounds half-even to 1e-8: the one place where an exact amount loses digits. Nil when it does not fit.
  @inlinable public init?(rounding notional: Notional) {
    let units = notional.raw.dividedHalfEven(by: Money.notionalUnits)
    guard let raw = Int64(exactly: units) else { return nil }
    self.init(raw: raw)
  }

  /// Units of `Notional` in one unit of `Money`.
  @inlinable package static var notionalUnits: Int128 { 1_000_000_000 }
}
