/// The numbers of live parameters as text in commands and facts: what is written reads as exactly the same
/// number.
enum LiveNumber {
  /// Of decimal digits with a sign, a point and an exponent; nil for anything else, and for what leaves the
  /// range of a Double.
  static func value(of text: String) -> Double? {
    let isDecimal = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"),
        UInt8(ascii: "e"), UInt8(ascii: "E"):
        true
      default: false
      }
    }
    guard isDecimal, let value = Double(text), value.isFinite else { return nil }
    return value
  }

  /// The shortest that reads as the same number; whole ones without a point.
  static func text(of value: Double) -> String {
    guard value.magnitude < 1e15, let whole = Int64(exactly: value) else { return "\(value)" }
    return "\(whole)"
  }
}
