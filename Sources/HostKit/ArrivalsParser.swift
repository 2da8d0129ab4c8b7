import ActorKit
import Wire

/// Takes the bytes of a file of kept arrivals as they come, and gives its records (`ArrivalsRecord`). No
/// bytes make it trap.
package struct ArrivalsParser {
  private var bytes: [UInt8] = []
  private var used = 0
  /// Where in the file the next record begins.
  package private(set) var position = 0
  private var number: UInt64 = 0
  private var hasEnded = false

  package init() {}

  package mutating func add(_ more: ArraySlice<UInt8>) {
    bytes.removeFirst(used)
    used = 0
    bytes += more
  }

  /// The next record; nil when it takes more bytes.
  package mutating func next() throws(ArrivalsRefusal) -> ArrivalsRecord? {
    if position == 0, try !takePreamble() { return nil }
    guard let (kind, body) = try whole() else { return nil }
    let record = try read(kind, body)
    used += body.count + ArrivalsRecord.overhead
    position += body.count + ArrivalsRecord.overhead
    number += 1
    return record
  }

  /// Kind and body of the next record, when all of it is there.
  private func whole() throws(ArrivalsRefusal) -> (kind: UInt8, body: [UInt8])? {
    let rest = bytes.span.bytes.extracting(used..<bytes.count)
    guard rest.byteCount >= ArrivalsRecord.overhead else { return nil }
    let count = Int(rest.integer(at: 0, as: UInt32.self))
    guard count <= ArrivalsRecord.maxBytes else { throw refusal("a record of \(count) bytes") }
    guard rest.byteCount >= count + ArrivalsRecord.overhead else { return nil }
    let kind: UInt8 = rest.integer(at: 4)
    let body = rest.extracting(5..<5 + count)
    guard ArrivalsRecord.checksum(kind, body, number: number) == rest.integer(at: 5 + count, as: UInt64.self)
    else { throw refusal("a record that does not match its checksum") }
    return (kind, body.copiedBytes())
  }

  /// Nothing more will come: throws when that is in the middle of something.
  package func finish() throws(ArrivalsRefusal) {
    guard number > 0 else { throw refusal("it ends before its head does") }
    guard used == bytes.count else {
      throw refusal("it ends in the middle of record \(number): \(bytes.count - used) bytes are left")
    }
  }

  private mutating func takePreamble() throws(ArrivalsRefusal) -> Bool {
    let preamble = ArrivalsRecord.preamble
    let magic = ArrivalsRecord.magic
    guard bytes.prefix(magic.count).elementsEqual(magic.prefix(bytes.count)) else {
      throw refusal("this is no file of kept arrivals")
    }
    guard bytes.count >= preamble.count else { return false }
    guard bytes.prefix(preamble.count).elementsEqual(preamble) else {
      let version: UInt16 = bytes.span.bytes.integer(at: magic.count)
      throw refusal("version \(version), of which this program knows \(ArrivalsRecord.version) only")
    }
    (used, position) = (preamble.count, preamble.count)
    return true
  }

  private mutating func read(_ kind: UInt8, _ body: [UInt8]) throws(ArrivalsRefusal) -> ArrivalsRecord {
    guard !hasEnded, let kind = ArrivalsRecord.Kind(rawValue: kind), (kind == .head) == (number == 0) else {
      throw refusal("record \(number) is of kind \(kind), which has no place there")
    }
    var reader = SnapshotReader(body)
    do throws(RestoreError) {
      switch kind {
      case .head:
        let head = try ArrivalsHead(&reader)
        try reader.finish()
        return .head(head)
      case .turn: return .turn(try KeptTurn(body))
      case .end:
        let reason: UInt8 = try reader.read()
        guard let end = ArrivalsEnd(rawValue: reason) else { throw .invalid("an end of kind \(reason)") }
        try reader.finish()
        hasEnded = true
        return .end(end)
      }
    } catch {
      throw refusal("record \(number): \(error)")
    }
  }

  private func refusal(_ what: String) -> ArrivalsRefusal { ArrivalsRefusal(atByte: position, what: what) }
}

/// Why bytes are no kept arrivals, and from which byte of the file on.
package struct ArrivalsRefusal: Error, Equatable, CustomStringConvertible {
  package let atByte: Int
  package let what: String

  package var description: String { "at byte \(atByte): \(what)" }
}
