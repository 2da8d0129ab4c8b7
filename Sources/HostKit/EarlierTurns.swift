import Records

/// A journal as it was after an earlier turn: what was stored later, turns and snapshots, is not there.
package struct EarlierTurns<Source: TurnSource>: TurnSource {
  private let whole: Source
  package let lastTurn: UInt64
  package let lastRow: Int64

  /// Throws when the journal is another than the one meant, or does not reach so far.
  package init(
    _ whole: Source, through turn: UInt64, row: Int64, lineage: UInt64
  ) throws(JournalError) {
    guard whole.lineage == lineage, whole.lastTurn >= turn else {
      throw .corrupt(
        path: whole.path, atSequence: nil,
        what: "turn \(turn) of lineage \(lineage) is wanted, and it has \(whole.lastTurn) of lineage"
          + " \(whole.lineage)")
    }
    self.whole = whole
    lastTurn = turn
    lastRow = row
  }

  package var path: String { whole.path }
  package var identity: JournalIdentity { whole.identity }
  package var durability: Durability { whole.durability }
  package var epoch: UInt32 { whole.epoch }
  package var lineage: UInt64 { whole.lineage }

  package func validSnapshots(atMost limit: Int) throws(JournalError) -> [StoredSnapshot] {
    // A store keeps but a few.
    Array(try whole.validSnapshots(atMost: .max).filter { $0.turn <= lastTurn }.prefix(limit))
  }

  package func checkTail() throws(JournalError) { try whole.checkTail() }

  package func visitTurns(
    after turn: UInt64, _ body: (TurnView) throws(JournalError) -> Bool
  ) throws(JournalError) {
    let last = lastTurn
    try whole.visitTurns(after: turn) { (view) throws(JournalError) in
      guard view.turn <= last else { return false }
      return try body(view)
    }
  }

  package func turn(holding row: Int64) throws(JournalError) -> UInt64 { try whole.turn(holding: row) }

  package func verify() throws(JournalError) { try whole.verify() }
}
