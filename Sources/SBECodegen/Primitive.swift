/// The primitive types of SBE; `float` is left out, because nothing here is worth halving a double for.
package enum Primitive: String, CaseIterable {
  case char, int8, int16, int32, int64, uint8, uint16, uint32, uint64, double

  /// Bytes on the wire.
  var byteCount: Int {
    switch self {
    case .char, .int8, .uint8: 1
    case .int16, .uint16: 2
    case .int32, .uint32: 4
    case .int64, .uint64, .double: 8
    }
  }

  /// The Swift type a value of it has.
  var swiftName: String {
    switch self {
    case .char: "UInt8"
    case .double: "Double"
    default: (rawValue.hasPrefix("u") ? "UI" : "I") + rawValue.dropFirst(rawValue.hasPrefix("u") ? 2 : 1)
    }
  }

  /// Least and greatest integer; nil for `double`.
  var range: ClosedRange<Int128>? {
    switch self {
    case .char, .uint8: 0...Int128(UInt8.max)
    case .int8: Int128(Int8.min)...Int128(Int8.max)
    case .int16: Int128(Int16.min)...Int128(Int16.max)
    case .int32: Int128(Int32.min)...Int128(Int32.max)
    case .int64: Int128(Int64.min)...Int128(Int64.max)
    case .uint16: 0...Int128(UInt16.max)
    case .uint32: 0...Int128(UInt32.max)
    case .uint64: 0...Int128(UInt64.max)
    case .double: nil
    }
  }

  /// The null value the SBE standard gives an enum encoded as this; nil where no enum may be.
  var standardEnumNull: Int128? {
    switch self {
    case .char: 0
    case .uint8: 255
    case .uint16: 65_535
    default: nil
    }
  }
}
