/// Writes strict JSON (RFC 8259), members in the order of the calls, so the same calls give the same bytes.
///
/// ```swift
/// var writer = JSONWriter()
/// writer.beginObject()
/// writer.member("price", decimal: "60000.01")   // digits as given, never through binary floating point
/// writer.member("count", 3)
/// writer.endObject()
/// writer.text                                   // {"price":60000.01,"count":3}
/// ```
/// Calls that would not make JSON (a value where a key belongs, an end without a beginning) are bugs and
/// trap.
public struct JSONWriter: Sendable {
  /// What has been written so far, UTF-8; whole JSON once every object and list is closed.
  public private(set) var bytes: [UInt8] = []

  private enum Scope { case object, objectAfterKey, list }
  private var scopes: [Scope] = []
  private var isFirst = true
  private let isPretty: Bool

  /// `isPretty`: one member or element a line, indented by two spaces; otherwise no white space at all.
  public init(isPretty: Bool = false) {
    self.isPretty = isPretty
  }

  /// The text so far.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Whether one whole value has been written.
  public var isComplete: Bool { scopes.isEmpty && !bytes.isEmpty }

  /// Empties the writer but keeps its memory, for the next line of a log.
  public mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    scopes.removeAll(keepingCapacity: true)
    isFirst = true
  }

  // MARK: Structure

  public mutating func beginObject() { begin(.object, "{") }
  public mutating func endObject() { end(.object, "}") }
  public mutating func beginArray() { begin(.list, "[") }
  public mutating func endArray() { end(.list, "]") }

  public mutating func key(_ name: String) {
    precondition(scopes.last == .object, "key '\(name)' outside an object, or after another key: \(text)")
    separate()
    append(quoted: name)
    append(isPretty ? ": " : ":")
    scopes[scopes.count - 1] = .objectAfterKey
  }

  // MARK: Values

  public mutating func value(_ string: String) { scalar { $0.append(quoted: string) } }
  public mutating func value(_ integer: Int64) { scalar { $0.append(String(integer)) } }
  public mutating func value(_ integer: Int) { value(Int64(integer)) }
  public mutating func value(_ flag: Bool) { scalar { $0.append(flag ? "true" : "false") } }
  public mutating func null() { scalar { $0.append("null") } }

  /// The shortest digits that read back as the same Double; `null` for infinity and NaN, which JSON lacks.
  public mutating func value(_ double: Double) {
    scalar { $0.append(double.isFinite ? "\(double)" : "null") }
  }

  /// A number given as plain decimal digits (`-12.50`), written as they are. Anything else is a bug.
  public mutating func value(decimal digits: String) {
    precondition(Self.isPlainDecimal(digits), "not plain decimal digits: '\(digits)'")
    scalar { $0.append(digits) }
  }

  // MARK: Members: a key and its value in one call

  public mutating func member(_ name: String, _ string: String) {
    key(name)
    value(string)
  }

  public mutating func member(_ name: String, _ integer: Int64) {
    key(name)
    value(integer)
  }

  public mutating func member(_ name: String, _ integer: Int) { member(name, Int64(integer)) }

  public mutating func member(_ name: String, _ flag: Bool) {
    key(name)
    value(flag)
  }

  public mutating func member(_ name: String, _ double: Double) {
    key(name)
    value(double)
  }

  public mutating func member(_ name: String, decimal digits: String) {
    key(name)
    value(decimal: digits)
  }
}

extension JSONWriter {
  private mutating func begin(_ scope: Scope, _ bracket: String) {
    willWriteValue()
    append(bracket)
    scopes.append(scope)
    isFirst = true
  }

  private mutating func end(_ scope: Scope, _ bracket: String) {
    precondition(scopes.last == scope, "'\(bracket)' closes nothing: \(text)")
    scopes.removeLast()
    if !isFirst { breakLine() }
    append(bracket)
    didWriteValue()
  }

  private mutating func scalar(_ write: (inout JSONWriter) -> Void) {
    willWriteValue()
    write(&self)
    didWriteValue()
  }

  private mutating func willWriteValue() {
    precondition(!isComplete, "a second value after the first is complete: \(text)")
    precondition(scopes.last != .object, "a value without a key: \(text)")
    if scopes.last == .list { separate() }
  }

  private mutating func didWriteValue() {
    if scopes.last == .objectAfterKey { scopes[scopes.count - 1] = .object }
    isFirst = false
  }

  private mutating func separate() {
    if !isFirst { append(",") }
    breakLine()
    isFirst = false
  }

  private mutating func breakLine() {
    guard isPretty else { return }
    append("\n")
    for _ in scopes { append("  ") }
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// Control characters are always escaped, DEL and the C1 range too, so that a log line shown in a terminal
  /// cannot carry terminal commands.
  private mutating func append(quoted text: String) {
    append("\"")
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": append("\\\"")
      case "\\": append("\\\\")
      case "\n": append("\\n")
      case "\r": append("\\r")
      case "\t": append("\\t")
      case "\0"..<" ", "\u{7F}"..."\u{9F}":
        let digits = String(scalar.value, radix: 16)
        append("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
      default: bytes.append(contentsOf: UTF8.encode(scalar)!)
      }
    }
    append("\"")
  }

  /// Whether `value(decimal:)` takes this text: `-`, digits, and a point with digits on both sides; nothing
  /// else.
  public static func isPlainDecimal(_ text: String) -> Bool {
    guard let number = NumberText(text), let first = text.utf8.first, let last = text.utf8.last else {
      return false
    }
    let isOfDigits = text.utf8.allSatisfy { (48...57).contains($0) || $0 == 45 || $0 == 46 }
    // JSON, unlike JSON5, wants a digit on both sides of the point, also behind a minus sign.
    let hasWhole = first != 46 && !text.hasPrefix("-.")
    return isOfDigits && hasWhole && last != 46 && number.double != nil
  }
}
