/// Where a repeating group's entries lie in a frame; checked against the frame when it is made.
@frozen
@usableFromInline
struct GroupExtent: Sendable {
  /// Bytes of a group's dimensions: entry length u16, count u16.
  @inlinable static var headerByteCount: Int { 4 }
  /// The most entries a group can say it has (65,535 is the null value of its count).
  @inlinable static var maxCount: Int { 65_534 }

  /// Byte offset of the first entry.
  @usableFromInline let start: UInt32
  /// Bytes from one entry to the next; longer than known when the sender's schema is newer.
  @usableFromInline let stride: UInt16
  /// Number of entries.
  @usableFromInline let count: UInt16

  /// The group whose dimensions are at `offset`, moving `offset` behind its last entry; nil when it does not
  /// fit the frame or its entries are shorter than `entryLength`, the first version's.
  @inlinable
  init?(_ frame: RawSpan, at offset: inout Int, entryLength: Int) {
    guard frame.byteCount - offset >= GroupExtent.headerByteCount else { return nil }
    stride = frame.integer(at: offset)
    count = frame.integer(at: offset + 2)
    start = UInt32(offset + GroupExtent.headerByteCount)
    guard count == 0 || Int(stride) >= entryLength else { return nil }
    offset += GroupExtent.headerByteCount + Int(stride) * Int(count)
    guard offset <= frame.byteCount else { return nil }
  }

  /// A group the sender's version did not have yet.
  @inlinable
  init() {
    start = 0
    stride = 0
    count = 0
  }

  /// Byte offset of entry `index`. An index out of range is a bug and traps.
  @inlinable
  func offset(of index: Int) -> Int {
    precondition(index >= 0 && index < Int(count), "entry \(index) of a group of \(count)")
    return Int(start) + index * Int(stride)
  }
}
