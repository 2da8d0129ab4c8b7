/// A cursor over the scalars of a text that always knows its line and column.
struct SourceScanner {
  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var line = 1
  private var column = 1

  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
    // A byte order mark is not part of the first line.
    if scalars.first == "\u{FEFF}" { index = 1 }
  }

  var place: SourcePlace { SourcePlace(line: line, column: column) }
  var isAtEnd: Bool { index == scalars.count }

  /// The next scalar, or the one `ahead` places after it; nil beyond the end.
  func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
    index + ahead < scalars.count ? scalars[index + ahead] : nil
  }

  /// Takes the next scalar. Precondition: not at the end.
  @discardableResult
  mutating func take() -> Unicode.Scalar {
    precondition(index < scalars.count, "scanner read past the end at \(place)")
    let scalar = scalars[index]
    index += 1
    // CR LF is one line end: the CR is passed over silently and the LF counts.
    if scalar.isLineEnd, !(scalar == "\r" && peek() == "\n") {
      line += 1
      column = 1
    } else {
      column += 1
    }
    return scalar
  }

  /// Takes the next scalar if it is this one.
  mutating func take(_ wanted: Unicode.Scalar) -> Bool {
    guard peek() == wanted else { return false }
    take()
    return true
  }

  /// Takes `word` if it comes next and no longer identifier does.
  mutating func take(word: String) -> Bool {
    let wanted = Array(word.unicodeScalars)
    for (ahead, scalar) in wanted.enumerated() where peek(ahead) != scalar { return false }
    if let next = peek(wanted.count), next.isIdentifierPart { return false }
    for _ in wanted { take() }
    return true
  }

  /// What stands at the cursor, for a message.
  var found: String { Self.name(peek()) }

  static func name(_ scalar: Unicode.Scalar?) -> String {
    guard let scalar else { return "the end of the text" }
    if scalar.isLineEnd { return "the end of the line" }
    if scalar.value < 0x20 || scalar.value == 0x7F {
      return "the control character U+" + hex(scalar.value)
    }
    return scalar == "'" ? "\"'\"" : "'\(Character(scalar))'"
  }

  private static func hex(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  func error(expected: String) -> SyntaxError {
    SyntaxError(place: place, expected: expected, found: found)
  }
}

extension Unicode.Scalar {
  var isLineEnd: Bool { self == "\n" || self == "\r" || self == "\u{2028}" || self == "\u{2029}" }

  var isSpace: Bool {
    switch self {
    case " ", "\t", "\u{0B}", "\u{0C}", "\u{A0}", "\u{FEFF}": true
    default: value > 0x7F && properties.generalCategory == .spaceSeparator
    }
  }

  var isDigit: Bool { ("0"..."9").contains(self) }

  var isIdentifierStart: Bool { self == "$" || self == "_" || properties.isIDStart }

  var isIdentifierPart: Bool {
    isIdentifierStart || isDigit || properties.isIDContinue || self == "\u{200C}" || self == "\u{200D}"
  }

  /// 0…15 for a hexadecimal digit.
  var hexValue: UInt32? {
    switch self {
    case "0"..."9": value - 48
    case "a"..."f": value - 87
    case "A"..."F": value - 55
    default: nil
    }
  }
}
