import JournalTestKit
import Foundation
import JournalStore
import Records
import Testing

@Suite struct StoreDamageTests {
  /// Everything a store says, to compare before and after damage.
  private struct Story: Equatable {
    var epoch: UInt32
    var turns: [[UInt8]] = []
    var snapshots: [StoredSnapshot]

    static func told(by reader: StoreReader) throws -> Story {
      try reader.verify()
      var story = Story(epoch: reader.epoch, snapshots: try reader.validSnapshots(atMost: 3))
      try reader.forEachTurn(after: 0) { (view) throws(JournalError) in
        story.turns.append(view.bytes.copiedBytes())
      }
      return story
    }
  }

  /// 40 turns and a snapshot in the middle; closed, everything is in the main file.
  private func makeStore(at path: String) throws {
    var store = try SQLiteJournalStore.openExecutor(path)
    var state = HostState()
    var turn = TurnRecord()
    for index in UInt64(1)...40 {
      store.begin(&turn)
      turn.addFact(
        kind: 7, correlation: (0, index), body: [UInt8](repeating: 35, count: 100 + Int(index)).span.bytes)
      turn.setMark(JournalMark(peer: 3, lane: 0, lineage: 1, epoch: 1, sequence: index))
      turn.addMessage(peer: 5, key: index, frame: Array("message \(index)".utf8).span.bytes)
      turn.forgetMessages(peer: 5, through: index - min(index, 6))
      try store.append(turn)
      try state.apply(try TurnView(turn.bytes))
      if index == 20 {
        let core = [UInt8](repeating: 9, count: 6_000)
        try store.saveSnapshot(coreState: core.span.bytes, hostState: state, wallNanos: 20)
      }
    }
    try store.close()
  }

  @Test func aFlippedByteInTheFileIsFoundOrHarmless() throws {
    let folder = try StoreFolder()
    try makeStore(at: folder.path())
    let original = try bytes(of: folder.path())
    let mark = try bytes(of: folder.path() + "-mark")
    let expected = try Story.told(by: StoreReader.open(path: folder.path()))
    #expect(expected.turns.count == 40 && expected.snapshots.map(\.turn) == [20])
    var found = 0
    // The header byte by byte, the rest in steps.
    let offsets = Array(0..<100) + Array(stride(from: 100, to: original.count, by: 41))
    for offset in offsets {
      var damaged = original
      damaged[offset] ^= 0x41
      let path = folder.path("damaged-\(offset)")
      try write(damaged, to: path)
      try write(mark, to: path + "-mark")
      do {
        let story = try Story.told(by: StoreReader.open(path: path))
        #expect(story == expected, "byte \(offset) changed the journal and nobody noticed")
      } catch is JournalError {
        found += 1
      }
      try FileManager.default.removeItem(atPath: path)
    }
    #expect(found > offsets.count / 4, "only \(found) of \(offsets.count) flips were found")
  }

  /// The log is begun anew over one that was moved to the file: a header torn then takes nothing with it.
  @Test(arguments: [true, false])
  func aLogWithoutItsHeadIsNoLossOnlyWhereTheFileHoldsIt(isMoved: Bool) throws {
    let folder = try StoreFolder()
    do {
      var store = try SQLiteJournalStore.openExecutor(folder.path(), .power)
      for index in 1...30 { try store.record("row \(index)") }
      if isMoved { try store.checkpoint() }
    }
    var log = try bytes(of: folder.path() + "-wal")
    for offset in 24..<32 { log[offset] ^= 0x41 }
    try write(log, to: folder.path() + "-wal")
    try FileManager.default.removeItem(atPath: folder.path() + "-mark")
    guard isMoved else {
      let refused = try error { () throws(JournalError) in
        _ = try SQLiteJournalStore.openExecutor(folder.path(), .power)
      }
      #expect("\(refused)".contains("turns at its end cannot be read"))
      return
    }
    #expect(try StoreReader.open(path: folder.path()).recovery?.cutTurns == 1)
    var store = try SQLiteJournalStore.openExecutor(folder.path(), .power)
    #expect(store.lastTurn == 30 && store.recovery.cutTurns == 1)
    try store.record("row 31")
    try store.verify()
  }

  /// The header and the first frame's salt lie in one sector.
  @Test(arguments: [UInt8(0), 0xA5])
  func aLogWithoutItsFirstSectorIsCountedAll(noise: UInt8) throws {
    let folder = try StoreFolder()
    try writeTurns(40, to: folder.path(), .power)
    var log = try bytes(of: folder.path() + "-wal")
    for offset in 0..<512 { log[offset] = noise }
    try write(log, to: folder.path() + "-wal")
    try FileManager.default.removeItem(atPath: folder.path() + "-mark")
    let refused = try error { () throws(JournalError) in
      _ = try SQLiteJournalStore.openExecutor(folder.path(), .power)
    }
    #expect("\(refused)".contains("turns at its end cannot be read"))
  }

  /// What can be read before the damage would take the place of newer pages.
  @Test func rotInsideALogThatTheFileHoldsIsALoss() throws {
    let folder = try StoreFolder()
    for turns in [2, 24] {
      var store = try SQLiteJournalStore.openExecutor(folder.path(), .power)
      for index in 1...turns { try store.record("row \(index)") }
      if turns > 2 { try store.checkpoint() }
    }
    var log = try bytes(of: folder.path() + "-wal")
    log[32 + 3 * (4_096 + 24) - 100] ^= 0x41
    try write(log, to: folder.path() + "-wal")
    try FileManager.default.removeItem(atPath: folder.path() + "-mark")
    let refused = try error { () throws(JournalError) in
      _ = try SQLiteJournalStore.openExecutor(folder.path(), .power)
    }
    #expect("\(refused)".contains("turns at its end cannot be read"))
  }

  /// A kill right after an opening must not take with it what the opening found.
  @Test func whatAnOpeningFindsIsKeptBeforeItChangesAnything() throws {
    let folder = try StoreFolder()
    try writeTurns(5, to: folder.path())
    try FileManager.default.removeItem(atPath: folder.path() + "-mark")
    let files = ["", "-wal"].map { folder.path() + $0 }
    let before = try files.map(bytes)
    var found: [StoreRecovery] = []
    for isKept in [false, true] {
      do throws(JournalError) {
        _ = try SQLiteJournalStore.open(
          path: folder.path(), identity: executorIdentity, durability: .process,
          keeping: { (recovery) throws(JournalError) in
            found.append(recovery)
            if !isKept { throw .missing(path: "where it is kept") }
          })
      } catch {
        #expect(!isKept, "\(error)")
        #expect(try files.map(bytes) == before)
      }
    }
    #expect(found.map(\.mark) == [.missing, .missing] && found.allSatisfy(\.mayHaveBeenTold))
  }

  @Test func aFileCutShortIsRefused() throws {
    let folder = try StoreFolder()
    try makeStore(at: folder.path())
    let original = try bytes(of: folder.path())
    for size in stride(from: 0, to: original.count, by: 1_777) {
      try write(Array(original[..<size]), to: folder.path())
      let opening = try error { () throws(JournalError) in
        let store = try SQLiteJournalStore.openExecutor(folder.path())
        try store.verify()
      }
      switch opening {
      case .corrupt, .notAJournal: break
      default: Issue.record("cut at \(size): \(opening)")
      }
    }
  }

  @Test(arguments: [
    ("DELETE FROM turn WHERE number = 7", 7),
    ("DELETE FROM turn WHERE number = 1", 1),
    ("DELETE FROM turn WHERE number = 20", 20),
    ("UPDATE turn SET body = x'00' WHERE number = 9", 9),
    ("UPDATE turn SET body = CAST(substr(body, 1, length(body) - 1) || x'00' AS BLOB) WHERE number = 20", 20),
    ("UPDATE turn SET chain = x'00' WHERE number = 5", 5),
    (
      """
      UPDATE turn SET number = 100 WHERE number = 3;
      UPDATE turn SET number = 3 WHERE number = 4;
      UPDATE turn SET number = 4 WHERE number = 100
      """, 3
    ),
    ("INSERT INTO turn VALUES (21, zeroblob(32), x'')", 21),
  ])
  func aChangedRemovedOrMovedTurnIsFoundAtItsPlace(sql: String, turn: Int) throws {
    let folder = try StoreFolder()
    do {
      var store = try SQLiteJournalStore.openExecutor(folder.path())
      for index in 1...20 { try store.record("row \(index)") }
      try store.close()
    }
    try alter(folder.path(), sql)
    let mark = try bytes(of: folder.path() + "-mark")
    // Without the mark, so that the journal itself must find it.
    try FileManager.default.removeItem(atPath: folder.path() + "-mark")
    let reading = try error { () throws(JournalError) in
      try StoreReader.open(path: folder.path()).verify()
    }
    #expect("\(reading)".contains("turn \(turn)") || "\(reading)".contains("turns up to 20"), "\(reading)")
    try write(mark, to: folder.path() + "-mark")
    // The owner finds it at opening or, further back, when it goes through the turns.
    let replaying = try error { () throws(JournalError) in
      let store = try SQLiteJournalStore.openExecutor(folder.path())
      try store.forEachTurn(after: 0) { (_) throws(JournalError) in }
    }
    guard case .corrupt = replaying else {
      Issue.record("\(replaying)")
      return
    }
  }

  @Test(arguments: [
    "UPDATE meta SET epoch = epoch - 1", "UPDATE meta SET colony = 'live'", "UPDATE meta SET lineage = 1",
    "UPDATE meta SET account = 'x'", "UPDATE meta SET file_id = zeroblob(16)", "DELETE FROM meta",
    "UPDATE snapshot SET core = zeroblob(6000)", "UPDATE snapshot SET host = zeroblob(10)",
  ])
  func aChangedSideTableIsFound(sql: String) throws {
    let folder = try StoreFolder()
    try makeStore(at: folder.path())
    try alter(folder.path(), sql)
    let reading = try error { () throws(JournalError) in
      try StoreReader.open(path: folder.path()).verify()
    }
    guard case .corrupt = reading else {
      Issue.record("\(reading)")
      return
    }
  }
}
