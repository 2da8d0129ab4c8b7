/// Names of the schema as Swift spells them.
enum SwiftNames {
  /// `BookDelta` to `bookDelta`, `GOOD_TILL_CANCEL` to `goodTillCancel`, `OIDelta` to `oiDelta`.
  static func lowerCamel(_ name: String) -> String {
    let words = name.split(separator: "_").map(String.init)
    if words.count > 1 || name.contains("_") {
      return words.enumerated().map { index, word in
        index == 0 ? word.lowercased() : word.prefix(1).uppercased() + word.dropFirst().lowercased()
      }.joined()
    }
    let capitals = name.prefix { $0.isUppercase || $0.isNumber }
    if capitals.count == name.count { return name.lowercased() }
    // Of a run of capitals the last begins the next word, unless the run is that single capital.
    let leading = max(1, capitals.count - 1)
    return capitals.isEmpty ? name : name.prefix(leading).lowercased() + name.dropFirst(leading)
  }

  static func upperCamel(_ name: String) -> String {
    name.prefix(1).uppercased() + name.dropFirst()
  }

  /// The entry's type for a group: `levels` to `Level`, `entries` to `Entry`, `crosses` to `Cross`.
  static func entryType(ofGroup name: String) -> String {
    let upper = upperCamel(name)
    if upper.hasSuffix("ies") { return upper.dropLast(3) + "y" }
    for ending in ["sses", "xes", "ches", "shes"] where upper.hasSuffix(ending) {
      return String(upper.dropLast(2))
    }
    return upper.hasSuffix("s") ? String(upper.dropLast()) : upper + "Entry"
  }

  /// The alias for a named `char[n]` type: `ClOrdID` to `ClOrdIDText`.
  static func textType(_ name: String) -> String {
    let upper = upperCamel(name)
    return upper.hasSuffix("Text") ? upper : upper + "Text"
  }

  /// The name, in backticks where Swift would take it for a keyword.
  static func escaped(_ name: String) -> String {
    keywords.contains(name) ? "`\(name)`" : name
  }

  /// The name as a label of an argument or parameter.
  static func label(_ name: String) -> String {
    ["inout", "let", "var"].contains(name) ? "`\(name)`" : name
  }

  static func isIdentifier(_ name: String) -> Bool {
    guard let first = name.utf8.first, isLetter(first) else { return false }
    return name.utf8.allSatisfy { isLetter($0) || ($0 >= 0x30 && $0 <= 0x39) || $0 == UInt8(ascii: "_") }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (byte >= 0x41 && byte <= 0x5A) || (byte >= 0x61 && byte <= 0x7A)
  }

  private static let keywords: Set<String> = [
    "as", "associatedtype", "break", "case", "catch", "class", "continue", "default", "defer", "deinit", "do",
    "else", "enum", "extension", "fallthrough", "false", "fileprivate", "for", "func", "guard", "if",
    "import",
    "in", "init", "inout", "internal", "is", "let", "nil", "operator", "precedencegroup", "private",
    "protocol",
    "public", "repeat", "rethrows", "return", "self", "static", "struct", "subscript", "super", "switch",
    "throw", "throws", "true", "try", "typealias", "var", "where", "while",
  ]
}
