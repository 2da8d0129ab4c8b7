/// A currency, asset or coin code: 1 to 8 ASCII capital letters and digits (`USDT`, `BTC`, `1000SHIB`). It
/// is packed into 128 bits, so comparing costs no string work. Codes sort as their text does.
@frozen public struct Currency: Hashable, Sendable {
  @usableFromInline let packed: UInt128

  /// Nil when the text is not such a code.
  public init?(_ text: some StringProtocol) {
    var packed: UInt128 = 0
    var length = 0
    for byte in text.utf8 {
      guard isCapitalOrDigit(byte), length < 8 else { return nil }
      packed |= UInt128(byte) << UInt128(8 * (15 - length))
      length += 1
    }
    guard length > 0 else { return nil }
    self.packed = packed
  }
}

extension Currency: Comparable {
  @inlinable public static func < (left: Currency, right: Currency) -> Bool { left.packed < right.packed }
}

extension Currency: CustomStringConvertible {
  public var description: String {
    var bytes: [UInt8] = []
    for index in 0..<16 {
      let byte = UInt8(truncatingIfNeeded: packed >> UInt128(8 * (15 - index)))
      if byte != 0 { bytes.append(byte) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

func isCapitalOrDigit(_ byte: UInt8) -> Bool {
  (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}
