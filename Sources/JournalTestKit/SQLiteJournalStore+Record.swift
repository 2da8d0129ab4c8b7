import ActorKit
import JournalStore
import Records

extension SQLiteJournalStore {
  /// Stores a turn of one fact.
  package mutating func record(
    kind: UInt16, _ body: [UInt8], correlation: (high: UInt64, low: UInt64) = (0, 0), wallNanos: Int64 = 0
  ) throws(JournalError) {
    var turn = TurnRecord()
    turn.begin(turn: lastTurn + 1, firstRow: lastRow + 1, epoch: epoch, wallNanos: wallNanos)
    // unsafe in name only: these are plain bytes.
    turn.addFact(kind: kind, correlation: correlation, body: unsafe body.span.bytes)
    try append(turn)
  }

  /// Stores a turn of one fact.
  package mutating func record(_ fact: some FactCoding, wallNanos: Int64 = 0) throws(JournalError) {
    var writer = SnapshotWriter()
    fact.encode(into: &writer)
    try record(kind: fact.kind, writer.bytes, wallNanos: wallNanos)
  }

  /// Saves a snapshot of what all turns so far lead to; no host's state.
  package mutating func saveSnapshot(of state: [UInt8]) throws(JournalError) {
    // unsafe in name only, as above.
    try saveSnapshot(coreState: unsafe state.span.bytes, hostState: HostState(), wallNanos: 0)
  }
}
