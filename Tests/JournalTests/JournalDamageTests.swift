import JournalTestKit
import Foundation
import Journal
import Testing

@Suite struct JournalDamageTests {
  /// Everything a journal says, to compare before and after damage.
  struct Story: Equatable {
    var identity: JournalIdentity
    var epoch: UInt32
    var rows: [JournalRow] = []
    var bodies: [String] = []
    var snapshot: JournalSnapshot?
    var marks: [JournalMark]
    var messages: [String] = []

    static func told(by reader: JournalReader) throws -> Story {
      try reader.verify()
      var story = Story(
        identity: reader.identity, epoch: reader.epoch, snapshot: try reader.newestValidSnapshot(),
        marks: try reader.marks())
      try reader.forEachRow { (row, body) throws(JournalError) in
        story.rows.append(row)
        story.bodies.append(text(body))
      }
      try reader.forEachOutboxMessage(session: 5) { (_, body) throws(JournalError) in
        story.messages.append(text(body))
      }
      return story
    }
  }

  /// 40 rows, marks, an outbox, a snapshot in the middle; `closed` moves everything into the main file.
  func makeJournal(at path: String, durability: Durability, closed: Bool) throws {
    var journal = try Journal.openExecutor(path, durability)
    for index in 1...40 {
      try journal.begin()
      try journal.append("row \(index) " + String(repeating: "#", count: 100))
      try journal.setMark(peer: 3, lane: 0, epoch: 1, sequence: UInt64(index))
      let message = Array("message \(index)".utf8)
      try journal.appendOutbox(session: 5, sequence: UInt64(index), body: message.span.bytes)
      try journal.acknowledgeOutbox(session: 5, through: UInt64(max(0, index - 6)))
      try journal.commit()
      if index == 20 {
        let state = [UInt8](repeating: 9, count: 6_000)
        try journal.saveSnapshot(state: state.span.bytes, atSequence: 20, atNanos: 20)
      }
    }
    if closed { try journal.close() }
  }

  @Test func aFlippedByteInTheFileIsFoundOrHarmless() throws {
    let folder = try JournalFolder()
    try makeJournal(at: folder.path(), durability: .process, closed: true)
    let original = try bytes(of: folder.path())
    let expected = try Story.told(by: JournalReader.open(path: folder.path()))
    #expect(expected.rows.count == 40 && expected.snapshot?.sequence == 20 && expected.messages.count == 6)
    var found = 0
    // The header byte by byte, the rest in steps.
    let offsets = Array(0..<100) + Array(stride(from: 100, to: original.count, by: 41))
    for offset in offsets {
      var damaged = original
      damaged[offset] ^= 0x41
      let path = folder.path("damaged-\(offset)")
      try write(damaged, to: path)
      do {
        let story = try Story.told(by: JournalReader.open(path: path))
        #expect(story == expected, "byte \(offset) changed the journal and nobody noticed")
      } catch is JournalError {
        found += 1
      }
      try FileManager.default.removeItem(atPath: path)
    }
    #expect(found > offsets.count / 4, "only \(found) of \(offsets.count) flips were found")
  }

  @Test(arguments: [Durability.process, .power])
  func aFlippedByteInTheLogIsFoundOrSaid(durability: Durability) throws {
    let folder = try JournalFolder()
    try makeJournal(at: folder.path(), durability: durability, closed: false)
    let main = try bytes(of: folder.path())
    let log = try bytes(of: folder.path() + "-wal")
    let expected = try Story.told(by: JournalReader.open(path: folder.path()))
    #expect(expected.rows.count == 40)
    for offset in Array(0..<80) + Array(stride(from: 80, to: log.count, by: 2_111)) {
      var damaged = log
      damaged[offset] ^= 0x10
      let path = folder.path("damaged-\(offset)")
      try write(main, to: path)
      try write(damaged, to: path + "-wal")
      do {
        let reader = try JournalReader.open(path: path)
        let isSame = try Story.told(by: reader) == expected
        #expect(isSame || !reader.endsCleanly, "byte \(offset) of the log cut rows off and nobody noticed")
        let journal = try Journal.openExecutor(path)
        #expect(journal.recoveredCleanly == reader.endsCleanly)
        let lost = 40 - journal.lastSequence
        #expect(lost <= 1 || durability == .process, "\(lost) turns stored with the power lost at \(offset)")
      } catch is JournalError {
        #expect(durability == .power || offset < 32, "byte \(offset)")
      }
    }
  }

  @Test func aFileCutShortIsRefused() throws {
    let folder = try JournalFolder()
    try makeJournal(at: folder.path(), durability: .process, closed: true)
    let original = try bytes(of: folder.path())
    for size in stride(from: 0, to: original.count, by: 1_777) {
      try write(Array(original[..<size]), to: folder.path())
      let reading = try error { () throws(JournalError) in
        try JournalReader.open(path: folder.path()).verify()
      }
      switch reading {
      case .corrupt, .notAJournal: break
      default: Issue.record("cut at \(size): \(reading)")
      }
    }
    try write([], to: folder.path())
    let opening = try error { () throws(JournalError) in
      _ = try Journal.open(path: folder.path(), identity: executorIdentity, durability: .process)
    }
    #expect(opening == .corrupt(path: folder.path(), atSequence: nil, what: "the file is empty"))
  }

  @Test func aLogWithoutItsFileIsRefused() throws {
    let folder = try JournalFolder()
    try writeRows(3, to: folder.path())
    try FileManager.default.removeItem(atPath: folder.path())
    let opening = try error { () throws(JournalError) in
      _ = try Journal.open(path: folder.path(), identity: executorIdentity, durability: .process)
    }
    guard case .corrupt = opening else {
      Issue.record("\(opening)")
      return
    }
  }

  @Test(arguments: [
    ("DELETE FROM journal WHERE seq = 7", 7),
    ("DELETE FROM journal WHERE seq = 1", 1),
    ("DELETE FROM journal WHERE seq = 20", 20),
    ("UPDATE journal SET body = x'00' WHERE seq = 9", 9),
    ("UPDATE journal SET at_nanos = at_nanos + 1 WHERE seq = 20", 20),
    ("UPDATE journal SET kind = 70000 WHERE seq = 5", 5),
    ("UPDATE journal SET chain = x'00' WHERE seq = 5", 5),
    ("UPDATE journal SET correlation_lo = 0 WHERE seq = 20", 20),
    (
      """
      UPDATE journal SET seq = 100 WHERE seq = 3;
      UPDATE journal SET seq = 3 WHERE seq = 4;
      UPDATE journal SET seq = 4 WHERE seq = 100
      """, 3
    ),
    ("INSERT INTO journal VALUES (21, 1, 0, 0, 0, 0, x'', zeroblob(32))", 21),
  ])
  func aChangedRemovedOrMovedRowIsFoundAtItsPlace(sql: String, sequence: Int64) throws {
    let folder = try JournalFolder()
    var writing = try Journal.openExecutor(folder.path())
    for index in 1...20 { try writing.record("row \(index)") }
    try writing.close()
    try alter(folder.path(), sql)
    let reading = try error { () throws(JournalError) in
      try JournalReader.open(path: folder.path()).verify()
    }
    guard case .corrupt(_, sequence, _) = reading else {
      Issue.record("\(reading)")
      return
    }
    // The owner finds it at opening or, further back, when it replays.
    let replaying = try error { () throws(JournalError) in
      let journal = try Journal.open(path: folder.path(), identity: executorIdentity, durability: .process)
      try journal.forEachRow(after: 0) { (_, _) throws(JournalError) in }
    }
    guard case .corrupt(_, sequence, _) = replaying else {
      Issue.record("\(replaying)")
      return
    }
  }

  @Test(arguments: [
    "UPDATE marks SET sequence = sequence + 1",
    "UPDATE outbox SET body = x'01' WHERE seq = 38",
    "UPDATE outbox SET seq = 99 WHERE seq = 40",
    "UPDATE meta SET epoch = epoch - 1",
    "UPDATE meta SET colony = 'live'",
    "DELETE FROM meta",
    "UPDATE snapshot SET state = zeroblob(6000)",
  ])
  func aChangedSideTableIsFound(sql: String) throws {
    let folder = try JournalFolder()
    try makeJournal(at: folder.path(), durability: .process, closed: true)
    try alter(folder.path(), sql)
    let reading = try error { () throws(JournalError) in
      try JournalReader.open(path: folder.path()).verify()
    }
    guard case .corrupt = reading else {
      Issue.record("\(reading)")
      return
    }
  }
}
