extension Schema {
  /// `WireSchema`: what the schema says of itself.
  func emitIdentity(into source: inout SourceText) {
    source.line()
    source.doc("The schema this program was built with. \(description).")
    source.braces("public enum WireSchema") { source in
      source.doc("The number every header names.")
      source.line("@inlinable public static var id: UInt16 { \(id) }")
      source.doc("The version this program writes, and the newest it knows all fields of.")
      source.line("@inlinable public static var version: UInt16 { \(version) }")
      source.doc("The schema's name.")
      source.line("@inlinable public static var name: StaticString { \"\(package)\" }")
    }
  }
}

extension Schema.EncodedType {
  /// The alias for a text of this length.
  func emitAlias(into source: inout SourceText) {
    source.line()
    source.doc(description.isEmpty ? "Text of at most \(textLength ?? 1) characters." : description + ".")
    source.line("public typealias \(SwiftNames.textType(name)) = FixedText<\(textLength ?? 1)>")
  }
}

extension Schema.Enumeration {
  func emit(into source: inout SourceText) {
    let raw = primitive.swiftName
    source.line()
    source.doc(description + ".")
    source.line("@frozen")
    source.braces("public enum \(name): \(raw), WireEnumeration") { source in
      for value in values {
        source.doc(value.description + ".")
        source.line("case \(SwiftNames.escaped(SwiftNames.lowerCamel(value.name))) = \(value.number)")
      }
      source.doc("Not said, or a value this program does not know.")
      source.line("case unrecognized = \(null)")
      source.line()
      source.doc("The name in the schema.")
      source.braces("public var name: StaticString") { source in
        source.line("switch self {")
        for value in values { source.line("case .\(SwiftNames.lowerCamel(value.name)): \"\(value.name)\"") }
        source.line("case .unrecognized: \"unrecognized\"")
        source.line("}")
      }
      source.line()
      source.line("@inlinable")
      source.braces("init(wire raw: \(raw))") { source in
        source.line("switch raw {")
        for value in values {
          source.line("case \(value.number): self = .\(SwiftNames.lowerCamel(value.name))")
        }
        source.line("default: self = .unrecognized")
        source.line("}")
      }
      source.line()
      source.line("@inlinable")
      source.braces("init?(orNil raw: \(raw))") { source in
        source.line("if raw == \(null) { return nil }")
        source.line("self.init(wire: raw)")
      }
    }
  }
}

extension Schema.BitSet {
  func emit(into source: inout SourceText) {
    source.line()
    source.doc(description + ".")
    source.line("@frozen")
    source.braces("public struct \(name): WireSet") { source in
      source.line("public var rawValue: \(primitive.swiftName)")
      source.line()
      source.line("@inlinable")
      source.line("public init(rawValue: \(primitive.swiftName)) { self.rawValue = rawValue }")
      for choice in choices {
        source.line()
        source.doc(choice.description + ".")
        source.line(
          "@inlinable public static var \(SwiftNames.escaped(SwiftNames.lowerCamel(choice.name))): \(name)"
            + " { \(name)(rawValue: 1 << \(choice.number)) }")
      }
      source.line()
      source.doc("Name and mark of every known bit, lowest first.")
      source.braces("public static var names: [(name: StaticString, mark: \(name))]") { source in
        source.line("[")
        for choice in choices {
          source.line("  (\"\(choice.name)\", .\(SwiftNames.lowerCamel(choice.name))),")
        }
        source.line("]")
      }
    }
  }
}

extension Schema.Composite {
  func emit(into source: inout SourceText) {
    source.line()
    source.doc(description + ".")
    source.line("@frozen")
    source.braces("public struct \(name): Equatable, Sendable") { source in
      source.doc("Bytes on the wire.")
      source.line("@inlinable public static var byteCount: Int { \(byteCount) }")
      members.emitProperties(into: &source)
      source.line()
      if isEnvelope {
        source.doc("All zero: what only the host knows is stamped when the frame is sent.")
        source.line("@inlinable")
        source.braces("public init()") { source in
          for member in members { source.line("\(member.swiftName) = 0") }
        }
        source.line()
      }
      members.emitInit(into: &source)
      for member in members {
        source.line("@inlinable static var \(member.name)Offset: Int { \(member.offset) }")
      }
      source.line()
      source.line("@inlinable")
      source.braces("init(_ frame: RawSpan, at offset: Int)") { source in
        for member in members {
          source.line("\(member.swiftName) = \(member.read(at: "offset + \(member.offset)"))")
        }
      }
      source.line()
      source.line("@inlinable")
      source.braces("func store(into frame: inout MutableRawSpan, at offset: Int)") { source in
        for member in members { source.line(member.store(at: "offset + \(member.offset)")) }
      }
    }
    source.braces("extension \(name)") { source in
      source.braces("func appendJSON(named name: StaticString, to json: inout JSONLine)") { source in
        source.line("json.openObject(name)")
        for member in members { source.line(member.json) }
        source.line("json.closeObject()")
      }
      source.line()
      members.emitRandomInit(into: &source)
    }
  }
}
