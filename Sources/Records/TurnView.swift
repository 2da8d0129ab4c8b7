import Wire

/// An encoded turn, read where it lies. Every extent is checked once, when the view is made; no bytes make it
/// trap, and there is one encoding only of what a view shows.
public struct TurnView: ~Escapable {
  /// The encoded turn.
  public let bytes: RawSpan
  public let turn: UInt64
  /// The number of the first fact; where there is none, of the next that will come.
  public let firstRow: Int64
  /// The incarnation that wrote it.
  public let epoch: UInt32
  /// The writer's wall time, nanoseconds UTC.
  public let wallNanos: Int64
  public let factCount: Int

  @_lifetime(copy bytes)
  public init(_ bytes: RawSpan) throws(TurnRefusal) {
    self.bytes = bytes
    guard bytes.byteCount >= TurnLayout.headerBytes else {
      throw TurnRefusal("\(bytes.byteCount) bytes are no turn: its header has \(TurnLayout.headerBytes)")
    }
    guard bytes.byteCount <= TurnRecord.maxBytes else {
      throw TurnRefusal("\(bytes.byteCount) bytes; a turn has at most \(TurnRecord.maxBytes)")
    }
    let version: UInt16 = bytes.integer(at: 0)
    guard version == TurnLayout.version, bytes.integer(at: 2, as: UInt16.self) == 0 else {
      throw TurnRefusal("a turn of version \(version), which this program does not know")
    }
    turn = bytes.integer(at: TurnLayout.turnOffset)
    firstRow = bytes.integer(at: TurnLayout.firstRowOffset)
    epoch = bytes.integer(at: TurnLayout.epochOffset)
    wallNanos = bytes.integer(at: TurnLayout.wallNanosOffset)
    let facts: UInt32 = bytes.integer(at: TurnLayout.factCountOffset)
    let entries: UInt32 = bytes.integer(at: TurnLayout.entryCountOffset)
    factCount = Int(facts)
    guard turn > 0, firstRow > 0, firstRow < Int64.max - Int64(facts) else {
      throw TurnRefusal("turn \(turn) with \(facts) facts from row \(firstRow)")
    }
    let found = try Self.countEntries(bytes)
    guard found.facts == facts, found.entries == entries else {
      throw TurnRefusal(
        "\(found.entries) entries with \(found.facts) facts, where the header says \(entries) with \(facts)")
    }
  }

  /// The last fact's row; `firstRow - 1` where there is none.
  public var lastRow: Int64 { firstRow + Int64(factCount) - 1 }

  private static func countEntries(
    _ bytes: RawSpan
  ) throws(TurnRefusal) -> (entries: UInt32, facts: UInt32) {
    var entries: UInt32 = 0
    var facts: UInt32 = 0
    var offset = TurnLayout.headerBytes
    while offset < bytes.byteCount {
      let raw: UInt8 = bytes.integer(at: offset)
      guard let entry = TurnLayout.Entry(rawValue: raw) else {
        throw TurnRefusal(atByte: offset, "an entry of kind \(raw)")
      }
      let room = bytes.byteCount - offset
      guard room >= entry.fixedBytes else {
        throw TurnRefusal(atByte: offset, "an entry of \(entry.fixedBytes) bytes in the last \(room)")
      }
      if entry != .mark, bytes.integer(at: offset + 1, as: UInt8.self) != 0 {
        throw TurnRefusal(atByte: offset + 1, "a byte that must be 0 is not")
      }
      let byteCount = byteCount(of: entry, at: offset, in: bytes)
      guard room >= byteCount else {
        throw TurnRefusal(atByte: offset, "an entry of \(byteCount) bytes in the last \(room)")
      }
      entries += 1
      if entry == .fact { facts += 1 }
      offset += byteCount
    }
    return (entries, facts)
  }

  /// Its fixed bytes must lie in the turn.
  private static func byteCount(of entry: TurnLayout.Entry, at offset: Int, in bytes: RawSpan) -> Int {
    guard let lengthOffset = entry.lengthOffset else { return entry.fixedBytes }
    return entry.fixedBytes + Int(bytes.integer(at: offset + lengthOffset, as: UInt32.self))
  }
}

// MARK: - What it holds

extension TurnView {
  /// What becomes of the outbox.
  public enum OutboxChange: ~Escapable {
    case add(peer: UInt16, key: UInt64, frame: RawSpan)
    case forget(peer: UInt16, through: UInt64)
  }

  /// The facts in order, each as a row with its body.
  public func forEachFact<Failure: Error>(
    _ body: (JournalRow, RawSpan) throws(Failure) -> Void
  ) throws(Failure) {
    var row = firstRow
    try forEachEntry { (entry, offset, byteCount) throws(Failure) in
      guard entry == .fact else { return }
      try body(
        JournalRow(
          sequence: row, epoch: epoch, atNanos: wallNanos, kind: bytes.integer(at: offset + 2),
          correlationHigh: bytes.integer(at: offset + 4), correlationLow: bytes.integer(at: offset + 12)),
        bytes.extracting(offset + entry.fixedBytes..<offset + byteCount))
      row += 1
    }
  }

  public func forEachMark<Failure: Error>(
    _ body: (JournalMark) throws(Failure) -> Void
  ) throws(Failure) {
    try forEachEntry { (entry, offset, _) throws(Failure) in
      guard entry == .mark else { return }
      try body(
        JournalMark(
          peer: bytes.integer(at: offset + 2), lane: bytes.integer(at: offset + 1),
          lineage: bytes.integer(at: offset + 8), epoch: bytes.integer(at: offset + 4),
          sequence: bytes.integer(at: offset + 16)))
    }
  }

  /// What is kept and what is forgotten, in the order in which it was written.
  public func forEachOutboxChange<Failure: Error>(
    _ body: (OutboxChange) throws(Failure) -> Void
  ) throws(Failure) {
    try forEachEntry { (entry, offset, byteCount) throws(Failure) in
      switch entry {
      case .message:
        try body(
          .add(
            peer: bytes.integer(at: offset + 2), key: bytes.integer(at: offset + 4),
            frame: bytes.extracting(offset + entry.fixedBytes..<offset + byteCount)))
      case .forgetting:
        try body(.forget(peer: bytes.integer(at: offset + 2), through: bytes.integer(at: offset + 4)))
      case .fact, .mark: break
      }
    }
  }

  private func forEachEntry<Failure: Error>(
    _ body: (TurnLayout.Entry, _ offset: Int, _ byteCount: Int) throws(Failure) -> Void
  ) throws(Failure) {
    var offset = TurnLayout.headerBytes
    // The kinds were checked when the view was made.
    while offset < bytes.byteCount, let entry = TurnLayout.Entry(rawValue: bytes.integer(at: offset)) {
      let byteCount = Self.byteCount(of: entry, at: offset, in: bytes)
      try body(entry, offset, byteCount)
      offset += byteCount
    }
  }
}

extension TurnView {
  /// What the bytes of a turn say of its first row, unchecked beyond that it is there; for searching.
  package static func firstRow(of bytes: RawSpan) -> Int64? {
    bytes.byteCount >= TurnLayout.headerBytes ? bytes.integer(at: TurnLayout.firstRowOffset) : nil
  }

  /// And of its last row; nil also for numbers that no turn has.
  package static func lastRow(of bytes: RawSpan) -> Int64? {
    guard let first = firstRow(of: bytes), first > 0 else { return nil }
    let count: UInt32 = bytes.integer(at: TurnLayout.factCountOffset)
    let (last, overflows) = (first - 1).addingReportingOverflow(Int64(count))
    return overflows ? nil : last
  }
}
