extension JournalContents {
  /// The newest snapshot whose hash is right and whose row is the one it was taken at. Damage here is never
  /// fatal: an older snapshot, or none, only means more rows to replay.
  func newestValidSnapshot() throws(JournalError) -> JournalSnapshot? {
    try validSnapshots(atMost: 1).first
  }

  /// The newest such snapshots, newest first.
  func validSnapshots(atMost limit: Int) throws(JournalError) -> [JournalSnapshot] {
    var valid: [JournalSnapshot] = []
    var damaged = 0
    for sequence in try allSnapshotSequences() where valid.count < limit {
      do {
        valid.append(try snapshot(at: sequence, damagedNewerCount: damaged))
      } catch .corrupt {
        damaged += 1
      }
    }
    return valid
  }

  /// A snapshot of rows that are not there any more shows that the end of the journal was lost.
  func checkTail() throws(JournalError) {
    guard let newest = try allSnapshotSequences().first else { return }
    let last = try lastSequence()
    guard newest > last else { return }
    throw damaged(last, "its end is lost: a snapshot was taken after row \(newest), and this is the last row")
  }

  /// Newest first. Entries that SQLite cannot reach any more are left out.
  func allSnapshotSequences() throws(JournalError) -> [Int64] {
    var sequences: [Int64] = []
    do {
      let statement = try database.prepare("SELECT seq FROM snapshot ORDER BY seq DESC")
      while try statement.step() { sequences.append(statement.integer(0)) }
    } catch .corrupt {
      return sequences
    }
    return sequences
  }

  func snapshot(at sequence: Int64, damagedNewerCount: Int) throws(JournalError) -> JournalSnapshot {
    let statement = try database.prepare(
      "SELECT schema, state, state_hash, epoch, at_nanos FROM snapshot WHERE seq = ?")
    statement.bind(1, sequence)
    guard try statement.step() else { throw damaged(sequence, "the snapshot is missing") }
    guard let schema = Int32(exactly: statement.integer(0)), schema >= 1, sequence >= 0 else {
      throw damaged(sequence, "the snapshot's numbers are out of their ranges")
    }
    // The bytes live until the statement is reset or stepped: both only after this function.
    let state = unsafe statement.bytes(1)
    let chainThere = try chain(at: sequence)
    let hash = unsafe Self.snapshotHash(
      sequence: sequence, schema: schema, epoch: statement.integer(3), atNanos: statement.integer(4),
      chain: chainThere, state: state)
    guard statement.digest(2) == hash else { throw damaged(sequence, "the snapshot does not match its hash") }
    return unsafe JournalSnapshot(
      sequence: sequence, schemaVersion: schema, state: Array(state), damagedNewerCount: damagedNewerCount)
  }

  /// Covers the chain value too, so that a snapshot of another history does not fit.
  static func snapshotHash(
    sequence: Int64, schema: Int32, epoch: Int64, atNanos: Int64, chain: Digest, state: UnsafeRawBufferPointer
  ) -> Digest {
    var builder = DigestBuilder()
    builder.add("snapshot")
    builder.add(sequence)
    builder.add(Int64(schema))
    builder.add(epoch)
    builder.add(atNanos)
    builder.add(chain)
    unsafe builder.add(state)
    return builder.finish()
  }
}
