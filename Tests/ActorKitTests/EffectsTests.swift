import ActorKit
import Testing
import Wire

private enum NumberFact: FactCoding {
  case number(UInt64)

  var kind: UInt16 { 7 }

  func encode(into writer: inout SnapshotWriter) {
    switch self {
    case .number(let number): writer.write(number)
    }
  }

  init(kind: UInt16, from reader: inout SnapshotReader) throws(RestoreError) {
    guard kind == 7 else { throw .unknownKind(kind) }
    self = .number(try reader.read())
  }
}

@Suite struct EffectsTests {
  private static func acknowledge(_ sequence: UInt64, into frames: inout FrameWriter) {
    Acknowledge(envelope: Envelope(origin: 0), lane: .event, peerEpoch: 1, sequence: sequence, key: 0)
      .encode(into: &frames)
  }

  @Test func sendingsKeepTheirOrderDestinationAndBytes() {
    var effects = Effects()
    let peer = Peer(component: 9, link: .control, route: 4)
    let destinations: [Effects.Destination] = [
      .topic(2), .reply(peer), .link(component: 5), .event(component: 6), .state(component: 6, key: 8),
      .snapshot(topic: 1, peer),
    ]
    for (number, destination) in destinations.enumerated() {
      effects.send(to: destination) { Self.acknowledge(UInt64(number), into: &$0) }
    }
    let sent = effects.sendings.map(\.destination)
    #expect(sent == destinations)
    for (number, sending) in effects.sendings.enumerated() {
      let frame = effects.frames.span(from: sending.offset, count: sending.count)
      guard case .acknowledge(let message) = Inbound(frame) else {
        Issue.record("sending \(number) is no Acknowledge")
        return
      }
      #expect(message.block.sequence == UInt64(number))
    }
  }

  @Test func whatGoesToSeveralIsEncodedOnce() {
    var effects = Effects()
    effects.publish(1) { Self.acknowledge(1, into: &$0) }
    effects.publish(2) { Self.acknowledge(2, into: &$0) }
    let bytes = effects.frames.count
    effects.alsoSend(to: .event(component: 6))
    effects.alsoSend(to: .topic(3))
    #expect(effects.frames.count == bytes)
    #expect(effects.sendings.map(\.destination) == [.topic(1), .topic(2), .event(component: 6), .topic(3)])
    #expect(Set(effects.sendings.dropFirst().map(\.offset)).count == 1)
    #expect(effects.sendings[1].offset != effects.sendings[0].offset)
  }

  @Test func factsKeepTheirBytesAndCorrelation() throws {
    var effects = Effects()
    for number in UInt64(1)...3 {
      effects.append(NumberFact.number(number * 10), correlation: Correlation(high: 1, low: number))
    }
    let bytes = effects.facts.bytes
    for (index, record) in effects.records.enumerated() {
      var reader = SnapshotReader(Array(bytes[record.offset..<record.offset + record.count]))
      try #expect(NumberFact(kind: record.kind, from: &reader) == .number(UInt64(index + 1) * 10))
      #expect(record.correlation == Correlation(high: 1, low: UInt64(index + 1)))
    }
  }

  @Test func resetForgetsEverythingAndKeepsTheMemory() {
    var effects = Effects()
    let wasEmpty = effects.isEmpty
    effects.publish(0) { Self.acknowledge(1, into: &$0) }
    effects.append(NumberFact.number(1), correlation: .none)
    effects.stop(because: "a test")
    let isEmptyBefore = effects.isEmpty
    let capacity = effects.frames.capacity
    effects.reset()
    let isEmptyAfter = effects.isEmpty && effects.facts.bytes.isEmpty && effects.frames.count == 0
    let keepsMemory = effects.frames.capacity == capacity
    #expect(wasEmpty && !isEmptyBefore && isEmptyAfter && keepsMemory)
  }

  @Test func anEffectThatEncodesNothingTraps() async {
    await #expect(processExitsWith: .failure) {
      var effects = Effects()
      effects.publish(0) { _ in }
    }
  }

  @Test func aRunawayTurnTraps() async {
    await #expect(processExitsWith: .failure) {
      var effects = Effects()
      for number in 0...UInt64(Effects.maxEffects) {
        effects.publish(0) { Self.acknowledge(number, into: &$0) }
      }
    }
  }

  @Test func theLastEffectWithinTheBoundIsTaken() {
    var effects = Effects()
    for number in 0..<UInt64(Effects.maxEffects) {
      effects.publish(0) { Self.acknowledge(number, into: &$0) }
    }
    let count = effects.sendings.count
    #expect(count == Effects.maxEffects)
  }
}
