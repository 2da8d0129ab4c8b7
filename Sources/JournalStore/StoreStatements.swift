import Journal
import Records

/// What a store writes, prepared once and reused.
struct StoreStatements: ~Copyable {
  private let insertTurn: Statement
  let begin: Statement
  let commit: Statement
  private let insertSnapshot: Statement
  let deleteSnapshots: Statement

  static func prepare(_ database: Database) throws(JournalError) -> StoreStatements {
    let insertTurn = try database.prepare("INSERT INTO turn (number, chain, body) VALUES (?, ?, ?)")
    let begin = try database.prepare("BEGIN IMMEDIATE")
    let commit = try database.prepare("COMMIT")
    let insertSnapshot = try database.prepare(
      """
      INSERT OR REPLACE INTO snapshot (turn, last_row, schema, at_nanos, hash, host, core)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """)
    let deleteSnapshots = try database.prepare(
      """
      DELETE FROM snapshot WHERE turn NOT IN
      (SELECT turn FROM snapshot ORDER BY turn DESC LIMIT \(StoreLayout.keptSnapshots))
      """)
    return StoreStatements(
      insertTurn: insertTurn, begin: begin, commit: commit, insertSnapshot: insertSnapshot,
      deleteSnapshots: deleteSnapshots)
  }
}

extension StoreStatements {
  func insert(turn: UInt64, chain: Digest, body: RawSpan) throws(JournalError) {
    insertTurn.bind(1, Int64(turn))
    // Chain and body live until `run` has returned.
    try unsafe chain.withBytes { (chainBytes) throws(JournalError) in
      unsafe insertTurn.bind(2, lending: chainBytes)
      try unsafe body.withUnsafeBytes { (bodyBytes) throws(JournalError) in
        unsafe insertTurn.bind(3, lending: bodyBytes)
        try insertTurn.run()
      }
    }
  }

  func insert(
    _ numbers: SnapshotNumbers, _ hash: Digest, core: RawSpan, host: RawSpan
  ) throws(JournalError) {
    insertSnapshot.bind(1, Int64(numbers.turn))
    insertSnapshot.bind(2, numbers.row)
    insertSnapshot.bind(3, Int64(numbers.schemaVersion))
    insertSnapshot.bind(4, numbers.wallNanos)
    // Hash and states live until `run` has returned.
    try unsafe hash.withBytes { (hashBytes) throws(JournalError) in
      unsafe insertSnapshot.bind(5, lending: hashBytes)
      try unsafe host.withUnsafeBytes { (hostBytes) throws(JournalError) in
        unsafe insertSnapshot.bind(6, lending: hostBytes)
        try unsafe core.withUnsafeBytes { (coreBytes) throws(JournalError) in
          unsafe insertSnapshot.bind(7, lending: coreBytes)
          try insertSnapshot.run()
        }
      }
    }
  }
}
