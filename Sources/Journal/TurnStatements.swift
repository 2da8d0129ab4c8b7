/// The statements of a turn, prepared once and reused.
struct TurnStatements: ~Copyable {
  let begin: Statement
  let commit: Statement
  let insertRow: Statement
  let setMark: Statement
  let insertMessage: Statement
  let deleteMessages: Statement

  static func prepare(_ database: Database) throws(JournalError) -> TurnStatements {
    let begin = try database.prepare("BEGIN IMMEDIATE")
    let commit = try database.prepare("COMMIT")
    let insertRow = try database.prepare(
      """
      INSERT INTO journal (seq, epoch, at_nanos, kind, correlation_hi, correlation_lo, body, chain)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """)
    let setMark = try database.prepare(
      "INSERT OR REPLACE INTO marks (peer, lane, lineage, epoch, sequence, seal) VALUES (?, ?, ?, ?, ?, ?)")
    let insertMessage = try database.prepare(
      "INSERT INTO outbox (session, seq, body, seal) VALUES (?, ?, ?, ?)")
    let deleteMessages = try database.prepare("DELETE FROM outbox WHERE session = ? AND seq <= ?")
    return TurnStatements(
      begin: begin, commit: commit, insertRow: insertRow, setMark: setMark, insertMessage: insertMessage,
      deleteMessages: deleteMessages)
  }
}
