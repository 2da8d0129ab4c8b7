/// The facts of a component: the enumeration and its coding.
extension RecordSchema {
  func emit(_ component: Component, into source: inout SourceText) {
    source.line()
    source.doc(component.description)
    source.braces("public enum \(component.factType): FactCoding") { source in
      for fact in component.facts {
        source.doc("Kind \(fact.kind). \(fact.description)")
        source.line("case \(SwiftNames.escaped(fact.name))(\(fact.payload))")
      }
      source.line()
      source.braces("public var kind: UInt16") { source in
        source.braces("switch self") { source in
          for fact in component.facts { source.line("case .\(fact.name): \(fact.kind)") }
        }
      }
      source.line()
      source.doc("The word for logs and reports.")
      source.braces("public var name: String") { source in
        source.braces("switch self") { source in
          for fact in component.facts { source.line("case .\(fact.name): \"\(fact.name)\"") }
        }
      }
      source.line()
      emitEncode(component, into: &source)
      source.line()
      emitDecode(component, into: &source)
    }
  }

  private func emitEncode(_ component: Component, into source: inout SourceText) {
    source.braces("public func encode(into writer: inout SnapshotWriter)") { source in
      source.braces("switch self") { source in
        for fact in component.facts {
          source.line("case .\(fact.name)(\(fact.bindings)):")
          if fact.record != nil {
            source.line("  value0.write(to: &writer)")
          } else {
            for (index, field) in fact.fields.enumerated() {
              source.line("  " + field.writeStatement("value\(index)"))
            }
          }
        }
      }
    }
  }

  private func emitDecode(_ component: Component, into source: inout SourceText) {
    source.braces(
      "public init(kind: UInt16, from reader: inout SnapshotReader) throws(RestoreError)"
    ) { source in
      source.braces("switch kind") { source in
        for fact in component.facts {
          source.line("case \(fact.kind):")
          if let record = fact.record {
            source.line("  self = .\(fact.name)(try \(record)(from: &reader))")
            guard let before = fact.before else { continue }
            source.line("case \(before.kind):")
            source.line("  reader.version = \(before.version)")
            source.line("  self = .\(fact.name)(try \(record)(from: &reader))")
            source.line("  reader.version = .max")
            continue
          }
          for field in fact.fields { emitRead(field, into: &source) }
          let arguments = fact.fields.map { field in
            (field.label == "_" ? "" : "\(SwiftNames.label(field.label)): ") + SwiftNames.escaped(field.name)
          }
          source.line("  self = .\(fact.name)(\(arguments.joined(separator: ", ")))")
        }
        source.line("default: throw .unknownKind(kind)")
      }
    }
  }
}

extension RecordSchema.Fact {
  /// The associated values of the case.
  fileprivate var payload: String {
    if let record { return record }
    return fields.map { field in
      (field.label == "_" ? "" : "\(SwiftNames.label(field.label)): ") + field.swiftType
    }.joined(separator: ", ")
  }

  /// A constant for each associated value: `let value0, let value1`.
  var bindings: String {
    let count = record == nil ? fields.count : 1
    return (0..<count).map { "let value\($0)" }.joined(separator: ", ")
  }
}
