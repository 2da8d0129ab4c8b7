extension SchemaReader {
  /// Reads `<types>`: types first, because enums and sets may be encoded as one that stands further down.
  mutating func readTypes(_ element: SchemaElement) {
    for child in element.children { noteTypeName(child) }
    for child in element.children where child.name == "type" { readType(child) }
    for child in element.children {
      switch child.name {
      case "type": break
      case "composite": readComposite(child)
      case "enum": readEnumeration(child)
      case "set": readSet(child)
      default:
        problems.add(
          child.line, "<\(child.name)> is not expected here; expected type, composite, enum or set")
      }
    }
  }

  private mutating func noteTypeName(_ element: SchemaElement) {
    guard let name = element.attributes["name"] else { return }
    if let line = typeLines[name] {
      problems.add(element.line, "the type name \"\(name)\" is taken by line \(line)")
    }
    if Primitive(rawValue: name) != nil {
      problems.add(element.line, "the type name \"\(name)\" is that of a primitive")
    }
    typeLines[name] = element.line
  }

  // MARK: Types

  private mutating func readType(_ element: SchemaElement) {
    guard let type = encodedType(element, isMember: false) else { return }
    schema.texts.append(type)
    fieldTypes[type.name] = .encoded(type)
  }

  /// A `<type>`, standing alone or as a composite's member.
  private mutating func encodedType(_ element: SchemaElement, isMember: Bool) -> Schema.EncodedType? {
    checkAttributes(
      of: element, required: ["name", "primitiveType"],
      optional: [
        "length", "nullValue", "presence", "semanticType", "characterEncoding", "description",
      ])
    refuseChildren(of: element)
    let name = identifier(element)
    guard let primitive = primitive(element, "primitiveType") else { return nil }
    let length = number(element, "length", in: 1...1_024)
    if length != nil && primitive != .char {
      problems.add(
        element.line,
        "\(label(element)) is an array of \(primitive.rawValue); only char[n] is supported, or two uint64")
    }
    if primitive == .char && length == nil {
      problems.add(element.line, "\(label(element)) is a char without a length; give one, or use uint8")
    }
    let null = nullValue(element, primitive)
    let meaning = meaning(element, otherwise: .plain)
    if meaning != .plain && primitive != .int64 {
      problems.add(element.line, "\(label(element)): semanticType \(meaning.rawValue) needs int64")
    }
    let type = Schema.EncodedType(
      name: name, primitive: primitive, textLength: primitive == .char ? length ?? 1 : nil, null: null,
      isOptional: isOptional(element) ?? false, meaning: meaning,
      description: isMember ? description(element) : element.attributes["description"] ?? "",
      line: element.line,
      isAliased: !isMember)
    checkPresence(element, type: .encoded(type), isOptional: type.isOptional)
    return type
  }

  private mutating func nullValue(_ element: SchemaElement, _ primitive: Primitive) -> Schema.Null? {
    guard let text = element.attributes["nullValue"] else { return nil }
    if primitive == .char {
      problems.add(element.line, "\(label(element)) is text, whose null is the empty text; drop nullValue")
      return nil
    }
    guard let range = primitive.range else {
      if text == "NaN" { return .notANumber }
      problems.add(
        element.line, "\(label(element)): nullValue is \"\(text)\"; of a double it can only be NaN")
      return nil
    }
    guard let value = Int128(text), range.contains(value) else {
      problems.add(
        element.line, "\(label(element)): nullValue \"\(text)\" is not in the range of \(primitive.rawValue)")
      return nil
    }
    return .integer(value)
  }

  private mutating func primitive(_ element: SchemaElement, _ attribute: String) -> Primitive? {
    guard let text = element.attributes[attribute] else { return nil }
    if let primitive = Primitive(rawValue: text) { return primitive }
    let known = Primitive.allCases.map(\.rawValue).joined(separator: ", ")
    problems.add(element.line, "\(label(element)): \(attribute) \"\(text)\" is not one of \(known)")
    return nil
  }

  // MARK: Composites

  private mutating func readComposite(_ element: SchemaElement) {
    checkAttributes(of: element, required: ["name"], optional: ["description"])
    let name = identifier(element)
    if ["messageHeader", "groupSizeEncoding"].contains(name) { return }
    if element.children.contains(where: { $0.attributes["name"] == "varData" }) {
      return readDataEncoding(element, name)
    }
    var composite = Schema.Composite(
      name: SwiftNames.upperCamel(name), members: [], description: description(element), line: element.line)
    var offset = 0
    for child in element.children {
      guard child.name == "type" else {
        problems.add(
          child.line, "composite \"\(name)\" has a <\(child.name)>; composites are flat and of primitives")
        continue
      }
      guard let type = encodedType(child, isMember: true) else { continue }
      if composite.members.contains(where: { $0.name == type.name }) {
        problems.add(child.line, "composite \"\(name)\" has two members named \"\(type.name)\"")
      }
      composite.members.append(
        Schema.Field(
          name: type.name, id: 0, type: .encoded(type), isOptional: type.isOptional, sinceVersion: 1,
          meaning: type.meaning, description: type.description, line: child.line, offset: offset))
      offset += type.byteCount
    }
    schema.composites.append(composite)
    fieldTypes[name] = .composite(composite)
  }

  /// A composite of `length` and `varData`: what `<data>` elements are encoded as.
  private mutating func readDataEncoding(_ element: SchemaElement, _ name: String) {
    let members = element.children
    let isShaped =
      members.count == 2 && members[0].attributes["name"] == "length"
      && members[1].attributes["name"] == "varData" && members[1].attributes["length"] == "0"
      && members[1].attributes["primitiveType"] == "uint8"
    let length = members.first.flatMap { primitive($0, "primitiveType") }
    guard isShaped, let length, [.uint8, .uint16, .uint32].contains(length) else {
      return problems.add(
        element.line,
        "composite \"\(name)\" has varData; it must be length of uint8, uint16 or uint32, "
          + "then varData of uint8, length 0"
      )
    }
    let encoding = members[1].attributes["characterEncoding"]
    if let encoding, !["UTF-8", "ASCII"].contains(encoding) {
      problems.add(members[1].line, "varData: characterEncoding \"\(encoding)\" is neither UTF-8 nor ASCII")
    }
    dataEncodings[name] = (length, encoding != nil)
  }

  // MARK: Enums and sets

  private mutating func readEnumeration(_ element: SchemaElement) {
    checkAttributes(of: element, required: ["name", "encodingType"], optional: ["description"])
    let name = identifier(element)
    guard let encoding = element.attributes["encodingType"] else { return }
    var primitive = Primitive(rawValue: encoding)
    var null = primitive?.standardEnumNull
    if case .encoded(let type)? = fieldTypes[encoding] {
      primitive = type.primitive
      null = primitive?.standardEnumNull
      if case .integer(let value)? = type.null { null = value }
    }
    guard let primitive, let null else {
      return problems.add(
        element.line,
        "enum \"\(name)\" is encoded as \"\(encoding)\"; it must be uint8, uint16, char or a type of these")
    }
    var enumeration = Schema.Enumeration(
      name: SwiftNames.upperCamel(name), primitive: primitive, null: null, values: [],
      description: description(element), line: element.line)
    for child in element.children {
      guard let value = namedNumber(child, "validValue", isCharacter: primitive == .char) else { continue }
      if primitive.range?.contains(value.number) != true || value.number == null {
        problems.add(
          child.line, "\(label(child)): \(value.number) is the null value or beyond \(primitive.rawValue)")
      }
      noteTwin(of: value, among: enumeration.values, in: name, at: child.line)
      enumeration.values.append(value)
    }
    if enumeration.values.isEmpty { problems.add(element.line, "enum \"\(name)\" has no validValue") }
    schema.enumerations.append(enumeration)
    fieldTypes[name] = .enumeration(enumeration)
  }

  private mutating func readSet(_ element: SchemaElement) {
    checkAttributes(of: element, required: ["name", "encodingType"], optional: ["description"])
    let name = identifier(element)
    guard let encoding = element.attributes["encodingType"] else { return }
    var primitive = Primitive(rawValue: encoding)
    if case .encoded(let type)? = fieldTypes[encoding] { primitive = type.primitive }
    guard let primitive, [.uint8, .uint16, .uint32, .uint64].contains(primitive) else {
      return problems.add(
        element.line,
        "set \"\(name)\" is encoded as \"\(encoding)\"; it must be uint8, uint16, uint32 or uint64")
    }
    var set = Schema.BitSet(
      name: SwiftNames.upperCamel(name), primitive: primitive, choices: [], description: description(element),
      line: element.line)
    for child in element.children {
      guard let choice = namedNumber(child, "choice", isCharacter: false) else { continue }
      if choice.number < 0 || choice.number >= Int128(primitive.byteCount * 8) {
        problems.add(child.line, "\(label(child)): bit \(choice.number) is beyond \(primitive.rawValue)")
      }
      noteTwin(of: choice, among: set.choices, in: name, at: child.line)
      set.choices.append(choice)
    }
    set.choices.sort { $0.number < $1.number }
    schema.sets.append(set)
    fieldTypes[name] = .set(set)
  }

  private mutating func namedNumber(
    _ element: SchemaElement, _ kind: String, isCharacter: Bool
  ) -> Schema.NamedNumber? {
    guard element.name == kind else {
      problems.add(element.line, "<\(element.name)> is not expected here; expected <\(kind)>")
      return nil
    }
    checkAttributes(of: element, required: ["name"], optional: ["description", "sinceVersion"])
    refuseChildren(of: element)
    _ = sinceVersion(element, otherwise: 1)
    let text = element.text.split(whereSeparator: \.isWhitespace).joined()
    let name = identifier(element)
    let description = description(element)
    if isCharacter, text.utf8.count == 1, let byte = text.utf8.first {
      return Schema.NamedNumber(name: name, number: Int128(byte), description: description)
    }
    guard !isCharacter, let number = Int128(text) else {
      problems.add(
        element.line, "\(label(element)): \"\(text)\" is not a \(isCharacter ? "character" : "number")")
      return nil
    }
    return Schema.NamedNumber(name: name, number: number, description: description)
  }

  private mutating func noteTwin(
    of value: Schema.NamedNumber, among others: [Schema.NamedNumber], in owner: String, at line: Int
  ) {
    let swiftName = SwiftNames.lowerCamel(value.name)
    for other in others {
      if other.number == value.number {
        problems.add(line, "\"\(value.name)\" and \"\(other.name)\" of \"\(owner)\" are both \(value.number)")
      }
      if SwiftNames.lowerCamel(other.name) == swiftName {
        problems.add(line, "\"\(owner)\" has \"\(swiftName)\" twice")
      }
    }
    if ["unrecognized", "name", "names", "rawValue", "allCases"].contains(swiftName) {
      problems.add(line, "\"\(value.name)\" of \"\(owner)\": the generated code uses that name")
    }
  }
}
