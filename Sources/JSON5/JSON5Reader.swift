/// Reads one JSON5 text into a tree in which every node knows its place.
///
/// JSON5 (spec.json5.org, version 1.0.0) is JSON with comments, trailing commas, single quotes, unquoted
/// keys, and more ways to write numbers and strings; every JSON text is a JSON5 text. Size and depth are
/// bounded, so a hostile or runaway file costs a bounded amount of memory and stack.
public struct JSON5Reader {
  /// Texts longer than this many UTF-8 bytes are refused: 4 MiB, some hundred times a large topology.
  public static let maxBytes = 4 << 20
  /// Lists and objects nested deeper than this are refused.
  public static let maxDepth = 64

  var scanner: SourceScanner

  /// The tree of `text`, or the first place where it is not JSON5.
  public static func read(_ text: String) throws(SyntaxError) -> SyntaxNode {
    guard text.utf8.count <= maxBytes else {
      throw SyntaxError(
        place: SourcePlace(line: 1, column: 1), expected: "at most \(maxBytes) bytes",
        found: "\(text.utf8.count) bytes")
    }
    var reader = JSON5Reader(scanner: SourceScanner(text))
    try reader.skipSpace()
    let root = try reader.value(depth: 0)
    try reader.skipSpace()
    guard reader.scanner.isAtEnd else { throw reader.scanner.error(expected: "the end of the text") }
    return root
  }

  /// The same for the bytes of a file, which must be UTF-8.
  public static func read(bytes: [UInt8]) throws(SyntaxError) -> SyntaxNode {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw SyntaxError(
        place: placeOfFirstInvalid(bytes), expected: "UTF-8 text", found: "a byte that is not UTF-8")
    }
    return try read(text)
  }

  static func result(of text: String) -> Result<SyntaxNode, SyntaxError> {
    do throws(SyntaxError) { return .success(try read(text)) } catch { return .failure(error) }
  }

  private static func placeOfFirstInvalid(_ bytes: [UInt8]) -> SourcePlace {
    var decoder = UTF8()
    var input = bytes.makeIterator()
    var valid = String.UnicodeScalarView()
    while case .scalarValue(let scalar) = decoder.decode(&input) { valid.append(scalar) }
    var scanner = SourceScanner(String(valid))
    while !scanner.isAtEnd { scanner.take() }
    return scanner.place
  }
}

// MARK: - The grammar

extension JSON5Reader {
  private mutating func value(depth: Int) throws(SyntaxError) -> SyntaxNode {
    guard depth <= Self.maxDepth else {
      throw scanner.error(expected: "at most \(Self.maxDepth) levels of nesting")
    }
    let place = scanner.place
    return SyntaxNode(value: try bareValue(depth: depth), place: place)
  }

  private mutating func bareValue(depth: Int) throws(SyntaxError) -> SyntaxValue {
    guard let next = scanner.peek() else { throw scanner.error(expected: "a value") }
    switch next {
    case "{": return .object(try members(depth: depth))
    case "[": return .array(try elements(depth: depth))
    case "\"", "'": return .string(try quoted())
    case "0"..."9", "+", "-", ".", "I", "N": return .number(try number())
    default:
      if scanner.take(word: "true") { return .bool(true) }
      if scanner.take(word: "false") { return .bool(false) }
      if scanner.take(word: "null") { return .null }
      if next.isIdentifierStart {
        throw scanner.error(expected: "a value (text values stand in quotes)")
      }
      throw scanner.error(expected: "a value")
    }
  }

  private mutating func members(depth: Int) throws(SyntaxError) -> [SyntaxMember] {
    let opening = scanner.place
    scanner.take()
    var members: [SyntaxMember] = []
    while true {
      try skipSpace()
      if scanner.take("}") { return members }
      try refuseEnd(of: "object", openedAt: opening, closedBy: "}")
      let keyPlace = scanner.place
      let key = try key()
      try skipSpace()
      guard scanner.take(":") else { throw scanner.error(expected: "':' after the key '\(key)'") }
      try skipSpace()
      let value = try value(depth: depth + 1)
      members.append(SyntaxMember(key: key, keyPlace: keyPlace, value: value))
      try skipSpace()
      if scanner.take(",") || scanner.peek() == "}" { continue }
      try refuseEnd(of: "object", openedAt: opening, closedBy: "}")
      throw scanner.error(expected: "',' or '}' after the value of '\(key)'")
    }
  }

  private mutating func elements(depth: Int) throws(SyntaxError) -> [SyntaxNode] {
    let opening = scanner.place
    scanner.take()
    var elements: [SyntaxNode] = []
    while true {
      try skipSpace()
      if scanner.take("]") { return elements }
      try refuseEnd(of: "list", openedAt: opening, closedBy: "]")
      elements.append(try value(depth: depth + 1))
      try skipSpace()
      if scanner.take(",") || scanner.peek() == "]" { continue }
      try refuseEnd(of: "list", openedAt: opening, closedBy: "]")
      throw scanner.error(expected: "',' or ']' after element \(elements.count) of the list")
    }
  }

  /// A missing bracket is noticed at the end of the text, but the reader needs to see where it was opened.
  private func refuseEnd(
    of what: String, openedAt opening: SourcePlace, closedBy bracket: Character
  ) throws(SyntaxError) {
    if scanner.isAtEnd {
      throw scanner.error(expected: "'\(bracket)' to close the \(what) opened at \(opening)")
    }
  }

  private mutating func key() throws(SyntaxError) -> String {
    guard let next = scanner.peek() else { throw scanner.error(expected: "a key") }
    if next == "\"" || next == "'" { return try quoted() }
    guard next.isIdentifierStart || next == "\\" else {
      throw scanner.error(expected: "a key (a name, or any text in quotes) or '}'")
    }
    var key = String.UnicodeScalarView()
    while let next = scanner.peek() {
      let place = scanner.place
      var scalar = next
      if next == "\\" {
        scanner.take()
        guard scanner.take("u") else { throw scanner.error(expected: "'u' after '\\' in a key") }
        scalar = try unicodeEscape(openedAt: place)
      } else if next.isIdentifierPart {
        scanner.take()
      } else {
        break
      }
      guard key.isEmpty ? scalar.isIdentifierStart : scalar.isIdentifierPart else {
        throw SyntaxError(place: place, expected: "a letter in a key", found: SourceScanner.name(scalar))
      }
      key.append(scalar)
    }
    return String(key)
  }

  /// Passes over white space, line ends and comments.
  private mutating func skipSpace() throws(SyntaxError) {
    while let next = scanner.peek() {
      if next.isSpace || next.isLineEnd {
        scanner.take()
      } else if next == "/", scanner.peek(1) == "/" {
        while let scalar = scanner.peek(), !scalar.isLineEnd { scanner.take() }
      } else if next == "/", scanner.peek(1) == "*" {
        let opening = scanner.place
        scanner.take()
        scanner.take()
        while !(scanner.peek() == "*" && scanner.peek(1) == "/") {
          guard !scanner.isAtEnd else {
            throw scanner.error(expected: "'*/' to close the comment opened at \(opening)")
          }
          scanner.take()
        }
        scanner.take()
        scanner.take()
      } else {
        return
      }
    }
  }
}
