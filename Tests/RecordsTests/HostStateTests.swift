import Records
import Testing
import Wire

@Suite struct HostStateTests {
  private func applying(
    _ state: inout HostState, _ write: (inout TurnRecord) -> Void
  ) throws(TurnRefusal) {
    var record = TurnRecord()
    record.begin(turn: 1, firstRow: 1, epoch: 1, wallNanos: 0)
    write(&record)
    try state.apply(try TurnView(record.bytes))
  }

  private func mark(_ peer: UInt16, _ lane: UInt8, _ sequence: UInt64) -> JournalMark {
    JournalMark(peer: peer, lane: lane, lineage: 7, epoch: 2, sequence: sequence)
  }

  @Test func turnsMoveMarksAndMessages() throws {
    var state = HostState()
    try applying(&state) { turn in
      turn.setMark(mark(9, 1, 5))
      turn.setMark(mark(2, 0, 1))
      turn.setMark(mark(9, 1, 6))
      for key in UInt64(1)...5 { turn.addMessage(peer: 12, key: key, frame: [UInt8(key)].span.bytes) }
      turn.addMessage(peer: 3, key: 6, frame: [UInt8]().span.bytes)
    }
    try applying(&state) { $0.forgetMessages(peer: 12, through: 3) }
    #expect(state.marks == [mark(2, 0, 1), mark(9, 1, 6)])
    #expect(state.mark(peer: 9, lane: 1) == mark(9, 1, 6) && state.mark(peer: 9, lane: 0) == nil)
    #expect(state.outboxes.map(\.peer) == [3, 12])
    #expect(state.messages(for: 12).map(\.key) == [4, 5] && state.messages(for: 12)[0].frame == [4])
    try applying(&state) { $0.forgetMessages(peer: 12, through: .max) }
    #expect(state.outboxes.map(\.peer) == [3] && state.messages(for: 12).isEmpty)
  }

  /// Beside a model of dictionaries, over random turns; each state survives its bytes.
  @Test func theStateIsThatOfTheTurnsAndSurvivesItsBytes() throws {
    var random = SampleRandom(seed: seed)
    var state = HostState()
    var marks: [UInt32: JournalMark] = [:]
    var messages: [UInt16: [UInt64: [UInt8]]] = [:]
    var key: UInt64 = 0
    for round in 0..<3_000 {
      try applying(&state) { turn in
        for _ in 0..<random.next() % 5 {
          let peer = UInt16(random.next() % 4)
          switch random.next() % 3 {
          case 0:
            let mark = mark(peer, UInt8(random.next() % 2), random.next())
            marks[UInt32(peer) << 8 | UInt32(mark.lane)] = mark
            turn.setMark(mark)
          case 1:
            key += 1 + random.next() % 3
            let frame = random.data(isText: false)
            messages[peer, default: [:]][key] = frame
            turn.addMessage(peer: peer, key: key, frame: frame.span.bytes)
          default:
            let through = key - min(key, random.next() % 9)
            messages[peer] = messages[peer]?.filter { $0.key > through }
            turn.forgetMessages(peer: peer, through: through)
          }
        }
      }
      #expect(state.marks == marks.sorted { $0.key < $1.key }.map(\.value), again("HostStateTests", round))
      for peer in UInt16(0)..<4 {
        let expected = (messages[peer] ?? [:]).sorted { $0.key < $1.key }
        let found = state.messages(for: peer)
        #expect(found.map(\.key) == expected.map(\.key), again("HostStateTests", round))
        #expect(found.map(\.frame) == expected.map(\.value), again("HostStateTests", round))
      }
      let bytes = state.encoded()
      #expect(try HostState(decoding: bytes.span.bytes) == state, again("HostStateTests", round))
    }
  }

  @Test func noBytesTrapAndWhatIsTakenHasOneEncoding() throws {
    var random = SampleRandom(seed: seed)
    var state = HostState()
    try applying(&state) { turn in
      for peer in UInt16(1)...3 {
        turn.setMark(mark(peer, 0, 8))
        turn.addMessage(peer: peer, key: 5, frame: [1, 2, 3].span.bytes)
      }
    }
    let sound = state.encoded()
    for round in 0..<20_000 {
      var bytes = sound
      if random.next() % 3 == 0 { bytes.removeLast(Int(random.next() % UInt64(bytes.count))) }
      for _ in 0...random.next() % 2 {
        bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
      }
      do throws(TurnRefusal) {
        let taken = try HostState(decoding: bytes.span.bytes)
        #expect(taken.encoded() == bytes, again("HostStateTests", round))
      } catch {
        #expect(!error.description.isEmpty)
      }
    }
  }

  @Test func theBoundsHold() throws {
    var state = HostState()
    try applying(&state) { turn in
      for index in 0..<HostState.maxMarks { turn.setMark(mark(UInt16(index), 0, 1)) }
      for key in 1...UInt64(HostState.maxMessages) {
        turn.addMessage(peer: 1, key: key, frame: [UInt8]().span.bytes)
      }
    }
    let full = state
    func isRefused(_ change: (inout TurnRecord) -> Void) -> Bool {
      state = full
      do throws(TurnRefusal) { try applying(&state, change) } catch { return true }
      return false
    }
    #expect(isRefused { $0.setMark(mark(0, 1, 1)) }, "a mark too many")
    #expect(isRefused { $0.addMessage(peer: 1, key: .max, frame: [UInt8]().span.bytes) }, "too many messages")
    state = HostState()
    try applying(&state) { $0.addMessage(peer: 1, key: 5, frame: [UInt8]().span.bytes) }
    let one = state
    for key: UInt64 in [4, 5] {
      state = one
      #expect(throws: TurnRefusal.self, "a key that does not rise") {
        try applying(&state) { $0.addMessage(peer: 1, key: key, frame: [UInt8]().span.bytes) }
      }
    }
  }
}
