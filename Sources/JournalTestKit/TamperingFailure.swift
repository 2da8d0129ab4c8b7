import CSQLite
import Platform

// What a test does to a journal's files from outside, and what it expects to be told.

/// SQLite refused what a test wanted.
package struct TamperingFailure: Error {
  package let text: String
}

/// Runs SQL on a file from outside, as a curious person with sqlite3 would.
package func alter(_ path: String, _ sql: String) throws(TamperingFailure) {
  var database: OpaquePointer?
  // unsafe: SQLite gives a handle even where it refuses; it is closed on every way out.
  let isOpen = unsafe sqlite3_open(path, &database) == SQLITE_OK
  defer { unsafe sqlite3_close(database) }
  guard isOpen, unsafe sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK else {
    // unsafe: the text belongs to the handle, which is still open.
    throw TamperingFailure(text: "\(unsafe String(cString: sqlite3_errmsg(database))) in \(sql) on \(path)")
  }
}

package func bytes(of path: String) throws(FileError) -> [UInt8] {
  try FileSystem.read(path, maxBytes: 1 << 30)
}

package func write(_ bytes: [UInt8], to path: String) throws(FileError) {
  try FileSystem.write(bytes, to: path)
}

/// The error an operation throws; a test that gets none fails.
package func error<Failure: Error>(of operation: () throws(Failure) -> Void) throws(NothingThrown) -> Failure
{
  do {
    try operation()
  } catch {
    return error
  }
  throw NothingThrown()
}

package struct NothingThrown: Error {}
