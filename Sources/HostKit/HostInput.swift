import ActorKit
import Records
import Wire

/// One call of a driver to its host, as it was kept (`KeptInputs`): all of them, in their order, make a host
/// do what it did.
package enum HostInput: Equatable {
  /// The clocks were looked at, to know when the next turn is due: that moves the market clock on.
  case clocks(boot: Int64, wall: Int64)
  case usage(ProcessFigures?)
  /// What the device has counted.
  case counters([NamedCount])
  case start(boot: Int64, wall: Int64)
  case begin(boot: Int64, wall: Int64)
  case last(boot: Int64, wall: Int64)
  case rows([KeptRow], trouble: String?)
  case malformed
  case fromLink(Int, frame: [UInt8], Arrival)
  case fromCaller([UInt8], isDelimited: Bool, frame: [UInt8], Arrival)
  case published(topic: [UInt8], frame: [UInt8], isMarket: Bool, Arrival)
  case fromDevice(frame: [UInt8], Arrival)
  case deviceEnd
  case end(hasReadAll: Bool)
  /// The message that was the turn's n-th to be asked for, from 0, was refused for the deaths of earlier
  /// incarnations. Not a call but an answer to the host.
  case poisoned(UInt32)
  /// Not a call either: what the turn led to, and the chain up to it.
  case hash(TurnHash, chain: UInt64)
  /// The effect of this index, a transmission, did not leave.
  case refused(effect: Int, NotSent)
  case took(nanos: Int64)

  package struct NamedCount: Equatable {
    package var name: String
    package var value: Int64

    package init(name: String, value: Int64) {
      self.name = name
      self.value = value
    }
  }

  package struct KeptRow: Equatable {
    package var row: JournalRow
    package var body: [UInt8]

    package init(row: JournalRow, body: [UInt8]) {
      self.row = row
      self.body = body
    }
  }

  /// The first byte of each; the rest is as `SnapshotWriter` writes it, in the order of the values above.
  enum Code: UInt8 {
    case clocks = 1, usage, counters, start, begin, last, rows, malformed, fromLink, fromCaller, published
    case fromDevice, deviceEnd, end, poisoned, hash, refused, took
  }

  /// Bound of a device's counters.
  private static let maxCounters = UInt32(CounterReport.maxCount)
}

// MARK: - Reading

extension HostInput {
  package init(from reader: inout SnapshotReader) throws(RestoreError) {
    let raw: UInt8 = try reader.read()
    guard let code = Code(rawValue: raw) else { throw .invalid("an input of kind \(raw)") }
    switch code {
    case .clocks: self = .clocks(boot: try reader.read(), wall: try reader.read())
    case .usage: self = .usage(try Self.readUsage(&reader))
    case .counters: self = .counters(try Self.readCounters(&reader))
    case .start: self = .start(boot: try reader.read(), wall: try reader.read())
    case .begin: self = .begin(boot: try reader.read(), wall: try reader.read())
    case .last: self = .last(boot: try reader.read(), wall: try reader.read())
    case .rows: self = try Self.readRows(&reader)
    case .malformed: self = .malformed
    case .fromLink:
      self = .fromLink(
        Int(try reader.read(UInt32.self)), frame: try reader.readBytes(), try Arrival(from: &reader))
    case .fromCaller:
      self = .fromCaller(
        try reader.readBytes(), isDelimited: try reader.read(), frame: try reader.readBytes(),
        try Arrival(from: &reader))
    case .published:
      self = .published(
        topic: try reader.readBytes(), frame: try reader.readBytes(), isMarket: try reader.read(),
        try Arrival(from: &reader))
    case .fromDevice: self = .fromDevice(frame: try reader.readBytes(), try Arrival(from: &reader))
    case .deviceEnd: self = .deviceEnd
    case .end: self = .end(hasReadAll: try reader.read())
    case .poisoned: self = .poisoned(try reader.read())
    case .hash: self = .hash(try TurnHash(from: &reader), chain: try reader.read())
    case .refused:
      let effect = Int(try reader.read(UInt32.self))
      let reason: UInt8 = try reader.read()
      guard let reason = NotSent(rawValue: reason) else { throw .invalid("a reason \(reason)") }
      self = .refused(effect: effect, reason)
    case .took: self = .took(nanos: try reader.read())
    }
  }

  private static func readUsage(_ reader: inout SnapshotReader) throws(RestoreError) -> ProcessFigures? {
    guard try reader.read(Bool.self) else { return nil }
    return ProcessFigures(residentBytes: try reader.read(), cpuNanos: try reader.read())
  }

  private static func readCounters(_ reader: inout SnapshotReader) throws(RestoreError) -> [NamedCount] {
    let count: UInt32 = try reader.read()
    guard count <= maxCounters else { throw .invalid("\(count) counters of a device") }
    var counters: [NamedCount] = []
    for _ in 0..<count {
      let counter = NamedCount(name: try reader.readString(), value: try reader.read())
      guard counter.name.utf8.count <= 32 else { throw .invalid("a counter's name that is too long") }
      counters.append(counter)
    }
    return counters
  }

  private static func readRows(_ reader: inout SnapshotReader) throws(RestoreError) -> HostInput {
    let trouble = try reader.read(Bool.self) ? try reader.readString() : nil
    let count: UInt32 = try reader.read()
    guard count <= ReplayQueue.rowsPerTurn else { throw .invalid("\(count) rows in one turn") }
    var rows: [KeptRow] = []
    for _ in 0..<count {
      let row = JournalRow(
        sequence: try reader.read(), epoch: try reader.read(), atNanos: try reader.read(),
        kind: try reader.read(), correlationHigh: try reader.read(), correlationLow: try reader.read())
      rows.append(KeptRow(row: row, body: try reader.readBytes()))
    }
    return .rows(rows, trouble: trouble)
  }
}

extension TurnHash {
  fileprivate init(from reader: inout SnapshotReader) throws(RestoreError) {
    self.init(
      given: try reader.read(), transmissions: try reader.read(), record: try reader.read(),
      snapshot: try reader.read(), others: try reader.read())
  }
}

extension Arrival {
  fileprivate init(from reader: inout SnapshotReader) throws(RestoreError) {
    self.init(
      wallNanos: try reader.read(),
      principal: try reader.readOptional(UInt16.self).map { .component($0) } ?? .unknown)
  }
}
