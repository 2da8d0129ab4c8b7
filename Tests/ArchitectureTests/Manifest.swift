/// What `Package.swift` says of its targets, read from its text: arrays by name, calls that declare targets.
struct Manifest: Sendable {
  let text: String
  /// What each target of `Sources` depends on.
  let dependencies: [String: [String]]
  /// The settings a target is declared with, as written.
  let settings: [String: String]

  init(_ text: String) {
    self.text = text
    var arrays: [String: [String]] = [:]
    for match in Pattern(#"^let (\w+) = ((?:\w+ \+ )?\[[^\]]*\](?: \+ \w+)?)"#).matches(in: text) {
      arrays[match.groups[1]] = Self.names(match.groups[2], arrays)
    }
    var dependencies: [String: [String]] = [:]
    var settings: [String: String] = [:]
    for match in Pattern(#"(?:^|\s)(target|recorded|executable)\(\s*"([^"]+)""#).matches(in: text) {
      let arguments = Self.arguments(text[match.range.upperBound...])
      dependencies[match.groups[2]] = arguments.first.map { Self.names($0, arrays) } ?? []
      settings[match.groups[2]] = arguments.dropFirst().first { !$0.hasPrefix("exclude:") } ?? "strict"
    }
    for match in Pattern(#"\.target\(\s*name: "([^"]+)""#).matches(in: text) {
      let arguments = Self.arguments(text[match.range.upperBound...])
      dependencies[match.groups[1]] = []
      settings[match.groups[1]] = arguments.first { $0.hasPrefix("swiftSettings:") } ?? ""
    }
    self.dependencies = dependencies
    self.settings = settings
  }

  /// The arguments after a call's first, up to its closing bracket.
  private static func arguments(_ rest: Substring) -> [String] {
    var arguments: [String] = []
    var current = ""
    var depth = 0
    for character in rest {
      if character == ")" && depth == 0 { break }
      if character == "(" || character == "[" { depth += 1 }
      if character == ")" || character == "]" { depth -= 1 }
      if character == "," && depth == 0 {
        arguments.append(current)
        current = ""
      } else {
        current.append(character)
      }
    }
    arguments.append(current)
    return arguments.map { trimmed($0) }.filter { !$0.isEmpty }
  }

  private static func trimmed(_ text: String) -> String {
    String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }

  /// The texts of an expression of arrays and their names, joined by `+`.
  private static func names(_ expression: String, _ arrays: [String: [String]]) -> [String] {
    Pattern(#""([^"]+)"|(\w+)"#).matches(in: expression).flatMap { match in
      match.groups[1].isEmpty ? arrays[match.groups[2]] ?? [] : [match.groups[1]]
    }
  }
}
