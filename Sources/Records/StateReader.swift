import Wire

/// Reads integers and bytes one after the other, each checked against what is left. No bytes make it trap.
package struct StateReader: ~Escapable {
  private let bytes: RawSpan
  private var offset = 0

  @_lifetime(copy bytes)
  package init(_ bytes: RawSpan) { self.bytes = bytes }

  package mutating func read<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type = T.self
  ) throws(TurnRefusal) -> T {
    let size = MemoryLayout<T>.size
    try need(size)
    defer { offset += size }
    return bytes.integer(at: offset)
  }

  package mutating func readCount(atMost limit: Int) throws(TurnRefusal) -> Int {
    let count = Int(try read(UInt32.self))
    guard count <= limit else { throw TurnRefusal(atByte: offset, "\(count) entries where \(limit) may be") }
    return count
  }

  package mutating func readBytes() throws(TurnRefusal) -> [UInt8] {
    let count = Int(try read(UInt32.self))
    try need(count)
    defer { offset += count }
    return bytes.extracting(offset..<offset + count).copiedBytes()
  }

  package func finish() throws(TurnRefusal) {
    guard offset == bytes.byteCount else {
      throw TurnRefusal(atByte: offset, "\(bytes.byteCount - offset) bytes more than there should be")
    }
  }

  private func need(_ size: Int) throws(TurnRefusal) {
    guard bytes.byteCount - offset >= size else {
      throw TurnRefusal(atByte: offset, "\(size) bytes wanted, \(bytes.byteCount - offset) left")
    }
  }
}
