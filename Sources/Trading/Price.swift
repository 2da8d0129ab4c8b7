/// What one whole unit of the base costs in the quote currency, in units of 1e-9. Range about ±9.22e9.
@frozen public struct Price: FixedPoint {
  public typealias Raw = Int64

  public let raw: Int64

  @inlinable public init(raw: Int64) { self.raw = raw }

  @inlinable public static var decimals: Int { 9 }
}

extension Price {
  /// The exact product. It always fits: |price| and |quantity| are at most 2^63 units, their product 2^126.
  @inlinable public static func * (price: Price, quantity: Quantity) -> Notional {
    Notional(raw: Int128(price.raw) &* Int128(quantity.raw))
  }

  /// The price moved by a fraction of itself, rounded half-even to 1e-9 (not to a tick); nil on overflow.
  @inlinable public func moved(by fraction: Bps) -> Price? {
    let change = (Int128(raw) &* Int128(fraction.raw)).dividedHalfEven(by: Bps.unitsInWhole)
    guard let change = Int64(exactly: change) else { return nil }
    return adding(Price(raw: change))
  }
}
