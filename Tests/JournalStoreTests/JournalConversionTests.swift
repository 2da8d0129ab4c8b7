import JournalTestKit
import Foundation
import Journal
import JournalStore
import Records
import Testing

@Suite struct JournalConversionTests {
  /// 30 turns of one to three facts, marks, messages, snapshots; a second incarnation from turn 20 on.
  private func makeFormer(
    _ path: String, _ durability: Durability = .power, isClosed: Bool = false
  ) throws {
    for (first, last) in [(1, 19), (20, 30)] {
      var journal = try Journal.open(path: path, identity: executorIdentity, durability: durability)
      for turn in first...last {
        try journal.begin()
        for fact in 0...turn % 3 {
          try journal.append(
            kind: UInt16(fact), atNanos: Int64(turn / 2), correlation: (UInt64(turn), 9),
            body: [UInt8](repeating: UInt8(turn), count: turn * 30).span.bytes)
        }
        try journal.setMark(peer: 3, lane: 0, lineage: 5, epoch: 1, sequence: UInt64(turn))
        for peer: UInt32 in [2, 8] {
          try journal.appendOutbox(
            session: peer, sequence: UInt64(turn), body: [UInt8]([UInt8(turn)]).span.bytes)
        }
        try journal.acknowledgeOutbox(session: 2, through: UInt64(max(0, turn - 2)))
        try journal.commit()
        // Turns 10 and 11 have the same time: the snapshot between them keeps its place.
        if turn == 10 || turn == 25 {
          try journal.saveSnapshot(
            state: [UInt8](repeating: UInt8(turn), count: 50).span.bytes, atSequence: journal.lastSequence,
            atNanos: 1)
        }
      }
      if isClosed { try journal.close() }
    }
  }

  private func rows(of reader: JournalReader) throws -> [JournalRow: [UInt8]] {
    var rows: [JournalRow: [UInt8]] = [:]
    try reader.forEachRow { (row, body) throws(JournalError) in rows[row] = body.copiedBytes() }
    return rows
  }

  @Test(arguments: [false, true]) func everythingIsCarriedAndTheSourceIsKept(isClosed: Bool) throws {
    let folder = try StoreFolder()
    let path = folder.path()
    try makeFormer(path, isClosed: isClosed)
    let before = try JournalReader.open(path: path)
    let snapshots = try before.snapshots()
    let files = try ["", "-wal"].map { try bytes(of: path + $0) }
    let outcome = try #require(try JournalConversion.run(path: path))
    #expect(outcome.rows == before.lastSequence && outcome.marks == 1 && outcome.messages == 32)
    #expect(outcome.epoch == 2 && outcome.lineage == before.lineage && outcome.cutTurns == 0)
    #expect(outcome.snapshots == 2)
    let aside = try JournalReader.open(path: outcome.asidePath)
    #expect(try rows(of: aside) == rows(of: before), "the source was changed")
    #expect(try ["", "-wal"].map { try bytes(of: outcome.asidePath + $0) } == files)
    #expect(!FileManager.default.fileExists(atPath: path + "-wal"))

    let store = try SQLiteJournalStore.openExecutor(path, .power)
    try store.verify()
    #expect(store.epoch == 3 && store.lineage == before.lineage && store.recovery.isClean)
    #expect(store.lastRow == before.lastSequence && store.lastTurn == outcome.turns)
    var carried: [JournalRow: [UInt8]] = [:]
    try store.forEachRow(after: 0) { (row, body) throws(JournalError) in carried[row] = body.copiedBytes() }
    #expect(try carried == rows(of: before))
    let found = try store.validSnapshots(atMost: 3)
    #expect(found.map(\.row) == snapshots.reversed().map(\.sequence))
    #expect(found.map(\.coreState) == snapshots.reversed().map(\.state))
    // As a host recovers: the newest snapshot, then the turns after it.
    var state = found[0].hostState
    try store.forEachTurn(after: found[0].turn) { (view) throws(JournalError) in
      do throws(TurnRefusal) { try state.apply(view) } catch { Issue.record("\(error)") }
    }
    #expect(state.marks == [JournalMark(peer: 3, lane: 0, lineage: 5, epoch: 1, sequence: 30)])
    #expect(state.messages(for: 2).map(\.key) == [29, 30])
    #expect(state.messages(for: 8).map(\.key) == Array(1...30))
    #expect(state.messages(for: 8)[6].frame == [7])
  }

  @Test func whatIsConvertedIsLeftAlone() throws {
    let folder = try StoreFolder()
    try makeFormer(folder.path())
    _ = try JournalConversion.run(path: folder.path())
    let before = try bytes(of: folder.path())
    #expect(try JournalConversion.run(path: folder.path()) == nil)
    #expect(try bytes(of: folder.path()) == before)
  }

  @Test func anEmptyJournalIsCarried() throws {
    let folder = try StoreFolder()
    do { _ = try Journal.open(path: folder.path(), identity: executorIdentity, durability: .process) }
    let outcome = try #require(try JournalConversion.run(path: folder.path()))
    #expect(outcome.rows == 0 && outcome.turns == 0 && outcome.epoch == 1)
    let store = try SQLiteJournalStore.openExecutor(folder.path())
    #expect(store.epoch == 2 && store.lastTurn == 0 && store.recovery.isClean)
  }

  @Test func aJournalThatSomebodyHasIsNotTouched() throws {
    let folder = try StoreFolder()
    try makeFormer(folder.path())
    let journal = try Journal.open(path: folder.path(), identity: executorIdentity, durability: .power)
    let refused = try error { () throws(JournalError) in _ = try JournalConversion.run(path: folder.path()) }
    guard case .heldByAnother = refused else {
      Issue.record("\(refused)")
      return
    }
    #expect(journal.epoch == 3)
  }

  @Test(arguments: [
    "DELETE FROM journal WHERE seq = 7", "UPDATE marks SET sequence = sequence + 1",
    "UPDATE outbox SET body = x'01' WHERE seq = 28", "UPDATE meta SET epoch = 1",
    "UPDATE snapshot SET state = x'00' WHERE seq = (SELECT min(seq) FROM snapshot)",
  ])
  func aDamagedSourceIsRefusedAndStaysAlone(sql: String) throws {
    let folder = try StoreFolder()
    try makeFormer(folder.path(), isClosed: true)
    try alter(folder.path(), sql)
    let before = try bytes(of: folder.path())
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.folder).sorted()
    let refused = try error { () throws(JournalError) in _ = try JournalConversion.run(path: folder.path()) }
    guard case .corrupt = refused else {
      Issue.record("\(refused)")
      return
    }
    #expect(try bytes(of: folder.path()) == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.folder).sorted() == names)
  }

  /// Interrupted after the source was put aside and its log had gone: nothing is lost, and it is run again.
  @Test func anInterruptedConversionIsRunAgain() throws {
    let folder = try StoreFolder()
    let path = folder.path()
    try makeFormer(path)
    let before = try JournalReader.open(path: path)
    for suffix in ["-wal", ""] {
      try FileManager.default.linkItem(
        atPath: path + suffix, toPath: JournalConversion.asidePath(of: path) + suffix)
    }
    try FileManager.default.removeItem(atPath: path + "-wal")
    let outcome = try #require(try JournalConversion.run(path: path))
    #expect(outcome.rows == before.lastSequence)
    #expect(try SQLiteJournalStore.openExecutor(path, .power).lastRow == before.lastSequence)
  }

  /// The first layout knew neither lineage nor binding; what it is bound to is said by who converts it.
  @Test func aJournalWithoutBindingGetsTheOneNamed() throws {
    let folder = try StoreFolder()
    do {
      var journal = try Journal.open(path: folder.path(), identity: executorIdentity, durability: .process)
      try journal.begin()
      try journal.setMark(peer: 1, lane: 0, epoch: 1, sequence: 1)
      try journal.commit()
      try journal.close()
    }
    let seal = try MetaRow.read(from: Database(path: folder.path(), access: .existing)).seal(isBound: false)
    let columns = ["lineage", "mode", "account"].map { "ALTER TABLE meta DROP COLUMN \($0)" }
    try alter(folder.path(), columns.joined(separator: ";") + "; UPDATE meta SET seal = \(seal)")
    try alter(folder.path(), "PRAGMA user_version = \(JournalLayout.unboundVersion)")
    _ = try JournalConversion.run(path: folder.path(), unboundBinding: (mode: "paper", account: "main"))
    let reader = try StoreReader.open(path: folder.path())
    #expect(reader.identity.binding == "mode paper, account main" && reader.lastTurn == 1)
  }
}
