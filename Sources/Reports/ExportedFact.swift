import ActorKit

/// A fact that can be shown: a name and named fields.
///
/// To show a new fact, give it a case in `show` (the compiler asks for it) and its fields a case in the
/// component's `Field` (the compiler knows no others). Names are for ever, like kinds: other programs read
/// them.
protocol ExportedFact: FactCoding {
  /// Every field that any fact of the component has, in the order of the columns of a table.
  associatedtype Field: FactFieldName

  /// The word for the fact.
  func show(in fields: inout FactFields<Self.Field>) -> String
}

/// The names of a component's fields.
protocol FactFieldName: RawRepresentable, CaseIterable, Sendable where RawValue == String {}

/// The fields of one fact, in the order they are set.
struct FactFields<Name: FactFieldName> {
  private(set) var list: [FactField] = []

  init() { list.reserveCapacity(16) }

  /// A value that is absent is left out.
  mutating func set<Value: FactFieldValue>(_ name: Name, _ value: Value?) {
    guard let value else { return }
    list.append(FactField(name: name.rawValue, value: value.factValue))
  }

  mutating func set(_ name: Name, list value: [[FactField]]) {
    list.append(FactField(name: name.rawValue, value: .list(value)))
  }
}
