/// Reads a schema's elements into a `Schema`, noting every problem on the way.
///
/// The rules are the schema's own (see its first comment): they keep public SBE decoders in agreement, which
/// differ in what they support beyond the plainest constructs.
struct SchemaReader {
  var problems = SchemaProblems()
  var schema = Schema(package: "", id: 0, version: 1, description: "")
  /// Everything a field's `type` can name.
  var fieldTypes: [String: Schema.FieldType] = [:]
  /// Composites that carry variable data, by name.
  var dataEncodings: [String: (length: Primitive, isText: Bool)] = [:]
  /// Names of composites, types, enums and sets, each with its line.
  var typeLines: [String: Int] = [:]

  /// The schema of `document`, or everything that is wrong with it.
  static func read(_ root: SchemaElement) throws(SchemaProblems) -> Schema {
    var reader = SchemaReader()
    reader.readSchema(root)
    guard reader.problems.isEmpty else { throw reader.problems }
    return reader.schema
  }

  private mutating func readSchema(_ root: SchemaElement) {
    guard root.name == "messageSchema" else {
      return problems.add(root.line, "the root element is <\(root.name)>, not <messageSchema>")
    }
    checkAttributes(
      of: root, required: ["package", "id", "version", "byteOrder"],
      optional: ["semanticVersion", "description", "headerType"])
    schema.package = root.attributes["package"] ?? ""
    schema.description = root.attributes["description"] ?? ""
    schema.id = number(root, "id", in: 1...65_535) ?? 0
    schema.version = number(root, "version", in: 1...65_534) ?? 1
    if let order = root.attributes["byteOrder"], order != "littleEndian" {
      problems.add(root.line, "byteOrder is \"\(order)\"; only littleEndian is supported")
    }
    if let header = root.attributes["headerType"], header != "messageHeader" {
      problems.add(root.line, "headerType is \"\(header)\"; only messageHeader is supported")
    }
    for child in root.children where child.name == "types" { readTypes(child) }
    checkInfrastructure(root)
    for child in root.children where child.name == "message" { readMessage(child) }
    for child in root.children where !["types", "message"].contains(child.name) {
      problems.add(child.line, "<\(child.name)> is not expected here; expected <types> or <message>")
    }
    checkMessagesTogether()
    checkSwiftNames()
  }

  // MARK: Attributes

  /// Notes attributes that are missing or unknown; a misspelt one would otherwise be lost in silence.
  mutating func checkAttributes(of element: SchemaElement, required: [String], optional: [String]) {
    for name in required where element.attributes[name] == nil {
      problems.add(element.line, "\(label(element)) has no \(name)")
    }
    for name in element.attributes.keys.sorted() {
      if name.hasPrefix("xmlns") || name.hasPrefix("xsi:") || (required + optional).contains(name) {
        continue
      }
      problems.add(element.line, "\(label(element)): attribute \(name) is not known or not supported")
    }
  }

  /// The attribute as a number in `range`; notes a problem and gives nil when it is there but no such number.
  mutating func number(_ element: SchemaElement, _ attribute: String, in range: ClosedRange<Int>) -> Int? {
    guard let text = element.attributes[attribute] else { return nil }
    guard let value = Int(text), range.contains(value) else {
      problems.add(
        element.line,
        "\(label(element)): \(attribute) is \"\(text)\", "
          + "not a number from \(range.lowerBound) to \(range.upperBound)"
      )
      return nil
    }
    return value
  }

  /// The attribute `name`, checked to be one Swift can spell.
  mutating func identifier(_ element: SchemaElement) -> String {
    let name = element.attributes["name"] ?? ""
    if element.attributes["name"] != nil && !SwiftNames.isIdentifier(name) {
      problems.add(element.line, "the name \"\(name)\" is not a letter followed by letters, digits or _")
    }
    return name
  }

  /// The description, which readers of the schema in any language depend on.
  mutating func description(_ element: SchemaElement) -> String {
    let text = element.attributes["description"] ?? ""
    if text.allSatisfy(\.isWhitespace) {
      problems.add(element.line, "\(label(element)) has no description; say what it means, with its unit")
    }
    return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  mutating func sinceVersion(_ element: SchemaElement, otherwise first: Int) -> Int {
    guard let since = number(element, "sinceVersion", in: 1...65_534) else { return first }
    if since > schema.version {
      problems.add(
        element.line,
        "\(label(element)): sinceVersion \(since) is newer than the schema's version \(schema.version)")
    }
    return since
  }

  mutating func meaning(_ element: SchemaElement, otherwise inherited: Schema.Meaning) -> Schema.Meaning {
    guard let text = element.attributes["semanticType"] else { return inherited }
    if let meaning = Schema.Meaning(rawValue: text), meaning != .plain { return meaning }
    let known = Schema.Meaning.allCases.map(\.rawValue).filter { !$0.isEmpty }.joined(separator: ", ")
    problems.add(element.line, "\(label(element)): semanticType \"\(text)\" is not known; known are \(known)")
    return inherited
  }

  mutating func refuseChildren(of element: SchemaElement) {
    for child in element.children {
      problems.add(child.line, "\(label(element)) has an element <\(child.name)> inside; it takes none")
    }
  }

  func label(_ element: SchemaElement) -> String {
    guard let name = element.attributes["name"] else { return "<\(element.name)>" }
    return "\(element.name) \"\(name)\""
  }
}
