import Records
import Testing
import Wire

@Suite struct TurnRecordTests {
  @Test func whatWasWrittenIsRead() throws {
    var random = SampleRandom(seed: seed)
    var record = TurnRecord(capacity: 16)
    for round in 0..<2_000 {
      let turn = RandomTurn(&random)
      turn.write(into: &record)
      let view = try TurnView(record.bytes)
      #expect(view.turn == turn.turn && view.firstRow == turn.firstRow, again("TurnRecordTests", round))
      #expect(view.epoch == turn.epoch && view.wallNanos == turn.wallNanos, again("TurnRecordTests", round))
      var facts: [RandomTurn.Entry] = []
      view.forEachFact { row, body in facts.append(.fact(row, body.copiedBytes())) }
      var marks: [RandomTurn.Entry] = []
      view.forEachMark { marks.append(.mark($0)) }
      var changes: [RandomTurn.Entry] = []
      view.forEachOutboxChange { change in
        switch change {
        case .add(let peer, let key, let frame): changes.append(.add(peer, key, frame.copiedBytes()))
        case .forget(let peer, let key): changes.append(.forget(peer, key))
        }
      }
      #expect(
        facts == turn.entries { if case .fact = $0 { true } else { false } }, again("TurnRecordTests", round))
      #expect(
        marks == turn.entries { if case .mark = $0 { true } else { false } }, again("TurnRecordTests", round))
      #expect(
        changes
          == turn.entries {
            switch $0 {
            case .add, .forget: true
            case .fact, .mark: false
            }
          }, again("TurnRecordTests", round))
      #expect(view.factCount == facts.count && view.lastRow == turn.firstRow + Int64(facts.count) - 1)
      #expect(record.lastRow == view.lastRow && record.isEmpty == turn.entries.isEmpty)
    }
  }

  /// The bytes as docs/PROTOCOL.md, section 14 gives them, put together by hand.
  @Test func theBytesAreThoseOfTheDocument() throws {
    var record = TurnRecord()
    record.begin(turn: 0x0102, firstRow: 0x0304, epoch: 0x0506, wallNanos: -1)
    record.addFact(kind: 0x0708, correlation: (high: 9, low: 10), body: Array("abc".utf8).span.bytes)
    record.setMark(JournalMark(peer: 11, lane: 12, lineage: 13, epoch: 14, sequence: 15))
    record.addMessage(peer: 16, key: 17, frame: [UInt8]([0xEE]).span.bytes)
    record.forgetMessages(peer: 18, through: 19)
    func integer(_ value: UInt64, _ size: Int) -> [UInt8] {
      (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    var expected: [UInt8] = [1, 0, 0, 0] + integer(0x0506, 4) + integer(0x0102, 8) + integer(0x0304, 8)
    expected += integer(.max, 8) + integer(1, 4) + integer(4, 4)
    expected += [1, 0, 8, 7] + integer(9, 8) + integer(10, 8) + integer(3, 4) + [0x61, 0x62, 0x63]
    expected += [2, 12, 11, 0] + integer(14, 4) + integer(13, 8) + integer(15, 8)
    expected += [3, 0, 16, 0] + integer(17, 8) + integer(1, 4) + [0xEE]
    expected += [4, 0, 18, 0] + integer(19, 8)
    #expect(record.bytes.copiedBytes() == expected)
  }

  @Test func aBodyWrittenInPlaceIsTheSameAsOneCopied() throws {
    let body = Array("a fact".utf8)
    var copied = TurnRecord()
    copied.begin(turn: 1, firstRow: 1, epoch: 1, wallNanos: 0)
    copied.addFact(kind: 3, correlation: (1, 2), body: body.span.bytes)
    var inPlace = TurnRecord()
    inPlace.begin(turn: 1, firstRow: 1, epoch: 1, wallNanos: 0)
    inPlace.addFact(kind: 3, correlation: (1, 2)) { buffer in
      buffer.append(Array("a ".utf8))
      buffer.append(Array("fact".utf8))
    }
    #expect(copied.bytes.copiedBytes() == inPlace.bytes.copiedBytes())
  }

  @Test func aTurnForgetsTheOneBefore() throws {
    var record = TurnRecord()
    record.begin(turn: 1, firstRow: 1, epoch: 1, wallNanos: 0)
    record.addFact(kind: 3, correlation: (1, 2), body: [1, 2, 3].span.bytes)
    record.begin(turn: 2, firstRow: 2, epoch: 1, wallNanos: 5)
    let view = try TurnView(record.bytes)
    #expect(record.isEmpty && view.factCount == 0 && view.turn == 2 && view.lastRow == 1)
  }
}
