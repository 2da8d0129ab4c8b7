extension Schema.Message {
  /// Whether any field came after the message's first version, so that its presence must be asked for.
  private var hasLaterFields: Bool { fields.contains { $0.sinceVersion > sinceVersion } }

  /// The message read in place from received bytes.
  func emitView(into source: inout SourceText) {
    source.line()
    source.doc("`\(name)` in received bytes, read in place: \(description)")
    source.line("@frozen")
    source.braces("public struct \(name)View: ~Escapable") { source in
      source.doc("The whole frame, header included.")
      source.line("public let frame: RawSpan")
      if hasLaterFields { source.line("@usableFromInline let blockLength: UInt16") }
      for group in groups { source.line("@usableFromInline let \(group.name)Extent: GroupExtent") }
      if let data { source.line("@usableFromInline let \(data.name)Extent: DataExtent") }
      source.line()
      emitPublicInit(into: &source)
      source.line()
      emitCheckingInit(into: &source)
      for field in fields { emitGetter(of: field, into: &source) }
      source.line()
      source.doc("All fields of the fixed block as values.")
      source.line("@inlinable")
      source.braces("public var block: \(name)") { source in
        let arguments = fields.map { "\($0.label): \($0.swiftName)" }
        source.line("\(name)(\n  \(arguments.joined(separator: ",\n  ")))")
      }
      for group in groups { emitAccess(to: group, into: &source) }
      if let data { emitAccess(to: data, into: &source) }
    }
  }

  private func emitPublicInit(into source: inout SourceText) {
    source.doc("Checks the header and every extent once; nil when the frame is not a readable `\(name)`.")
    source.line("@inlinable")
    source.line("@_lifetime(copy frame)")
    source.braces("public init?(_ frame: RawSpan)") { source in
      source.line(
        "guard let header = FrameHeader(readable: frame), header.templateId == \(id) else { return nil }")
      source.line("self.init(frame, header)")
    }
  }

  private func emitCheckingInit(into source: inout SourceText) {
    let least = fields.byteCount(inVersion: sinceVersion)
    source.line("@inlinable")
    source.line("@_lifetime(copy frame)")
    source.braces("init?(_ frame: RawSpan, _ header: FrameHeader)") { source in
      source.line(
        "guard header.blockLength >= \(least), header.blockEnd <= frame.byteCount else { return nil }")
      if !groups.isEmpty || data != nil {
        source.line("\(groups.isEmpty ? "let" : "var") offset = header.blockEnd")
      }
      for group in groups {
        let entry = group.fields.byteCount(inVersion: group.sinceVersion)
        let extent = "\(group.name)Extent"
        emitExtent(
          extent, "GroupExtent(frame, at: &offset, entryLength: \(entry))", empty: "GroupExtent()",
          since: group.sinceVersion, into: &source)
      }
      if let data {
        emitExtent(
          "\(data.name)Extent",
          "DataExtent(frame, at: offset, length: \(data.lengthPrimitive.swiftName).self)",
          empty: "DataExtent()", since: data.sinceVersion, into: &source)
      }
      source.line("self.frame = frame")
      if hasLaterFields { source.line("self.blockLength = header.blockLength") }
      for group in groups { source.line("self.\(group.name)Extent = \(group.name)Extent") }
      if let data { source.line("self.\(data.name)Extent = \(data.name)Extent") }
    }
  }

  /// The extent of a group or of data; a frame from before it was added has an empty one.
  private func emitExtent(
    _ name: String, _ checked: String, empty: String, since: Int, into source: inout SourceText
  ) {
    if since == sinceVersion {
      source.line("guard let \(name) = \(checked) else { return nil }")
      return
    }
    source.line("var \(name) = \(empty)")
    source.braces("if header.version >= \(since)") { source in
      source.line("guard let present = \(checked) else { return nil }")
      source.line("\(name) = present")
    }
  }

  private func emitGetter(of field: Schema.Field, into source: inout SourceText) {
    let read = field.read(at: "\(Self.headerLength + field.offset)")
    let isLater = field.sinceVersion > sinceVersion
    source.line()
    source.doc(field.documentation)
    source.line("@inlinable")
    source.braces("public var \(field.swiftName): \(field.swiftType)") { source in
      source.line(isLater ? "blockLength >= \(field.end) ? \(read) : \(field.absent)" : read)
    }
  }

  private func emitAccess(to group: Schema.Group, into source: inout SourceText) {
    source.line()
    source.doc("Number of `\(group.name)`.")
    source.line("@inlinable")
    source.line("public var \(group.name)Count: Int { Int(\(group.name)Extent.count) }")
    source.line()
    source.doc(
      "Entry `index` of `\(group.name)`: \(group.description). An index out of range is a bug and traps.")
    source.line("@inlinable")
    source.braces("public func \(group.entryName)(_ index: Int) -> \(name).\(group.entryType)") { source in
      source.line("\(name).\(group.entryType)(")
      source.line(
        "  frame, at: \(group.name)Extent.offset(of: index), length: Int(\(group.name)Extent.stride))")
    }
  }

  private func emitAccess(to data: Schema.VariableData, into source: inout SourceText) {
    source.line()
    source.doc(data.description + ".")
    source.line("@inlinable")
    source.braces("public var \(data.swiftName): RawSpan") { source in
      source.line("@_lifetime(copy self)")
      source.line("get { \(data.name)Extent.bytes(in: frame) }")
    }
    guard data.isText else { return }
    source.line()
    source.doc(data.description + ". What is not UTF-8 becomes U+FFFD.")
    source.line("@inlinable")
    source.line("public var \(data.name)String: String { \(data.name)Extent.string(in: frame) }")
  }
}
