/// A type, or a member of a type, or something of a file's top level, that has a name.
struct Declaration: Equatable {
  enum Kind { case type, alias, function, computed, stored, enumCase }

  let name: String
  let kind: Kind
  let line: Int
}
