/// Writes durable state and facts as bytes: little-endian integers in the order written, no padding, no
/// names.
///
/// The reader must read the same things in the same order; a leading version number lets both evolve.
public struct SnapshotWriter: Sendable {
  /// What has been written.
  public private(set) var bytes: [UInt8] = []

  public init() {}

  /// Forgets what was written but keeps the memory.
  public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  @inlinable
  public mutating func write<T: FixedWidthInteger>(_ value: T) {
    var rest = value
    for _ in 0..<(T.bitWidth / 8) {
      writeByte(UInt8(truncatingIfNeeded: rest))
      rest = T.bitWidth > 8 ? rest &>> 8 : rest
    }
  }

  @usableFromInline
  mutating func writeByte(_ byte: UInt8) { bytes.append(byte) }

  public mutating func write(_ value: Bool) { write(value ? UInt8(1) : 0) }

  /// An optional as a presence byte and, if present, the value.
  public mutating func write<T: FixedWidthInteger>(_ value: T?) {
    write(value != nil)
    if let value { write(value) }
  }

  /// A count and the bytes.
  public mutating func write(_ value: [UInt8]) {
    write(UInt32(value.count))
    bytes.append(contentsOf: value)
  }

  /// The bits of a finite number; one that is not finite is refused by the reader.
  public mutating func write(_ value: Double) { write(value.bitPattern) }

  /// A count and the UTF-8 bytes.
  public mutating func write(_ value: String) { write(Array(value.utf8)) }
}
