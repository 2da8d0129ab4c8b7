import CSQLite

/// One prepared statement, reused for its whole life and finalised with it.
@safe package struct Statement: ~Copyable {
  private let handle: OpaquePointer
  private let database: Database
  private let sql: String

  init(handle: OpaquePointer, database: Database, sql: String) {
    unsafe self.handle = handle
    self.database = database
    self.sql = sql
  }

  deinit { unsafe sqlite3_finalize(handle) }

  // MARK: Parameters, numbered from 1

  package func bind(_ index: Int32, _ value: Int64) {
    check(unsafe sqlite3_bind_int64(handle, index, value))
  }

  package func bind(_ index: Int32, _ text: String) {
    // SQLITE_TRANSIENT (-1): SQLite copies the text, whose storage ends with this call.
    let copied = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    check(unsafe sqlite3_bind_text(handle, index, text, -1, copied))
  }

  /// Lends the bytes to SQLite until `run` returns; the caller must keep them alive so long.
  @unsafe package func bind(_ index: Int32, lending bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress, bytes.count > 0 else {
      // A nil pointer would bind NULL; an empty body is an empty blob.
      check(unsafe sqlite3_bind_zeroblob(handle, index, 0))
      return
    }
    check(unsafe sqlite3_bind_blob64(handle, index, start, UInt64(bytes.count), nil))
  }

  // MARK: Running

  /// Runs a statement that returns no rows. A failure is remembered by the connection: see
  /// `Database.failure`.
  package func run() throws(JournalError) {
    let code = unsafe sqlite3_step(handle)
    let failure: JournalError? = code == SQLITE_DONE ? nil : database.fail(code, operation: sql)
    unsafe sqlite3_reset(handle)
    if let failure { throw failure }
  }

  /// Moves to the next row; false at the end.
  package func step() throws(JournalError) -> Bool {
    let code = unsafe sqlite3_step(handle)
    switch code {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw database.error(code, operation: sql)
    }
  }

  /// Ends a reading so that the statement can run again.
  package func reset() { unsafe sqlite3_reset(handle) }

  // MARK: Columns, numbered from 0

  package func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

  package func isNull(_ column: Int32) -> Bool { unsafe sqlite3_column_type(handle, column) == SQLITE_NULL }

  package func text(_ column: Int32) -> String {
    // The text lives until the next step; it is copied at once.
    guard let start = unsafe sqlite3_column_text(handle, column) else { return "" }
    return unsafe String(cString: start)
  }

  /// The blob's bytes, valid until the next `step` or `reset`.
  @unsafe package func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
    // The pointer first: asking for the size may otherwise convert the value.
    let start = unsafe sqlite3_column_blob(handle, column)
    return unsafe UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
  }

  package func digest(_ column: Int32) -> Digest? { unsafe Digest(bytes(column)) }

  private func check(_ code: Int32) {
    // Wrong index, or a value beyond SQLite's 1 GB: both are mistakes of the caller.
    precondition(code == SQLITE_OK, "binding a value failed with \(code) in: \(sql)")
  }
}
