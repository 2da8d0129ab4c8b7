extension Schema {
  /// `Template`: the messages by number and name.
  func emitTemplate(into source: inout SourceText) {
    source.line()
    source.doc("The messages of the schema, by the number in a frame's header.")
    source.line("@frozen")
    source.braces("public enum Template: UInt16, CaseIterable, Sendable") { source in
      for message in messages {
        source.doc(message.description)
        source.line("case \(message.caseName) = \(message.id)")
      }
      source.line()
      source.doc("The name in the schema, for counters and logs.")
      emitSwitch(over: "public var name: StaticString", into: &source) { "\"\($0.name)\"" }
      source.line()
      source.doc("The schema version that brought it: no peer of an older one can read it.")
      let later = messages.filter { $0.sinceVersion > 1 }
      source.braces("public var sinceVersion: UInt16") { source in
        source.braces("switch self") { source in
          for message in later { source.line("case .\(message.caseName): \(message.sinceVersion)") }
          if later.count < messages.count { source.line("default: 1") }
        }
      }
      source.line()
      source.doc("Its place in `allCases`, for tables with one row per message.")
      source.line("@inlinable")
      let places = Dictionary(uniqueKeysWithValues: messages.enumerated().map { ($0.element.id, $0.offset) })
      emitSwitch(over: "public var index: Int", into: &source) { "\(places[$0.id] ?? 0)" }
    }
  }

  /// Lets tests read the fixed fields of a frame whose kind they do not know.
  func emitDecodedBlocks(into source: inout SourceText) {
    for message in messages {
      source.line()
      source.braces("extension \(message.name): DecodedBlock") { source in
        source.braces("public static func block(of message: borrowing Inbound) -> \(message.name)?") {
          $0.line("if case .\(message.caseName)(let view) = copy message { view.block } else { nil }")
        }
      }
    }
  }

  /// `Inbound`: any readable frame, as the view that reads it.
  func emitInbound(into source: inout SourceText) {
    source.line()
    source.doc("A received frame as the view that reads it; checked once, read in place, nothing allocated.")
    source.line("@frozen")
    source.braces("public enum Inbound: ~Escapable") { source in
      for message in messages {
        source.doc(message.description)
        source.line("case \(message.caseName)(\(message.name)View)")
      }
      source.line()
      source.doc("Nil when the frame cannot be read; `FrameRefusal.reason(for:)` says why.")
      source.line("@inlinable")
      source.line("@_lifetime(copy frame)")
      source.braces("public init?(_ frame: RawSpan)") { source in
        source.line("guard let header = FrameHeader(readable: frame) else { return nil }")
        source.line("switch header.templateId {")
        for message in messages {
          source.line("case \(message.id):")
          source.line("  guard let view = \(message.name)View(frame, header) else { return nil }")
          source.line("  self = .\(message.caseName)(view)")
        }
        source.line("default: return nil")
        source.line("}")
      }
      source.line()
      source.doc("Which message it is.")
      source.line("@inlinable")
      emitSwitch(over: "public var template: Template", into: &source) { ".\($0.caseName)" }
      source.line()
      source.doc("The message's number in the schema.")
      source.line("@inlinable")
      source.line("public var templateId: UInt16 { frame.integer(at: 2) }")
      source.line()
      source.doc("Who sent it, where it stands in its stream, what caused it.")
      source.line("@inlinable")
      source.line("public var envelope: Envelope { Envelope(frame, at: FrameHeader.byteCount) }")
      source.line()
      source.doc("The whole frame, header included.")
      source.line("@inlinable")
      source.braces("public var frame: RawSpan") { source in
        source.line("@_lifetime(copy self)")
        source.braces("get") { source in
          source.line("switch self {")
          for message in messages { source.line("case .\(message.caseName)(let view): return view.frame") }
          source.line("}")
        }
      }
      source.line()
      source.braces("func appendJSON(to json: inout JSONLine)") { source in
        source.line("switch self {")
        for message in messages {
          source.line("case .\(message.caseName)(let view): view.appendJSON(to: &json)")
        }
        source.line("}")
      }
    }
  }

  /// What each message demands of a frame, for naming the cause of a refusal.
  func emitDemands(into source: inout SourceText) {
    source.line()
    source.braces("extension FrameDemands") { source in
      source.braces("init(of template: Template)") { source in
        source.line("switch template {")
        for message in messages { source.line("case .\(message.caseName): self.init(\(message.demands))") }
        source.line("}")
      }
    }
  }

  private func emitSwitch(
    over declaration: String, into source: inout SourceText, _ value: (Schema.Message) -> String
  ) {
    source.braces(declaration) { source in
      source.line("switch self {")
      for message in messages { source.line("case .\(message.caseName): \(value(message))") }
      source.line("}")
    }
  }
}

extension Schema.Message {
  /// `BookDelta` as a case: `bookDelta`.
  var caseName: String { SwiftNames.escaped(SwiftNames.lowerCamel(name)) }

  fileprivate var demands: String {
    var arguments = ["block: \(fields.byteCount(inVersion: sinceVersion))"]
    if !groups.isEmpty {
      let list = groups.map {
        "(\($0.fields.byteCount(inVersion: $0.sinceVersion)), \($0.groupFloor(in: self)))"
      }
      arguments.append("groups: [\(list.joined(separator: ", "))]")
    }
    if let data {
      let floor = data.sinceVersion == sinceVersion ? 1 : data.sinceVersion
      arguments.append("data: (\(data.lengthPrimitive.byteCount), \(floor))")
    }
    return arguments.joined(separator: ", ")
  }
}

extension Schema.Group {
  /// The version from which a frame has the group: any, when the message always had it.
  fileprivate func groupFloor(in message: Schema.Message) -> Int {
    sinceVersion == message.sinceVersion ? 1 : sinceVersion
  }
}
