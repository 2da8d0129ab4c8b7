import JournalTestKit
import JournalStore
import Records
import Testing
import Wire

@Suite struct StoreTurnTests {
  @Test(arguments: [Durability.process, .power])
  func turnsComeBackInOrderToTheByte(durability: Durability) throws {
    let folder = try StoreFolder()
    var written: [[UInt8]] = []
    do {
      var store = try SQLiteJournalStore.openExecutor(folder.path(), durability)
      var turn = TurnRecord()
      for index in 0..<20 {
        store.begin(&turn, wallNanos: Int64(index) - 5)
        for fact in 0..<index % 4 {
          turn.addFact(
            kind: .max - UInt16(fact), correlation: (.max, UInt64(index)),
            body: [UInt8](repeating: UInt8(index), count: fact * 3_000).span.bytes)
        }
        turn.setMark(JournalMark(peer: 3, lane: 0, lineage: .max, epoch: 1, sequence: UInt64(index)))
        written.append(turn.bytes.copiedBytes())
        try store.append(turn)
      }
      #expect(store.lastTurn == 20 && store.lastRow == 30)
    }
    let store = try SQLiteJournalStore.openExecutor(folder.path(), durability)
    var found: [[UInt8]] = []
    try store.forEachTurn(after: 0) { (view) throws(JournalError) in found.append(view.bytes.copiedBytes()) }
    #expect(found == written && store.lastTurn == 20 && store.lastRow == 30)
    #expect(store.epoch == 2 && store.recovery.isClean && store.durability == durability)
    try store.verify()
  }

  @Test func rowsAreTheFactsOfTheTurnsOneAfterTheOther() throws {
    let folder = try StoreFolder()
    var store = try SQLiteJournalStore.openExecutor(folder.path())
    try store.record("1", "2", "3")
    try store.record()
    try store.record()
    try store.record("4")
    try store.record("5", "6")
    try store.record()
    #expect(store.lastTurn == 6 && store.lastRow == 6)
    for after in 0...6 {
      for limit in 0...7 {
        let expected = (after + 1..<7).prefix(limit).map { "\($0)" }
        #expect(try store.texts(after: Int64(after), limit: limit) == expected, "\(limit) after \(after)")
      }
    }
    var turns: [UInt64] = []
    for row in Int64(1)...6 { turns.append(try store.turn(holding: row)) }
    #expect(turns == [1, 1, 1, 4, 5, 5])
  }

  @Test func rowsAreReadInBoundedPortions() throws {
    let folder = try StoreFolder()
    var store = try SQLiteJournalStore.openExecutor(folder.path())
    for index in 1...10 { try store.record("row \(index)", "and \(index)") }
    var last: Int64 = 0
    var portions: [Int64] = []
    while last < store.lastRow {
      let next = try store.forEachRow(after: last, limit: 6) { (_, _) throws(JournalError) in }
      portions.append(next - last)
      last = next
    }
    #expect(portions == [6, 6, 6, 2])
    #expect(try store.forEachRow(after: 20) { (_, _) throws(JournalError) in } == 20)
  }

  @Test func anEpochLiesAboveTheLastAndAboveTheFloor() throws {
    let folder = try StoreFolder()
    var epochs: [UInt32] = []
    for floor: UInt32 in [0, 0, 40, 7, .max] {
      do throws(JournalError) {
        epochs.append(
          try SQLiteJournalStore.open(
            path: folder.path(), identity: executorIdentity, durability: .process, above: floor
          ).epoch)
      } catch .corrupt(_, _, let what) {
        #expect(floor == .max && what.contains("the last possible one"))
      }
    }
    #expect(epochs == [1, 2, 41, 42])
  }

  @Test func aFullDiskStopsTheStoreForGood() throws {
    let folder = try StoreFolder()
    var kept = 0
    do {
      var store = try SQLiteJournalStore.openExecutor(folder.path())
      try store.limitPages(to: 40)
      var first: JournalError?
      while first == nil {
        do throws(JournalError) {
          try store.record(String(repeating: "x", count: 20_000))
          kept += 1
        } catch {
          first = error
        }
      }
      #expect(first?.isDiskFull == true, "\(String(describing: first))")
      #expect(try error { () throws(JournalError) in try store.record("small") } == first)
      #expect(try error { () throws(JournalError) in try store.checkpoint() } == first)
      #expect(try error { () throws(JournalError) in try store.saveText("state") } == first)
      #expect(store.lastTurn == UInt64(kept))
    }
    let store = try SQLiteJournalStore.openExecutor(folder.path())
    #expect(kept > 0 && store.lastTurn == UInt64(kept))
    try store.verify()
  }

  @Test(arguments: [Durability.process, .power]) func theLogIsMovedAndReused(durability: Durability) throws {
    let folder = try StoreFolder()
    var store = try SQLiteJournalStore.openExecutor(folder.path(), durability)
    let body = String(repeating: "b", count: 6_000)
    var turns = 0
    while !store.needsCheckpoint {
      try store.record(body)
      turns += 1
    }
    #expect(turns > 50)
    try store.checkpoint()
    #expect(store.needsCheckpoint == false)
    let size = try bytes(of: folder.path("executor.journal-wal")).count
    for _ in 0..<20 { try store.record(body) }
    // The log starts again from its beginning instead of growing.
    #expect(try bytes(of: folder.path("executor.journal-wal")).count == size)
    #expect(store.logBytes > 0 && store.logBytes < SQLiteJournalStore.checkpointBytes)
    try store.verify()
    try store.close()
    #expect(try bytes(of: folder.path("executor.journal-wal")).isEmpty)
    #expect(try SQLiteJournalStore.openExecutor(folder.path()).lastTurn == UInt64(turns + 20))
  }
}
