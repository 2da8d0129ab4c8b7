extension SchemaReader {
  mutating func readMessage(_ element: SchemaElement) {
    checkAttributes(
      of: element, required: ["name", "id"], optional: ["blockLength", "description", "sinceVersion"])
    let since = sinceVersion(element, otherwise: 1)
    var message = Schema.Message(
      name: identifier(element), id: number(element, "id", in: 1...65_535) ?? 0, blockLength: 0,
      sinceVersion: since, fields: [], groups: [], data: nil, description: description(element),
      line: element.line)
    if let first = message.name.first, !first.isUppercase {
      problems.add(element.line, "\(label(element)): a message's name begins with a capital")
    }
    let block = readFields(
      element.children.filter { $0.name == "field" }, since: since, owner: label(element))
    message.fields = block.fields
    message.blockLength = checkBlockLength(element, block)
    readTail(element, into: &message)
    checkEnvelope(message)
    checkIds(
      message.fields.map { ($0.id, $0.name, $0.line) } + message.groups.map { ($0.id, $0.name, $0.line) }
        + (message.data.map { [($0.id, $0.name, $0.line)] } ?? []), owner: label(element))
    checkMemberNames(message)
    schema.messages.append(message)
  }

  /// Reads groups and data, and checks the order: fields, groups, at most one data.
  private mutating func readTail(_ element: SchemaElement, into message: inout Schema.Message) {
    var latest = message.sinceVersion
    for child in element.children {
      switch child.name {
      case "field":
        if !message.groups.isEmpty || message.data != nil {
          problems.add(child.line, "\(label(child)) stands behind a group or data; fields come first")
        }
      case "group":
        if message.data != nil {
          problems.add(
            child.line, "\(label(child)) stands behind data; <data> is the last element of a message")
        }
        let group = readGroup(child, in: message)
        checkAppended(child, group.sinceVersion, after: &latest)
        message.groups.append(group)
      case "data":
        if message.data != nil {
          problems.add(child.line, "\(label(child)) is the second <data>; a message has at most one")
        }
        guard let data = readData(child, in: message) else { continue }
        checkAppended(child, data.sinceVersion, after: &latest)
        message.data = data
      default:
        problems.add(child.line, "<\(child.name)> is not expected here; expected field, group or data")
      }
    }
  }

  private mutating func readGroup(_ element: SchemaElement, in message: Schema.Message) -> Schema.Group {
    checkAttributes(
      of: element, required: ["name", "id"],
      optional: ["blockLength", "dimensionType", "description", "sinceVersion"])
    if let type = element.attributes["dimensionType"], type != "groupSizeEncoding" {
      problems.add(element.line, "\(label(element)): dimensionType is \"\(type)\", not groupSizeEncoding")
    }
    for child in element.children where child.name != "field" {
      problems.add(
        child.line, "\(label(element)) has a <\(child.name)> inside; groups do not nest and hold only fields")
    }
    let since = sinceVersion(element, otherwise: message.sinceVersion)
    let fields = element.children.filter { $0.name == "field" }
    let block = readFields(fields, since: since, owner: label(element))
    if fields.isEmpty { problems.add(element.line, "\(label(element)) has no field") }
    checkIds(block.fields.map { ($0.id, $0.name, $0.line) }, owner: label(element))
    return Schema.Group(
      name: identifier(element), id: number(element, "id", in: 1...65_535) ?? 0,
      blockLength: checkBlockLength(element, block), sinceVersion: since, fields: block.fields,
      description: description(element), line: element.line)
  }

  private mutating func readData(_ element: SchemaElement, in message: Schema.Message) -> Schema.VariableData?
  {
    checkAttributes(
      of: element, required: ["name", "id", "type"], optional: ["description", "sinceVersion"])
    refuseChildren(of: element)
    let since = sinceVersion(element, otherwise: message.sinceVersion)
    let name = identifier(element)
    let id = number(element, "id", in: 1...65_535) ?? 0
    let text = description(element)
    guard let type = element.attributes["type"] else { return nil }
    guard let encoding = dataEncodings[type] else {
      problems.add(element.line, "\(label(element)): \"\(type)\" is not a composite of length and varData")
      return nil
    }
    return Schema.VariableData(
      name: name, id: id, lengthPrimitive: encoding.length, isText: encoding.isText, sinceVersion: since,
      description: text, line: element.line)
  }

  // MARK: Fields

  /// The fields of one block; `isWhole` says whether all could be read, and so whether their size is known.
  struct Block {
    var fields: [Schema.Field] = []
    var isWhole = true
  }

  private mutating func readFields(_ elements: [SchemaElement], since first: Int, owner: String) -> Block {
    var block = Block()
    var latest = first
    for element in elements {
      checkAttributes(
        of: element, required: ["name", "id", "type"],
        optional: ["presence", "sinceVersion", "description", "semanticType", "offset"])
      refuseChildren(of: element)
      let since = sinceVersion(element, otherwise: first)
      checkAppended(element, since, after: &latest)
      guard let type = fieldType(element) else {
        block.isWhole = false
        continue
      }
      var inherited = Schema.Meaning.plain
      var optional = isOptional(element)
      if case .encoded(let encoded) = type {
        inherited = encoded.meaning
        optional = optional ?? encoded.isOptional
      }
      var field = Schema.Field(
        name: identifier(element), id: number(element, "id", in: 1...65_535) ?? 0, type: type,
        isOptional: optional ?? false, sinceVersion: since, meaning: meaning(element, otherwise: inherited),
        description: description(element), line: element.line, offset: block.fields.last?.end ?? 0)
      if let offset = number(element, "offset", in: 0...65_535), offset != field.offset {
        problems.add(
          element.line, "\(label(element)): offset is \(offset), but the fields before end at \(field.offset)"
        )
      }
      if block.fields.contains(where: { $0.name == field.name }) {
        problems.add(element.line, "\(owner) has two fields named \"\(field.name)\"")
      }
      if let capital = field.name.first, capital.isUppercase {
        problems.add(element.line, "\(label(element)): a field's name begins with a small letter")
      }
      checkPresence(element, type: type, isOptional: field.isOptional)
      if since > first { checkCanBeAbsent(element, field) }
      if case .encoded(let encoded) = type, field.meaning != .plain, encoded.primitive != .int64 {
        problems.add(element.line, "\(label(element)): semanticType \(field.meaning.rawValue) needs int64")
        field.meaning = .plain
      }
      block.fields.append(field)
    }
    return block
  }

  private mutating func fieldType(_ element: SchemaElement) -> Schema.FieldType? {
    guard let name = element.attributes["type"] else { return nil }
    if let type = fieldTypes[name] { return type }
    if Primitive(rawValue: name) != nil {
      problems.add(
        element.line,
        "\(label(element)) has the primitive type \(name); name a <type> for it, decoders need one")
    } else if typeLines[name] != nil {
      problems.add(
        element.line, "\(label(element)): \"\(name)\" is no type for a field, or has problems of its own")
    } else {
      problems.add(element.line, "\(label(element)): there is no type \"\(name)\"")
    }
    return nil
  }

  /// Nil when the element says nothing of presence.
  mutating func isOptional(_ element: SchemaElement) -> Bool? {
    switch element.attributes["presence"] {
    case nil: return nil
    case "required": return false
    case "optional": return true
    case let other?:
      problems.add(element.line, "\(label(element)): presence \"\(other)\" is neither required nor optional")
      return nil
    }
  }

  /// What is optional needs a value that says "none".
  mutating func checkPresence(_ element: SchemaElement, type: Schema.FieldType, isOptional: Bool) {
    guard isOptional else { return }
    switch type {
    case .encoded(let encoded) where encoded.textLength != nil:
      problems.add(element.line, "\(label(element)) is optional text; the empty text says none")
    case .encoded(let encoded) where encoded.null == nil:
      problems.add(
        element.line, "\(label(element)) is optional, but type \"\(encoded.name)\" has no nullValue")
    case .set:
      problems.add(element.line, "\(label(element)) is an optional set; the empty set says none")
    case .composite:
      problems.add(element.line, "\(label(element)) is an optional composite; make its members optional")
    case .encoded, .enumeration:
      break
    }
  }
}
