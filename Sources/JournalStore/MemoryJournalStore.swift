import Journal
import Records
import Wire

/// A store on a simulated disk, which keeps the promises of the one in SQLite and meets the faults of a disk.
///
/// One file of frames (`MemoryFrame`), each appended whole, and the commit mark beside it. What is read is
/// checked, at the opening and again whenever it is handed out.
public struct MemoryJournalStore: JournalStore, ~Copyable {
  public let path: String
  public let identity: JournalIdentity
  public let durability: Durability
  public let epoch: UInt32
  public let lineage: UInt64
  public let recovery: StoreRecovery
  public private(set) var lastTurn: UInt64
  public private(set) var lastRow: Int64

  private let drive: DiskDrive
  private let file: Int
  private let chain: TurnChain
  private var mark: MarkKeeper
  private var chainValue: Digest
  private var unflushed: UnflushedTurns
  private var end: Int
  /// Where each turn's frame begins.
  private var turnOffsets: [Int]
  /// Where the snapshots' frames begin, oldest first; the newest three count.
  private var snapshotOffsets: [Int]
  private var buffer = ByteBuffer(capacity: 1 << 12)
  private var failure: JournalError?

  /// Opens the store at `path` on the drive's disk, creating it when there is none; see
  /// `SQLiteJournalStore.open`. `wallNanos` names a new journal's lineage. There is no lock: the simulation
  /// has one process at a time for a journal.
  public static func open(
    path: String, on drive: DiskDrive, identity: JournalIdentity, durability: Durability,
    above floor: UInt32 = 0, wallNanos: Int64
  ) throws(JournalError) -> MemoryJournalStore {
    let opened = try MemoryOpening(
      path: path, drive: drive, identity: identity, durability: durability, floor: floor,
      wallNanos: wallNanos
    ).run()
    return MemoryJournalStore(opened, path, drive)
  }

  private init(_ opened: consuming MemoryOpening.Opened, _ path: String, _ drive: DiskDrive) {
    self.path = path
    self.drive = drive
    file = opened.file
    identity = opened.head.identity
    durability = opened.head.durability
    epoch = opened.head.epoch
    lineage = opened.head.lineage
    recovery = opened.recovery
    chain = opened.scan.chain
    chainValue = opened.scan.chainValue
    lastTurn = opened.scan.lastTurn
    lastRow = opened.scan.lastRow
    turnOffsets = opened.scan.turnOffsets
    snapshotOffsets = opened.scan.snapshotOffsets
    end = opened.end
    mark = opened.mark
    unflushed = UnflushedTurns(opened.head.durability)
  }
}

// MARK: - Writing

extension MemoryJournalStore {
  public mutating func append(_ turn: borrowing TurnRecord, flushing: Bool) throws(JournalError) {
    if let failure { throw failure }
    precondition(
      turn.turn == lastTurn + 1 && turn.firstRow == lastRow + 1 && turn.epoch == epoch,
      """
      turn \(turn.turn) from row \(turn.firstRow) of epoch \(turn.epoch) after turn \(lastTurn), \
      row \(lastRow), in epoch \(epoch)
      """)
    let next = chain.next(after: chainValue, turn: turn.turn, body: turn.bytes)
    buffer.removeAll()
    MemoryFrame.append(.turn, at: end, body: turn.bytes, hash: next, to: &buffer)
    let isFlushed = unflushed.mustFlush(flushing)
    do throws(JournalError) {
      try write(flushing: isFlushed)
      if unflushed.isMarked(wasFlushed: isFlushed) { try mark.advance(to: turn.turn, chain: next) }
    } catch {
      failure = error
      throw error
    }
    unflushed.note(wasFlushed: isFlushed)
    turnOffsets.append(end)
    end += buffer.count
    chainValue = next
    lastTurn = turn.turn
    lastRow = turn.lastRow
  }

  public mutating func saveSnapshot(
    coreState: RawSpan, hostState: HostState, wallNanos: Int64
  ) throws(JournalError) {
    if let failure { throw failure }
    let numbers = SnapshotNumbers(
      turn: lastTurn, row: lastRow, schemaVersion: identity.schemaVersion, wallNanos: wallNanos)
    let host = hostState.encoded()
    let body = MemorySnapshot.encode(numbers, core: coreState, host: host)
    // Both arrays live through the calls.
    let hash = chain.snapshotHash(numbers, chain: chainValue, core: coreState, host: unsafe host.span.bytes)
    buffer.removeAll()
    MemoryFrame.append(.snapshot, at: end, body: unsafe body.span.bytes, hash: hash, to: &buffer)
    do throws(JournalError) { try write(flushing: false) } catch {
      failure = error
      throw error
    }
    snapshotOffsets.append(end)
    end += buffer.count
  }

  private func write(flushing: Bool) throws(JournalError) {
    do throws(SimulatedDisk.Trouble) {
      try drive.disk.write(buffer.bytes, to: file, at: end)
      if flushing { try drive.disk.flush(file) }
    } catch {
      throw error.journalError(path, "appending")
    }
  }

  /// There is nothing to move; a checkpoint flushes.
  public var needsCheckpoint: Bool { false }

  public mutating func checkpoint() throws(JournalError) {
    if let failure { throw failure }
    do throws(SimulatedDisk.Trouble) { try drive.disk.flush(file) } catch {
      failure = error.journalError(path, "flushing")
    }
    if let failure { throw failure }
  }

  public consuming func close() throws(JournalError) {
    try checkpoint()
    try mark.flush()
  }
}

// MARK: - Reading

extension MemoryJournalStore {
  public func visitTurns(
    after turn: UInt64, _ body: (TurnView) throws(JournalError) -> Bool
  ) throws(JournalError) {
    guard turn < lastTurn else { return }
    let content = drive.disk.content(of: file)
    // The array lives through the function.
    let bytes = unsafe content.span.bytes
    var value = turn == 0 ? chain.genesis : try frame(of: turn, in: bytes).hash
    for number in turn + 1...lastTurn {
      let frame = try frame(of: number, in: bytes)
      let span = frame.body(in: bytes)
      value = chain.next(after: value, turn: number, body: span)
      guard value == frame.hash else { throw damaged(number, "it does not fit the chain") }
      let view: TurnView
      do throws(TurnRefusal) { view = try TurnView(span) } catch { throw damaged(number, "\(error)") }
      guard try body(view) else { return }
    }
  }

  public func turn(holding row: Int64) throws(JournalError) -> UInt64 {
    precondition(row > 0 && row <= lastRow, "row \(row) of \(lastRow)")
    let content = drive.disk.content(of: file)
    // The array lives through the function.
    let bytes = unsafe content.span.bytes
    var low: UInt64 = 1
    var high = lastTurn
    while low < high {
      let middle = high - (high - low) / 2
      guard let first = TurnView.firstRow(of: try frame(of: middle, in: bytes).body(in: bytes)) else {
        throw damaged(middle, "it has no header")
      }
      if first <= row { low = middle } else { high = middle - 1 }
    }
    return low
  }

  public func validSnapshots(atMost limit: Int) throws(JournalError) -> [StoredSnapshot] {
    let content = drive.disk.content(of: file)
    // The array lives through the function.
    let bytes = unsafe content.span.bytes
    var valid: [StoredSnapshot] = []
    var damaged = 0
    let wanted = min(limit, StoreLayout.keptSnapshots)
    for offset in snapshotOffsets.reversed() where valid.count < wanted {
      guard let frame = MemoryFrame(bytes, at: offset), frame.kind == .snapshot,
        let snapshot = MemorySnapshot(frame.body(in: bytes)), snapshot.numbers.turn <= lastTurn
      else {
        damaged += 1
        continue
      }
      let turn = snapshot.numbers.turn
      // A later one after the same turn has taken its place.
      guard valid.last?.turn != turn else { continue }
      let value = turn == 0 ? chain.genesis : try self.frame(of: turn, in: bytes).hash
      if let sound = snapshot.checked(chain, value, hash: frame.hash, damagedNewerCount: damaged) {
        valid.append(sound)
      } else {
        damaged += 1
      }
    }
    return valid
  }

  /// Frames are cut off at their end only, so no snapshot is left of turns that are gone.
  public func checkTail() throws(JournalError) {}

  public func verify() throws(JournalError) {
    var state = HostState()
    let snapshots = try validSnapshots(atMost: .max)
    try visitTurns(after: 0) { (view) throws(JournalError) in
      do throws(TurnRefusal) { try state.apply(view) } catch { throw damaged(view.turn, "\(error)") }
      for snapshot in snapshots where snapshot.turn == view.turn && snapshot.hostState != state {
        throw damaged(view.turn, "the snapshot after it holds another state of the host")
      }
      return true
    }
  }

  private func frame(of turn: UInt64, in bytes: RawSpan) throws(JournalError) -> MemoryFrame {
    guard let frame = MemoryFrame(bytes, at: turnOffsets[Int(turn) - 1]), frame.kind == .turn else {
      throw damaged(turn, "its frame cannot be read")
    }
    return frame
  }

  private func damaged(_ turn: UInt64, _ what: String) -> JournalError {
    .corrupt(path: path, atSequence: nil, what: "turn \(turn): \(what)")
  }
}
