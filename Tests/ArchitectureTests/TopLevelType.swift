/// A type that a file declares or extends at top level.
struct TopLevelType {
  let name: String
  let line: Int
  /// False for an extension.
  let isDeclared: Bool

  static func all(in file: SourceFile) -> [TopLevelType] {
    let attributes = #"(?:@\w+(?:\([^)]*\))?\s+)*"#
    let modifiers = "(?:public |package |internal |private |fileprivate |final |indirect )*"
    let declaration = Pattern(
      "^" + attributes + modifiers + #"(struct|class|enum|protocol|actor|extension|typealias) ([\w.]+)"#)
    return file.codeLines.enumerated().compactMap { index, line in
      guard let match = declaration.matches(in: String(line)).first else { return nil }
      return TopLevelType(name: match.groups[2], line: index + 1, isDeclared: match.groups[1] != "extension")
    }
  }

  /// Whether one of the types gives the file its name: `Type.swift`, `Type+Part.swift`; of `Outer.Inner`
  /// either. A file of nothing but extensions is named after what it adds.
  static func names(_ types: [TopLevelType], _ file: SourceFile) -> Bool {
    guard types.contains(where: \.isDeclared) else { return true }
    let base = file.name.split(separator: "+").first.map(String.init) ?? file.name
    return types.contains { type in type.name.split(separator: ".").contains { $0 == base } }
  }
}
