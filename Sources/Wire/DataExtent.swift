/// Where a message's variable data lies in a frame; checked against the frame when it is made.
@frozen
@usableFromInline
struct DataExtent: Sendable {
  /// Byte offset of the first byte, behind the length.
  @usableFromInline let start: UInt32
  /// Number of bytes.
  @usableFromInline let count: UInt32

  /// The data whose length, an integer of type `Length`, is at `offset`; nil when it does not fit the frame.
  @inlinable
  init?<Length: FixedWidthInteger & BitwiseCopyable>(_ frame: RawSpan, at offset: Int, length: Length.Type) {
    let lengthByteCount = MemoryLayout<Length>.size
    guard frame.byteCount - offset >= lengthByteCount else { return nil }
    let length: Length = frame.integer(at: offset)
    guard length <= frame.byteCount - offset - lengthByteCount else { return nil }
    start = UInt32(offset + lengthByteCount)
    count = UInt32(length)
  }

  /// Data the sender's version did not have yet.
  @inlinable
  init() {
    start = 0
    count = 0
  }

  /// The data's bytes.
  @inlinable
  @_lifetime(copy frame)
  func bytes(in frame: RawSpan) -> RawSpan {
    frame.extracting(Int(start)..<Int(start + count))
  }

  /// The data as UTF-8 text; what is not UTF-8 becomes U+FFFD.
  @inlinable
  func string(in frame: RawSpan) -> String {
    let bytes = bytes(in: frame)
    // Sound: the buffer does not leave the closure.
    return unsafe bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
  }
}
