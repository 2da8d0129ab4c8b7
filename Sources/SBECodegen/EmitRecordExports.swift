/// How facts are shown to people and other programs: the names of their fields, and the columns of a table.
extension RecordSchema {
  package func exportsSource() -> String {
    var source = SourceText()
    source.line("// Made by SBECodegen from records.xml; do not edit.")
    let modules = Set(components.flatMap { [$0.target] + (imports[$0.target] ?? []) })
    for module in modules.sorted() { source.line("import \(module)") }
    for choice in enumerations { source.line("\nextension \(choice.name): FactCaseName {}") }
    for record in records where record.isShown { emitShow(record, into: &source) }
    for component in components { emitExport(component, into: &source) }
    return source.text
  }

  private func emitShow(_ record: Record, into source: inout SourceText) {
    source.line()
    source.braces("extension \(record.name)") { source in
      source.braces("func show(in fields: inout FactFields)") { source in
        for field in record.fields { field.emitShow(SwiftNames.escaped(field.name), into: &source) }
      }
    }
  }

  private func emitExport(_ component: Component, into source: inout SourceText) {
    source.line()
    source.braces("extension \(component.factType): ExportedFact") { source in
      source.braces("static var columns: [String]") { source in
        source.line("[")
        for column in columns(of: component) { source.line("  \"\(column)\",") }
        source.line("]")
      }
      source.line()
      source.braces("func show(in fields: inout FactFields)") { source in
        source.braces("switch self") { source in
          for fact in component.facts { emitShow(fact, into: &source) }
        }
      }
    }
  }

  private func emitShow(_ fact: Fact, into source: inout SourceText) {
    if fact.record != nil {
      return source.line("case .\(fact.name)(let value): value.show(in: &fields)")
    }
    let bindings = fact.fields.enumerated().map { $1.shown == nil ? "_" : "let value\($0)" }
    source.line("case .\(fact.name)(\(bindings.joined(separator: ", "))):")
    for (index, field) in fact.fields.enumerated() {
      field.emitShow("value\(index)", into: &source)
    }
    if fact.fields.allSatisfy({ $0.shown == nil }) { source.line("  break") }
  }

  /// Every column once, in the order in which the facts name them.
  private func columns(of component: Component) -> [String] {
    var columns: [String] = []
    for fact in component.facts {
      for field in fields(of: fact) {
        for column in self.columns(of: field) where !columns.contains(column) { columns.append(column) }
      }
    }
    return columns
  }

  private func columns(of field: Field) -> [String] {
    guard let shown = field.shown else { return [] }
    guard shown == "inline" else { return [shown] }
    if let record = record(field.type) { return record.fields.flatMap { columns(of: $0) } }
    return values.first { $0.name == field.type }?.columns ?? []
  }
}

extension RecordSchema.Record {
  fileprivate var isShown: Bool { fields.contains { $0.shown != nil } }
}

extension RecordSchema.Field {
  fileprivate func emitShow(_ expression: String, into source: inout SourceText) {
    guard let shown else { return }
    if shown == "inline" { return source.line("  \(expression)\(isOptional ? "?" : "").show(in: &fields)") }
    guard isList else { return source.line("  fields.set(\"\(shown)\", \(expression))") }
    source.line("  fields.set(\"\(shown)\", list: \(expression)) { $0.show(in: &$1) }")
  }
}
