/// A component's durable history in the format before, a row a fact: one SQLite file, one writer, one thread.
/// No program writes it any more; it makes what a conversion reads and what `JournalStore` is measured
/// beside.
///
/// Opening takes the file's lock (the kernel gives it back when the process ends, however it ends) and enters
/// the next epoch. A turn is one transaction: `begin`, any number of `append`, `setMark`, `appendOutbox` and
/// `acknowledgeOutbox`, `commit`; what a committed turn survives is the `Durability`. A turn that wrote
/// nothing costs nothing. After a failed write every later one throws the same error: the process must end
/// and recover.
///
/// Inside the owning process nothing but this type may open the file: closing another descriptor of it would
/// drop the lock.
public struct Journal: ~Copyable {
  public let path: String
  public let identity: JournalIdentity
  public let durability: Durability
  /// This incarnation's number: 1 for a new journal, one more at every opening.
  public let epoch: UInt32
  /// Tells journals apart: when this one was created, ns UTC. Copies keep it.
  public let lineage: UInt64
  /// False when the end of the log could not be read: a commit cut short by the kill, turns lost with the
  /// power (only with durability `process`), or damage. Worth an alarm and a reconciliation; all that was
  /// read is sound.
  public let recoveredCleanly: Bool
  /// Turns at the end of the log that were begun to be stored and cannot be read. One is what a kill in the
  /// middle of a commit leaves: nobody was told of it. Two or more are turns that had been told.
  public let unreadableTurns: Int
  /// The number of the newest row, 0 when there is none; counts the open turn's rows.
  public private(set) var lastSequence: Int64

  /// When the log reaches this size the owner should call `checkpoint` at its next quiet moment.
  public static let checkpointBytes = 1 << 20
  /// A log that has grown beyond this gives its disk space back at the next checkpoint.
  public static let truncateBytes = 64 << 20

  private enum Turn { case none, begun, writing }

  private let contents: JournalContents
  private let database: Database
  private let claim: OpenFileClaim
  private var turn = Turn.none
  private var chain: Digest
  private var largestLogBytes = 0
  private var meta: MetaRow

  private let statements: TurnStatements

  /// Opens the journal at `path`, creating it when there is none. Throws at once, without waiting, when
  /// another process holds it. The epoch it enters is above its last one and above `floor`: incarnations
  /// that ran without the journal had epochs too.
  public static func open(
    path: String, identity: JournalIdentity, durability: Durability, above floor: UInt32 = 0
  ) throws(JournalError) -> Journal {
    let opened = try JournalOpening(path: path, identity: identity, durability: durability, floor: floor)
      .run()
    return Journal(opened, try TurnStatements.prepare(opened.database))
  }

  private init(_ opened: JournalOpening.Opened, _ statements: consuming TurnStatements) {
    database = opened.database
    claim = opened.claim
    contents = opened.contents
    meta = opened.meta
    path = database.path
    identity = meta.identity
    durability = meta.durability
    epoch = meta.epoch
    lineage = meta.lineage
    recoveredCleanly = opened.log.isClean
    unreadableTurns = opened.log.unreadableCommits
    lastSequence = opened.lastSequence
    chain = opened.chain
    self.statements = statements
  }
}

// MARK: - A turn

extension Journal {
  /// Starts a turn. Touches the file only when the turn writes something.
  public mutating func begin() throws(JournalError) {
    precondition(turn == .none, "a turn is already open, last row \(lastSequence)")
    if let failure = database.failure { throw failure }
    turn = .begun
  }

  /// Adds a row and returns its sequence. `correlation` ties rows of one order or intent together.
  @discardableResult
  public mutating func append(
    kind: UInt16, atNanos: Int64, correlation: (high: UInt64, low: UInt64), body: borrowing RawSpan
  ) throws(JournalError) -> Int64 {
    try startWriting()
    let row = JournalRow(
      sequence: lastSequence + 1, epoch: epoch, atNanos: atNanos, kind: kind,
      correlationHigh: correlation.high, correlationLow: correlation.low)
    chain = try unsafe body.withUnsafeBytes { (bytes) throws(JournalError) in
      let next = unsafe RowChain.next(after: chain, row, body: bytes)
      try unsafe insert(row, bytes, next)
      return next
    }
    lastSequence = row.sequence
    return row.sequence
  }

  /// Records how far a peer's lane has been taken in, replacing the previous mark.
  public mutating func setMark(
    peer: UInt16, lane: UInt8, lineage: UInt64 = 0, epoch: UInt32, sequence: UInt64
  ) throws(JournalError) {
    try startWriting()
    let mark = JournalMark(peer: peer, lane: lane, lineage: lineage, epoch: epoch, sequence: sequence)
    statements.setMark.bind(1, Int64(peer))
    statements.setMark.bind(2, Int64(lane))
    statements.setMark.bind(3, Int64(bitPattern: lineage))
    statements.setMark.bind(4, Int64(epoch))
    statements.setMark.bind(5, Int64(bitPattern: sequence))
    statements.setMark.bind(6, JournalContents.seal(of: mark))
    try statements.setMark.run()
  }

  /// Keeps a message to be sent again until the peer acknowledges it. Sequences of a session rise; below
  /// 2^63.
  public mutating func appendOutbox(
    session: UInt32, sequence: UInt64, body: borrowing RawSpan
  ) throws(JournalError) {
    precondition(sequence > 0 && sequence <= Int64.max, "outbox sequence \(sequence) of session \(session)")
    try startWriting()
    try unsafe body.withUnsafeBytes { (bytes) throws(JournalError) in
      statements.insertMessage.bind(1, Int64(session))
      statements.insertMessage.bind(2, Int64(sequence))
      // The body lives until `run` has returned.
      unsafe statements.insertMessage.bind(3, lending: bytes)
      statements.insertMessage.bind(
        4, unsafe JournalContents.seal(session: session, sequence: sequence, body: bytes))
      try statements.insertMessage.run()
    }
  }

  /// Forgets a session's messages up to and including `through`.
  public mutating func acknowledgeOutbox(session: UInt32, through sequence: UInt64) throws(JournalError) {
    try startWriting()
    statements.deleteMessages.bind(1, Int64(session))
    statements.deleteMessages.bind(2, Int64(clamping: sequence))
    try statements.deleteMessages.run()
  }

  /// Ends the turn; when this returns, everything in it is stored as the durability promises. Only then may
  /// the owner acknowledge and send.
  public mutating func commit() throws(JournalError) {
    precondition(turn != .none, "there is no turn to commit, last row \(lastSequence)")
    let wrote = turn == .writing
    turn = .none
    guard wrote else { return }
    // A row that could not be written takes its whole turn with it.
    if let failure = database.failure { throw failure }
    try statements.commit.run()
  }

  private mutating func startWriting() throws(JournalError) {
    switch turn {
    case .none: preconditionFailure("nothing may be written outside a turn, last row \(lastSequence)")
    case .writing: if let failure = database.failure { throw failure }
    case .begun:
      try statements.begin.run()
      turn = .writing
    }
  }

  private func insert(
    _ row: JournalRow, _ body: UnsafeRawBufferPointer, _ chain: Digest
  ) throws(JournalError) {
    statements.insertRow.bind(1, row.sequence)
    statements.insertRow.bind(2, Int64(row.epoch))
    statements.insertRow.bind(3, row.atNanos)
    statements.insertRow.bind(4, Int64(row.kind))
    statements.insertRow.bind(5, Int64(bitPattern: row.correlationHigh))
    statements.insertRow.bind(6, Int64(bitPattern: row.correlationLow))
    // Body and chain live until `run` has returned.
    unsafe statements.insertRow.bind(7, lending: body)
    try unsafe chain.withBytes { (bytes) throws(JournalError) in
      unsafe statements.insertRow.bind(8, lending: bytes)
      try statements.insertRow.run()
    }
  }
}

// MARK: - Recovery and replay

extension Journal {
  /// The snapshot to recover from; nil means: replay from row 1.
  public func newestValidSnapshot() throws(JournalError) -> JournalSnapshot? {
    try contents.newestValidSnapshot()
  }

  /// The newest valid snapshots, newest first. With two of them the way from the older to the newer one can
  /// be gone again, and compared.
  public func validSnapshots(atMost limit: Int) throws(JournalError) -> [JournalSnapshot] {
    try contents.validSnapshots(atMost: limit)
  }

  /// Throws when a snapshot was taken after rows that are gone.
  public func checkTail() throws(JournalError) { try contents.checkTail() }

  /// Hands over the rows after `after` in order, at most `limit`, each checked against the chain first. The
  /// body's bytes are borrowed for the call. Returns the last sequence handed over (`after` when there was
  /// none).
  @discardableResult
  public func forEachRow(
    after: Int64, limit: Int = .max, _ body: (JournalRow, RawSpan) throws(JournalError) -> Void
  ) throws(JournalError) -> Int64 {
    try contents.forEachRow(after: after, through: lastSequence, limit: limit, body)
  }

  /// All session marks, by peer and lane.
  public func marks() throws(JournalError) -> [JournalMark] { try contents.marks() }

  /// A session's unacknowledged messages after `after`, oldest first.
  public func forEachOutboxMessage(
    session: UInt32, after: UInt64 = 0, _ body: (UInt64, RawSpan) throws(JournalError) -> Void
  ) throws(JournalError) {
    try contents.forEachOutboxEntry(session: session, after: after, body)
  }

  /// Checks the whole file; time grows with its size.
  public func verify() throws(JournalError) { try contents.verify(meta) }
}

// MARK: - Snapshots and checkpoints

extension Journal {
  /// Saves the state that all rows up to `atSequence` lead to; the newest three are kept. Between turns only.
  public mutating func saveSnapshot(
    state: borrowing RawSpan, atSequence sequence: Int64, atNanos: Int64
  ) throws(JournalError) {
    precondition(turn == .none, "a snapshot inside a turn, last row \(lastSequence)")
    precondition(sequence >= 0 && sequence <= lastSequence, "snapshot at \(sequence) of \(lastSequence) rows")
    if let failure = database.failure { throw failure }
    let chainThere = sequence == lastSequence ? chain : try contents.chain(at: sequence)
    let inserting = try database.prepare(
      """
      INSERT OR REPLACE INTO snapshot (seq, schema, state, state_hash, epoch, at_nanos)
      VALUES (?, ?, ?, ?, ?, ?)
      """)
    inserting.bind(1, sequence)
    inserting.bind(2, Int64(identity.schemaVersion))
    inserting.bind(5, Int64(epoch))
    inserting.bind(6, atNanos)
    try statements.begin.run()
    try unsafe state.withUnsafeBytes { (bytes) throws(JournalError) in
      let hash = unsafe JournalContents.snapshotHash(
        sequence: sequence, schema: identity.schemaVersion, epoch: Int64(epoch), atNanos: atNanos,
        chain: chainThere, state: bytes)
      // State and hash live until `run` has returned.
      unsafe inserting.bind(3, lending: bytes)
      try unsafe hash.withBytes { (hashBytes) throws(JournalError) in
        unsafe inserting.bind(4, lending: hashBytes)
        try inserting.run()
      }
    }
    try database.write(
      """
      DELETE FROM snapshot WHERE seq NOT IN
      (SELECT seq FROM snapshot ORDER BY seq DESC LIMIT \(JournalLayout.keptSnapshots))
      """)
    try statements.commit.run()
  }

  /// Bytes in the write-ahead log not yet moved to the main file.
  public var logBytes: Int { database.logFrameCount * (4096 + 24) }

  /// The log has reached `checkpointBytes`.
  public var needsCheckpoint: Bool { logBytes >= Journal.checkpointBytes }

  /// Moves the log into the main file: about 1 ms per MB. Between turns only.
  public mutating func checkpoint() throws(JournalError) {
    precondition(turn == .none, "a checkpoint inside a turn, last row \(lastSequence)")
    if let failure = database.failure { throw failure }
    largestLogBytes = max(largestLogBytes, logBytes)
    // What reaches the main file is covered by a head that says how far it went.
    meta.head = lastSequence
    meta.headChain = chain
    try statements.begin.run()
    try meta.write(to: database)
    try statements.commit.run()
    let truncating = largestLogBytes >= Journal.truncateBytes
    try database.checkpoint(truncating: truncating)
    if truncating { largestLogBytes = 0 }
  }

  /// Tidies up and gives the lock back. Never needed for safety: dropping the journal, or a kill, loses
  /// nothing.
  public consuming func close() throws(JournalError) {
    try checkpoint()
    try database.checkpoint(truncating: true)
  }

  /// For tests: makes the file full at `pages` pages of 4 KiB.
  package func limitPages(to pages: Int) throws(JournalError) {
    try database.execute("PRAGMA max_page_count = \(pages)")
  }
}
