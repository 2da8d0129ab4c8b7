/// A flat buffer of records, written front to back and reused: it keeps the room it has grown to, so a steady
/// state allocates nothing. Integers are little-endian, without padding.
package struct ByteBuffer: ~Copyable {
  private var storage: [UInt8] = []

  package init(capacity: Int) { storage.reserveCapacity(capacity) }

  package var count: Int { storage.count }

  package var bytes: RawSpan {
    @_lifetime(borrow self)
    get {
      // Sound: every byte of the array is initialised.
      unsafe storage.span.bytes
    }
  }

  /// Forgets what was written and keeps the room.
  package mutating func removeAll() { storage.removeAll(keepingCapacity: true) }

  package mutating func append<T: FixedWidthInteger & BitwiseCopyable>(_ value: T) {
    // Sound: a view of one integer, copied at once.
    unsafe withUnsafeBytes(of: value.littleEndian) { unsafe storage.append(contentsOf: $0) }
  }

  package mutating func append(_ bytes: RawSpan) {
    // Sound: the bytes are copied inside the closure, and the borrow of `bytes` keeps them where they are.
    unsafe bytes.withUnsafeBytes { unsafe storage.append(contentsOf: $0) }
  }

  package mutating func append(_ bytes: [UInt8]) { storage.append(contentsOf: bytes) }

  /// Overwrites the integer at `offset`, which must have been written.
  package mutating func store<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, at offset: Int) {
    var span = storage.mutableSpan
    // Sound: every bit pattern is a byte, and the store checks its bounds.
    var bytes = unsafe span.mutableBytes
    bytes.store(value, at: offset)
  }
}
