extension Schema.Message {
  /// Prints a view field by field.
  func emitJSON(into source: inout SourceText) {
    source.line()
    source.braces("extension \(name)View") { source in
      source.braces("func appendJSON(to json: inout JSONLine)") { source in
        source.line("json.openObject()")
        source.line("json.field(\"message\", text: \"\(name)\")")
        source.line("json.field(\"version\", frame.integer(at: 6, as: UInt16.self))")
        for field in fields { source.line(field.json) }
        for group in groups {
          source.line("json.openArray(\"\(group.name)\")")
          source.line(
            "for index in 0..<\(group.name)Count { \(group.entryName)(index).appendJSON(to: &json) }")
          source.line("json.closeArray()")
        }
        if let data {
          let value = data.isText ? "text: \(data.name)String" : "hexadecimal: \(data.swiftName)"
          source.line("json.field(\"\(data.name)\", \(value))")
        }
        source.line("json.closeObject()")
      }
    }
    for group in groups {
      source.line()
      source.braces("extension \(name).\(group.entryType)") { source in
        source.braces("func appendJSON(to json: inout JSONLine)") { source in
          source.line("json.openObject()")
          for field in group.fields { source.line(field.json) }
          source.line("json.closeObject()")
        }
      }
    }
  }
}
