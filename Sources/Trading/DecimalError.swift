/// Why a text is not an exact decimal of the wanted type. Offsets count bytes from the start of the text.
@frozen public enum DecimalError: Error, Equatable, Sendable {
  /// There is nothing to read.
  case empty
  /// A byte that has no place there: a blank, an exponent, a plus sign, a second point, a minus inside.
  case unexpectedByte(UInt8, offset: Int)
  /// A digit must stand on both sides of the point, and after a minus.
  case missingDigit(offset: Int)
  /// More digits after the point than the type holds. Even zeros are refused, so that a venue changing its
  /// precision is noticed instead of half understood.
  case tooManyDecimals(limit: Int)
  /// The number is a proper decimal but too large for the type.
  case outOfRange
}

extension DecimalError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty: "the number is empty"
    case .unexpectedByte(let byte, let offset):
      "unexpected byte 0x\(String(byte, radix: 16)) at offset \(offset), not a digit, point or leading minus"
    case .missingDigit(let offset): "a digit is missing at offset \(offset)"
    case .tooManyDecimals(let limit): "more than \(limit) digits after the point"
    case .outOfRange: "the number is too large for its type"
    }
  }
}
