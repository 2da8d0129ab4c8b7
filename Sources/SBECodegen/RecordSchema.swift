/// What journals hold, as `records.xml` describes it: values, records of them, and the facts of each
/// component.
package struct RecordSchema {
  var values: [Value] = []
  var enumerations: [Choice] = []
  var records: [Record] = []
  var components: [Component] = []
  /// Modules that the generated source of a target imports.
  var imports: [String: [String]] = [:]

  /// A type of another file that can stand in a field.
  struct Value {
    var name: String
    /// The module that gets its coding; empty where that is written by hand.
    var target: String
    var layout: Layout
    /// The null value of a code can stand in a record.
    var mayBeUnsaid: Bool
    /// Columns of an export, where it takes several of names of its own.
    var columns: [String]

    enum Layout {
      /// Its `raw` number.
      case raw(Integer)
      /// The raw value of an enumeration.
      case code(Integer)
      /// Its members, one after the other.
      case members([(name: String, type: String)])
      /// By hand, in at least so many bytes.
      case hand(bytes: Int)
    }
  }

  /// What the coding knows by itself.
  enum Integer: String, CaseIterable {
    case uint8 = "UInt8"
    case uint16 = "UInt16"
    case uint32 = "UInt32"
    case uint64 = "UInt64"
    case int64 = "Int64"
    case int128 = "Int128"

    var byteCount: Int {
      switch self {
      case .uint8: 1
      case .uint16: 2
      case .uint32: 4
      case .uint64, .int64: 8
      case .int128: 16
      }
    }
  }

  /// An enumeration that only journals know.
  struct Choice {
    var name: String
    var target: String
    var integer: Integer
    var description: String
    var cases: [(name: String, number: Int, description: String)]
  }

  struct Record {
    var name: String
    var target: String
    var access: String
    /// The type stands in a source file; only its coding is made.
    var isExisting: Bool
    /// `checkRestored`, written by hand, looks at what was read.
    var isChecked: Bool
    /// The type's own initialiser may refuse what was read.
    var isThrowing: Bool
    var conformances: String
    var description: String
    var fields: [Field]
    var line: Int
  }

  struct Field {
    var name: String
    /// Where the value stands in a type that exists: `name` or a path.
    var path: String
    var type: String
    var isList = false
    var isOptional = false
    /// None is a code of 0 instead of a byte for its presence.
    var isNoneZero = false
    /// A quantity that must be more than nothing.
    var isPositive = false
    /// Kept in memory only.
    var isStored = true
    /// Coded behind all that are not.
    var isTail = false
    /// Coded only where this holds, an expression over the fields before it.
    var condition: String?
    /// First version of the state that has it.
    var since = 1
    var defaultValue: String?
    /// Most entries of a list.
    var bound: String?
    /// Column of an export; `inline` for those of the value itself; nil for none.
    var shown: String?
    /// In a fact's case; `_` for none.
    var label: String
    var description: String
    var line: Int
  }

  struct Component {
    var name: String
    var factType: String
    var target: String
    var description: String
    var facts: [Fact]
  }

  struct Fact {
    var kind: Int
    var name: String
    /// The payload, a record; nil where the fields stand in the case itself.
    var record: String?
    var fields: [Field]
    /// The kind it had before its record grew, and the version whose record that kind has.
    var before: (kind: Int, version: Int)?
    var description: String
    var line: Int
  }
}

extension RecordSchema {
  static let plain = ["Bool": 1, "String": 4]

  /// The number of bytes that a value of the type takes at least; nil for a type that nothing describes, or
  /// that is a part of itself.
  func leastBytes(_ type: String, depth: Int = 0) -> Int? {
    guard depth < 16 else { return nil }
    if let integer = Integer(rawValue: type) { return integer.byteCount }
    if let bytes = Self.plain[type] { return bytes }
    if let choice = enumerations.first(where: { $0.name == type }) { return choice.integer.byteCount }
    if let record = records.first(where: { $0.name == type }) {
      let fields = record.fields.map { leastBytes($0, depth: depth + 1) }
      return fields.contains(nil) ? nil : fields.reduce(0) { $0 + ($1 ?? 0) }
    }
    guard let value = values.first(where: { $0.name == type }) else { return nil }
    return switch value.layout {
    case .raw(let integer), .code(let integer): integer.byteCount
    case .hand(let bytes): bytes
    case .members(let members): members.reduce(0) { $0 + (leastBytes($1.type, depth: depth + 1) ?? 0) }
    }
  }

  private func leastBytes(_ field: Field, depth: Int) -> Int? {
    if !field.isStored || field.condition != nil || field.since > 1 { return 0 }
    if field.isList { return 4 }
    return field.isOptional ? 1 : leastBytes(field.type, depth: depth)
  }

  func record(_ name: String) -> Record? { records.first { $0.name == name } }

  /// The fields of a fact, of whatever they are made.
  func fields(of fact: Fact) -> [Field] {
    fact.record.flatMap { record($0)?.fields } ?? fact.fields
  }
}

extension RecordSchema.Field {
  var swiftType: String { isList ? "[\(type)]" : isOptional ? type + "?" : type }

  /// Whether the coding has its own word for the type.
  var isPlain: Bool {
    RecordSchema.Integer(rawValue: type) != nil || RecordSchema.plain[type] != nil
  }
}

extension [RecordSchema.Field] {
  /// In the order of the bytes.
  var coded: [RecordSchema.Field] {
    filter { $0.isStored && !$0.isTail } + filter { $0.isStored && $0.isTail }
  }
}
