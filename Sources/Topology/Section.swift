import JSON5

/// A value together with where it stands, so that later checks can point at it.
struct Located<Value> {
  let value: Value
  let place: SourcePlace
  let path: String
}

extension Located: Sendable where Value: Sendable {}
extension Located: Equatable where Value: Equatable {}

/// One object of the file while it is read.
///
/// All keys are named up front: unknown and repeated ones are reported when the section is made, and asking
/// for a key that was not named is a bug. Every accessor reports what is wrong with its value and then
/// returns nil, so reading goes on and one run finds every mistake.
struct Section {
  let path: String
  let place: SourcePlace
  let problems: ProblemCollector
  private let keys: [String]
  private let members: [SyntaxMember]

  /// An object that must be there. Anything else than an object is reported and read as an empty one, without
  /// a word about the keys that are then missing.
  init(_ node: SyntaxNode, path: String, keys: [String], problems: ProblemCollector) {
    self.path = path
    self.keys = keys
    self.problems = problems
    place = node.place
    if let members = node.members, Self.isWithinBound(members.count, node, path, problems) {
      self.members = members
      isReadable = true
      reportStrangeKeys()
    } else {
      members = []
      isReadable = false
      guard node.members == nil else { return }
      problems.report(
        .wrongType, at: place, path, "is \(node.value.kind), but must be an object",
        hint: "write { key: value, … }")
    }
  }

  /// An object that may be left out: every key then has its default.
  init(absentAt place: SourcePlace, path: String, keys: [String], problems: ProblemCollector) {
    self.path = path
    self.place = place
    self.keys = keys
    self.problems = problems
    members = []
    isReadable = true
  }

  /// Whether it is an object at all.
  let isReadable: Bool

  /// More members of an object, or elements of a list, than this are refused: names are looked up one by one.
  static let maxMembers = 4096

  private static func isWithinBound(
    _ count: Int, _ node: SyntaxNode, _ path: String, _ problems: ProblemCollector
  ) -> Bool {
    guard count > maxMembers else { return true }
    problems.report(.outOfRange, at: node.place, path, "has \(count) entries, but may have \(maxMembers)")
    return false
  }

  private func reportStrangeKeys() {
    for (index, member) in members.enumerated() {
      if !keys.contains(member.key) {
        problems.report(
          .unknownKey, at: member.keyPlace, path(to: member.key),
          "the key '\(member.key)' means nothing here",
          hint: keys.isEmpty ? "this object must be empty" : suggestion(for: member.key, among: keys))
      } else if let first = members[..<index].first(where: { $0.key == member.key }) {
        problems.report(
          .repeatedKey, at: member.keyPlace, path(to: member.key),
          "the key '\(member.key)' stands here twice", hint: "the first is at \(first.keyPlace)")
      }
    }
  }

  func path(to key: String) -> String {
    let shown = key.contains(".") || key.isEmpty ? "\"\(key)\"" : key
    return path.isEmpty ? shown : "\(path).\(shown)"
  }

  /// The value of a key, nil when it is absent.
  func node(_ key: String) -> SyntaxNode? {
    precondition(keys.contains(key), "section '\(path)' reads the key '\(key)', which it did not name")
    return members.first { $0.key == key }?.value
  }

  func has(_ key: String) -> Bool { node(key) != nil }

  /// The value of a key that must be there.
  func required(_ key: String, hint: String = "") -> SyntaxNode? {
    if let node = node(key) { return node }
    if isReadable {
      problems.report(.missingKey, at: place, path(to: key), "the key '\(key)' is missing", hint: hint)
    }
    return nil
  }

  func report(
    _ check: Check, _ severity: Problem.Severity = .error, key: String, _ message: String, hint: String = ""
  ) {
    problems.report(
      check, severity, at: node(key)?.place ?? place, path(to: key), message, hint: hint)
  }

  func located<Value>(_ value: Value, _ key: String) -> Located<Value> {
    Located(value: value, place: node(key)?.place ?? place, path: path(to: key))
  }
}

// MARK: - Objects and lists inside

extension Section {
  /// A section of its own that must be there.
  func section(_ key: String, keys: [String], hint: String = "") -> Section? {
    guard let node = required(key, hint: hint) else { return nil }
    return Section(node, path: path(to: key), keys: keys, problems: problems)
  }

  /// A section of its own that may be left out.
  func optionalSection(_ key: String, keys: [String]) -> Section {
    guard let node = node(key) else {
      return Section(absentAt: place, path: path(to: key), keys: keys, problems: problems)
    }
    return Section(node, path: path(to: key), keys: keys, problems: problems)
  }

  /// One named thing of an object whose keys are names: `hosts: { local: {…} }`.
  struct Entry {
    let name: String
    let namePlace: SourcePlace
    let node: SyntaxNode
    let path: String
  }

  /// The entries of such an object, in the order of the text; a repeated name is reported and read once.
  func entries(_ key: String, isRequired: Bool = true) -> [Entry] {
    guard let node = isRequired ? required(key) : node(key) else { return [] }
    guard let members = node.members else {
      reportType(node, path(to: key), "an object", hint: "write { name: …, … }")
      return []
    }
    guard Self.isWithinBound(members.count, node, path(to: key), problems) else { return [] }
    var entries: [Entry] = []
    for member in members {
      let entryPath = Section(absentAt: place, path: path(to: key), keys: [], problems: problems)
        .path(to: member.key)
      if let first = entries.first(where: { $0.name == member.key }) {
        problems.report(
          .repeatedKey, at: member.keyPlace, entryPath, "the key '\(member.key)' stands here twice",
          hint: "the first is at \(first.namePlace)")
        continue
      }
      entries.append(
        Entry(name: member.key, namePlace: member.keyPlace, node: member.value, path: entryPath))
    }
    return entries
  }

  /// The elements of a list, each with its path.
  func elements(_ key: String, isRequired: Bool) -> [Located<SyntaxNode>] {
    guard let node = isRequired ? required(key) : node(key) else { return [] }
    guard let elements = node.elements else {
      reportType(node, path(to: key), "a list", hint: "write [ … ]")
      return []
    }
    guard Self.isWithinBound(elements.count, node, path(to: key), problems) else { return [] }
    return elements.enumerated().map { index, element in
      Located(value: element, place: element.place, path: "\(path(to: key))[\(index)]")
    }
  }

  /// A list of strings; a repeated one is reported.
  func strings(_ key: String, isRequired: Bool) -> [Located<String>] {
    var strings: [Located<String>] = []
    for element in elements(key, isRequired: isRequired) {
      guard let text = element.value.string else {
        reportType(element.value, element.path, "a string")
        continue
      }
      if strings.contains(where: { $0.value == text }) {
        problems.report(.repeatedKey, at: element.place, element.path, "'\(text)' stands in the list twice")
        continue
      }
      strings.append(Located(value: text, place: element.place, path: element.path))
    }
    return strings
  }

  func reportType(_ node: SyntaxNode, _ path: String, _ wanted: String, hint: String = "") {
    problems.report(
      .wrongType, at: node.place, path, "is \(node.value.kind), but must be \(wanted)", hint: hint)
  }
}
