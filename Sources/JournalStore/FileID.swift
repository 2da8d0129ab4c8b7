import CSodium
import Records
import Wire

/// Sixteen bytes of chance that name a journal's file, or this boot of the machine.
package struct FileID: Equatable, Sendable {
  package static let byteCount = 16

  package let high: UInt64
  package let low: UInt64

  package init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

  /// Nil unless there are exactly 16 bytes.
  init?(_ bytes: RawSpan) {
    guard bytes.byteCount == Self.byteCount else { return nil }
    high = bytes.integer(at: 0)
    low = bytes.integer(at: 8)
  }

  static func random() -> FileID {
    var words: (UInt64, UInt64) = (0, 0)
    unsafe withUnsafeMutableBytes(of: &words) { bytes in
      // Fills the two words; every pattern is valid.
      unsafe randombytes_buf(bytes.baseAddress!, bytes.count)
    }
    return FileID(high: words.0, low: words.1)
  }

  func append(to buffer: inout ByteBuffer) {
    buffer.append(high)
    buffer.append(low)
  }
}
