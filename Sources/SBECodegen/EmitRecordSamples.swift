/// Seeded facts of every kind, so that tests cover all of them as they grow.
extension RecordSchema {
  package func samplesSource() -> String {
    var source = SourceText()
    source.line("// Made by SBECodegen from records.xml; do not edit.")
    let modules = Set(components.flatMap { [$0.target] + (imports[$0.target] ?? []) })
    for module in modules.sorted() { source.line("import \(module)") }
    for choice in enumerations { source.line("\nextension \(choice.name): SampledChoice {}") }
    for record in records where !record.isExisting && record.access == "public" {
      source.line()
      source.braces("extension \(record.name): SampledValue") { source in
        source.braces("package init(random: inout RecordRandom)") { source in
          let stored = record.fields.filter(\.isStored)
          for field in stored.filter({ $0.condition == nil }) + stored.filter({ $0.condition != nil }) {
            source.line("let \(SwiftNames.escaped(field.name)): \(field.swiftType) = \(field.sample)")
          }
          let arguments = stored.map { "\(SwiftNames.label($0.name)): \(SwiftNames.escaped($0.name))" }
          source.line("self.init(\(arguments.joined(separator: ", ")))")
        }
      }
    }
    for component in components {
      source.line()
      source.braces("extension \(component.factType): SampledFact") { source in
        source.doc("One of every kind, whose values follow from the seed alone.")
        source.braces(
          "package static func samples(random: inout RecordRandom) -> [\(component.factType)]"
        ) { source in
          source.line("[")
          for fact in component.facts { source.line("  .\(fact.name)(\(fact.sample)),") }
          source.line("]")
        }
      }
    }
    return source.text
  }
}

extension RecordSchema.Fact {
  fileprivate var sample: String {
    if let record { return "\(record)(random: &random)" }
    return fields.map { field in
      (field.label == "_" ? "" : "\(SwiftNames.label(field.label)): ") + field.sample
    }.joined(separator: ", ")
  }
}

extension RecordSchema.Field {
  fileprivate var sample: String {
    let value =
      isList
      ? "random.list()"
      : isOptional ? "random.optional()" : isPositive ? "random.positive()" : "random.value()"
    return condition.map { "\($0) ? \(value) : \(defaultValue ?? "nil")" } ?? value
  }
}
