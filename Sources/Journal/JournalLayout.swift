/// The tables of a journal file and the numbers that name its format.
///
/// The row chain and the seals cover what SQLite's own checks do not: a changed, removed or moved row in a
/// file whose structure is sound. `journal.chain` is the SHA-256 of the previous chain and the row; `seal` is
/// the first eight bytes of the SHA-256 of the other columns.
package enum JournalLayout {
  /// "WGGL": marks the file as a Waggle journal in SQLite's header.
  static let applicationID: Int64 = 0x5747_474C
  /// The version of these tables, kept in SQLite's `user_version`. A change raises it.
  static let version: Int64 = 2
  /// Before lineage, mode and account were kept. Such a journal can still be read, and is written no more.
  package static let unboundVersion: Int64 = 1
  static let keptSnapshots = 3

  static let creation = """
    CREATE TABLE meta (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      colony TEXT NOT NULL, component TEXT NOT NULL, kind TEXT NOT NULL,
      mode TEXT NOT NULL, account TEXT NOT NULL,
      schema INTEGER NOT NULL, durability INTEGER NOT NULL,
      epoch INTEGER NOT NULL, lineage INTEGER NOT NULL, head INTEGER NOT NULL, head_chain BLOB NOT NULL,
      seal INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE journal (
      seq INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, at_nanos INTEGER NOT NULL, kind INTEGER NOT NULL,
      correlation_hi INTEGER NOT NULL, correlation_lo INTEGER NOT NULL,
      body BLOB NOT NULL, chain BLOB NOT NULL
    ) STRICT;
    CREATE TABLE snapshot (
      seq INTEGER PRIMARY KEY, schema INTEGER NOT NULL, state BLOB NOT NULL, state_hash BLOB NOT NULL,
      epoch INTEGER NOT NULL, at_nanos INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE marks (
      peer INTEGER NOT NULL, lane INTEGER NOT NULL, lineage INTEGER NOT NULL, epoch INTEGER NOT NULL,
      sequence INTEGER NOT NULL,
      seal INTEGER NOT NULL, PRIMARY KEY (peer, lane)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE outbox (
      session INTEGER NOT NULL, seq INTEGER NOT NULL, body BLOB NOT NULL,
      seal INTEGER NOT NULL, PRIMARY KEY (session, seq)
    ) STRICT, WITHOUT ROWID;
    PRAGMA application_id = \(applicationID);
    PRAGMA user_version = \(version);
    """

  /// Refuses a file that is no journal, or one with tables this build does not know.
  static func check(_ database: Database) throws(JournalError) {
    let application = try database.integer("PRAGMA application_id") ?? 0
    guard application == applicationID else {
      let what = "a SQLite file with application id \(application), not \(applicationID)"
      throw .notAJournal(path: database.path, what: what)
    }
    let found = try database.integer("PRAGMA user_version") ?? 0
    guard found <= version else {
      throw .newer(path: database.path, what: "layout", found: Int(found), supported: Int(version))
    }
    guard found >= unboundVersion else {
      throw .corrupt(path: database.path, atSequence: nil, what: "layout version \(found) never existed")
    }
    // In another mode SQLite would ignore the log, and with it the newest rows.
    let mode = try database.text("PRAGMA journal_mode") ?? "none"
    guard mode == "wal" else {
      throw .corrupt(
        path: database.path, atSequence: nil, what: "the header says mode \(mode) instead of wal")
    }
  }
}
