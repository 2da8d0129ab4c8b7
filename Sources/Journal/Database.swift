import CSQLite

/// One SQLite connection, used by one thread. Statements keep it alive; it closes with the last of them.
@safe package final class Database {
  package let path: String
  /// The first failed write. From then on nothing more is written: after a failed sync nobody knows what the
  /// disk holds, so trying again would only hide it.
  package private(set) var failure: JournalError?
  private let handle: OpaquePointer
  private let logFrames: UnsafeMutablePointer<Int32>

  package enum Access {
    case existing, create

    var flags: Int32 {
      let base = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX
      return self == .create ? base | SQLITE_OPEN_CREATE : base
    }
  }

  /// `vfs` names the file system below SQLite; nil is the host's own.
  package init(path: String, access: Access, vfs: String? = nil) throws(JournalError) {
    var opened: OpaquePointer?
    let code = unsafe sqlite3_open_v2(path, &opened, access.flags, vfs)
    guard code == SQLITE_OK, let connection = unsafe opened else {
      let what = unsafe opened.map { unsafe Database.message(of: $0) } ?? "out of memory"
      unsafe sqlite3_close_v2(opened)
      throw JournalError.of(code: code, path: path, operation: "opening", what: what)
    }
    self.path = path
    unsafe handle = connection
    unsafe logFrames = .allocate(capacity: 1)
    unsafe logFrames.initialize(to: 0)
    unsafe sqlite3_extended_result_codes(handle, 1)
    unsafe sqlite3_busy_timeout(handle, 0)
    let hardened = unsafe waggle_sqlite3_defensive(handle)
    precondition(hardened == SQLITE_OK, "SQLite refused defensive mode: \(hardened)")
    try execute("PRAGMA trusted_schema = OFF")
    try execute("PRAGMA cell_size_check = ON")
    try execute("PRAGMA temp_store = MEMORY")
  }

  deinit {
    // Statements retain the connection, so none is open any more and the close cannot be refused.
    unsafe sqlite3_close_v2(handle)
    unsafe logFrames.deallocate()
  }

  package var isReadOnly: Bool { unsafe sqlite3_db_readonly(handle, "main") == 1 }

  package func execute(_ sql: String) throws(JournalError) {
    let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw error(code, operation: sql) }
  }

  /// A write outside the prepared statements; its failure is remembered.
  package func write(_ sql: String) throws(JournalError) {
    let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw fail(code, operation: sql) }
  }

  package func prepare(_ sql: String) throws(JournalError) -> Statement {
    var prepared: OpaquePointer?
    let persistent = UInt32(SQLITE_PREPARE_PERSISTENT)
    let code = unsafe sqlite3_prepare_v3(handle, sql, -1, persistent, &prepared, nil)
    guard code == SQLITE_OK, let statement = unsafe prepared else { throw error(code, operation: sql) }
    return unsafe Statement(handle: statement, database: self, sql: sql)
  }

  /// The first column of the first row; nil when there is no row or it is NULL.
  package func integer(_ sql: String) throws(JournalError) -> Int64? {
    let statement = try prepare(sql)
    guard try statement.step(), !statement.isNull(0) else { return nil }
    return statement.integer(0)
  }

  package func text(_ sql: String) throws(JournalError) -> String? {
    let statement = try prepare(sql)
    return try statement.step() ? statement.text(0) : nil
  }

  package func error(_ code: Int32, operation: String) -> JournalError {
    JournalError.of(
      code: code, path: path, operation: operation, what: unsafe Database.message(of: handle))
  }

  package func fail(_ code: Int32, operation: String) -> JournalError {
    let error = error(code, operation: operation)
    if failure == nil { failure = error }
    return error
  }

  private static func message(of handle: OpaquePointer) -> String {
    // SQLite's text lives until the next call on the connection; it is copied at once.
    unsafe String(cString: sqlite3_errmsg(handle))
  }
}

// MARK: - The write-ahead log

extension Database {
  /// Bytes of the main file as they stand there, without the log; fewer where it ends before. Read through
  /// SQLite's own descriptor: closing another would drop the lock on the file.
  package func bytes(at offset: Int, count: Int) throws(JournalError) -> [UInt8] {
    var opened: UnsafeMutablePointer<sqlite3_file>?
    guard unsafe sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &opened) == SQLITE_OK,
      let file = unsafe opened, let methods = unsafe file.pointee.pMethods,
      let read = unsafe methods.pointee.xRead, let size = unsafe methods.pointee.xFileSize
    else { throw error(SQLITE_CANTOPEN, operation: "reading the file") }
    var byteCount: sqlite3_int64 = 0
    let sized = unsafe size(file, &byteCount)
    guard sized == SQLITE_OK else { throw error(sized, operation: "reading the file's size") }
    let available = max(0, min(count, Int(byteCount) - offset))
    var bytes = [UInt8](repeating: 0, count: available)
    // Writes only inside the array.
    let code = unsafe bytes.withUnsafeMutableBytes {
      unsafe read(file, $0.baseAddress, Int32(available), sqlite3_int64(offset))
    }
    guard code == SQLITE_OK else { throw error(code, operation: "reading the file") }
    return bytes
  }

  /// Frames in the write-ahead log after the last commit.
  package var logFrameCount: Int { Int(unsafe logFrames.pointee) }

  package func disableCheckpointOnClose() {
    let code = unsafe waggle_sqlite3_no_checkpoint_on_close(handle)
    precondition(code == SQLITE_OK, "SQLite refused to leave the log alone on close: \(code)")
  }

  /// Keeps `logFrameCount` current. Replaces SQLite's own automatic checkpoint, which uses the same hook.
  package func watchLog() {
    let count:
      @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?, UnsafePointer<CChar>?, Int32) -> Int32
    unsafe count = { context, _, _, frames in
      // The context is `logFrames`, which outlives the connection that calls this.
      unsafe context?.assumingMemoryBound(to: Int32.self).pointee = frames
      return SQLITE_OK
    }
    _ = unsafe sqlite3_wal_hook(handle, count, logFrames)
  }

  /// Moves the log's pages into the main file; with `truncating` also gives the log's disk space back.
  package func checkpoint(truncating: Bool) throws(JournalError) {
    let mode = truncating ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE
    var frames: Int32 = 0
    var moved: Int32 = 0
    let code = unsafe sqlite3_wal_checkpoint_v2(handle, "main", mode, &frames, &moved)
    guard code == SQLITE_OK else { throw fail(code, operation: "checkpoint") }
    // Everything moved: the next commit starts the log again from its beginning.
    unsafe logFrames.pointee = max(0, frames - moved)
  }
}

extension JournalError {
  /// The kind of trouble a SQLite result code stands for.
  static func of(code: Int32, path: String, operation: String, what: String) -> JournalError {
    switch code & 0xff {
    case SQLITE_BUSY, SQLITE_LOCKED: .heldByAnother(path: path, processID: nil)
    case SQLITE_NOTADB: .notAJournal(path: path, what: what)
    case SQLITE_CORRUPT, SQLITE_CONSTRAINT, SQLITE_MISMATCH:
      .corrupt(path: path, atSequence: nil, what: "\(what), while: \(operation)")
    case SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM: .unwritable(path: path, what: what)
    default: .storage(path: path, operation: operation, code: code, what: what)
    }
  }
}
