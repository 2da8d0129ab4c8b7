import Records
import Testing
import Wire

@Suite struct TurnViewTests {
  /// Reads all that a view gives, and writes it again.
  private func written(_ view: TurnView) -> [UInt8] {
    var record = TurnRecord()
    record.begin(turn: view.turn, firstRow: view.firstRow, epoch: view.epoch, wallNanos: view.wallNanos)
    view.forEachFact { row, body in
      record.addFact(kind: row.kind, correlation: (row.correlationHigh, row.correlationLow), body: body)
    }
    view.forEachMark { record.setMark($0) }
    view.forEachOutboxChange { change in
      switch change {
      case .add(let peer, let key, let frame): record.addMessage(peer: peer, key: key, frame: frame)
      case .forget(let peer, let key): record.forgetMessages(peer: peer, through: key)
      }
    }
    return record.bytes.copiedBytes()
  }

  @Test func noBytesTrapAndWhatIsTakenIsWrittenTheSame() throws {
    var random = SampleRandom(seed: seed)
    var record = TurnRecord()
    var taken = 0
    for round in 0..<20_000 {
      RandomTurn(&random).write(into: &record)
      var bytes = record.bytes.copiedBytes()
      switch random.next() % 5 {
      case 0: bytes.removeLast(Int(random.next() % UInt64(bytes.count + 1)))
      case 1: bytes += random.data(isText: false)
      case 2:
        bytes = (0..<random.next() % 100).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      default:
        for _ in 0...random.next() % 3 {
          bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
        }
      }
      do throws(TurnRefusal) {
        let view = try TurnView(bytes.span.bytes)
        taken += 1
        // The order of facts, marks and messages among each other is not kept by `written`, their bytes are.
        #expect(written(view).sorted() == bytes.sorted(), again("TurnViewTests", round))
      } catch {
        #expect(!error.description.isEmpty)
      }
    }
    #expect(taken > 1_000 && taken < 19_000, "\(taken) damaged turns were taken")
  }

  @Test func everyShorterTurnIsRefused() throws {
    var random = SampleRandom(seed: seed)
    var record = TurnRecord()
    for round in 0..<100 {
      RandomTurn(&random).write(into: &record)
      let bytes = record.bytes.copiedBytes()
      for count in 0..<bytes.count {
        let cut = Array(bytes[..<count])
        #expect(throws: TurnRefusal.self, again("TurnViewTests", round)) { _ = try TurnView(cut.span.bytes) }
      }
    }
  }

  @Test(arguments: [
    (0, UInt8(2), "version"), (2, 1, "version"), (8, 0, "turn 0"), (16, 0, "row 0"), (23, 0x7F, "row"),
    (32, 2, "entries"), (36, 9, "entries"), (40, 9, "kind 9"), (41, 1, "must be 0"), (60, 99, "last"),
  ])
  func whatCannotBeIsRefusedWithItsReason(offset: Int, value: UInt8, reason: String) throws {
    var record = TurnRecord()
    record.begin(turn: 1, firstRow: offset == 23 ? .max - 5 : 1, epoch: 1, wallNanos: 0)
    record.addFact(kind: 3, correlation: (1, 2), body: [1, 2, 3].span.bytes)
    var bytes = record.bytes.copiedBytes()
    if offset == 23 { for place in 16..<23 { bytes[place] = 0xFF } }
    bytes[offset] = value
    let damaged = bytes
    let refusal = #expect(throws: TurnRefusal.self) { _ = try TurnView(damaged.span.bytes) }
    #expect("\(try #require(refusal))".contains(reason), "\(String(describing: refusal))")
  }
}
