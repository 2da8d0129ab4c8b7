/// A message schema that has passed every check, with offsets computed.
package struct Schema {
  var package: String
  var id: Int
  var version: Int
  var description: String
  var texts: [EncodedType] = []
  var enumerations: [Enumeration] = []
  var sets: [BitSet] = []
  var composites: [Composite] = []
  var messages: [Message] = []

  /// A named `<type>`: a primitive, or `char[length]`.
  struct EncodedType {
    var name: String
    var primitive: Primitive
    /// Number of characters for text, else nil.
    var textLength: Int?
    var null: Null?
    var isOptional: Bool
    var meaning: Meaning
    var description: String
    var line: Int
    /// Whether it stands alone in the schema and so has a name in Swift, rather than in a composite.
    var isAliased = true

    var byteCount: Int { textLength ?? primitive.byteCount }
  }

  enum Null: Equatable {
    case integer(Int128)
    case notANumber
  }

  /// What a number stands for (`semanticType`), which decides how it prints.
  enum Meaning: String, CaseIterable {
    case plain = ""
    case price = "Price"
    case quantity = "Quantity"
    case money = "Money"
    case timestamp = "UTCTimestamp"

    /// Decimal places of the integer on the wire; nil where it is no decimal.
    var decimals: Int? {
      switch self {
      case .price: 9
      case .quantity, .money: 8
      case .plain, .timestamp: nil
      }
    }
  }

  struct Enumeration {
    var name: String
    var primitive: Primitive
    var null: Int128
    var values: [NamedNumber]
    var description: String
    var line: Int
  }

  struct BitSet {
    var name: String
    var primitive: Primitive
    /// `number` is the bit's position.
    var choices: [NamedNumber]
    var description: String
    var line: Int
  }

  struct NamedNumber {
    var name: String
    var number: Int128
    var description: String
  }

  struct Composite {
    var name: String
    /// Only primitives and texts; offsets count from the composite's first byte.
    var members: [Field]
    var description: String
    var line: Int

    var byteCount: Int { members.map(\.type.byteCount).reduce(0, +) }
  }

  enum FieldType {
    case encoded(EncodedType)
    case enumeration(Enumeration)
    case set(BitSet)
    case composite(Composite)

    var byteCount: Int {
      switch self {
      case .encoded(let type): type.byteCount
      case .enumeration(let type): type.primitive.byteCount
      case .set(let type): type.primitive.byteCount
      case .composite(let type): type.byteCount
      }
    }
  }

  struct Field {
    var name: String
    var id: Int
    var type: FieldType
    var isOptional: Bool
    var sinceVersion: Int
    var meaning: Meaning
    var description: String
    var line: Int
    /// Byte offset within its block, or composite.
    var offset = 0

    var end: Int { offset + type.byteCount }
  }

  struct Group {
    var name: String
    var id: Int
    var blockLength: Int
    var sinceVersion: Int
    var fields: [Field]
    var description: String
    var line: Int
  }

  struct VariableData {
    var name: String
    var id: Int
    var lengthPrimitive: Primitive
    /// Whether the bytes are declared to be UTF-8 text.
    var isText: Bool
    var sinceVersion: Int
    var description: String
    var line: Int
  }

  struct Message {
    var name: String
    var id: Int
    var blockLength: Int
    var sinceVersion: Int
    var fields: [Field]
    var groups: [Group]
    var data: VariableData?
    var description: String
    var line: Int
  }
}

extension [Schema.Field] {
  /// Bytes the fields had in `version`: what any sender of that version or later must have sent.
  func byteCount(inVersion version: Int) -> Int {
    last { $0.sinceVersion <= version }?.end ?? 0
  }
}
