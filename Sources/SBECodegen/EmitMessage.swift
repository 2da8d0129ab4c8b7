extension Schema.Group {
  /// `BookDelta.Level`, without the message's name.
  var entryType: String { SwiftNames.entryType(ofGroup: name) }
  /// The view's accessor for one entry.
  var entryName: String { SwiftNames.escaped(SwiftNames.lowerCamel(entryType)) }
  var swiftName: String { SwiftNames.escaped(name) }
  var label: String { SwiftNames.label(name) }
}

extension Schema.VariableData {
  var swiftName: String { SwiftNames.escaped(name) }
  var label: String { SwiftNames.label(name) }
}

extension Schema.Message {
  static let headerLength = 8

  /// The fixed block as plain values, with its encoder.
  func emitValue(into source: inout SourceText) {
    source.line()
    source.doc(description)
    source.line("@frozen")
    source.braces("public struct \(name): Equatable, Sendable") { source in
      source.doc("Its number in the schema.")
      source.line("@inlinable public static var templateId: UInt16 { \(id) }")
      source.doc("Bytes of its fixed block.")
      source.line("@inlinable public static var blockLength: Int { \(blockLength) }")
      source.line()
      fields.emitProperties(into: &source)
      source.line()
      fields.emitInit(into: &source)
      for group in groups {
        source.line()
        group.emitEntry(into: &source)
      }
      source.line()
      emitEncode(into: &source)
      source.line()
      source.line("@inlinable")
      source.braces("func store(into frame: inout MutableRawSpan)") { source in
        for field in fields { source.line(field.store(at: "\(Self.headerLength + field.offset)")) }
      }
    }
  }

  private func emitEncode(into source: inout SourceText) {
    source.doc("Appends the message as a frame, header included, and gives the frame's byte range.")
    for group in groups {
      source.doc("- Parameter \(group.name): gives each of the \(group.name)Count entries by its index.")
    }
    source.line("@inlinable")
    source.line("@discardableResult")
    source.braces("public func encode(\(encodeParameters)) -> Range<Int>") { source in
      var size = ["\(Self.headerLength + blockLength)"]
      for group in groups {
        source.line("precondition(")
        source.line("  \(group.name)Count >= 0 && \(group.name)Count <= GroupExtent.maxCount,")
        source.line("  \"\(name) with \\(\(group.name)Count) \(group.name)\")")
        size.append("4 + \(group.name)Count * \(group.blockLength)")
      }
      if let data {
        source.line("let \(data.name)Count = \(data.swiftName).count")
        source.line("precondition(")
        source.line("  \(data.name)Count <= \(data.lengthPrimitive.swiftName).max,")
        source.line("  \"\(name) with \\(\(data.name)Count) bytes of \(data.name)\")")
        size.append("\(data.lengthPrimitive.byteCount) + \(data.name)Count")
      }
      source.line("let start = out.count")
      source.line("let byteCount = \(size.joined(separator: " + "))")
      source.line("var frame = out.appendFrame(byteCount: byteCount)")
      source.line("FrameHeader(blockLength: \(blockLength), templateId: \(id)).store(into: &frame)")
      source.line("store(into: &frame)")
      if !groups.isEmpty || data != nil { emitEncodeTail(into: &source) }
      source.line("return start..<start + byteCount")
    }
  }

  private func emitEncodeTail(into source: inout SourceText) {
    let tail = Self.headerLength + blockLength
    source.line("\(groups.isEmpty ? "let" : "var") offset = \(tail)")
    for group in groups {
      source.line(
        "frame.storeGroup(entryLength: \(group.blockLength), count: \(group.name)Count, at: offset)")
      source.line("offset += 4")
      source.braces("for index in 0..<\(group.name)Count") { source in
        source.line("\(group.swiftName)(index).store(into: &frame, at: offset)")
        source.line("offset += \(group.blockLength)")
      }
    }
    guard let data else { return }
    source.line("frame.store(\(data.lengthPrimitive.swiftName)(\(data.name)Count), at: offset)")
    source.line("frame.store(contentsOf: \(data.swiftName), at: offset + \(data.lengthPrimitive.byteCount))")
  }

  private var encodeParameters: String {
    var parameters = ["into out: inout FrameWriter"]
    for group in groups {
      parameters.append("\(group.name)Count: Int, \(group.label): (Int) -> \(group.entryType)")
    }
    if let data { parameters.append("\(data.label): some Collection<UInt8>") }
    return parameters.joined(separator: ", ")
  }
}

extension Schema.Group {
  /// One entry as plain values.
  func emitEntry(into source: inout SourceText) {
    source.doc("One of `\(name)`: \(description).")
    source.line("@frozen")
    source.braces("public struct \(entryType): Equatable, Sendable") { source in
      source.doc("Bytes on the wire.")
      source.line("@inlinable public static var blockLength: Int { \(blockLength) }")
      source.line()
      fields.emitProperties(into: &source)
      source.line()
      fields.emitInit(into: &source)
      source.line()
      source.line("@inlinable")
      source.braces("init(_ frame: RawSpan, at offset: Int, length: Int)") { source in
        for field in fields {
          let read = field.read(at: "offset + \(field.offset)")
          let value =
            field.sinceVersion > sinceVersion ? "length >= \(field.end) ? \(read) : \(field.absent)" : read
          source.line("\(field.swiftName) = \(value)")
        }
      }
      source.line()
      source.line("@inlinable")
      source.braces("func store(into frame: inout MutableRawSpan, at offset: Int)") { source in
        for field in fields { source.line(field.store(at: "offset + \(field.offset)")) }
      }
    }
  }
}
