extension Int128 {
  /// The quotient rounded half-even: to the nearest whole number, an exact half to the even neighbour, alike
  /// on both sides of zero. Traps when the divisor is zero and for `min / -1`.
  @inlinable public func dividedHalfEven(by divisor: Int128) -> Int128 {
    precondition(divisor != 0, "division of \(self) by zero")
    let (quotient, rest) = magnitude.quotientAndRemainder(dividingBy: divisor.magnitude)
    let rounded = roundHalfEven(quotient, rest: rest, divisor: divisor.magnitude)
    guard let result = Int128(magnitude: rounded, isNegative: (self < 0) != (divisor < 0)) else {
      preconditionFailure("\(self) divided by \(divisor) does not fit")
    }
    return result
  }

  /// `self * factor / divisor`, rounded half-even once. The product is kept in 256 bits, so it cannot
  /// overflow; the answer is nil when the *quotient* does not fit. Traps when the divisor is zero.
  @inlinable public func multiplied(by factor: Int128, dividedHalfEvenBy divisor: Int128) -> Int128? {
    precondition(divisor != 0, "division of \(self) * \(factor) by zero")
    let (high, low) = magnitude.multipliedFullWidth(by: factor.magnitude)
    guard high < divisor.magnitude else { return nil }
    let (quotient, rest) =
      high == 0
      ? low.quotientAndRemainder(dividingBy: divisor.magnitude)
      : divisor.magnitude.dividingFullWidth((high, low))
    let rounded = roundHalfEven(quotient, rest: rest, divisor: divisor.magnitude)
    guard rounded >= quotient else { return nil }
    let isNegative = ((self < 0) != (factor < 0)) != (divisor < 0)
    return Int128(magnitude: rounded, isNegative: isNegative)
  }

  /// Puts a sign before a magnitude; nil when the result does not fit.
  @inlinable package init?(magnitude: UInt128, isNegative: Bool) {
    if isNegative {
      guard magnitude <= Int128.min.magnitude else { return nil }
      self = Int128(truncatingIfNeeded: 0 &- magnitude)
    } else {
      guard let value = Int128(exactly: magnitude) else { return nil }
      self = value
    }
  }
}

/// `rest` is compared with what misses to the next quotient, which, unlike twice the rest, cannot overflow.
/// Wraps to zero when the quotient is the largest value; the caller checks.
@inlinable func roundHalfEven(_ quotient: UInt128, rest: UInt128, divisor: UInt128) -> UInt128 {
  let missing = divisor - rest
  return rest > missing || (rest == missing && quotient & 1 == 1) ? quotient &+ 1 : quotient
}
