extension Schema {
  /// `WireSamples`: seeded messages of every kind, for tests.
  func emitSamples(into source: inout SourceText) {
    source.line()
    source.doc("Seeded messages of every kind, so that tests cover all of the schema as it grows.")
    source.braces("package enum WireSamples") { source in
      source.doc("Appends a message whose values follow from the seed alone.")
      source.line("@discardableResult")
      source.braces(
        "package static func encode("
          + "_ template: Template, seed: UInt64, into out: inout FrameWriter) -> Range<Int>"
      ) { source in
        source.line("switch template {")
        for message in messages {
          source.line(
            "case .\(message.caseName): return \(message.name)Sample(seed: seed).encode(into: &out)")
        }
        source.line("}")
      }
      source.line()
      source.doc(
        "Where what a view reads from `frame` differs from the values `encode` took; nil when nowhere.")
      source.braces(
        "package static func difference(_ template: Template, seed: UInt64, in frame: RawSpan) -> String?"
      ) { source in
        source.line("switch template {")
        for message in messages {
          source.line(
            "case .\(message.caseName): return \(message.name)Sample(seed: seed).difference(in: frame)")
        }
        source.line("}")
      }
    }
  }
}

extension Schema.Message {
  func emitSample(into source: inout SourceText) {
    source.line()
    source.braces("extension \(name)") { source in fields.emitRandomInit(into: &source) }
    for group in groups {
      source.line()
      source.braces("extension \(name).\(group.entryType)") { source in
        group.fields.emitRandomInit(into: &source)
      }
    }
    source.line()
    source.braces("private struct \(name)Sample") { source in
      source.line("let block: \(name)")
      for group in groups { source.line("let \(group.swiftName): [\(name).\(group.entryType)]") }
      if let data { source.line("let \(data.swiftName): [UInt8]") }
      source.line()
      source.braces("init(seed: UInt64)") { source in
        source.line("var random = SampleRandom(seed: seed)")
        source.line("block = \(name)(random: &random)")
        for group in groups {
          source.line("\(group.swiftName) = random.list { \(name).\(group.entryType)(random: &$0) }")
        }
        if let data { source.line("\(data.swiftName) = random.data(isText: \(data.isText))") }
      }
      source.line()
      source.braces("func encode(into out: inout FrameWriter) -> Range<Int>") { source in
        var arguments = ["into: &out"]
        for group in groups {
          arguments.append(
            "\(group.name)Count: \(group.swiftName).count, \(group.label): { \(group.swiftName)[$0] }")
        }
        if let data { arguments.append("\(data.label): \(data.swiftName)") }
        source.line("block.encode(\(arguments.joined(separator: ", ")))")
      }
      source.line()
      emitDifference(into: &source)
    }
  }

  private func emitDifference(into source: inout SourceText) {
    source.braces("func difference(in frame: RawSpan) -> String?") { source in
      source.line("guard let view = \(name)View(frame) else { return \"refused\" }")
      source.line("if view.block != block { return \"read \\(view.block), wrote \\(block)\" }")
      for group in groups {
        source.line(
          "if view.\(group.name)Count != \(group.swiftName).count { return \"\(group.name): count\" }")
        source.braces(
          "for index in \(group.swiftName).indices "
            + "where view.\(group.entryName)(index) != \(group.swiftName)[index]"
        ) { source in
          source.line("return \"\(group.name) \\(index): read \\(view.\(group.entryName)(index))\"")
        }
      }
      if let data {
        source.line(
          "if view.\(data.swiftName).byteCount != \(data.swiftName).count { return \"\(data.name): count\" }")
        source.line("for index in \(data.swiftName).indices")
        source.braces(
          "where view.\(data.swiftName).integer(at: index, as: UInt8.self) != \(data.swiftName)[index]"
        ) {
          $0.line("return \"\(data.name): byte \\(index)\"")
        }
      }
      source.line("return nil")
    }
  }
}
