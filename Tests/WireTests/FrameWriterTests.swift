import Testing
import Wire

struct FrameWriterTests {
  private static let heartbeat = SystemError(component: 1, severity: .info)

  @Test func anArenaDoublesAndKeepsItsRoom() {
    var out = FrameWriter(capacity: 100, bound: 1_000)
    #expect(out.count == 0 && out.capacity == 100)
    for _ in 0..<5 { Self.heartbeat.encode(into: &out, text: [UInt8](repeating: 1, count: 39)) }
    #expect(out.count == 500 && out.capacity == 800)
    Self.heartbeat.encode(into: &out, text: [UInt8](repeating: 1, count: 400))
    #expect(out.count == 961 && out.capacity == 1_000)
    out.reset()
    #expect(out.count == 0 && out.capacity == 1_000)
  }

  @Test func growingKeepsWhatIsWritten() {
    var out = FrameWriter(capacity: 64, bound: 1 << 20)
    var expected: [UInt8] = []
    for seed in 0..<100 as Range<UInt64> {
      WireSamples.encode(.executionReport, seed: seed, into: &out)
      expected += sample(.executionReport, seed: seed)
    }
    #expect(bytes(of: out.bytes) == expected)
  }

  @Test func stampingChangesFiveFieldsAndNoByteMore() throws {
    var out = FrameWriter()
    WireSamples.encode(.trade, seed: 1, into: &out)
    let range = WireSamples.encode(.trade, seed: 2, into: &out)
    let before = bytes(of: out.bytes)
    out.stamp(frameAt: range.lowerBound, sender: 7, flags: .possDup, epoch: 8, sequence: 9, sent: 10)
    let after = bytes(of: out.bytes)
    var expected = before
    expected.put(UInt16(7), at: range.lowerBound + 8)
    expected.put(EnvelopeFlags.possDup.rawValue, at: range.lowerBound + 10)
    expected.put(UInt32(8), at: range.lowerBound + 12)
    expected.put(UInt64(9), at: range.lowerBound + 16)
    expected.put(Int64(10), at: range.lowerBound + 24)
    #expect(after == expected)
    let envelope = try #require(readEnvelope(Array(after[range])))
    #expect(envelope.sender == 7 && envelope.epoch == 8 && envelope.sequence == 9 && envelope.sent == 10)
  }

  @Test func aFrameIsKnownByItsPlace() {
    var out = FrameWriter()
    let trade = WireSamples.encode(.trade, seed: 1, into: &out)
    let order = WireSamples.encode(.newOrder, seed: 1, into: &out)
    #expect(out.templateId(frameAt: trade.lowerBound) == Trade.templateId)
    #expect(out.templateId(frameAt: order.lowerBound) == NewOrder.templateId)
    let expected = sample(.newOrder, seed: 1)
    let copy = out.span(from: order.lowerBound, count: order.count).copiedBytes()
    #expect(copy == expected)
    let isSame = [expected, expected + [0], Array(expected.dropLast()), expected.map { $0 ^ 1 }].map {
      out.span(from: order.lowerBound, count: order.count).equals($0)
    }
    #expect(isSame == [true, false, false, false])
  }

  @Test func aForwardedFrameIsCopiedWhole() {
    var out = FrameWriter(capacity: 16, bound: 1 << 20)
    let frame = sample(.quoteSignal, seed: 5)
    WireSamples.encode(.trade, seed: 1, into: &out)
    let range = out.append(copying: frame.span.bytes)
    #expect(Array(bytes(of: out.bytes)[range]) == frame)
    #expect(difference(.quoteSignal, seed: 5, in: Array(bytes(of: out.bytes)[range])) == nil)
  }

  @Test func dataMayComeFromAnyCollection() {
    var array = FrameWriter()
    var lazy = FrameWriter()
    let text = "grün"
    Self.heartbeat.encode(into: &array, text: Array(text.utf8))
    Self.heartbeat.encode(into: &lazy, text: text.utf8)
    #expect(bytes(of: array.bytes) == bytes(of: lazy.bytes))
  }

  @Test func theLargestFrameFits() {
    var out = FrameWriter()
    let largest = FrameWriter.maxFrame - 8 - SystemError.blockLength - 2
    let range = Self.heartbeat.encode(into: &out, text: [UInt8](repeating: 0x61, count: largest))
    #expect(range.count == FrameWriter.maxFrame)
    #expect(refusal(of: bytes(of: out.bytes)) == nil)
  }

  @Test func theEnvelopesPartsAreItsFields() {
    var envelope = Envelope()
    envelope.flagSet = [.possDup, .eventLane]
    #expect(envelope.flags == 0b1010 && envelope.flagSet.contains(.possDup))
  }

  private func readEnvelope(_ frame: [UInt8]) -> Envelope? {
    guard let message = Inbound(frame.span.bytes) else { return nil }
    return message.envelope
  }
}

/// Bugs of the caller end the process instead of sending something wrong.
struct FrameWriterTrapTests {
  @Test func aFrameLargerThanTheLargestTraps() async {
    await #expect(processExitsWith: .failure) {
      var out = FrameWriter()
      SystemError(component: 1, severity: .info).encode(
        into: &out, text: [UInt8](repeating: 1, count: 65_476))
    }
  }

  @Test func dataLongerThanItsLengthCanSayTraps() async {
    await #expect(processExitsWith: .failure) {
      var out = FrameWriter()
      SystemError(component: 1, severity: .info).encode(
        into: &out, text: [UInt8](repeating: 1, count: 65_536))
    }
  }

  @Test func aRunawayTurnTraps() async {
    await #expect(processExitsWith: .failure) {
      var out = FrameWriter(capacity: 64, bound: 256)
      for _ in 0..<5 { SystemError(component: 1, severity: .info).encode(into: &out, text: []) }
    }
  }

  @Test func anEntryOutOfRangeTraps() async {
    await #expect(processExitsWith: .failure) {
      let frame = sample(.bookDelta, seed: 1)
      guard let delta = BookDeltaView(frame.span.bytes) else { return }
      _ = delta.bid(delta.bidsCount)
    }
  }

  @Test func stampingWhereNoFrameIsTraps() async {
    await #expect(processExitsWith: .failure) {
      var out = FrameWriter()
      out.stamp(frameAt: 0, sender: 1, epoch: 1, sequence: 1, sent: 1)
    }
  }
}
