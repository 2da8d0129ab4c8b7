/// Builds one JSON object field by field; the generated code tells it the fields.
struct JSONLine {
  private(set) var bytes: [UInt8]
  /// Whether the next field or element needs a comma before it.
  private var needsComma = false

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func openObject() { open("{") }
  mutating func closeObject() { close("}") }

  mutating func openObject(_ name: StaticString) {
    key(name)
    open("{", separated: false)
  }

  mutating func openArray(_ name: StaticString) {
    key(name)
    open("[", separated: false)
  }

  mutating func closeArray() { close("]") }

  mutating func field(_ name: StaticString, _ value: some FixedWidthInteger) {
    key(name)
    append(integer: value)
  }

  mutating func field(_ name: StaticString, _ value: (some FixedWidthInteger)?) {
    guard let value else { return null(name) }
    field(name, value)
  }

  /// An integer in units of 10 to the power of -`decimals`, as an exact decimal.
  mutating func field(_ name: StaticString, _ value: Int64, decimals: Int) {
    key(name)
    append(decimal: value, places: decimals)
  }

  mutating func field(_ name: StaticString, _ value: Int64?, decimals: Int) {
    guard let value else { return null(name) }
    field(name, value, decimals: decimals)
  }

  /// JSON has no infinity and no not-a-number; both print as null.
  mutating func field(_ name: StaticString, _ value: Double) {
    guard value.isFinite else { return null(name) }
    key(name)
    bytes += value.description.utf8
  }

  mutating func field(_ name: StaticString, _ value: Double?) {
    guard let value else { return null(name) }
    field(name, value)
  }

  mutating func field(_ name: StaticString, _ value: some WireEnumeration) {
    key(name)
    append(quoted: value.name)
  }

  mutating func field<Choice: WireEnumeration>(_ name: StaticString, _ value: Choice?) {
    guard let value else { return null(name) }
    field(name, value)
  }

  /// The names of the marks that are set; marks this schema does not know are left out.
  mutating func field<Marks: WireSet>(_ name: StaticString, _ value: Marks) {
    openArray(name)
    for (name, mark) in Marks.names where value.isSuperset(of: mark) {
      separate()
      append(quoted: name)
    }
    closeArray()
  }

  mutating func field<let capacity: Int>(_ name: StaticString, _ value: FixedText<capacity>) {
    key(name)
    append(escaping: value.description)
  }

  mutating func field(_ name: StaticString, text: String) {
    key(name)
    append(escaping: text)
  }

  /// Bytes that are no text, as hexadecimal digits.
  mutating func field(_ name: StaticString, hexadecimal data: RawSpan) {
    key(name)
    bytes.append(UInt8(ascii: "\""))
    for offset in 0..<data.byteCount {
      let byte: UInt8 = data.integer(at: offset)
      bytes.append(JSONLine.hexDigit(byte >> 4))
      bytes.append(JSONLine.hexDigit(byte & 15))
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func null(_ name: StaticString) {
    key(name)
    bytes += "null".utf8
  }

  private mutating func open(_ bracket: Unicode.Scalar, separated: Bool = true) {
    if separated { separate() }
    bytes.append(UInt8(ascii: bracket))
    needsComma = false
  }

  private mutating func close(_ bracket: Unicode.Scalar) {
    bytes.append(UInt8(ascii: bracket))
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func key(_ name: StaticString) {
    separate()
    append(quoted: name)
    bytes.append(UInt8(ascii: ":"))
  }

  /// A name of the schema: letters and digits, nothing to escape.
  private mutating func append(quoted name: StaticString) {
    bytes.append(UInt8(ascii: "\""))
    // Sound: the buffer does not leave the closure.
    name.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func append(escaping text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0x00..<0x20, 0x7F:
        bytes += "\\u00".utf8
        bytes.append(JSONLine.hexDigit(byte >> 4))
        bytes.append(JSONLine.hexDigit(byte & 15))
      default:
        bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func append<Value: FixedWidthInteger>(integer value: Value) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    append(digits: UInt64(value.magnitude), atLeast: 1)
  }

  private mutating func append(decimal value: Int64, places: Int) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    let start = bytes.count
    append(digits: value.magnitude, atLeast: places + 1)
    bytes.insert(UInt8(ascii: "."), at: bytes.count - places)
    precondition(bytes.count > start + places, "a decimal of \(places) places without a whole part")
    while bytes.last == UInt8(ascii: "0") { bytes.removeLast() }
    if bytes.last == UInt8(ascii: ".") { bytes.removeLast() }
  }

  /// Decimal digits, with leading zeros up to `width`.
  private mutating func append(digits value: UInt64, atLeast width: Int) {
    let start = bytes.count
    var rest = value
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    while bytes.count - start < width { bytes.append(UInt8(ascii: "0")) }
    bytes[start...].reverse()
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
