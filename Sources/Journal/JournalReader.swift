import Glibc

/// Reads a journal that no process holds, for reports and inspection. It works on a private copy of the file
/// and its log, gone from the disk before the first row is read: SQLite's own readers hold a lock that would
/// stop the component from starting again, and a report must never keep an executor from its account.
public final class JournalReader {
  public let path: String
  public let identity: JournalIdentity
  public let durability: Durability
  /// The last incarnation that wrote.
  public let epoch: UInt32
  /// See `Journal.lineage`.
  public let lineage: UInt64
  public let lastSequence: Int64
  /// See `Journal.recoveredCleanly`: what the next opening would find.
  public let endsCleanly: Bool

  private let contents: JournalContents
  private let meta: MetaRow

  /// Throws `.heldByAnother` when a process has the journal open: then its owner must be asked.
  public static func open(path: String) throws(JournalError) -> JournalReader {
    let copy = try JournalCopy.make(of: path)
    return try JournalReader(path: path, copy)
  }

  private init(path: String, _ copy: consuming JournalCopy) throws(JournalError) {
    self.path = path
    do {
      let log = try WriteAheadLog.inspect(journal: copy.path)
      let database = try Database(path: copy.path, access: .existing)
      try database.execute("PRAGMA locking_mode = EXCLUSIVE")
      try JournalLayout.check(database)
      meta = try MetaRow.read(from: database)
      contents = JournalContents(database: database, genesis: RowChain.genesis(of: meta.identity))
      lastSequence = try contents.lastSequence()
      endsCleanly = log.isClean
    } catch {
      throw error.at(path)
    }
    identity = meta.identity
    durability = meta.durability
    epoch = meta.epoch
    lineage = meta.lineage
  }

  /// Hands over the rows after `after` in order, at most `limit`, each checked against the chain first. The
  /// body's bytes are borrowed for the call. Returns the last sequence handed over.
  @discardableResult
  public func forEachRow(
    after: Int64 = 0, limit: Int = .max, _ body: (JournalRow, RawSpan) throws(JournalError) -> Void
  ) throws(JournalError) -> Int64 {
    do {
      return try contents.forEachRow(after: after, through: lastSequence, limit: limit, body)
    } catch {
      throw error.at(path)
    }
  }

  public func newestValidSnapshot() throws(JournalError) -> JournalSnapshot? {
    do { return try contents.newestValidSnapshot() } catch { throw error.at(path) }
  }

  /// See `Journal.validSnapshots`.
  public func validSnapshots(atMost limit: Int) throws(JournalError) -> [JournalSnapshot] {
    do { return try contents.validSnapshots(atMost: limit) } catch { throw error.at(path) }
  }

  /// See `Journal.checkTail`.
  public func checkTail() throws(JournalError) {
    do { try contents.checkTail() } catch { throw error.at(path) }
  }

  /// Every snapshot there is, oldest first; few are kept. Throws at a damaged one.
  public func snapshots() throws(JournalError) -> [JournalSnapshot] {
    do {
      var snapshots: [JournalSnapshot] = []
      for sequence in try contents.allSnapshotSequences().reversed() {
        snapshots.append(try contents.snapshot(at: sequence, damagedNewerCount: 0))
      }
      return snapshots
    } catch {
      throw error.at(path)
    }
  }

  public func marks() throws(JournalError) -> [JournalMark] {
    do { return try contents.marks() } catch { throw error.at(path) }
  }

  /// The sessions with messages that were not acknowledged.
  public func outboxSessions() throws(JournalError) -> [UInt32] {
    do { return try contents.outboxSessions() } catch { throw error.at(path) }
  }

  public func forEachOutboxMessage(
    session: UInt32, after: UInt64 = 0, _ body: (UInt64, RawSpan) throws(JournalError) -> Void
  ) throws(JournalError) {
    do {
      try contents.forEachOutboxEntry(session: session, after: after, body)
    } catch {
      throw error.at(path)
    }
  }

  /// Checks the whole file: structure, chain, seals, snapshots. Throws at the first damage.
  public func verify() throws(JournalError) {
    do { try contents.verify(meta) } catch { throw error.at(path) }
  }
}

extension JournalError {
  /// The same trouble, told of the journal instead of its copy.
  package func at(_ path: String) -> JournalError {
    switch self {
    case .heldByAnother(_, let processID): .heldByAnother(path: path, processID: processID)
    case .missing: .missing(path: path)
    case .notAJournal(_, let what): .notAJournal(path: path, what: what)
    case .foreign(_, let found, let expected): .foreign(path: path, found: found, expected: expected)
    case .otherBinding(_, let found, let expected):
      .otherBinding(path: path, found: found, expected: expected)
    case .older(_, let what, let found, let supported):
      .older(path: path, what: what, found: found, supported: supported)
    case .newer(_, let what, let found, let supported):
      .newer(path: path, what: what, found: found, supported: supported)
    case .corrupt(_, let sequence, let what): .corrupt(path: path, atSequence: sequence, what: what)
    case .unwritable(_, let what): .unwritable(path: path, what: what)
    case .storage(_, let operation, let code, let what):
      .storage(path: path, operation: operation, code: code, what: what)
    }
  }
}
