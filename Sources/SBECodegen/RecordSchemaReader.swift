/// Reads `records.xml`, noting every problem on the way.
struct RecordSchemaReader {
  private var problems = SchemaProblems()
  private var schema = RecordSchema()

  static func read(_ root: SchemaElement) throws(SchemaProblems) -> RecordSchema {
    var reader = RecordSchemaReader()
    reader.readAll(root)
    reader.checkTogether()
    guard reader.problems.isEmpty else { throw reader.problems }
    return reader.schema
  }

  private mutating func readAll(_ root: SchemaElement) {
    guard root.name == "records" else {
      return problems.add(root.line, "the root element is <\(root.name)>, not <records>")
    }
    for child in root.children {
      let target = child.attributes["target"] ?? ""
      switch child.name {
      case "values":
        check(child, required: ["target"], optional: ["imports"])
        noteImports(child)
        for value in child.children { readValue(value, target: target) }
      case "parts":
        check(child, required: ["target", "imports"], optional: [])
        noteImports(child)
        for part in child.children { readPart(part, target: target) }
      case "component": readComponent(child)
      default: unexpected(child, "values, parts or component")
      }
    }
  }

  private mutating func noteImports(_ element: SchemaElement) {
    guard let target = element.attributes["target"] else { return }
    schema.imports[target] = (element.attributes["imports"] ?? "").split(separator: " ").map(String.init)
  }

  // MARK: Values

  private mutating func readValue(_ element: SchemaElement, target: String) {
    guard element.name == "value" else { return unexpected(element, "value") }
    check(
      element, required: ["name"],
      optional: ["raw", "code", "members", "hand", "columns", "words", "wire", "unsaid", "description"])
    var layout: RecordSchema.Value.Layout?
    if let raw = element.attributes["raw"].flatMap(RecordSchema.Integer.init) { layout = .raw(raw) }
    if let code = element.attributes["code"].flatMap(RecordSchema.Integer.init) { layout = .code(code) }
    if let bytes = element.attributes["hand"].flatMap(Int.init) { layout = .hand(bytes: bytes) }
    if let members = element.attributes["members"] {
      let pairs = members.split(separator: ",").map { $0.split(separator: " ").map(String.init) }
      guard pairs.allSatisfy({ $0.count == 2 }) else {
        return problems.add(element.line, "members are pairs of a name and a type, parted by commas")
      }
      layout = .members(pairs.map { ($0[0], $0[1]) })
    }
    guard let layout else {
      return problems.add(element.line, "a value has raw or code of an integer, members, or hand of bytes")
    }
    schema.values.append(
      RecordSchema.Value(
        name: element.attributes["name"] ?? "", target: target, layout: layout,
        mayBeUnsaid: flag(element, "unsaid"),
        columns: (element.attributes["columns"] ?? "").split(separator: " ").map(String.init)))
  }

  // MARK: Parts

  private mutating func readPart(_ element: SchemaElement, target: String) {
    switch element.name {
    case "enum": readChoice(element, target: target)
    case "record": readRecord(element, target: target)
    default: unexpected(element, "enum or record")
    }
  }

  private mutating func readChoice(_ element: SchemaElement, target: String) {
    check(element, required: ["name", "code", "description"], optional: [])
    guard let integer = element.attributes["code"].flatMap(RecordSchema.Integer.init) else {
      return problems.add(element.line, "an enum's code is an integer's name")
    }
    var cases: [(name: String, number: Int, description: String)] = []
    for child in element.children {
      guard child.name == "case", let number = Int(child.attributes["number"] ?? "") else {
        unexpected(child, "case with a number")
        continue
      }
      check(child, required: ["name", "number"], optional: ["description"])
      if cases.contains(where: { $0.number == number || $0.name == child.attributes["name"] }) {
        problems.add(child.line, "the name or number of this case is taken")
      }
      cases.append((child.attributes["name"] ?? "", number, description(child)))
    }
    schema.enumerations.append(
      RecordSchema.Choice(
        name: element.attributes["name"] ?? "", target: target, integer: integer,
        description: description(element), cases: cases))
  }

  private mutating func readRecord(_ element: SchemaElement, target: String) {
    check(
      element, required: ["name", "description"],
      optional: ["access", "existing", "throwing", "checked", "conforms"])
    schema.records.append(
      RecordSchema.Record(
        name: element.attributes["name"] ?? "", target: target,
        access: element.attributes["access"] ?? "public",
        isExisting: flag(element, "existing"), isChecked: flag(element, "checked"),
        isThrowing: flag(element, "throwing"),
        conformances: element.attributes["conforms"] ?? "Equatable", description: description(element),
        fields: readFields(element.children), line: element.line))
  }

  private mutating func readFields(_ elements: [SchemaElement]) -> [RecordSchema.Field] {
    var fields: [RecordSchema.Field] = []
    for element in elements {
      guard element.name == "field" || element.name == "list" else {
        unexpected(element, "field or list")
        continue
      }
      let field = readField(element)
      if fields.contains(where: { $0.name == field.name }) {
        problems.add(element.line, "there is a field \"\(field.name)\" already")
      }
      fields.append(field)
    }
    return fields
  }

  private mutating func readField(_ element: SchemaElement) -> RecordSchema.Field {
    check(
      element, required: ["name", "type"],
      optional: [
        "path", "optional", "noneIsZero", "positive", "stored", "tail", "when", "since", "default", "atMost",
        "shown", "label", "description",
      ])
    let name = element.attributes["name"] ?? ""
    return RecordSchema.Field(
      name: name, path: element.attributes["path"] ?? name, type: element.attributes["type"] ?? "",
      isList: element.name == "list", isOptional: flag(element, "optional"),
      isNoneZero: flag(element, "noneIsZero"),
      isPositive: flag(element, "positive"), isStored: element.attributes["stored"] != "no",
      isTail: flag(element, "tail"),
      condition: element.attributes["when"].flatMap { condition($0, of: element) },
      since: element.attributes["since"].flatMap(Int.init) ?? 1,
      defaultValue: element.attributes["default"],
      bound: element.attributes["atMost"], shown: element.attributes["shown"],
      label: element.attributes["label"] ?? name, description: description(element), line: element.line)
  }

  /// `field: one two`, as Swift: the field read before has one of the values.
  private mutating func condition(_ text: String, of element: SchemaElement) -> String? {
    let parts = text.split(separator: ":")
    let values = parts.last?.split(separator: " ") ?? []
    guard parts.count == 2, !values.isEmpty else {
      problems.add(element.line, "when is \"\(text)\", not a field, a colon and its values")
      return nil
    }
    return "[\(values.map { ".\($0)" }.joined(separator: ", "))].contains(\(parts[0]))"
  }

  /// What the generator would take and not make.
  private mutating func checkMakeable(_ field: RecordSchema.Field, isOfFact: Bool) {
    let isConditional = field.condition != nil || field.since > 1
    if isConditional && field.defaultValue == nil && !field.isOptional {
      problems.add(field.line, "\"\(field.name)\" with when or since needs a default, or is optional")
    }
    if isOfFact && (isConditional || field.isTail || !field.isStored) {
      problems.add(
        field.line, "\"\(field.name)\" of a fact has no tail, when, stored or since; make it a record")
    }
    if (field.isList || field.isOptional) && RecordSchema.plain[field.type] != nil {
      problems.add(field.line, "\"\(field.name)\": a \(field.type) is neither optional nor in a list")
    }
    if field.isNoneZero && !field.isOptional {
      problems.add(field.line, "\"\(field.name)\" has noneIsZero and is not optional")
    }
    if field.isPositive && (field.type != "Quantity" || field.isList || field.isOptional) {
      problems.add(field.line, "\"\(field.name)\": only a Quantity can be positive")
    }
  }

  // MARK: Facts

  private mutating func readComponent(_ element: SchemaElement) {
    check(element, required: ["name", "facts", "target", "description"], optional: [])
    var facts: [RecordSchema.Fact] = []
    for child in element.children {
      guard child.name == "fact", let kind = Int(child.attributes["kind"] ?? "") else {
        unexpected(child, "fact with a kind")
        continue
      }
      check(child, required: ["kind", "name", "description"], optional: ["record", "before"])
      let before = child.attributes["before"].flatMap { self.before($0, of: child) }
      let kinds = facts.flatMap { [$0.kind, $0.before?.kind ?? $0.kind] }
      if kinds.contains(kind) || before.map({ kinds.contains($0.kind) || $0.kind == kind }) ?? false
        || facts.contains(where: { $0.name == child.attributes["name"] })
      {
        problems.add(child.line, "the kind or name of this fact is taken; kinds are never reused")
      }
      let fields = readFields(child.children)
      if child.attributes["record"] != nil && !fields.isEmpty {
        problems.add(child.line, "a fact that is a record has no fields of its own")
      }
      facts.append(
        RecordSchema.Fact(
          kind: kind, name: child.attributes["name"] ?? "", record: child.attributes["record"],
          fields: fields, before: before, description: description(child), line: child.line))
    }
    schema.components.append(
      RecordSchema.Component(
        name: element.attributes["name"] ?? "", factType: element.attributes["facts"] ?? "",
        target: element.attributes["target"] ?? "", description: description(element), facts: facts))
  }

  /// `kind: version`, of a fact that is a record.
  private mutating func before(_ text: String, of element: SchemaElement) -> (kind: Int, version: Int)? {
    let parts = text.split(separator: ":").map { $0.filter { !$0.isWhitespace } }
    guard parts.count == 2, let kind = Int(parts[0]), let version = Int(parts[1]),
      element.attributes["record"] != nil
    else {
      problems.add(element.line, "before is \"\(text)\", not a kind, a colon and a version, of a record")
      return nil
    }
    return (kind, version)
  }

  // MARK: Checks

  /// Every type that is named must be described.
  private mutating func checkTogether() {
    let facts = schema.components.flatMap(\.facts)
    for fact in facts {
      if let name = fact.record, schema.record(name) == nil {
        problems.add(fact.line, "there is no record \"\(name)\"")
      }
    }
    for field in schema.records.flatMap(\.fields) { checkMakeable(field, isOfFact: false) }
    for field in facts.flatMap(\.fields) { checkMakeable(field, isOfFact: true) }
    for fields in schema.records.map(\.fields) + facts.map(\.fields) {
      for (column, twins) in Dictionary(grouping: fields, by: \.shown)
      where column != nil && column != "inline" && twins.count > 1 {
        problems.add(twins[1].line, "two fields are shown as \"\(twins[1].shown ?? "")\"")
      }
    }
    for field in schema.records.flatMap(\.fields) + facts.flatMap(\.fields)
    where schema.leastBytes(field.type) == nil {
      problems.add(field.line, "nothing describes the type \"\(field.type)\" of \"\(field.name)\"")
    }
    let names = schema.records.map(\.name) + schema.values.map(\.name) + schema.enumerations.map(\.name)
    for (name, twins) in Dictionary(grouping: names, by: \.self) where twins.count > 1 {
      problems.add(1, "the type \"\(name)\" is described twice")
    }
  }

  private mutating func check(_ element: SchemaElement, required: [String], optional: [String]) {
    for name in required where element.attributes[name] == nil {
      problems.add(element.line, "<\(element.name)> has no \(name)")
    }
    for name in element.attributes.keys.sorted() where !(required + optional).contains(name) {
      problems.add(element.line, "<\(element.name)>: attribute \(name) is not known")
    }
  }

  private mutating func unexpected(_ element: SchemaElement, _ expected: String) {
    problems.add(element.line, "<\(element.name)> is not expected here; expected \(expected)")
  }

  private mutating func flag(_ element: SchemaElement, _ name: String) -> Bool {
    switch element.attributes[name] {
    case nil, "no": return false
    case "yes": return true
    case let other?:
      problems.add(element.line, "\(name) is \"\(other)\", neither yes nor no")
      return false
    }
  }

  private func description(_ element: SchemaElement) -> String {
    (element.attributes["description"] ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
