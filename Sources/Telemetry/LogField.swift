/// A named value of a log line.
public struct LogField: Sendable, Equatable {
  public enum Value: Sendable, Equatable {
    case string(String)
    case integer(Int64)
    /// Plain decimal digits, written as a number without rounding: a price, a quantity.
    case decimal(String)
    case double(Double)
    case bool(Bool)
  }

  public let name: String
  public let value: Value

  public init(_ name: String, _ value: Value) {
    self.name = name
    self.value = value
  }

  public init(_ name: String, _ text: String) { self.init(name, .string(text)) }
  public init(_ name: String, _ integer: Int64) { self.init(name, .integer(integer)) }
  public init(_ name: String, _ integer: Int) { self.init(name, .integer(Int64(integer))) }
  public init(_ name: String, _ flag: Bool) { self.init(name, .bool(flag)) }

  /// Whether the name says that the value is a secret. The log writes `(hidden)` for those, whatever the
  /// value: a log is copied, mailed and kept for years.
  public var isSecret: Bool {
    let plain = String(
      String.UnicodeScalarView(
        name.lowercased().unicodeScalars.filter { $0 != "-" && $0 != "_" && $0 != "." }))
    return Self.secretWords.contains { plain.contains($0) }
  }

  private static let secretWords = [
    "secret", "password", "passphrase", "apikey", "privatekey", "token", "signature", "credential",
  ]
}
