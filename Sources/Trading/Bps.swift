/// A fraction in basis points (1 bp = 1/10,000), in units of 1e-6 bp, which is 1e-10 of the whole. Range
/// about ±9.22e12 bp. Funding rates with ten decimals and fees with fractions of a basis point are exact.
@frozen public struct Bps: FixedPoint {
  public typealias Raw = Int64

  public let raw: Int64

  @inlinable public init(raw: Int64) { self.raw = raw }

  @inlinable public static var decimals: Int { 6 }
}

extension Bps {
  /// Units in the whole (10,000 bp).
  @inlinable public static var unitsInWhole: Int128 { 10_000_000_000 }

  /// The fraction as a plain ratio: 1 bp is 0.0001.
  @inlinable public var ratio: Double { Double(raw) / 1e10 }
}
