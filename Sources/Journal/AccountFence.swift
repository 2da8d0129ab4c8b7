import Glibc

/// The right to trade an account on this host: a lock database outside any run folder. Held as long as the
/// value lives; the kernel gives it back when the process ends, however it ends.
public struct AccountFence: ~Copyable {
  public let path: String

  private let database: Database
  private let claim: OpenFileClaim

  /// "WGFN" in SQLite's header.
  private static let applicationID: Int64 = 0x5747_464E

  /// `<folder>/<venue>-<account>.fence`.
  public static func path(folder: String, venue: String, account: String) -> String {
    "\(folder)/\(venue)-\(account).fence"
  }

  /// Takes the fence at once or says who has it. `holder` is left in a text file beside it for that message.
  public static func take(
    path: String, holder: FenceHolder
  ) throws(AccountFenceError) -> AccountFence {
    do throws(JournalError) {
      let database = try Database(path: path, access: .create)
      try lock(database)
      guard let status = try JournalFileStatus(path: path), let claim = OpenFileClaim.take(status.identity)
      else {
        throw JournalError.heldByAnother(path: path, processID: getpid())
      }
      try holder.write(beside: path)
      return AccountFence(path: path, database: database, claim: claim)
    } catch {
      throw AccountFenceError(error, path: path)
    }
  }

  /// Gives the fence up. Called at the end of the program, it also keeps the fence alive until there.
  public consuming func release() {}

  private static func lock(_ database: Database) throws(JournalError) {
    try database.execute("PRAGMA locking_mode = EXCLUSIVE")
    // In exclusive mode the lock stays after the transaction, until the connection ends.
    try database.execute("BEGIN EXCLUSIVE")
    let application = try database.integer("PRAGMA application_id") ?? 0
    let isEmpty = try database.integer("SELECT count(*) FROM sqlite_schema") == 0
    guard application == applicationID || (application == 0 && isEmpty) else {
      throw .notAJournal(path: database.path, what: "a SQLite file of another kind")
    }
    try database.execute("PRAGMA application_id = \(applicationID)")
    try database.execute("COMMIT")
  }
}
