/// An amount of the base currency, shares or contracts, in units of 1e-8. Range about ±9.22e10.
///
/// Orders, fills and book levels hold it without a sign (negative is refused); in a position it is signed,
/// long positive.
@frozen public struct Quantity: FixedPoint {
  public typealias Raw = Int64

  public let raw: Int64

  @inlinable public init(raw: Int64) { self.raw = raw }

  @inlinable public static var decimals: Int { 8 }
}
