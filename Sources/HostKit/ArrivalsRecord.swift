import ActorKit
import Wire

/// The bytes of a file of kept arrivals, `NAME.EPOCH.arrivals`; little-endian, packed.
///
/// `magic`, `version` u16, then records: the head, the turns in their order, and the end when its writer came
/// to one. A record is the length of its body u32, its kind u8, the body, and a checksum u64 over its place
/// among the records, kind and body. Not compressed: so a program that is killed loses the turn in hand and
/// no other, and one that works spends nothing on it.
package enum ArrivalsRecord {
  case head(ArrivalsHead)
  case turn(KeptTurn)
  case end(ArrivalsEnd)

  /// What is in a record.
  package enum Kind: UInt8 { case head = 1, turn, end }

  static let magic = Array("WAGARRIV".utf8)
  static let version: UInt16 = 1
  /// Bound of a record's body. A turn that takes in more ends the keeping.
  package static let maxBytes = 64 << 20

  /// Before the first record.
  package static var preamble: [UInt8] {
    magic + [UInt8(truncatingIfNeeded: version), UInt8(truncatingIfNeeded: version >> 8)]
  }

  /// A record as it is written, `number` counting from 0.
  package static func bytes(_ kind: Kind, _ body: [UInt8], number: UInt64) -> [UInt8] {
    precondition(body.count <= maxBytes, "a record of \(body.count) bytes")
    var buffer = ByteBuffer(capacity: body.count + overhead)
    buffer.append(UInt32(body.count))
    buffer.append(kind.rawValue)
    buffer.append(body)
    buffer.append(checksum(kind.rawValue, body.span.bytes, number: number))
    return buffer.bytes.copiedBytes()
  }

  /// Of length, kind and checksum.
  static let overhead = 13

  static func checksum(_ kind: UInt8, _ body: RawSpan, number: UInt64) -> UInt64 {
    var hash = ByteHash()
    hash.add(number)
    hash.add(UInt64(kind))
    hash.add(body)
    return hash.value
  }
}

/// How the keeping of arrivals came to its end.
package enum ArrivalsEnd: UInt8 {
  /// With its program, which ended in good order.
  case asAsked = 1
  /// At the bound that was set to it.
  case atBound
}
