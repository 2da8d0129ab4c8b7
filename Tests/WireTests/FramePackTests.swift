import Testing
import Wire

/// Several messages in one frame: what is put in comes out, and damaged bytes end the walk where they stand.
struct FramePackTests {
  private static func pack(_ count: Int) -> (bytes: [UInt8], messages: [[UInt8]]) {
    var out = FrameWriter()
    let places = (0..<count).map { WireSamples.encode(.trade, seed: UInt64($0), into: &out) }
    let messages = (0..<count).map { sample(.trade, seed: UInt64($0)) }
    let place = out.appendPack(copying: places)
    return (bytes(of: out.span(from: place.lowerBound, count: place.count)), messages)
  }

  /// What a walk gives, ended by nil or the refusal.
  private static func walk(_ pack: [UInt8]) -> (messages: [[UInt8]], refusal: FrameRefusal?) {
    var cursor = FramePack.Cursor()
    var messages: [[UInt8]] = []
    for _ in 0...FramePack.maxMessages {
      switch cursor.next(in: pack.span.bytes) {
      case .message(let place): messages.append(Array(pack[place]))
      case .end: return (messages, nil)
      case .refused(let reason):
        let last = cursor.next(in: pack.span.bytes)
        #expect(last == .end)
        return (messages, reason)
      }
    }
    Issue.record("a walk that does not end")
    return (messages, nil)
  }

  @Test(arguments: [1, 2, 63, 64]) func whatIsPackedComesOutInItsOrder(count: Int) {
    let (pack, messages) = Self.pack(count)
    let isPack = FramePack.isPack(pack.span.bytes)
    #expect(isPack)
    let found = Self.walk(pack)
    #expect(found.messages == messages && found.refusal == nil)
  }

  @Test func whoKnowsNoPacksRefusesOneByItsTemplate() {
    let (pack, messages) = Self.pack(2)
    let reason = FrameRefusal.reason(for: pack.span.bytes)
    let isMessage = Inbound(pack.span.bytes) != nil
    let arePacks = messages.map { FramePack.isPack($0.span.bytes) }
    #expect(reason == .unknownTemplate && !isMessage && arePacks == [false, false])
  }

  @Test func aCutPackGivesWhatIsWholeAndTheReason() {
    let (pack, messages) = Self.pack(3)
    let length = FramePack.lengthBytes + messages[0].count
    for count in FramePack.headerBytes..<pack.count {
      let found = Self.walk(Array(pack[..<count]))
      let whole = (count - FramePack.headerBytes) / length
      #expect(found.messages == Array(messages[..<whole]))
      let rest = (count - FramePack.headerBytes) % length
      let isEmpty = rest == 0 && whole > 0
      let reason: FrameRefusal = rest <= FramePack.lengthBytes ? .tooShort : .dataOverrun
      #expect(found.refusal == (isEmpty ? nil : reason))
    }
  }

  @Test func noBytesLeadOutOfAPack() {
    var random = SampleRandom(seed: 7)
    let (pack, _) = Self.pack(5)
    for _ in 0..<20_000 {
      var bytes = pack
      for _ in 0..<3 {
        let place = FramePack.headerBytes + Int(random.next() % UInt64(bytes.count - FramePack.headerBytes))
        bytes[place] = UInt8(truncatingIfNeeded: random.next())
      }
      for message in Self.walk(bytes).messages { _ = Inbound(message.span.bytes) }
    }
  }

  @Test func moreMessagesOrBytesThanAPackMayHoldAreRefused() {
    var (pack, messages) = Self.pack(FramePack.maxMessages)
    pack += [1, 0, 0]
    #expect(Self.walk(pack).messages == messages && Self.walk(pack).refusal == .tooLong)
    pack += [UInt8](repeating: 0, count: FramePack.maxBytes)
    #expect(Self.walk(pack).messages.isEmpty && Self.walk(pack).refusal == .tooLong)
  }
}
