/// What is in an open journal file: the reading shared by the owner and by reports. Everything is checked
/// against the chain or its seal before it is handed out.
struct JournalContents {
  let database: Database
  let genesis: Digest

  /// The chain value after row `sequence`; before the first row (0) the genesis.
  func chain(at sequence: Int64) throws(JournalError) -> Digest {
    if sequence == 0 { return genesis }
    let statement = try database.prepare("SELECT chain FROM journal WHERE seq = ?")
    statement.bind(1, sequence)
    guard try statement.step() else { throw damaged(sequence, "the row is missing") }
    guard let chain = statement.digest(0) else { throw damaged(sequence, "its chain is not 32 bytes") }
    return chain
  }

  /// Checks the rows after `after` and hands over each with its body, in order, at most `limit`. `last` is
  /// the number of the last row; fewer rows than that are damage. Returns the last sequence handed over.
  func forEachRow(
    after: Int64, through last: Int64, limit: Int,
    _ body: (JournalRow, RawSpan) throws(JournalError) -> Void
  ) throws(JournalError) -> Int64 {
    precondition(after >= 0 && limit >= 0, "rows are asked after \(after), limit \(limit)")
    let end = limit < last - after ? after + Int64(limit) : last
    guard after < end else { return after }
    var chain = try chain(at: after)
    var previous = after
    let statement = try database.prepare(
      """
      SELECT seq, epoch, at_nanos, kind, correlation_hi, correlation_lo, body, chain
      FROM journal WHERE seq > ? AND seq <= ? ORDER BY seq
      """)
    statement.bind(1, after)
    statement.bind(2, end)
    while try stepping(statement, after: previous) {
      let sequence = statement.integer(0)
      guard sequence == previous + 1 else { throw damaged(previous + 1, "the row is missing") }
      guard let row = Self.row(in: statement) else { throw damaged(sequence, "a column is out of its range") }
      // The bytes live until the next step of the statement; `body` cannot keep the span.
      let bytes = unsafe statement.bytes(6)
      chain = unsafe RowChain.next(after: chain, row, body: bytes)
      guard chain == statement.digest(7) else { throw damaged(sequence, "the row does not fit the chain") }
      try body(row, unsafe bytes.bytes)
      previous = sequence
    }
    guard previous == end else { throw damaged(previous + 1, "the row is missing") }
    return previous
  }

  /// The newest row's number; 0 when there is none.
  func lastSequence() throws(JournalError) -> Int64 {
    try database.integer("SELECT max(seq) FROM journal") ?? 0
  }

  /// Reads the whole file: SQLite's own structure check, the chain from the first row, every seal and
  /// snapshot.
  func verify(_ meta: MetaRow) throws(JournalError) {
    let structure = try database.text("PRAGMA integrity_check(1)") ?? "no answer"
    guard structure == "ok" else { throw damaged(nil, "SQLite's integrity check: \(structure)") }
    let last = try lastSequence()
    _ = try forEachRow(after: 0, through: last, limit: .max) { (_, _) throws(JournalError) in }
    try checkHead(meta, last: last)
    try checkTail()
    let snapshots = try database.integer("SELECT count(*) FROM snapshot") ?? 0
    if snapshots > 0 {
      let newest = try newestValidSnapshot()
      let older = try allSnapshotSequences().dropFirst()
      guard let newest, newest.damagedNewerCount == 0 else { throw damaged(nil, "a snapshot is unreadable") }
      for sequence in older { _ = try snapshot(at: sequence, damagedNewerCount: 0) }
    }
    _ = try marks()
    for session in try outboxSessions() {
      try forEachOutboxEntry(session: session, after: 0) { (_, _) throws(JournalError) in }
    }
  }

  /// Rows cut off the end leave a sound chain; the head written at boot and before each checkpoint shows
  /// them.
  func checkHead(_ meta: MetaRow, last: Int64) throws(JournalError) {
    guard meta.head <= last else {
      throw damaged(last + 1, "rows up to \(meta.head) were stored, the last one found is \(last)")
    }
    guard try chain(at: meta.head) == meta.headChain else {
      throw damaged(meta.head, "the row is not the one stored when the journal was last written")
    }
  }

  func damaged(_ sequence: Int64?, _ what: String) -> JournalError {
    .corrupt(path: database.path, atSequence: sequence, what: what)
  }

  /// SQLite's own finding of damage, with the row at which it was met.
  private func stepping(_ statement: borrowing Statement, after previous: Int64) throws(JournalError) -> Bool
  {
    do {
      return try statement.step()
    } catch .corrupt(_, _, let what) {
      throw damaged(previous + 1, what)
    }
  }

  private static func row(in statement: borrowing Statement) -> JournalRow? {
    guard let epoch = UInt32(exactly: statement.integer(1)), let kind = UInt16(exactly: statement.integer(3))
    else { return nil }
    return JournalRow(
      sequence: statement.integer(0), epoch: epoch, atNanos: statement.integer(2), kind: kind,
      correlationHigh: UInt64(bitPattern: statement.integer(4)),
      correlationLow: UInt64(bitPattern: statement.integer(5)))
  }
}
