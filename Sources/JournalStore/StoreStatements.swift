import Journal
import Records

/// What a store writes, prepared once and reused.
struct StoreStatements: ~Copyable {
  let insertTurn: Statement
  let begin: Statement
  let commit: Statement
  let insertSnapshot: Statement
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
