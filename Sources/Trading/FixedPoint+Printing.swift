extension FixedPoint {
  /// The exact value in the fewest characters: no trailing zeros, no point for a whole number.
  public var description: String { text(minimumDecimals: 0) }

  /// The exact value with at least `minimumDecimals` digits after the point, more when the value needs them.
  /// What goes to a venue is written with this: it pads, but can never lose a digit.
  public func text(minimumDecimals: Int) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(24)
    write(to: &bytes, minimumDecimals: minimumDecimals)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The value rounded half-even to `decimals` digits, for eyes only.
  public func text(roundedTo decimals: Int) -> String {
    guard decimals < Self.decimals else { return text(minimumDecimals: decimals) }
    precondition(decimals >= 0, "cannot round \(self) to \(decimals) decimals")
    let unit = Raw.Magnitude(powerOfTen(Self.decimals - decimals))
    var (units, rest) = raw.magnitude.quotientAndRemainder(dividingBy: unit)
    let complement = unit - rest
    if rest > complement || (rest == complement && units & 1 == 1) { units += 1 }
    var bytes: [UInt8] = []
    if raw < 0 && units > 0 { bytes.append(UInt8(ascii: "-")) }
    writeDigits(units, decimals: decimals, minimumDecimals: decimals, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the exact value as ASCII, see `text(minimumDecimals:)`.
  public func write(to bytes: inout [UInt8], minimumDecimals: Int = 0) {
    if raw < 0 { bytes.append(UInt8(ascii: "-")) }
    writeDigits(raw.magnitude, decimals: Self.decimals, minimumDecimals: minimumDecimals, to: &bytes)
  }
}

/// Appends `units` of 10^-`decimals`; drops trailing zeros beyond `minimumDecimals`, adds those that miss.
private func writeDigits<Units: FixedWidthInteger & UnsignedInteger>(
  _ units: Units, decimals: Int, minimumDecimals: Int, to bytes: inout [UInt8]
) {
  var (whole, fraction) = units.quotientAndRemainder(dividingBy: Units(powerOfTen(decimals)))
  var shown = decimals
  while shown > 0 && shown > minimumDecimals && fraction % 10 == 0 {
    fraction /= 10
    shown -= 1
  }
  let padding = max(0, minimumDecimals - shown)
  // Written from the last digit to the first and reversed once, which needs no second buffer.
  let start = bytes.count
  bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: padding))
  for _ in 0..<shown {
    bytes.append(UInt8(ascii: "0") + UInt8(fraction % 10))
    fraction /= 10
  }
  if shown + padding > 0 { bytes.append(UInt8(ascii: ".")) }
  repeat {
    bytes.append(UInt8(ascii: "0") + UInt8(whole % 10))
    whole /= 10
  } while whole > 0
  bytes[start...].reverse()
}
