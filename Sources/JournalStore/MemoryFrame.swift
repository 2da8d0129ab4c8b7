import Journal
import Records
import Wire

/// A record in the file of a `MemoryJournalStore`: length u32, kind u32, a checksum of both and of the place
/// u64, the body, a hash of 32 bytes.
///
/// The head's own checksum lets a reader go on behind a body that is damaged.
struct MemoryFrame {
  enum Kind: UInt32 {
    /// Whose journal it is, and an epoch that has begun.
    case opening = 1
    case turn = 2
    case snapshot = 3
  }

  let kind: Kind
  let bodyRange: Range<Int>
  let hash: Digest

  static let headBytes = 16

  var end: Int { bodyRange.upperBound + Digest.byteCount }

  @_lifetime(copy bytes)
  func body(in bytes: RawSpan) -> RawSpan { bytes.extracting(bodyRange) }

  static func append(
    _ kind: Kind, at offset: Int, body: RawSpan, hash: Digest, to buffer: inout ByteBuffer
  ) {
    let length = UInt32(body.byteCount)
    buffer.append(length)
    buffer.append(kind.rawValue)
    buffer.append(checksum(length, kind.rawValue, offset))
    buffer.append(body)
    // The digest's bytes are copied at once.
    unsafe hash.withBytes { buffer.append(unsafe $0.bytes) }
  }

  /// Nil when no whole frame begins there; its body is not judged.
  init?(_ bytes: RawSpan, at offset: Int) {
    guard let head = Self.head(bytes, at: offset), head.end <= bytes.byteCount else { return nil }
    kind = head.kind
    bodyRange = head.end - Digest.byteCount - head.length..<head.end - Digest.byteCount
    let hashBytes = bytes.extracting(bodyRange.upperBound..<head.end)
    // There are exactly 32, copied at once.
    guard let hash = unsafe hashBytes.withUnsafeBytes({ unsafe Digest($0) }) else { return nil }
    self.hash = hash
  }

  /// Where a frame would end whose head is sound, whether all of it is there or not.
  static func head(_ bytes: RawSpan, at offset: Int) -> (kind: Kind, length: Int, end: Int)? {
    guard offset >= 0, offset <= bytes.byteCount - headBytes else { return nil }
    let length: UInt32 = bytes.integer(at: offset)
    let raw: UInt32 = bytes.integer(at: offset + 4)
    guard let kind = Kind(rawValue: raw),
      bytes.integer(at: offset + 8) == checksum(length, raw, offset)
    else { return nil }
    return (kind, Int(length), offset + headBytes + Int(length) + Digest.byteCount)
  }

  private static func checksum(_ length: UInt32, _ kind: UInt32, _ offset: Int) -> UInt64 {
    var buffer = ByteBuffer(capacity: 16)
    buffer.append(length)
    buffer.append(kind)
    buffer.append(UInt64(offset))
    return ShortHash.of(buffer.bytes, key: FileID(high: 0, low: 0))
  }
}
