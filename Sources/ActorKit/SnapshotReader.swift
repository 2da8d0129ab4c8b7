/// Reads what a `SnapshotWriter` wrote. Never traps on any bytes.
public struct SnapshotReader: Sendable {
  private let bytes: [UInt8]
  private var position = 0
  /// Of the state being read, once it has said so: parts of a later one are not there.
  public var version = UInt16.max

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Bytes not yet read.
  public var remaining: Int { bytes.count - position }

  public mutating func read<T: FixedWidthInteger>(_ type: T.Type = T.self) throws(RestoreError) -> T {
    let size = T.bitWidth / 8
    guard remaining >= size else { throw .truncated(at: position, wanted: size, have: remaining) }
    var value: T = 0
    for index in 0..<size { value |= T(truncatingIfNeeded: bytes[position + index]) &<< T(8 * index) }
    position += size
    return value
  }

  public mutating func read(_ type: Bool.Type = Bool.self) throws(RestoreError) -> Bool {
    let byte = try read(UInt8.self)
    guard byte <= 1 else { throw .invalid("a truth value of \(byte)") }
    return byte == 1
  }

  public mutating func readOptional<T: FixedWidthInteger>(
    _ type: T.Type = T.self
  ) throws(RestoreError) -> T? {
    try read(Bool.self) ? try read(T.self) : nil
  }

  public mutating func readBytes() throws(RestoreError) -> [UInt8] {
    let count = Int(try read(UInt32.self))
    guard remaining >= count else { throw .truncated(at: position, wanted: count, have: remaining) }
    defer { position += count }
    return Array(bytes[position..<position + count])
  }

  public mutating func readDouble() throws(RestoreError) -> Double {
    let value = Double(bitPattern: try read(UInt64.self))
    guard value.isFinite else { throw .invalid("a number that is not finite") }
    return value
  }

  public mutating func readString() throws(RestoreError) -> String {
    let raw = try readBytes()
    guard let text = String(validating: raw, as: UTF8.self) else { throw .invalid("text that is not UTF-8") }
    return text
  }

  /// Fails unless everything has been read: a longer state than expected is not understood.
  public func finish() throws(RestoreError) {
    guard remaining == 0 else { throw .trailing(remaining) }
  }
}
