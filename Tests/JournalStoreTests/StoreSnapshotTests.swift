import JournalTestKit
import JournalStore
import Records
import Testing
import Wire

@Suite struct StoreSnapshotTests {
  /// Turns 1...50 with a snapshot after every tenth; its state is its number.
  private func makeStore(at path: String, isClosed: Bool = true) throws {
    var store = try SQLiteJournalStore.openExecutor(path)
    for index in 1...50 {
      try store.record("row \(index)")
      if index % 10 == 0 { try store.saveText("\(index)") }
    }
    if isClosed { try store.close() }
  }

  private func snapshots(_ path: String, atMost limit: Int = 9) throws -> [StoredSnapshot] {
    let store = try SQLiteJournalStore.openExecutor(path)
    return try store.validSnapshots(atMost: limit)
  }

  @Test func theNewestThreeAreKeptNewestFirst() throws {
    let folder = try StoreFolder()
    try makeStore(at: folder.path())
    let found = try snapshots(folder.path())
    #expect(found.map(\.turn) == [50, 40, 30] && found.map(\.row) == [50, 40, 30])
    #expect(found[0].coreState == Array("50".utf8) && found[0].schemaVersion == 3)
    #expect(found[0].hostState == HostState() && found[0].wallNanos == 5 && found[0].damagedNewerCount == 0)
    #expect(try snapshots(folder.path(), atMost: 2).map(\.turn) == [50, 40])
  }

  @Test func marksAndMessagesComeBackFromTheSnapshotAndTheTurnsAfterIt() throws {
    let folder = try StoreFolder()
    var state = HostState()
    do {
      var store = try SQLiteJournalStore.openExecutor(folder.path(), .power)
      var turn = TurnRecord()
      for index in UInt64(1)...9 {
        store.begin(&turn)
        turn.setMark(JournalMark(peer: 2, lane: 0, lineage: 9, epoch: 1, sequence: index))
        turn.addMessage(peer: 4, key: index, frame: [UInt8(index)].span.bytes)
        if index > 3 { turn.forgetMessages(peer: 4, through: index - 3) }
        try store.append(turn)
        try state.apply(try TurnView(turn.bytes))
        if index == 5 {
          try store.saveSnapshot(coreState: [UInt8]([5]).span.bytes, hostState: state, wallNanos: 0)
        }
      }
    }
    let store = try SQLiteJournalStore.openExecutor(folder.path(), .power)
    let snapshot = try #require(try store.validSnapshots(atMost: 1).first)
    var recovered = snapshot.hostState
    try store.forEachTurn(after: snapshot.turn) { (view) throws(JournalError) in
      do throws(TurnRefusal) { try recovered.apply(view) } catch {
        Issue.record("turn \(view.turn): \(error)")
      }
    }
    #expect(snapshot.turn == 5 && recovered == state)
    #expect(recovered.messages(for: 4).map(\.key) == [7, 8, 9])
    try store.verify()
  }

  @Test func damagedOnesArePassedOver() throws {
    let folder = try StoreFolder()
    try makeStore(at: folder.path())
    try alter(folder.path(), "UPDATE snapshot SET core = x'00' WHERE turn = 50")
    try alter(folder.path(), "UPDATE snapshot SET turn = 41 WHERE turn = 40")
    let found = try snapshots(folder.path())
    #expect(found.map(\.turn) == [30] && found[0].damagedNewerCount == 2)
  }

  @Test func aSnapshotOfTurnsThatAreGoneShowsThatTheEndIsLost() throws {
    let folder = try StoreFolder()
    try makeStore(at: folder.path(), isClosed: false)
    try alter(folder.path(), "DELETE FROM turn WHERE number > 45")
    let reader = try StoreReader.open(path: folder.path())
    let error = #expect(throws: JournalError.self) { try reader.checkTail() }
    #expect("\(try #require(error))".contains("turn 50"))
    #expect(reader.recovery == nil, "the owner would be refused by the mark")
  }

  @Test func aSnapshotOfAnotherHistoryDoesNotFit() throws {
    let folder = try StoreFolder()
    try makeStore(at: folder.path("a"))
    var other = try SQLiteJournalStore.openExecutor(folder.path("b"))
    for index in 1...50 { try other.record("row \(index)") }
    try other.close()
    try alter(
      folder.path("b"),
      "ATTACH '\(folder.path("a"))' AS a; INSERT INTO snapshot SELECT * FROM a.snapshot")
    #expect(try snapshots(folder.path("b")).isEmpty)
  }

  @Test func theStateBeforeAnyTurnCanBeSavedAndReplaced() throws {
    let folder = try StoreFolder()
    do {
      var store = try SQLiteJournalStore.openExecutor(folder.path())
      try store.saveText("first")
      try store.saveText("second")
    }
    let found = try snapshots(folder.path())
    #expect(found.map(\.turn) == [0] && found[0].coreState == Array("second".utf8))
  }

  @Test func verifyComparesTheHostsStateWithTheTurns() throws {
    let folder = try StoreFolder()
    var store = try SQLiteJournalStore.openExecutor(folder.path())
    var turn = TurnRecord()
    store.begin(&turn)
    turn.setMark(JournalMark(peer: 2, lane: 0, lineage: 9, epoch: 1, sequence: 7))
    try store.append(turn)
    // A host that saved what its turns do not lead to.
    try store.saveText("state")
    let error = #expect(throws: JournalError.self) { try store.verify() }
    #expect("\(try #require(error))".contains("turn 1"))
  }
}
