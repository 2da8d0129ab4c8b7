import Journal
import Records

/// Puts turns of former incarnations into a new store's file, one after the other, in a transaction that
/// somebody else ends.
struct StoreTurnWriter: ~Copyable {
  let chain: TurnChain
  var record = TurnRecord()
  private(set) var value: Digest
  private(set) var lastTurn: UInt64 = 0
  private(set) var lastRow: Int64 = 0
  private(set) var lastNanos: Int64 = 0
  private let statements: StoreStatements

  init(statements: consuming StoreStatements, chain: TurnChain) {
    self.statements = statements
    self.chain = chain
    value = chain.genesis
  }

  /// Starts the next turn in `record`.
  mutating func begin(epoch: UInt32, atNanos: Int64) {
    record.begin(turn: lastTurn + 1, firstRow: lastRow + 1, epoch: epoch, wallNanos: atNanos)
    lastNanos = atNanos
  }

  /// Writes the turn in `record`.
  mutating func append() throws(JournalError) {
    let next = chain.next(after: value, turn: record.turn, body: record.bytes)
    try statements.insert(turn: record.turn, chain: next, body: record.bytes)
    value = next
    lastTurn = record.turn
    lastRow = record.lastRow
  }

  /// A snapshot of the core after the last turn, with nothing of the host.
  func save(_ snapshot: JournalSnapshot) throws(JournalError) {
    let numbers = SnapshotNumbers(
      turn: lastTurn, row: lastRow, schemaVersion: snapshot.schemaVersion, wallNanos: lastNanos)
    let host = HostState().encoded()
    // Both arrays live through the calls.
    let (core, hostBytes) = unsafe (snapshot.state.span.bytes, host.span.bytes)
    let hash = chain.snapshotHash(numbers, chain: value, core: core, host: hostBytes)
    try statements.insert(numbers, hash, core: core, host: hostBytes)
  }
}
