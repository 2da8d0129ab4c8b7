/// How a field is spelled, read, written, printed and sampled in the generated code.
extension Schema.Field {
  var swiftName: String { SwiftNames.escaped(name) }
  /// The name as a parameter's label, where Swift takes nearly any keyword as it is.
  var label: String { SwiftNames.label(name) }

  /// The type of the Swift property.
  var swiftType: String {
    let plain =
      switch type {
      case .encoded(let type): type.textLength == nil ? type.primitive.swiftName : type.swiftTextType
      case .enumeration(let type): type.name
      case .set(let type): type.name
      case .composite(let type): type.name
      }
    return isOptional ? plain + "?" : plain
  }

  /// The documentation, with the scale where the number is a decimal.
  var documentation: String {
    let scale =
      switch meaning {
      case .price: " Unit 1e-9."
      case .quantity, .money: " Unit 1e-8."
      case .timestamp: " Nanoseconds since 1970 UTC."
      case .plain: ""
      }
    let end = description.hasSuffix(".") || scale.isEmpty ? "" : "."
    return description + end + scale
  }

  /// Parameter of an initialiser.
  var parameter: String {
    if case .composite(let composite) = type, composite.isEnvelope {
      return "\(label): \(swiftType) = Envelope()"
    }
    return "\(label): \(swiftType)\(isOptional ? " = nil" : isLaterText ? " = FixedText()" : "")"
  }

  /// Text that came with a later version: who has nothing to say leaves it out.
  private var isLaterText: Bool {
    guard case .encoded(let encoded) = type else { return false }
    return sinceVersion > 1 && encoded.textLength != nil
  }

  /// Reads the field from `frame` at the byte `position` names.
  func read(at position: String) -> String {
    switch type {
    case .encoded(let encoded):
      if encoded.textLength != nil { return "frame.text(at: \(position))" }
      if encoded.primitive == .double {
        return isOptional ? "frame.optionalDouble(at: \(position))" : "frame.double(at: \(position))"
      }
      guard isOptional, let null = encoded.nullLiteral else { return "frame.integer(at: \(position))" }
      return "frame.integer(at: \(position), null: \(null))"
    case .enumeration(let type):
      return "\(type.name)(\(isOptional ? "orNil" : "wire"): frame.integer(at: \(position)))"
    case .set(let type):
      return "\(type.name)(rawValue: frame.integer(at: \(position)))"
    case .composite(let type):
      return "\(type.name)(frame, at: \(position))"
    }
  }

  /// What the field is in a frame from before it was added.
  var absent: String {
    if isOptional { return "nil" }
    switch type {
    case .encoded(let encoded): return encoded.textLength != nil ? "FixedText()" : ".nan"
    case .enumeration: return ".unrecognized"
    case .set: return "[]"
    case .composite(let type): return "\(type.name)()"
    }
  }

  /// Writes the field into `frame` at the byte `position` names.
  func store(at position: String) -> String {
    switch type {
    case .encoded(let encoded):
      guard isOptional, let null = encoded.nullLiteral, encoded.primitive != .double else {
        return "frame.store(\(swiftName), at: \(position))"
      }
      return "frame.store(\(swiftName), null: \(null), at: \(position))"
    case .enumeration:
      return "frame.store((\(swiftName)\(isOptional ? " ?? .unrecognized" : "")).rawValue, at: \(position))"
    case .set:
      return "frame.store(\(swiftName).rawValue, at: \(position))"
    case .composite:
      return "\(swiftName).store(into: &frame, at: \(position))"
    }
  }

  /// Appends the field, a member of the value in scope, to `json`.
  var json: String {
    if case .composite = type { return "\(swiftName).appendJSON(named: \"\(name)\", to: &json)" }
    guard let decimals = meaning.decimals else { return "json.field(\"\(name)\", \(swiftName))" }
    return "json.field(\"\(name)\", \(swiftName), decimals: \(decimals))"
  }

  /// A seeded value from `random`.
  var sample: String {
    switch type {
    case .encoded(let encoded):
      if encoded.textLength != nil { return "random.text()" }
      if encoded.primitive == .double { return isOptional ? "random.optionalDouble()" : "random.double()" }
      guard let null = encoded.nullLiteral else { return "random.integer()" }
      return isOptional ? "random.optional(null: \(null))" : "random.integer(except: \(null))"
    case .enumeration: return isOptional ? "random.optionalChoice()" : "random.choice()"
    case .set: return "random.marks()"
    case .composite(let type): return "\(type.name)(random: &random)"
    }
  }
}

extension Schema.EncodedType {
  /// `FixedText` of the length, by its alias where the type stands alone in the schema.
  var swiftTextType: String { isAliased ? SwiftNames.textType(name) : "FixedText<\(textLength ?? 1)>" }

  /// The null value of an integer, as a literal.
  var nullLiteral: String? {
    guard case .integer(let value)? = null else { return nil }
    return "\(value)"
  }
}

extension Schema.Composite {
  var isEnvelope: Bool { name == "Envelope" }
}

extension [Schema.Field] {
  /// An initialiser of all the fields, in schema order.
  func emitInit(into source: inout SourceText) {
    source.line("@inlinable")
    source.line("public init(")
    for (index, field) in enumerated() {
      source.line("  " + field.parameter + (index == count - 1 ? "" : ","))
    }
    source.braces(")") { source in
      for field in self { source.line("self.\(field.name) = \(field.swiftName)") }
    }
  }

  /// The stored properties, documented.
  func emitProperties(into source: inout SourceText) {
    for field in self {
      source.doc(field.documentation)
      source.line("public var \(field.swiftName): \(field.swiftType)")
    }
  }

  /// `init(random:)`, for samples.
  func emitRandomInit(into source: inout SourceText) {
    source.braces("init(random: inout SampleRandom)") { source in
      source.line("self.init(")
      for (index, field) in enumerated() {
        source.line("  \(field.label): \(field.sample)" + (index == count - 1 ? ")" : ","))
      }
    }
  }
}
