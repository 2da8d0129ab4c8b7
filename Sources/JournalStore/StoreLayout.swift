import Journal
import Records

/// The tables of a store's file and the numbers that name its format.
///
/// The chain and the seals cover what SQLite's own checks do not: a changed, removed or moved row in a file
/// whose structure is sound.
enum StoreLayout {
  /// "WGGL": marks the file as a Waggle journal in SQLite's header; the former format has it too.
  static let applicationID: Int64 = 0x5747_474C
  /// The format, kept in SQLite's `user_version` and in `meta`. Up to 2 there was a row for each fact.
  static let format: Int64 = 3
  static let keptSnapshots = 3

  /// `body` stands last: what stands before it is read without it.
  static let creation = """
    CREATE TABLE meta (
      id INTEGER PRIMARY KEY CHECK (id = 1), format INTEGER NOT NULL, file_id BLOB NOT NULL,
      colony TEXT NOT NULL, component TEXT NOT NULL, kind TEXT NOT NULL,
      mode TEXT NOT NULL, account TEXT NOT NULL,
      schema INTEGER NOT NULL, durability INTEGER NOT NULL,
      epoch INTEGER NOT NULL, lineage INTEGER NOT NULL, head INTEGER NOT NULL, head_chain BLOB NOT NULL,
      seal BLOB NOT NULL
    ) STRICT;
    CREATE TABLE turn (number INTEGER PRIMARY KEY, chain BLOB NOT NULL, body BLOB NOT NULL) STRICT;
    CREATE TABLE snapshot (
      turn INTEGER PRIMARY KEY, last_row INTEGER NOT NULL, schema INTEGER NOT NULL,
      at_nanos INTEGER NOT NULL, hash BLOB NOT NULL, host BLOB NOT NULL, core BLOB NOT NULL
    ) STRICT;
    PRAGMA application_id = \(applicationID);
    PRAGMA user_version = \(format);
    """

  /// Refuses a file that is no journal, or one of another format.
  static func check(_ database: Database) throws(JournalError) {
    let application = try database.integer("PRAGMA application_id") ?? 0
    guard application == applicationID else {
      let what = "a SQLite file with application id \(application), not \(applicationID)"
      throw .notAJournal(path: database.path, what: what)
    }
    let found = try database.integer("PRAGMA user_version") ?? 0
    guard found <= format else {
      throw .newer(path: database.path, what: "format", found: Int(found), supported: Int(format))
    }
    guard found >= 1 else {
      throw .corrupt(path: database.path, atSequence: nil, what: "format \(found) never existed")
    }
    guard found == format else {
      throw .older(path: database.path, what: "format", found: Int(found), supported: Int(format))
    }
    // In another mode SQLite would ignore the log, and with it the newest turns.
    let mode = try database.text("PRAGMA journal_mode") ?? "none"
    guard mode == "wal" else {
      throw .corrupt(
        path: database.path, atSequence: nil, what: "the header says mode \(mode) instead of wal")
    }
  }
}
