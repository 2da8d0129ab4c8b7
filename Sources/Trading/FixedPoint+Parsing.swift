extension FixedPoint {
  /// Reads a decimal by its digits, exactly: an optional minus, at least one digit, and, if there is a point,
  /// at least one digit after it. Leading zeros are fine; blanks, a plus, an exponent and superfluous
  /// decimals are not.
  @inlinable public static func parse(_ bytes: Span<UInt8>) throws(DecimalError) -> Self {
    var scanner = DecimalScanner<Raw>()
    for index in bytes.indices { try scanner.take(bytes[index], decimals: decimals) }
    return Self(raw: try scanner.finish(decimals: decimals))
  }

  /// The same for any collection of ASCII bytes: an array, a slice, `String.utf8`.
  @inlinable public static func parse(_ bytes: some Collection<UInt8>) throws(DecimalError) -> Self {
    var scanner = DecimalScanner<Raw>()
    for byte in bytes { try scanner.take(byte, decimals: decimals) }
    return Self(raw: try scanner.finish(decimals: decimals))
  }

  /// The same for text.
  @inlinable public static func parse(_ text: some StringProtocol) throws(DecimalError) -> Self {
    try parse(text.utf8)
  }
}

/// Takes the bytes of one decimal in turn. Magnitude and sign are kept apart, so that the smallest value,
/// whose magnitude is one more than the largest's, is read too.
@frozen @usableFromInline struct DecimalScanner<Raw: FixedWidthInteger & SignedInteger> {
  @usableFromInline var magnitude: Raw.Magnitude = 0
  @usableFromInline var offset = 0
  @usableFromInline var isNegative = false
  @usableFromInline var sawPoint = false
  @usableFromInline var lastIsDigit = false
  @usableFromInline var decimalsSeen = 0

  @inlinable init() {}

  @inlinable mutating func take(_ byte: UInt8, decimals limit: Int) throws(DecimalError) {
    let digit = byte &- UInt8(ascii: "0")
    if digit <= 9 {
      if sawPoint {
        guard decimalsSeen < limit else { throw .tooManyDecimals(limit: limit) }
        decimalsSeen &+= 1
      }
      let (tens, tensOverflow) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, sumOverflow) = tens.addingReportingOverflow(Raw.Magnitude(truncatingIfNeeded: digit))
      guard !tensOverflow, !sumOverflow else { throw .outOfRange }
      magnitude = sum
      lastIsDigit = true
    } else if byte == UInt8(ascii: "."), !sawPoint {
      guard lastIsDigit else { throw .missingDigit(offset: offset) }
      sawPoint = true
      lastIsDigit = false
    } else if byte == UInt8(ascii: "-"), offset == 0 {
      isNegative = true
    } else {
      throw .unexpectedByte(byte, offset: offset)
    }
    offset &+= 1
  }

  @inlinable func finish(decimals limit: Int) throws(DecimalError) -> Raw {
    guard offset > 0 else { throw .empty }
    guard lastIsDigit else { throw .missingDigit(offset: offset) }
    let missing = Raw.Magnitude(powerOfTen(limit &- decimalsSeen))
    let (units, overflow) = magnitude.multipliedReportingOverflow(by: missing)
    guard !overflow else { throw .outOfRange }
    if isNegative {
      guard units <= Raw.min.magnitude else { throw .outOfRange }
      return Raw(truncatingIfNeeded: 0 &- units)
    }
    guard let raw = Raw(exactly: units) else { throw .outOfRange }
    return raw
  }
}
