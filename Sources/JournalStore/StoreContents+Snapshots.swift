import Journal
import Records
import Wire

extension StoreContents {
  /// The newest snapshots whose hash is right and whose turn is the one they were taken after. Damage here is
  /// never fatal: an older snapshot, or none, only means more turns to go through.
  func validSnapshots(atMost limit: Int) throws(JournalError) -> [StoredSnapshot] {
    var valid: [StoredSnapshot] = []
    var damaged = 0
    for turn in try snapshotTurns() where valid.count < limit {
      do {
        valid.append(try snapshot(after: turn, damagedNewerCount: damaged))
      } catch .corrupt {
        damaged += 1
      }
    }
    return valid
  }

  /// All of them; throws at a damaged one.
  func allSnapshots() throws(JournalError) -> [StoredSnapshot] {
    var all: [StoredSnapshot] = []
    for turn in try snapshotTurns() { all.append(try snapshot(after: turn, damagedNewerCount: 0)) }
    return all
  }

  /// A snapshot after turns that are not there any more shows that the end of the journal was lost.
  func checkTail() throws(JournalError) {
    guard let newest = try snapshotTurns().first else { return }
    let last = try lastTurn()
    guard newest > Int64(clamping: last) else { return }
    throw damaged(last, "its end is lost: a snapshot was taken after turn \(newest), and this is the last")
  }

  /// Newest first. Entries that SQLite cannot reach any more are left out.
  private func snapshotTurns() throws(JournalError) -> [Int64] {
    var turns: [Int64] = []
    do {
      let statement = try database.prepare("SELECT turn FROM snapshot ORDER BY turn DESC")
      while try statement.step() { turns.append(statement.integer(0)) }
    } catch .corrupt {
      return turns
    }
    return turns
  }

  private func snapshot(after number: Int64, damagedNewerCount: Int) throws(JournalError) -> StoredSnapshot {
    let statement = try database.prepare(
      "SELECT last_row, schema, at_nanos, hash, host, core FROM snapshot WHERE turn = ?")
    statement.bind(1, number)
    guard try statement.step() else { throw damaged(nil, "the snapshot after turn \(number) is missing") }
    guard let turn = UInt64(exactly: number), let schema = Int32(exactly: statement.integer(1)), schema >= 1,
      statement.integer(0) >= 0
    else { throw damaged(nil, "the numbers of the snapshot after turn \(number) are out of their ranges") }
    let numbers = SnapshotNumbers(
      turn: turn, row: statement.integer(0), schemaVersion: schema, wallNanos: statement.integer(2))
    // The bytes live until the statement is reset or stepped: both only after this function.
    let host = unsafe statement.bytes(4).bytes
    let core = unsafe statement.bytes(5).bytes
    let hash = chain.snapshotHash(numbers, chain: try chain(at: turn), core: core, host: host)
    guard statement.digest(3) == hash else { throw damaged(turn, "its snapshot does not match its hash") }
    do throws(TurnRefusal) {
      return StoredSnapshot(
        turn: turn, row: numbers.row, schemaVersion: schema, coreState: core.copiedBytes(),
        hostState: try HostState(decoding: host), wallNanos: numbers.wallNanos,
        damagedNewerCount: damagedNewerCount)
    } catch {
      throw damaged(turn, "the host's state in its snapshot: \(error)")
    }
  }
}
