/// Finds iteration over dictionaries and sets, whose order differs from process to process.
///
/// It sees names, not types: a name declared as hashed in the file counts everywhere in it, and so do the
/// names
/// of hashed properties of the target's other files, unless the file declares the same name as something
/// else.
/// Where the order does not matter, the line or the one before says so: `// order-free: reason`.
struct HashOrder {
  private let file: SourceFile
  private let hashed: Set<String>
  private let other: Set<String>

  /// `alsoHashed`: properties declared as hashed in the target's other files.
  init(_ file: SourceFile, alsoHashed: Set<String> = []) {
    self.file = file
    let (own, other) = Self.declarations(in: file)
    hashed = own.union(alsoHashed).subtracting(other)
    self.other = other
  }

  /// Names with hashed types, and names with other types, as declared in a file.
  static func declarations(in file: SourceFile) -> (hashed: Set<String>, other: Set<String>) {
    var hashed: Set<String> = []
    var other: Set<String> = []
    for match in Pattern(#"\b(?:var|let)\s+(\w+)\s*(?::\s*([^={\n]+))?(?:=\s*([^\n]*))?"#).matches(
      in: file.code)
    {
      let isHashed = match.groups[2].isEmpty ? isHashedValue(match.groups[3]) : isHashedType(match.groups[2])
      if isHashed { hashed.insert(match.groups[1]) } else { other.insert(match.groups[1]) }
    }
    return (hashed, other.subtracting(hashed))
  }

  static func isHashedType(_ text: String) -> Bool {
    let type = text.drop { $0 == " " }
    if type.hasPrefix("Set<") || type.hasPrefix("Dictionary<") { return true }
    guard type.hasPrefix("[") else { return false }
    var depth = 0
    for character in type {
      if "[(<".contains(character) { depth += 1 }
      if "])>".contains(character) { depth -= 1 }
      if depth == 0 { return false }
      if character == ":" && depth == 1 { return true }
    }
    return false
  }

  static func isHashedValue(_ text: String) -> Bool {
    let value = text.drop { $0 == " " }
    if value.hasPrefix("[:]") || value.hasPrefix("Set(") || value.hasPrefix("Set<") { return true }
    if value.hasPrefix("Dictionary(") || value.hasPrefix("Dictionary<") { return true }
    return value.hasPrefix("[") && Pattern(#"^\[[^\[\](),]+:\s*[^\]]+\]\(\)"#).isFound(in: value)
  }

  var findings: [(line: Int, what: String)] {
    var found: [(line: Int, what: String)] = []
    for (index, line) in file.codeLines.enumerated() where !isExcused(index) {
      let text = String(line)
      // Keys and values of what is not known to be something else.
      let parts = Pattern(
        #"(\w*)[?!)\]]*\.(?:keys|values)\b(?!\s*[\[=:(]|\.(?:sorted|count|isEmpty|contains))"#)
      if parts.matches(in: text).contains(where: { !other.contains($0.groups[1]) }) {
        found.append((index + 1, "hash order: \(trimmed(text))"))
        continue
      }
      let isLoop = Pattern(#"\bfor\b.*\bin\s+(?:\w+[.!?]+)*(\w+)\s*(?:where\b.*)?\{"#).matches(in: text)
        .contains {
          hashed.contains($0.groups[1])
        }
      let walks = Pattern(
        #"\b(\w+)\.(?:map|compactMap|flatMap|filter|forEach|reduce|first|min|max|enumerated|prefix)\b"#)
      if isLoop || walks.matches(in: text).contains(where: { hashed.contains($0.groups[1]) }) {
        found.append((index + 1, "hash order: \(trimmed(text))"))
      }
    }
    return found
  }

  private func isExcused(_ index: Int) -> Bool {
    let excuse = Pattern(#"// order-free: \S+"#)
    return excuse.isFound(in: file.lines[index]) || (index > 0 && excuse.isFound(in: file.lines[index - 1]))
  }

  private func trimmed(_ text: String) -> String { String(text.drop { $0 == " " }) }
}
