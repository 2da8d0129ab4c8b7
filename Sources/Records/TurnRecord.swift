import Wire

/// A turn as its journal keeps it: the facts that were recorded, the marks of what was taken in, the durable
/// messages that are to be kept and those that may be forgotten. Built in one flat buffer that is used again
/// for the next turn.
///
/// ```swift
/// record.begin(turn: store.lastTurn + 1, firstRow: store.lastRow + 1, epoch: store.epoch, wallNanos: now)
/// record.addFact(kind: 7, correlation: (0, 812), body: fact)
/// if !record.isEmpty { try store.append(record) }
/// ```
///
/// The n-th fact of a journal has row number n, so a turn's facts are the rows from `firstRow` on; a turn
/// without facts has none. Layout: docs/PROTOCOL.md, section 14. `TurnView` reads it.
public struct TurnRecord: ~Copyable {
  /// Bound: bytes of one turn. A turn that wants more has lost its own bounds, and traps.
  public static let maxBytes = 64 << 20

  public private(set) var turn: UInt64 = 0
  public private(set) var firstRow: Int64 = 0
  public private(set) var epoch: UInt32 = 0
  public private(set) var factCount = 0
  private var entryCount = 0
  private var buffer: ByteBuffer

  public init(capacity: Int = 1 << 14) { buffer = ByteBuffer(capacity: capacity) }

  /// Starts the turn with this number, forgetting the one before. `firstRow` is the number its first fact
  /// gets, `wallNanos` the writer's wall time, nanoseconds UTC.
  public mutating func begin(turn: UInt64, firstRow: Int64, epoch: UInt32, wallNanos: Int64) {
    precondition(turn > 0 && firstRow > 0, "turn \(turn) from row \(firstRow): both count from 1")
    self.turn = turn
    self.firstRow = firstRow
    self.epoch = epoch
    factCount = 0
    entryCount = 0
    buffer.removeAll()
    buffer.append(TurnLayout.version)
    buffer.append(UInt16(0))
    buffer.append(epoch)
    buffer.append(turn)
    buffer.append(firstRow)
    buffer.append(wallNanos)
    buffer.append(UInt32(0))
    buffer.append(UInt32(0))
  }

  /// Nothing was added since `begin`: such a turn need not be stored.
  public var isEmpty: Bool { entryCount == 0 }

  /// Nothing but facts was added.
  public var hasOnlyFacts: Bool { entryCount == factCount }

  /// The turn's last row; `firstRow - 1` when it has no facts.
  public var lastRow: Int64 { firstRow + Int64(factCount) - 1 }

  /// The encoded turn.
  public var bytes: RawSpan {
    @_lifetime(borrow self)
    get { buffer.bytes }
  }
}

// MARK: - Entries

extension TurnRecord {
  /// Adds a fact. `correlation` ties the facts of one order or intent together.
  public mutating func addFact(
    kind: UInt16, correlation: (high: UInt64, low: UInt64), body: RawSpan
  ) {
    beginFact(kind, correlation)
    buffer.append(UInt32(body.byteCount))
    buffer.append(body)
    endEntry()
  }

  /// Adds a fact whose body is written straight into the record.
  package mutating func addFact(
    kind: UInt16, correlation: (high: UInt64, low: UInt64), writing body: (inout ByteBuffer) -> Void
  ) {
    beginFact(kind, correlation)
    let lengthAt = buffer.count
    buffer.append(UInt32(0))
    body(&buffer)
    let length = buffer.count - lengthAt - 4
    precondition(length >= 0, "a fact's body took \(-length) bytes away from turn \(turn)")
    buffer.store(UInt32(length), at: lengthAt)
    endEntry()
  }

  /// How far a peer's lane has been taken in; replaces the mark before.
  public mutating func setMark(_ mark: JournalMark) {
    beginEntry(.mark, mark.lane)
    buffer.append(mark.peer)
    buffer.append(mark.epoch)
    buffer.append(mark.lineage)
    buffer.append(mark.sequence)
    endEntry()
  }

  /// Keeps a message to be sent again until the peer has acknowledged it. Keys of a peer rise.
  public mutating func addMessage(peer: UInt16, key: UInt64, frame: RawSpan) {
    beginEntry(.message, 0)
    buffer.append(peer)
    buffer.append(key)
    buffer.append(UInt32(frame.byteCount))
    buffer.append(frame)
    endEntry()
  }

  /// Forgets a peer's messages up to and including `key`.
  public mutating func forgetMessages(peer: UInt16, through key: UInt64) {
    beginEntry(.forgetting, 0)
    buffer.append(peer)
    buffer.append(key)
    endEntry()
  }

  private mutating func beginFact(_ kind: UInt16, _ correlation: (high: UInt64, low: UInt64)) {
    beginEntry(.fact, 0)
    buffer.append(kind)
    buffer.append(correlation.high)
    buffer.append(correlation.low)
    factCount += 1
  }

  private mutating func beginEntry(_ entry: TurnLayout.Entry, _ second: UInt8) {
    precondition(turn > 0, "an entry of kind \(entry) before the first turn was begun")
    buffer.append(entry.rawValue)
    buffer.append(second)
  }

  private mutating func endEntry() {
    precondition(buffer.count <= Self.maxBytes, "turn \(turn) has \(buffer.count) bytes")
    entryCount += 1
    buffer.store(UInt32(factCount), at: TurnLayout.factCountOffset)
    buffer.store(UInt32(entryCount), at: TurnLayout.entryCountOffset)
  }
}
