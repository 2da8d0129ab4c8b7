import JournalTestKit
import Journal
import Testing

@Suite struct JournalSnapshotTests {
  /// Rows 1...50 with a snapshot after every tenth; its state is its sequence.
  func makeJournal(at path: String, isClosed: Bool = true) throws {
    var journal = try Journal.openExecutor(path)
    for index in 1...50 {
      try journal.record("row \(index)")
      if index % 10 == 0 {
        let state = [UInt8](repeating: UInt8(index), count: 300)
        try journal.saveSnapshot(state: state.span.bytes, atSequence: Int64(index), atNanos: 0)
      }
    }
    if isClosed { try journal.close() }
  }

  @Test func theNewestSnapshotIsUsed() throws {
    let folder = try JournalFolder()
    try makeJournal(at: folder.path())
    let journal = try Journal.openExecutor(folder.path())
    let snapshot = try #require(try journal.newestValidSnapshot())
    #expect(snapshot.sequence == 50 && snapshot.schemaVersion == 3 && snapshot.damagedNewerCount == 0)
    #expect(snapshot.state == [UInt8](repeating: 50, count: 300))
    #expect(try journal.texts(after: 50) == [])
  }

  @Test func damagedOnesArePassedOver() throws {
    let folder = try JournalFolder()
    try makeJournal(at: folder.path())
    try alter(folder.path(), "UPDATE snapshot SET state = zeroblob(300) WHERE seq = 50")
    try alter(folder.path(), "UPDATE snapshot SET seq = 41 WHERE seq = 40")
    let journal = try Journal.openExecutor(folder.path())
    let snapshot = try #require(try journal.newestValidSnapshot())
    #expect(snapshot.sequence == 30 && snapshot.damagedNewerCount == 2)
    #expect(try journal.texts(after: 30).count == 20)
  }

  @Test func aSnapshotOfRowsThatAreGoneShowsThatTheEndIsLost() throws {
    let folder = try JournalFolder()
    // Killed: what the file's head says of its end is from the boot.
    try makeJournal(at: folder.path(), isClosed: false)
    try alter(folder.path(), "DELETE FROM journal WHERE seq > 45")
    let journal = try Journal.openExecutor(folder.path())
    let error = #expect(throws: JournalError.self) { try journal.checkTail() }
    #expect("\(try #require(error))".contains("row 50"))
  }

  @Test func theNewestValidOnesComeNewestFirst() throws {
    let folder = try JournalFolder()
    try makeJournal(at: folder.path())
    try alter(folder.path(), "UPDATE snapshot SET state = zeroblob(300) WHERE seq = 40")
    let journal = try Journal.openExecutor(folder.path())
    #expect(try journal.validSnapshots(atMost: 2).map(\.sequence) == [50, 30])
    #expect(try journal.validSnapshots(atMost: 9).map(\.sequence) == [50, 30])
    #expect(try journal.validSnapshots(atMost: 1).map(\.sequence) == [50])
  }

  @Test func threeAreKeptAndNoneMeansAFullReplay() throws {
    let folder = try JournalFolder()
    try makeJournal(at: folder.path())
    try alter(folder.path(), "UPDATE snapshot SET state_hash = zeroblob(32)")
    try alter(folder.path(), "DELETE FROM snapshot WHERE seq IN (30, 40, 50)")
    let journal = try Journal.openExecutor(folder.path())
    #expect(try journal.newestValidSnapshot() == nil)
    #expect(try journal.texts().count == 50)
  }

  @Test func aSnapshotOfAnotherHistoryDoesNotFit() throws {
    let folder = try JournalFolder()
    try makeJournal(at: folder.path("a"))
    var other = try Journal.openExecutor(folder.path("b"))
    for index in 1...50 { try other.record("other row \(index)") }
    try other.close()
    try alter(
      folder.path("b"),
      "ATTACH '\(folder.path("a"))' AS a; INSERT INTO snapshot SELECT * FROM a.snapshot")
    let journal = try Journal.openExecutor(folder.path("b"))
    #expect(try journal.newestValidSnapshot() == nil)
  }

  @Test func theStateBeforeAnyRowCanBeSaved() throws {
    let folder = try JournalFolder()
    do {
      var journal = try Journal.openExecutor(folder.path())
      let state: [UInt8] = []
      try journal.saveSnapshot(state: state.span.bytes, atSequence: 0, atNanos: 0)
      try journal.saveSnapshot(state: state.span.bytes, atSequence: 0, atNanos: 1)
    }
    let journal = try Journal.openExecutor(folder.path())
    #expect(try journal.newestValidSnapshot()?.sequence == 0)
  }
}
