import JournalTestKit
import Journal
import Testing

@Suite struct JournalTurnTests {
  @Test func rowsComeBackInOrderWithTheirFields() throws {
    let folder = try JournalFolder()
    do {
      var journal = try Journal.openExecutor(folder.path())
      try journal.begin()
      let body: [UInt8] = [1, 2, 3]
      let first = try journal.append(
        kind: .max, atNanos: -5, correlation: (high: .max, low: 1 << 63), body: body.span.bytes)
      let empty: [UInt8] = []
      let second = try journal.append(kind: 0, atNanos: 9, correlation: (0, 0), body: empty.span.bytes)
      try journal.commit()
      #expect(first == 1 && second == 2 && journal.lastSequence == 2)
    }
    let journal = try Journal.openExecutor(folder.path())
    var rows: [JournalRow] = []
    var sizes: [Int] = []
    try journal.forEachRow(after: 0) { (row, body) throws(JournalError) in
      rows.append(row)
      sizes.append(body.byteCount)
    }
    #expect(
      rows == [
        JournalRow(
          sequence: 1, epoch: 1, atNanos: -5, kind: .max, correlationHigh: .max, correlationLow: 1 << 63),
        JournalRow(sequence: 2, epoch: 1, atNanos: 9, kind: 0, correlationHigh: 0, correlationLow: 0),
      ])
    #expect(sizes == [3, 0])
    #expect(journal.epoch == 2 && journal.recoveredCleanly)
  }

  @Test func anEmptyTurnWritesNothing() throws {
    let folder = try JournalFolder()
    var journal = try Journal.openExecutor(folder.path())
    let before = try bytes(of: folder.path("executor.journal-wal"))
    for _ in 0..<10 {
      try journal.begin()
      try journal.commit()
    }
    #expect(try bytes(of: folder.path("executor.journal-wal")) == before)
  }

  @Test func anUncommittedTurnIsGone() throws {
    let folder = try JournalFolder()
    do {
      var journal = try Journal.openExecutor(folder.path())
      try journal.record("kept")
      try journal.begin()
      try journal.append("lost")
      try journal.setMark(peer: 4, lane: 0, epoch: 1, sequence: 9)
    }
    let journal = try Journal.openExecutor(folder.path())
    #expect(try journal.texts() == ["kept"])
    #expect(try journal.marks() == [])
    #expect(journal.recoveredCleanly == true)
  }

  @Test func rowsAreReadInBoundedPortions() throws {
    let folder = try JournalFolder()
    var journal = try Journal.openExecutor(folder.path())
    for index in 1...10 { try journal.record("row \(index)") }
    var last: Int64 = 0
    var portions: [Int] = []
    while last < journal.lastSequence {
      var count = 0
      last = try journal.forEachRow(after: last, limit: 4) { (_, _) throws(JournalError) in count += 1 }
      portions.append(count)
    }
    #expect(portions == [4, 4, 2])
    #expect(try journal.forEachRow(after: 10) { (_, _) throws(JournalError) in } == 10)
  }

  @Test func anEpochLiesAboveTheLastAndAboveTheFloor() throws {
    let folder = try JournalFolder()
    var epochs: [UInt32] = []
    for floor: UInt32 in [0, 0, 40, 7, .max] {
      do throws(JournalError) {
        epochs.append(
          try Journal.open(
            path: folder.path(), identity: executorIdentity, durability: .process, above: floor
          ).epoch)
      } catch .corrupt(_, _, let what) {
        #expect(floor == .max && what.contains("the last possible one"))
      }
    }
    #expect(epochs == [1, 2, 41, 42])
  }

  @Test func marksAndOutboxBelongToTheTurn() throws {
    let folder = try JournalFolder()
    let message = Array("intent".utf8)
    do {
      var journal = try Journal.openExecutor(folder.path())
      try journal.begin()
      try journal.setMark(peer: 9, lane: 1, lineage: .max, epoch: 3, sequence: .max)
      try journal.setMark(peer: 2, lane: 0, epoch: 1, sequence: 5)
      try journal.setMark(peer: 2, lane: 0, epoch: 1, sequence: 6)
      for sequence in UInt64(1)...5 {
        try journal.appendOutbox(session: 12, sequence: sequence, body: message.span.bytes)
      }
      try journal.appendOutbox(session: 13, sequence: 1, body: message.span.bytes)
      try journal.acknowledgeOutbox(session: 12, through: 3)
      try journal.commit()
    }
    let journal = try Journal.openExecutor(folder.path())
    #expect(
      try journal.marks() == [
        JournalMark(peer: 2, lane: 0, lineage: 0, epoch: 1, sequence: 6),
        JournalMark(peer: 9, lane: 1, lineage: .max, epoch: 3, sequence: .max),
      ])
    var waiting: [UInt64] = []
    try journal.forEachOutboxMessage(session: 12) { (sequence, body) throws(JournalError) in
      waiting.append(sequence)
      #expect(text(body) == "intent")
    }
    #expect(waiting == [4, 5])
  }

  @Test func aFullDiskStopsTheJournalForGood() throws {
    let folder = try JournalFolder()
    var kept = 0
    do {
      var journal = try Journal.openExecutor(folder.path())
      try journal.limitPages(to: 40)
      var first: JournalError?
      while first == nil {
        do {
          try journal.begin()
          try journal.append(String(repeating: "x", count: 20_000))
          try journal.commit()
          kept += 1
        } catch let error as JournalError {
          first = error
        }
      }
      guard case .storage(_, _, 13, _) = first else {
        Issue.record("a full disk reported as \(String(describing: first))")
        return
      }
      // Neither the turn's commit nor a new turn may go on after a failed write.
      #expect(try error { () throws(JournalError) in try journal.commit() } == first)
      #expect(try error { () throws(JournalError) in try journal.begin() } == first)
      #expect(try error { () throws(JournalError) in try journal.checkpoint() } == first)
    }
    let journal = try Journal.openExecutor(folder.path())
    #expect(kept > 0 && journal.lastSequence == Int64(kept))
    try journal.verify()
  }

  @Test func theLogIsMovedAndReused() throws {
    let folder = try JournalFolder()
    var journal = try Journal.openExecutor(folder.path())
    let body = String(repeating: "b", count: 2_000)
    var rows = 0
    while !journal.needsCheckpoint {
      try journal.record(body)
      rows += 1
    }
    #expect(rows > 50)
    try journal.checkpoint()
    #expect(journal.needsCheckpoint == false)
    let size = try bytes(of: folder.path("executor.journal-wal")).count
    for _ in 0..<20 { try journal.record(body) }
    // The log starts again from its beginning instead of growing.
    #expect(try bytes(of: folder.path("executor.journal-wal")).count == size)
    #expect(journal.logBytes > 0 && journal.logBytes < Journal.checkpointBytes)
    try journal.verify()
    try journal.close()
    #expect(try bytes(of: folder.path("executor.journal-wal")).isEmpty)
    #expect(try Journal.openExecutor(folder.path()).lastSequence == Int64(rows + 20))
  }
}
