import Journal
import Records

/// Records on disk, in the order of their keys: what is too much for memory while a report is made.
///
/// A temporary file of SQLite's own, without a name, in the folder for temporary files (`TMPDIR`): it is gone
/// with its last user, however that ends. Its memory is SQLite's cache, `cacheKiB`.
package final class KeyedFile {
  /// A record as it lies here. Several may have one key; no two have one place.
  package struct Entry {
    package var key: [UInt8]
    package var place: Int64
    package var body: [UInt8]

    package init(key: [UInt8], place: Int64, body: [UInt8]) {
      self.key = key
      self.place = place
      self.body = body
    }
  }

  private static let cacheKiB = 2_048

  private let database: Database
  private let insertion: Statement
  private let replacement: Statement
  private let lookup: Statement

  package init() throws(JournalError) {
    database = try Database(path: "", access: .create)
    try database.execute("PRAGMA cache_size = -\(Self.cacheKiB)")
    // The file dies with the process, so a rollback has nothing to save beyond a failed statement.
    try database.execute("PRAGMA journal_mode = MEMORY")
    try database.execute("PRAGMA synchronous = OFF")
    // In the order of the keys, which mostly rise: new records go to the end, and a walk reads the file once.
    try database.write(
      "CREATE TABLE record (key BLOB NOT NULL, place INTEGER NOT NULL, body BLOB NOT NULL, "
        + "PRIMARY KEY (key, place)) WITHOUT ROWID")
    insertion = try database.prepare("INSERT INTO record VALUES (?, ?, ?)")
    replacement = try database.prepare("UPDATE record SET body = ?3 WHERE key = ?1 AND place = ?2")
    lookup = try database.prepare("SELECT place, body FROM record WHERE key = ? ORDER BY place LIMIT 1")
  }

  /// Adds records, all or none.
  package func insert(_ entries: some Sequence<Entry>) throws(JournalError) {
    try database.write("BEGIN")
    for entry in entries { try run(insertion, entry) }
    try database.write("COMMIT")
  }

  /// Gives the record with this key and place another body; it must be there.
  package func replace(_ entry: Entry) throws(JournalError) { try run(replacement, entry) }

  /// The first record of a key, by place.
  package func first(ofKey key: [UInt8]) throws(JournalError) -> Entry? {
    defer { lookup.reset() }
    // SQLite looks at the bytes only in the step, which is within their life.
    return try unsafe key.span.bytes.withUnsafeBytes { (bytes) throws(JournalError) -> Entry? in
      unsafe lookup.bind(1, lending: bytes)
      guard try lookup.step() else { return nil }
      return Entry(key: key, place: lookup.integer(0), body: unsafe Array(lookup.bytes(1)))
    }
  }

  /// Reads all from the first key on. Nothing may be written while a cursor is in use.
  package func cursor() throws(JournalError) -> Cursor {
    Cursor(try database.prepare("SELECT key, place, body FROM record ORDER BY key, place"))
  }

  private func run(_ statement: borrowing Statement, _ entry: Entry) throws(JournalError) {
    // SQLite looks at the bytes only while the statement runs, which is within their life.
    try unsafe entry.key.span.bytes.withUnsafeBytes { (key) throws(JournalError) in
      try unsafe entry.body.span.bytes.withUnsafeBytes { (body) throws(JournalError) in
        unsafe statement.bind(1, lending: key)
        statement.bind(2, entry.place)
        unsafe statement.bind(3, lending: body)
        try statement.run()
      }
    }
  }

  /// A walk in the order of the keys, and of the places where keys are equal.
  package final class Cursor {
    private let statement: Statement

    init(_ statement: consuming Statement) { self.statement = statement }

    package func next() throws(JournalError) -> Entry? {
      guard try statement.step() else { return nil }
      return Entry(
        key: unsafe Array(statement.bytes(0)), place: statement.integer(1),
        body: unsafe Array(statement.bytes(2)))
    }
  }
}
