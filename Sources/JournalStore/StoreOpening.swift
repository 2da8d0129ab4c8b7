import Glibc
import Journal
import Records

/// The steps of opening a store for writing, in the order `run` takes them.
struct StoreOpening {
  let path: String
  let identity: JournalIdentity
  let durability: Durability
  /// The new epoch lies above this.
  let floor: UInt32
  let files: any JournalFiles

  struct Opened: ~Copyable {
    let database: Database
    let claim: OpenFileClaim
    let contents: StoreContents
    let meta: StoreMeta
    let lastTurn: UInt64
    let lastRow: Int64
    let chainValue: Digest
    let recovery: StoreRecovery
    let mark: MarkKeeper
  }

  func run(keeping: SQLiteJournalStore.KeepFinding?) throws(JournalError) -> Opened {
    try createIfMissing()
    let database = try Database(path: path, access: .existing, vfs: files.vfs)
    let claim = try lock(database)
    // From here on this process is the only one. The log is judged before anything is appended to it.
    let log = try files.inspectLog(of: path, file: database)
    var meta = try StoreMeta.read(from: database)
    try checkOwner(meta)
    let chain = TurnChain(of: meta.identity, fileID: meta.fileID)
    let contents = StoreContents(database: database, chain: chain)
    let last = try contents.lastTurn()
    try contents.checkHead(meta, last: last)
    let markFile = try files.openMark(markPath(of: path))
    let found = CommitMark.newest(in: try markFile.read())
    let judgement = TailJudgement(
      path: path, durability: meta.durability, fileID: meta.fileID, boot: try files.boot(), lastTurn: last,
      unreadable: log.unreadableCommitsAtLeast)
    let recovery = try judgement.judge(found) { (turn) throws(JournalError) in try contents.chain(at: turn) }
    try keeping?(recovery)
    let lastRow = try contents.lastRow(of: last)
    let chainValue = try contents.chain(at: last)
    meta.identity = identity
    meta.durability = durability
    meta.head = last
    meta.headChain = chainValue
    // What was cut off must not be found again by the next opening.
    if !log.isWhole { try database.checkpoint(truncating: true) }
    try enterNextEpoch(&meta, found, database, chain)
    let mark = try MarkKeeper.start(
      markFile,
      CommitMark(
        fileID: meta.fileID, turn: last, chain: chainValue, epoch: meta.epoch, boot: judgement.boot),
      durability: durability)
    return Opened(
      database: database, claim: claim, contents: contents, meta: meta, lastTurn: last, lastRow: lastRow,
      chainValue: chainValue, recovery: recovery, mark: mark)
  }

  // MARK: Creation

  /// A new journal appears under its name complete or not at all, so an empty or half-made file is always
  /// damage.
  private func createIfMissing() throws(JournalError) {
    if let status = try files.status(of: path) {
      guard status.isRegular else { throw .notAJournal(path: path, what: "not a regular file") }
      guard status.byteCount > 0 else {
        throw .corrupt(path: path, atSequence: nil, what: "the file is empty")
      }
      return
    }
    for left in [path + "-wal", markPath(of: path)] where try files.status(of: left) != nil {
      throw .corrupt(path: path, atSequence: nil, what: "the main file is gone, \(left) is not")
    }
    let draft = files.draftName(for: path)
    defer { files.remove(draft) }
    do {
      try StoreCreation(path: draft, identity: identity, durability: durability, epoch: 0, files: files)
        .run()
    } catch .unwritable(_, let what) {
      throw .unwritable(path: path, what: what)
    }
    // Where another opener was faster, its file is as good, and the lock decides who has it.
    _ = try files.publish(draft, as: path)
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
      try StoreLayout.check(database)
    } catch .heldByAnother {
      throw .heldByAnother(path: path, processID: try files.holder(of: path))
    }
    guard !database.isReadOnly else { throw .unwritable(path: path, what: "the file is read-only") }
    guard let status = try files.status(of: path), let claim = OpenFileClaim.take(status.identity) else {
      throw .heldByAnother(path: path, processID: getpid())
    }
    return claim
  }

  // MARK: Checks

  private func checkOwner(_ meta: StoreMeta) throws(JournalError) {
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

  // MARK: The epoch

  /// Every opening is a new incarnation. The bump waits for the disk whatever the durability: an epoch used
  /// twice after a power loss would make message numbers and order ids repeat. The commit mark knows the last
  /// one too.
  private func enterNextEpoch(
    _ meta: inout StoreMeta, _ found: CommitMark.Found, _ database: Database, _ chain: TurnChain
  ) throws(JournalError) {
    meta.epoch = try NextEpoch.after(max(meta.epoch, floor, found.epoch), of: identity, path: path)
    try database.execute("PRAGMA wal_autocheckpoint = 0")
    database.watchLog()
    try database.execute("PRAGMA synchronous = FULL")
    try database.write("BEGIN IMMEDIATE")
    try meta.write(to: database, chain)
    try database.write("COMMIT")
    try database.execute(durability.synchronousPragma)
  }
}
