/// A decimal number held as a whole count (`raw`) of its smallest unit, 10^-`decimals`.
///
/// Values of this kind never round by themselves. `adding`, `subtracting`, `negated` and `times` answer nil
/// on overflow and are meant for anything that depends on remote input; the operators `+`, `-` trap instead
/// and are meant for sums already known to fit, where an overflow is a bug.
public protocol FixedPoint: Comparable, Hashable, Sendable, CustomStringConvertible {
  associatedtype Raw: FixedWidthInteger & SignedInteger & Sendable
  /// Digits after the point.
  static var decimals: Int { get }
  /// The value in units of 10^-`decimals`.
  var raw: Raw { get }
  init(raw: Raw)
}

extension FixedPoint {
  @inlinable public static var zero: Self { Self(raw: 0) }
  @inlinable public static var max: Self { Self(raw: .max) }
  @inlinable public static var min: Self { Self(raw: .min) }

  /// Units in a whole one.
  @inlinable public static var scale: Raw { Raw(powerOfTen(decimals)) }

  /// A whole number, nil when out of range.
  @inlinable public init?(whole: Int64) {
    guard let whole = Raw(exactly: whole) else { return nil }
    let (raw, overflow) = whole.multipliedReportingOverflow(by: Self.scale)
    guard !overflow else { return nil }
    self.init(raw: raw)
  }

  @inlinable public var isZero: Bool { raw == 0 }
  @inlinable public var isPositive: Bool { raw > 0 }
  @inlinable public var isNegative: Bool { raw < 0 }

  @inlinable public static func < (left: Self, right: Self) -> Bool { left.raw < right.raw }
}

extension FixedPoint {
  /// The sum, nil on overflow.
  @inlinable public func adding(_ other: Self) -> Self? {
    let (sum, overflow) = raw.addingReportingOverflow(other.raw)
    return overflow ? nil : Self(raw: sum)
  }

  /// The difference, nil on overflow.
  @inlinable public func subtracting(_ other: Self) -> Self? {
    let (difference, overflow) = raw.subtractingReportingOverflow(other.raw)
    return overflow ? nil : Self(raw: difference)
  }

  /// The opposite, nil for the smallest value, which has none.
  @inlinable public func negated() -> Self? { Self.zero.subtracting(self) }

  /// The value without its sign, nil for the smallest value.
  @inlinable public func absolute() -> Self? { raw < 0 ? negated() : self }

  /// A whole multiple, nil on overflow.
  @inlinable public func times(_ factor: Raw) -> Self? {
    let (product, overflow) = raw.multipliedReportingOverflow(by: factor)
    return overflow ? nil : Self(raw: product)
  }

  /// The sum; traps on overflow.
  @inlinable public static func + (left: Self, right: Self) -> Self { Self(raw: left.raw + right.raw) }

  /// The difference; traps on overflow.
  @inlinable public static func - (left: Self, right: Self) -> Self { Self(raw: left.raw - right.raw) }

  /// The opposite; traps for the smallest value.
  @inlinable public static prefix func - (value: Self) -> Self { Self(raw: 0 - value.raw) }

  @inlinable public static func += (left: inout Self, right: Self) { left = left + right }
  @inlinable public static func -= (left: inout Self, right: Self) { left = left - right }
}

extension FixedPoint {
  /// The nearest `Double`, for models and display; exact only up to 2^53 units.
  @inlinable public var double: Double { Double(raw) / Double(powerOfTen(Self.decimals)) }
}

extension FixedPoint where Raw == Int64 {
  /// The value nearest to a model's number, ties to even; nil for NaN, infinities and what is out of range.
  @inlinable public init?(nearest value: Double) {
    let units = roundHalfEven(value * Double(powerOfTen(Self.decimals)))
    guard abs(units) < 0x1p63 else { return nil }
    self.init(raw: Int64(units))
  }
}

/// The nearest whole number, ties to even, by the addition that pushes the fraction out of the significand.
/// Unlike `rounded` it needs no C library, which a module importing nothing cannot ask the linker for.
@inlinable func roundHalfEven(_ value: Double) -> Double {
  guard abs(value) < 0x1p52 else { return value }
  let shift = value < 0 ? -0x1p52 : 0x1p52
  return (value + shift) - shift
}

/// 10^`exponent` for exponents 0...19, what an unsigned 64-bit number holds.
@inlinable func powerOfTen(_ exponent: Int) -> UInt64 {
  precondition(exponent >= 0 && exponent <= 19, "10^\(exponent) does not fit in 64 bits")
  var power: UInt64 = 1
  for _ in 0..<exponent { power &*= 10 }
  return power
}
