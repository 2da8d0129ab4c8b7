/// A choice among named values in a message; the generator makes every `<enum>` of the schema one.
///
/// `unrecognized` is the null value of the wire, and what a value decodes to that a newer peer knows and this
/// program does not. Treat it as "not said", never as one of the others.
public protocol WireEnumeration: RawRepresentable, CaseIterable, Hashable, Sendable
where RawValue: FixedWidthInteger {
  /// The value nobody can name.
  static var unrecognized: Self { get }
  /// The name in the schema.
  var name: StaticString { get }
}

/// Independent yes-or-no marks in a message; the generator makes every `<set>` of the schema one.
public protocol WireSet: OptionSet, Hashable, Sendable where RawValue: FixedWidthInteger & UnsignedInteger {
  /// Name and mark of every bit the schema knows, lowest first.
  static var names: [(name: StaticString, mark: Self)] { get }
}
