extension SchemaReader {
  /// What `FrameWriter.stamp` and every reader of a frame rely on.
  static let envelopeLayout: [(name: String, type: String)] = [
    ("sender", "uint16"), ("flags", "uint16"), ("epoch", "uint32"), ("sequence", "uint64"), ("sent", "int64"),
    ("origin", "int64"), ("correlationHigh", "uint64"), ("correlationLow", "uint64"),
  ]
  private static let headerLayout: [(name: String, type: String)] = [
    ("blockLength", "uint16"), ("templateId", "uint16"), ("schemaId", "uint16"), ("version", "uint16"),
  ]
  private static let groupLayout: [(name: String, type: String)] = [
    ("blockLength", "uint16"), ("numInGroup", "uint16"),
  ]

  /// The composites that the hand-written runtime knows the layout of.
  mutating func checkInfrastructure(_ root: SchemaElement) {
    let composites = root.children.filter { $0.name == "types" }.flatMap(\.children).filter {
      $0.name == "composite"
    }
    for (name, layout) in [
      ("messageHeader", Self.headerLayout), ("groupSizeEncoding", Self.groupLayout),
      ("Envelope", Self.envelopeLayout),
    ] {
      let expected = layout.map { "\($0.name) \($0.type)" }.joined(separator: ", ")
      guard let composite = composites.first(where: { $0.attributes["name"] == name }) else {
        problems.add(root.line, "there is no composite \"\(name)\" of \(expected)")
        continue
      }
      let found = composite.children.map {
        "\($0.attributes["name"] ?? "?") \($0.attributes["primitiveType"] ?? "?")"
      }.joined(separator: ", ")
      let isPlain = composite.children.allSatisfy { $0.attributes["presence"] != "optional" }
      if found != expected || !isPlain {
        problems.add(
          composite.line, "composite \"\(name)\" must be \(expected), all required; it is \(found)")
      }
    }
  }

  mutating func checkEnvelope(_ message: Schema.Message) {
    if let first = message.fields.first, first.name == "envelope", case .composite(let type) = first.type,
      type.name == "Envelope"
    {
      return
    }
    problems.add(
      message.line, "message \"\(message.name)\": the first field must be \"envelope\" of type Envelope")
  }

  /// The computed length; notes a problem where the schema's own is missing or another.
  mutating func checkBlockLength(_ element: SchemaElement, _ block: Block) -> Int {
    let computed = block.fields.last?.end ?? 0
    guard block.isWhole else { return computed }
    if computed > FrameLimits.blockLength {
      problems.add(
        element.line, "\(label(element)): a block of \(computed) bytes; at most \(FrameLimits.blockLength)")
    }
    if element.attributes["blockLength"] == nil {
      problems.add(element.line, "\(label(element)) has no blockLength; it is \(computed)")
    } else if let stated = number(element, "blockLength", in: 0...65_535), stated != computed {
      problems.add(
        element.line, "\(label(element)): blockLength is \(stated), but its fields take \(computed) bytes")
    }
    return computed
  }

  /// Old readers find fields by offset, so later versions may only append.
  mutating func checkAppended(_ element: SchemaElement, _ since: Int, after latest: inout Int) {
    if since < latest {
      problems.add(
        element.line,
        "\(label(element)) is of version \(since), behind one of version \(latest); append what is new"
      )
    }
    latest = max(latest, since)
  }

  /// A frame from before the field was added must decode to something that says so.
  mutating func checkCanBeAbsent(_ element: SchemaElement, _ field: Schema.Field) {
    switch field.type {
    case .encoded(let type):
      if type.textLength != nil || type.null == .notANumber || field.isOptional { return }
      problems.add(element.line, "\(label(element)) was added later, so it must be optional")
    case .composite:
      problems.add(
        element.line, "\(label(element)) was added later; add its members as optional fields instead")
    case .enumeration, .set:
      break
    }
  }

  mutating func checkIds(_ items: [(id: Int, name: String, line: Int)], owner: String) {
    var seen: [Int: String] = [:]
    for item in items {
      if let other = seen[item.id] {
        problems.add(item.line, "\(owner): \"\(item.name)\" and \"\(other)\" have the same id \(item.id)")
      }
      seen[item.id] = item.name
    }
  }

  mutating func checkMessagesTogether() {
    checkIds(schema.messages.map { ($0.id, $0.name, $0.line) }, owner: "messages")
    if schema.messages.isEmpty { problems.add(1, "the schema has no message") }
  }

  /// Members of the generated types must not collide with each other or with what every type has.
  mutating func checkMemberNames(_ message: Schema.Message) {
    var members: [(name: String, line: Int)] = message.fields.map { ($0.name, $0.line) }
    for group in message.groups {
      let entry = SwiftNames.entryType(ofGroup: group.name)
      members += [
        (group.name + "Count", group.line), (SwiftNames.lowerCamel(entry), group.line), (entry, group.line),
      ]
    }
    if let data = message.data { members += [(data.name, data.line), (data.name + "String", data.line)] }
    var seen: Set<String> = [
      "block", "frame", "blockLength", "templateId", "message", "version", "encode", "store", "self", "init",
      "appendJSON",
    ]
    for member in members where !seen.insert(member.name).inserted {
      problems.add(
        member.line, "message \"\(message.name)\": the generated code already has a member \"\(member.name)\""
      )
    }
    for group in message.groups where typeLines[SwiftNames.entryType(ofGroup: group.name)] != nil {
      let entry = SwiftNames.entryType(ofGroup: group.name)
      problems.add(
        group.line, "group \"\(group.name)\": its entry type \"\(entry)\" hides the type of that name")
    }
  }

  /// Types of the generated code must not collide with each other or with the runtime's.
  mutating func checkSwiftNames() {
    var seen: Set<String> = [
      "DataExtent", "FixedText", "FrameDemands", "FrameHeader", "FrameRefusal", "FrameWriter", "GroupExtent",
      "Inbound", "JSONLine", "SampleRandom", "Template", "Topic", "WireEnumeration", "WireJSON",
      "WireSamples",
      "WireSchema", "WireSet",
    ]
    var names: [(name: String, line: Int)] = []
    for text in schema.texts where text.textLength != nil {
      names.append((SwiftNames.textType(text.name), text.line))
    }
    names += schema.enumerations.map { ($0.name, $0.line) } + schema.sets.map { ($0.name, $0.line) }
    names += schema.composites.map { ($0.name, $0.line) }
    for message in schema.messages {
      names += [(message.name, message.line), (message.name + "View", message.line)]
    }
    for name in names where !seen.insert(name.name).inserted {
      problems.add(name.line, "the generated code already has a type \"\(name.name)\"")
    }
  }
}

/// What a frame of 65,536 bytes can hold beside its header.
enum FrameLimits {
  static let blockLength = 65_528
}
