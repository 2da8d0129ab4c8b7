import ActorKit

/// A fact that can be shown: a name and named fields. The generator makes the conformances from
/// `records.xml`. Names are for ever, like kinds: other programs read them.
protocol ExportedFact: FactCoding {
  /// Every field that any fact of the component has: the columns of a table.
  static var columns: [String] { get }

  /// The word for the fact.
  var name: String { get }

  func show(in fields: inout FactFields)
}

/// The fields of one fact, in the order they are set.
struct FactFields {
  private(set) var list: [FactField] = []

  init() { list.reserveCapacity(16) }

  /// A value that is absent is left out.
  mutating func set<Value: FactFieldValue>(_ name: String, _ value: Value?) {
    guard let value else { return }
    list.append(FactField(name: name, value: value.factValue))
  }

  mutating func set<Element>(
    _ name: String, list elements: [Element], _ show: (Element, inout FactFields) -> Void
  ) {
    let shown = elements.map { element in
      var fields = FactFields()
      show(element, &fields)
      return fields.list
    }
    list.append(FactField(name: name, value: .list(shown)))
  }
}
