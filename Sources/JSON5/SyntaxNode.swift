/// One value of a JSON5 text, with the place of its first character.
///
/// The tree keeps what the text says rather than what a program would make of it: numbers as written (so that
/// a price never passes through binary floating point), members in order and with repetitions (so that a
/// repeated key can be reported instead of silently winning or losing).
public struct SyntaxNode: Sendable, Equatable {
  public let value: SyntaxValue
  public let place: SourcePlace

  public init(value: SyntaxValue, place: SourcePlace) {
    self.value = value
    self.place = place
  }

  /// The first member with this key; nil for another kind of value or when there is none.
  public subscript(key: String) -> SyntaxNode? {
    guard case .object(let members) = value else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// The text of a string value.
  public var string: String? {
    guard case .string(let text) = value else { return nil }
    return text
  }

  /// The value of a boolean.
  public var bool: Bool? {
    guard case .bool(let flag) = value else { return nil }
    return flag
  }

  /// The number as written.
  public var number: NumberText? {
    guard case .number(let text) = value else { return nil }
    return text
  }

  /// A whole number that fits Int64, exactly; nil for anything else.
  public var integer: Int64? { number?.integer }

  /// The elements of an array.
  public var elements: [SyntaxNode]? {
    guard case .array(let nodes) = value else { return nil }
    return nodes
  }

  /// The members of an object, in the order of the text, repetitions included.
  public var members: [SyntaxMember]? {
    guard case .object(let members) = value else { return nil }
    return members
  }
}

/// The kinds of value JSON5 knows.
public enum SyntaxValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case number(NumberText)
  case string(String)
  case array([SyntaxNode])
  case object([SyntaxMember])

  /// The kind in the words of a message: "a string", "an object".
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "true or false"
    case .number: "a number"
    case .string: "a string"
    case .array: "a list"
    case .object: "an object"
    }
  }
}

/// One `key: value` of an object.
public struct SyntaxMember: Sendable, Equatable {
  public let key: String
  /// Where the key begins; the value's own place is in `value`.
  public let keyPlace: SourcePlace
  public let value: SyntaxNode

  public init(key: String, keyPlace: SourcePlace, value: SyntaxNode) {
    self.key = key
    self.keyPlace = keyPlace
    self.value = value
  }
}
