/// The Swift source of one target for what `records.xml` describes.
extension RecordSchema {
  package func source(forTarget target: String) -> String {
    var source = SourceText()
    source.line("// Made by SBECodegen from records.xml; do not edit.")
    for module in imports[target] ?? [] { source.line("import \(module)") }
    for value in values where value.target == target { value.emit(into: &source) }
    for choice in enumerations where choice.target == target { choice.emit(into: &source) }
    for record in records where record.target == target { emit(record, into: &source) }
    for component in components where component.target == target { emit(component, into: &source) }
    return source.text
  }

  private func emit(_ record: Record, into source: inout SourceText) {
    source.line()
    if !record.isExisting {
      inHome(of: record.name, &source) { source, name in
        record.emitType(named: name, into: &source)
      }
    }
    let access = record.access == "internal" ? "" : "public "
    source.line()
    source.braces("extension \(record.name): RecordValue") { source in
      source.braces("\(access)func write(to writer: inout SnapshotWriter)") { source in
        for field in record.fields.coded { field.emitWrite(into: &source) }
      }
      source.line()
      source.braces("\(access)init(from reader: inout SnapshotReader) throws(RestoreError)") { source in
        for field in record.fields.coded { emitRead(field, into: &source) }
        let arguments = record.fields.filter(\.isStored).map {
          "\(SwiftNames.label($0.name)): \(SwiftNames.escaped($0.name))"
        }
        source.line("\(record.isThrowing ? "try " : "")self.init(\(arguments.joined(separator: ", ")))")
        if record.isChecked { source.line("try checkRestored()") }
      }
    }
  }

  /// Reads a field into a constant of its name.
  func emitRead(_ field: Field, into source: inout SourceText) {
    let name = SwiftNames.escaped(field.name)
    var value = readExpression(field)
    var guards: [String] = []
    if let condition = field.condition { guards.append(condition) }
    if field.since > 1 { guards.append("reader.version >= \(field.since)") }
    if !guards.isEmpty {
      value = "\(guards.joined(separator: " && ")) ? \(value) : \(field.defaultValue ?? "nil")"
    }
    source.line("let \(name): \(field.swiftType) = \(value)")
    if field.isPositive {
      source.line(
        "guard \(name).isPositive else { throw .invalid(\"a \(field.name) of \\(\(name))\") }")
    }
  }

  private func readExpression(_ field: Field) -> String {
    if field.isList {
      let bound = field.bound.map { "atMost: \($0)" }
      if field.isPlain { return "try reader.readNumbers(\(bound ?? ""))" }
      let size = max(1, leastBytes(field.type) ?? 1)
      let arguments = ["ofSize: \(size)"] + (bound.map { [$0] } ?? [])
      return "try reader.readList(\(arguments.joined(separator: ", ")))"
    }
    if field.isNoneZero { return "try reader.readCodeOrZero()" }
    if field.isOptional { return "try reader.\(field.isPlain ? "readOptional" : "readIfPresent")()" }
    if field.type == "String" { return "try reader.readString()" }
    if field.type == "Bool" { return "try reader.read(Bool.self)" }
    return field.isPlain ? "try reader.read()" : "try \(field.type)(from: &reader)"
  }
}

/// Opens the type that a dotted name is nested in.
func inHome(
  of name: String, _ source: inout SourceText, _ body: (inout SourceText, _ name: String) -> Void
) {
  let parts = name.split(separator: ".").map(String.init)
  guard parts.count > 1 else { return body(&source, name) }
  source.braces("extension \(parts.dropLast().joined(separator: "."))") { body(&$0, parts.last ?? name) }
}

extension RecordSchema.Value {
  fileprivate func emit(into source: inout SourceText) {
    if case .hand = layout { return }
    source.line()
    if case .code = layout {
      let unsaid = mayBeUnsaid ? " public static var mayBeUnsaid: Bool { true } " : ""
      return source.line("extension \(name): RecordCode {\(unsaid)}")
    }
    source.braces("extension \(name): RecordValue") { source in
      source.braces("public func write(to writer: inout SnapshotWriter)") { source in
        for member in members { source.line("writer.write(\(member.name))") }
      }
      source.line()
      source.braces("public init(from reader: inout SnapshotReader) throws(RestoreError)") { source in
        for member in members {
          let value =
            RecordSchema.Integer(rawValue: member.type) == nil
            ? "\(member.type)(from: &reader)" : "reader.read(\(member.type).self)"
          source.line("let \(member.name) = try \(value)")
        }
        source.line("self.init(\(members.map { "\($0.name): \($0.name)" }.joined(separator: ", ")))")
      }
    }
  }

  private var members: [(name: String, type: String)] {
    switch layout {
    case .raw(let integer): [("raw", integer.rawValue)]
    case .members(let members): members
    case .code, .hand: []
    }
  }
}

extension RecordSchema.Choice {
  fileprivate func emit(into source: inout SourceText) {
    source.line()
    inHome(of: name, &source) { source, name in
      source.doc(description)
      source.braces("public enum \(name): \(integer.rawValue), CaseIterable, Sendable") { source in
        for choice in cases {
          if !choice.description.isEmpty { source.doc(choice.description) }
          source.line("case \(SwiftNames.escaped(choice.name)) = \(choice.number)")
        }
      }
    }
    source.line("extension \(name): RecordCode {}")
  }
}

extension RecordSchema.Record {
  fileprivate func emitType(named name: String, into source: inout SourceText) {
    let access = access == "internal" ? "" : "public "
    source.doc(description)
    source.braces("\(access)struct \(name): \(conformances), Sendable") { source in
      for field in fields {
        if !field.description.isEmpty { source.doc(field.description) }
        source.line("\(access)var \(SwiftNames.escaped(field.name)): \(field.swiftType)")
      }
      source.line()
      let parameters = fields.map {
        "\(SwiftNames.label($0.name)): \($0.swiftType)" + ($0.defaultValue.map { " = \($0)" } ?? "")
      }
      source.braces("\(access)init(\(parameters.joined(separator: ", ")))") { source in
        for field in fields { source.line("self.\(field.name) = \(SwiftNames.escaped(field.name))") }
      }
    }
  }
}

extension RecordSchema.Field {
  fileprivate func emitWrite(into source: inout SourceText) {
    let write = writeStatement(path == name ? SwiftNames.escaped(name) : path)
    source.line(condition.map { "if \($0) { \(write) }" } ?? write)
  }

  /// Writes a value of the field that stands in `expression`.
  func writeStatement(_ expression: String) -> String {
    if isList { return "writer.write(list: \(expression))" }
    return isNoneZero ? "writer.write(codeOrZero: \(expression))" : "writer.write(\(expression))"
  }
}
