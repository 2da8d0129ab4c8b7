import Glibc

/// The steps of opening a journal for writing, in the order `run` takes them.
struct JournalOpening {
  let path: String
  let identity: JournalIdentity
  let durability: Durability
  /// The new epoch lies above this.
  let floor: UInt32

  struct Opened {
    let database: Database
    let claim: OpenFileClaim
    let contents: JournalContents
    let meta: MetaRow
    let lastSequence: Int64
    let chain: Digest
    let log: WriteAheadLog
  }

  func run() throws(JournalError) -> Opened {
    try createIfMissing()
    let database = try Database(path: path, access: .existing)
    let claim = try lock(database)
    // From here on this process is the only one. The log is judged before anything is appended to it.
    let log = try WriteAheadLog.inspect(journal: path)
    var meta = try MetaRow.read(from: database)
    try checkOwner(meta)
    try checkLayout(database)
    try judge(log, writtenWith: meta.durability)
    let contents = JournalContents(database: database, genesis: RowChain.genesis(of: meta.identity))
    let last = try contents.lastSequence()
    try contents.checkHead(meta, last: last)
    let chain = try newestRowChecked(contents, last: last)
    meta.identity = identity
    meta.durability = durability
    meta.head = last
    meta.headChain = chain
    try enterNextEpoch(&meta, database)
    return Opened(
      database: database, claim: claim, contents: contents, meta: meta,
      lastSequence: last, chain: chain, log: log)
  }

  // MARK: Creation

  /// A new journal appears under its name complete or not at all, so an empty or half-made file is always
  /// damage.
  private func createIfMissing() throws(JournalError) {
    if let status = try JournalFileStatus(path: path) {
      guard status.isRegular else { throw .notAJournal(path: path, what: "not a regular file") }
      guard status.byteCount > 0 else {
        throw .corrupt(path: path, atSequence: nil, what: "the file is empty")
      }
      return
    }
    guard try JournalFileStatus(path: path + "-wal") == nil else {
      throw .corrupt(path: path, atSequence: nil, what: "the main file is gone, its log \(path)-wal is not")
    }
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    let draft = "\(path).new-\(getpid())-\(now.tv_sec)\(now.tv_nsec)"
    defer { unsafe unlink(draft) }
    try create(draft)
    guard unsafe link(draft, path) == 0 else {
      // Another opener was faster: its file is as good, and the lock decides who has it.
      if errno == EEXIST { return }
      throw .unwritable(path: path, what: describe(errno))
    }
    try syncFolder(of: path)
  }

  private func create(_ draft: String) throws(JournalError) {
    do {
      let database = try Database(path: draft, access: .create)
      try database.execute("PRAGMA synchronous = FULL")
      try database.execute("BEGIN IMMEDIATE")
      try database.execute(JournalLayout.creation)
      let genesis = RowChain.genesis(of: identity)
      let meta = MetaRow(
        identity: identity, durability: durability, epoch: 0, lineage: Self.wallNanos(), head: 0,
        headChain: genesis)
      try meta.write(to: database)
      try database.execute("COMMIT")
      try database.execute("PRAGMA journal_mode = WAL")
    } catch .unwritable(_, let what) {
      throw .unwritable(path: path, what: what)
    }
  }

  /// The wall clock, ns UTC: two journals are never created in the same nanosecond.
  private static func wallNanos() -> UInt64 {
    var now = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &now)
    return UInt64(max(0, now.tv_sec)) * 1_000_000_000 + UInt64(max(0, now.tv_nsec))
  }

  // MARK: The lock

  /// Takes SQLite's exclusive lock, which the kernel releases with the process, and checks what kind of file
  /// it is.
  private func lock(_ database: Database) throws(JournalError) -> OpenFileClaim {
    // Before the first access: only then is the log's index kept in this process's own memory, and the lock
    // taken with the first read.
    try database.execute("PRAGMA locking_mode = EXCLUSIVE")
    database.disableCheckpointOnClose()
    do {
      try JournalLayout.check(database)
    } catch .heldByAnother {
      throw .heldByAnother(path: path, processID: try lockHolder(of: path))
    }
    guard !database.isReadOnly else { throw .unwritable(path: path, what: "the file is read-only") }
    guard let status = try JournalFileStatus(path: path), let claim = OpenFileClaim.take(status.identity)
    else {
      throw .heldByAnother(path: path, processID: getpid())
    }
    return claim
  }

  // MARK: Checks

  private func checkLayout(_ database: Database) throws(JournalError) {
    let found = try database.integer("PRAGMA user_version") ?? 0
    guard found == JournalLayout.version else {
      throw .older(path: path, what: "layout", found: Int(found), supported: Int(JournalLayout.version))
    }
  }

  private func checkOwner(_ meta: MetaRow) throws(JournalError) {
    guard meta.identity.isSameOwner(as: identity) else {
      throw .foreign(path: path, found: meta.identity, expected: identity)
    }
    let (found, known) = (Int(meta.identity.schemaVersion), Int(identity.schemaVersion))
    guard found <= known else { throw .newer(path: path, what: "schema", found: found, supported: known) }
    guard found == known else { throw .older(path: path, what: "schema", found: found, supported: known) }
    guard meta.identity.isSameBinding(as: identity) else {
      throw .otherBinding(path: path, found: meta.identity, expected: identity)
    }
  }

  /// With `power`, each commit waited for the disk before the next began, so no accident leaves more than one
  /// unreadable commit at the end of the log: two or more are damage. With `process`, a power loss may cut
  /// off any number; the journal opens without them and says so (`Journal.recoveredCleanly`).
  private func judge(_ log: WriteAheadLog, writtenWith durability: Durability) throws(JournalError) {
    guard durability == .power, log.unreadableCommits >= 2 else { return }
    let what = "\(log.unreadableCommits) committed turns in the log \(path)-wal cannot be read"
    throw .corrupt(path: path, atSequence: nil, what: what)
  }

  private func newestRowChecked(_ contents: JournalContents, last: Int64) throws(JournalError) -> Digest {
    if last > 0 {
      _ = try contents.forEachRow(after: last - 1, through: last, limit: 1) { (_, _) throws(JournalError) in }
    }
    return try contents.chain(at: last)
  }

  // MARK: The epoch

  /// Every opening is a new incarnation. The bump waits for the disk whatever the durability: an epoch used
  /// twice after a power loss would make message numbers and order ids repeat.
  private func enterNextEpoch(_ meta: inout MetaRow, _ database: Database) throws(JournalError) {
    let last = max(meta.epoch, floor)
    let (next, overflows) = last.addingReportingOverflow(1)
    guard !overflows else {
      throw .corrupt(path: path, atSequence: nil, what: "the epoch \(last) is the last possible one")
    }
    meta.epoch = next
    try database.execute("PRAGMA wal_autocheckpoint = 0")
    database.watchLog()
    try database.execute("PRAGMA synchronous = FULL")
    try database.write("BEGIN IMMEDIATE")
    try meta.write(to: database)
    try database.write("COMMIT")
    try database.execute(durability.synchronousPragma)
  }
}
