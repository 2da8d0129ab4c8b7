import Journal
import Records
import Wire

/// A store in one SQLite file: a turn is one row and one transaction.
///
/// Opening takes the file's lock (the kernel gives it back when the process ends, however it ends) and enters
/// the next epoch. Beside the file lie SQLite's log, `-wal`, and the commit mark, `-mark`: see `CommitMark`.
///
/// Inside the owning process nothing but this type may open the file: closing another descriptor of it would
/// drop the lock.
public struct SQLiteJournalStore: JournalStore, ~Copyable {
  public let path: String
  public let identity: JournalIdentity
  public let durability: Durability
  public let epoch: UInt32
  public let lineage: UInt64
  public let recovery: StoreRecovery
  public private(set) var lastTurn: UInt64
  public private(set) var lastRow: Int64

  /// When the log reaches this size the owner should call `checkpoint` at its next quiet moment.
  public static let checkpointBytes = 1 << 20
  /// A log that has grown beyond this gives its disk space back at the next checkpoint.
  public static let truncateBytes = 64 << 20

  private let contents: StoreContents
  private let database: Database
  private let claim: OpenFileClaim
  private let statements: StoreStatements
  private var mark: MarkKeeper
  private var meta: StoreMeta
  private var chainValue: Digest
  private var unflushed: UnflushedTurns
  private var largestLogBytes = 0
  private var snapshotBuffer = ByteBuffer(capacity: 256)
  /// The first failed write; nothing is written after it.
  private var failure: JournalError?

  /// Opens the store at `path`, creating it when there is none. Throws at once, without waiting, when another
  /// process holds it. The epoch it enters is above its last one and above `floor`: incarnations that ran
  /// without the journal had epochs too.
  public static func open(
    path: String, identity: JournalIdentity, durability: Durability, above floor: UInt32 = 0,
    keeping: KeepFinding? = nil
  ) throws(JournalError) -> SQLiteJournalStore {
    try open(
      path: path, identity: identity, durability: durability, above: floor, on: HostFiles(), keeping: keeping)
  }

  /// Keeps what an opening found before it changes anything, after which only that keeps it.
  public typealias KeepFinding = (StoreRecovery) throws(JournalError) -> Void

  package static func open(
    path: String, identity: JournalIdentity, durability: Durability, above floor: UInt32 = 0,
    on files: any JournalFiles, keeping: KeepFinding? = nil
  ) throws(JournalError) -> SQLiteJournalStore {
    let opening = StoreOpening(
      path: path, identity: identity, durability: durability, floor: floor, files: files)
    return try SQLiteJournalStore(try opening.run(keeping: keeping))
  }

  private init(_ opened: consuming StoreOpening.Opened) throws(JournalError) {
    statements = try StoreStatements.prepare(opened.database)
    database = opened.database
    claim = opened.claim
    contents = opened.contents
    meta = opened.meta
    path = opened.database.path
    identity = opened.meta.identity
    durability = opened.meta.durability
    epoch = opened.meta.epoch
    lineage = opened.meta.lineage
    recovery = opened.recovery
    lastTurn = opened.lastTurn
    lastRow = opened.lastRow
    chainValue = opened.chainValue
    mark = opened.mark
    unflushed = UnflushedTurns(opened.meta.durability)
  }
}

// MARK: - A turn

extension SQLiteJournalStore {
  public mutating func append(_ turn: borrowing TurnRecord, flushing: Bool) throws(JournalError) {
    try checkUsable()
    precondition(
      turn.turn == lastTurn + 1 && turn.firstRow == lastRow + 1 && turn.epoch == epoch,
      """
      turn \(turn.turn) from row \(turn.firstRow) of epoch \(turn.epoch) after turn \(lastTurn), \
      row \(lastRow), in epoch \(epoch)
      """)
    let next = contents.chain.next(after: chainValue, turn: turn.turn, body: turn.bytes)
    let isFlushed = unflushed.mustFlush(flushing)
    let relaxes = durability == .power && !isFlushed
    do throws(JournalError) {
      if relaxes { try database.write(Durability.process.synchronousPragma) }
      // Outside any `BEGIN` the statement is a transaction of its own.
      try statements.insert(turn: turn.turn, chain: next, body: turn.bytes)
      if relaxes { try database.write(durability.synchronousPragma) }
      if unflushed.isMarked(wasFlushed: isFlushed) { try mark.advance(to: turn.turn, chain: next) }
    } catch {
      throw fail(error)
    }
    unflushed.note(wasFlushed: isFlushed)
    chainValue = next
    lastTurn = turn.turn
    lastRow = turn.lastRow
  }

  private func checkUsable() throws(JournalError) {
    if let failure { throw failure }
    if let failure = database.failure { throw failure }
  }

  private mutating func fail(_ error: JournalError) -> JournalError {
    if failure == nil { failure = error }
    return error
  }
}

// MARK: - Snapshots and checkpoints

extension SQLiteJournalStore {
  public mutating func saveSnapshot(
    coreState: RawSpan, hostState: HostState, wallNanos: Int64
  ) throws(JournalError) {
    try checkUsable()
    snapshotBuffer.removeAll()
    hostState.encode(into: &snapshotBuffer)
    let numbers = SnapshotNumbers(
      turn: lastTurn, row: lastRow, schemaVersion: identity.schemaVersion, wallNanos: wallNanos)
    let hash = contents.chain.snapshotHash(
      numbers, chain: chainValue, core: coreState, host: snapshotBuffer.bytes)
    do throws(JournalError) {
      // A snapshot need not survive a power loss by itself: the next turn's wait for the disk covers it.
      if durability == .power { try database.write(Durability.process.synchronousPragma) }
      try statements.begin.run()
      try statements.insert(numbers, hash, core: coreState, host: snapshotBuffer.bytes)
      try statements.deleteSnapshots.run()
      try statements.commit.run()
      if durability == .power { try database.write(durability.synchronousPragma) }
    } catch {
      throw fail(error)
    }
  }

  /// Bytes in the write-ahead log not yet moved to the main file.
  public var logBytes: Int { database.logFrameCount * (4096 + 24) }

  public var needsCheckpoint: Bool { logBytes >= Self.checkpointBytes }

  /// Moves the log into the main file: about 1 ms per MB.
  public mutating func checkpoint() throws(JournalError) {
    try checkUsable()
    largestLogBytes = max(largestLogBytes, logBytes)
    // What reaches the main file is covered by a head that says how far it went.
    meta.head = lastTurn
    meta.headChain = chainValue
    let truncating = largestLogBytes >= Self.truncateBytes
    do throws(JournalError) {
      try statements.begin.run()
      try meta.write(to: database, contents.chain)
      try statements.commit.run()
      try database.checkpoint(truncating: truncating)
    } catch {
      throw fail(error)
    }
    if truncating { largestLogBytes = 0 }
  }

  public consuming func close() throws(JournalError) {
    try checkpoint()
    try database.checkpoint(truncating: true)
    try mark.flush()
  }

  /// For tests: makes the file full at `pages` pages of 4 KiB.
  package func limitPages(to pages: Int) throws(JournalError) {
    try database.execute("PRAGMA max_page_count = \(pages)")
  }
}

// MARK: - Reading

extension SQLiteJournalStore {
  public func validSnapshots(atMost limit: Int) throws(JournalError) -> [StoredSnapshot] {
    try contents.validSnapshots(atMost: limit)
  }

  public func checkTail() throws(JournalError) { try contents.checkTail() }

  public func visitTurns(
    after turn: UInt64, _ body: (TurnView) throws(JournalError) -> Bool
  ) throws(JournalError) {
    try contents.visitTurns(after: turn, through: lastTurn, body)
  }

  public func turn(holding row: Int64) throws(JournalError) -> UInt64 {
    precondition(row > 0 && row <= lastRow, "row \(row) of \(lastRow)")
    return try contents.turn(holding: row, through: lastTurn)
  }

  public func verify() throws(JournalError) { try contents.verify(meta) }
}
