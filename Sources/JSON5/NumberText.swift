/// A number exactly as a text wrote it, with conversions that are exact or refuse.
///
/// `0.1` in a file is one tenth. Read as `Double` it would be 0.1000000000000000055…, which is why prices and
/// quantities take `plainDecimal` and only models take `double`.
public struct NumberText: Sendable, Equatable, CustomStringConvertible {
  /// The characters of the number, sign included: `+1e3`, `.5`, `0xFF`, `-Infinity`.
  public let text: String

  /// The largest power of ten, up or down, that is written out; beyond it `plainDecimal` refuses.
  public static let maxDecimalShift = 64

  private let decimal: Decimal?

  /// Takes the text of a number that the reader has already recognised.
  init(recognised text: String) {
    self.text = text
    self.decimal = Decimal(text)
  }

  /// Takes any text; nil when it is not one JSON5 number.
  public init?(_ text: String) {
    guard case .success(let node) = JSON5Reader.result(of: text), let number = node.number,
      number.text == text
    else { return nil }
    self = number
  }

  public var description: String { text }

  public static func == (left: NumberText, right: NumberText) -> Bool { left.text == right.text }

  /// The same value in plain decimal: a minus sign if negative, digits, and a point with digits if there is a
  /// fraction; no exponent, no needless zeros. Nil for `Infinity`, `NaN`, and numbers that would need more
  /// than `maxDecimalShift` places.
  public var plainDecimal: String? { decimal?.plain }

  /// The value as a whole number; nil when it has a fraction or does not fit Int64. `5.0` and `5e0` are 5.
  public var integer: Int64? {
    guard let plain = plainDecimal else { return nil }
    return Int64(plain)
  }

  /// The nearest Double; nil when it is not finite.
  public var double: Double? {
    guard let decimal, let value = Double(decimal.scientific), value.isFinite else { return nil }
    return value
  }
}

/// ± digits × 10^exponent, without leading zeros, and without trailing zeros beyond the point.
private struct Decimal: Sendable {
  var isNegative = false
  var digits: [UInt8] = []
  var exponent = 0

  init?(_ text: String) {
    var bytes = Array(text.utf8)[...]
    if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      isNegative = sign == UInt8(ascii: "-")
      bytes = bytes.dropFirst()
    }
    if bytes.starts(with: Array("0x".utf8)) || bytes.starts(with: Array("0X".utf8)) {
      guard let value = UInt64(String(decoding: bytes.dropFirst(2), as: UTF8.self), radix: 16) else {
        return nil
      }
      digits = Array(String(value).utf8)
    } else {
      guard readDecimal(bytes) else { return nil }
    }
    normalise()
  }

  /// Reads `digits[.digits][e±digits]`; false for the words `Infinity` and `NaN` and absurd exponents.
  private mutating func readDecimal(_ bytes: ArraySlice<UInt8>) -> Bool {
    let exponentMark = bytes.firstIndex { $0 | 0x20 == UInt8(ascii: "e") } ?? bytes.endIndex
    var fractionDigits = 0
    var isFraction = false
    for byte in bytes[..<exponentMark] {
      if byte == UInt8(ascii: ".") {
        isFraction = true
        continue
      }
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return false }
      digits.append(byte)
      if isFraction { fractionDigits += 1 }
    }
    if exponentMark < bytes.endIndex {
      let written = String(decoding: bytes[(exponentMark + 1)...], as: UTF8.self)
      guard let value = Int32(written) else { return false }
      exponent = Int(value)
    }
    exponent -= fractionDigits
    return !digits.isEmpty
  }

  private mutating func normalise() {
    // In one step: a hostile number may begin with millions of zeros.
    let leading = digits.prefix { $0 == UInt8(ascii: "0") }.count
    digits.removeFirst(min(leading, digits.count - 1))
    while exponent < 0, digits.count > 1, digits.last == UInt8(ascii: "0") {
      digits.removeLast()
      exponent += 1
    }
    if digits == [UInt8(ascii: "0")] {
      exponent = 0
      isNegative = false
    }
  }

  var plain: String? {
    guard abs(exponent) <= NumberText.maxDecimalShift else { return nil }
    var shown = digits
    if exponent >= 0 {
      shown.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: exponent))
    } else {
      let missing = 1 - exponent - shown.count
      if missing > 0 { shown.insert(contentsOf: repeatElement(UInt8(ascii: "0"), count: missing), at: 0) }
      shown.insert(UInt8(ascii: "."), at: shown.count + exponent)
    }
    return (isNegative ? "-" : "") + String(decoding: shown, as: UTF8.self)
  }

  var scientific: String {
    (isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self) + "e\(exponent)"
  }
}
