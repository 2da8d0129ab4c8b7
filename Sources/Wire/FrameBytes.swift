/// Loads and stores of the few shapes a frame is made of.
///
/// SBE is little-endian and packed, so every access is unaligned and byte order is explicit. Both
/// directions check their bounds on every access: a view has checked its extents once already, and the
/// second check costs a fraction of a nanosecond; in exchange no mistake in a schema or in the generator
/// can read or write outside the frame.

extension RawSpan {
  /// The little-endian integer at `offset`.
  @inlinable @inline(__always)
  package func integer<T: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: T.Type = T.self) -> T
  {
    // Sound: bounds are checked by the load, and every bit pattern is an integer.
    T(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: T.self))
  }

  /// The integer at `offset`, nil where it holds the type's null value.
  @inlinable @inline(__always)
  func integer<T: FixedWidthInteger & BitwiseCopyable>(at offset: Int, null: T) -> T? {
    let raw: T = integer(at: offset)
    return raw == null ? nil : raw
  }

  /// The IEEE 754 number at `offset`.
  @inlinable @inline(__always)
  func double(at offset: Int) -> Double {
    Double(bitPattern: integer(at: offset))
  }

  /// The IEEE 754 number at `offset`, nil where it is not a number (the null value of SBE).
  @inlinable @inline(__always)
  func optionalDouble(at offset: Int) -> Double? {
    let value = double(at: offset)
    return value.isNaN ? nil : value
  }

  /// The fixed text at `offset`, as sent: a peer may send bytes that are no well-formed text.
  @inlinable @inline(__always)
  func text<let capacity: Int>(at offset: Int) -> FixedText<capacity> {
    // Sound: bounds are checked by the load, and every bit pattern is an array of bytes.
    FixedText(
      unchecked: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: InlineArray<capacity, UInt8>.self))
  }
}

extension MutableRawSpan {
  /// Writes `value` little-endian at `offset`.
  @inlinable @inline(__always)
  @_lifetime(self: copy self)
  mutating func store<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, at offset: Int) {
    storeBytes(of: value.littleEndian, toByteOffset: offset, as: T.self)
  }

  /// Writes `value`, or the type's null value where there is none. A value equal to the null value arrives as
  /// none; it does not trap, because values are often handed on from peers.
  @inlinable @inline(__always)
  @_lifetime(self: copy self)
  mutating func store<T: FixedWidthInteger & BitwiseCopyable>(_ value: T?, null: T, at offset: Int) {
    store(value ?? null, at: offset)
  }

  /// Writes an IEEE 754 number.
  @inlinable @inline(__always)
  @_lifetime(self: copy self)
  mutating func store(_ value: Double, at offset: Int) {
    store(value.bitPattern, at: offset)
  }

  /// Writes an IEEE 754 number, or not-a-number where there is none.
  @inlinable @inline(__always)
  @_lifetime(self: copy self)
  mutating func store(_ value: Double?, at offset: Int) {
    store((value ?? .nan).bitPattern, at: offset)
  }

  /// Writes a fixed text with its padding.
  @inlinable @inline(__always)
  @_lifetime(self: copy self)
  mutating func store<let capacity: Int>(_ value: FixedText<capacity>, at offset: Int) {
    storeBytes(of: value.storage, toByteOffset: offset, as: InlineArray<capacity, UInt8>.self)
  }

  /// Writes a group's dimensions: the size of one entry and how many follow.
  @inlinable @inline(__always)
  @_lifetime(self: copy self)
  mutating func storeGroup(entryLength: Int, count: Int, at offset: Int) {
    store(UInt16(entryLength), at: offset)
    store(UInt16(count), at: offset + 2)
  }

  /// Writes `bytes` one after the other, beginning at `offset`.
  @inlinable
  @_lifetime(self: copy self)
  mutating func store(contentsOf bytes: some Collection<UInt8>, at offset: Int) {
    var position = offset
    for byte in bytes {
      storeBytes(of: byte, toByteOffset: position, as: UInt8.self)
      position += 1
    }
  }
}

extension RawSpan {
  /// The bytes as an array of their own.
  @inlinable
  public func copiedBytes() -> [UInt8] {
    // Sound: the bytes are copied inside the closure.
    unsafe withUnsafeBytes { unsafe Array($0) }
  }

  /// Whether these are just the given bytes.
  @inlinable
  public func equals(_ bytes: [UInt8]) -> Bool {
    guard bytes.count == byteCount else { return false }
    for offset in 0..<byteCount where integer(at: offset, as: UInt8.self) != bytes[offset] { return false }
    return true
  }
}
