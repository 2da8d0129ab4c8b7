import ActorKit
import Colony
import CoreTestKit
import Platform
import Testing
import Wire
import ZeroMQ

/// A recording of trades two milliseconds of market time apart.
private struct RecordedTrades: Device, Sendable {
  static let firstNanos: Int64 = 1_600_000_000_000_000_000
  static let stepNanos: Int64 = 2 * .nanosPerMilli
  static let count: Int64 = 100

  private var next: Int64 = 0

  var firstMarketNanos: Int64? { Self.firstNanos }
  var descriptors: [DeviceDescriptor] { [] }
  private var nextNanos: Int64 { Self.firstNanos + next * Self.stepNanos }
  var nextWake: Wake { Wake(market: next < Self.count ? nextNanos : 0) }

  mutating func read(at now: Instant, into writer: inout FrameWriter) throws(DeviceError) -> DeviceReading {
    let time = nextNanos
    guard next < Self.count else { return .ended }
    guard time <= now.market else { return .nothing }
    next += 1
    Trade(
      envelope: Envelope(origin: 0), instrument: 1, eventNanos: time, tradeId: UInt64(next), price: 1,
      quantity: 1, aggressor: .buy, condition: .market
    ).encode(into: &writer)
    return .message
  }

  func write(_ bytes: RawSpan) -> Bool { false }

  func report(into counters: inout CounterReport) { counters.add("recorded.read", next) }
}

/// A source attached to a component gives each message when the market clock has come to it.
@Suite struct SourceTests {
  @Test(arguments: [UInt32(1_000), 50_000]) func aRecordingFollowsTheMarketClock(speedMilli: UInt32) throws {
    let folder = try HostFolder()
    let queen = try Socket(.pub, .stream)
    try queen.bind("ipc://\(folder.path)/a.pub")
    var configuration = HostFolder.client(
      folder.path, prefixes: [HandMadeFrames.topic("colony", "session")], hasSession: false)
    configuration.wiring.queen = 1
    let running = RunningReactor(configuration, Probe.Plan(), device: RecordedTrades())
    try running.waitUntil("the source is announced") {
      $0.events.contains(.sourceReady(firstMarketNanos: RecordedTrades.firstNanos))
    }
    #expect(!running.log.sights.contains { $0.link == .source }, "the market stands still")
    let wallStart = Clock.wallNanos()
    let topic = HandMadeFrames.topic("colony", "session")
    var sequence: UInt64 = 0
    try running.waitUntil("the recording has ended") { log in
      sequence += 1
      let state = Self.state(sequence, wallStart: wallStart, speedMilli: speedMilli)
      _ = queen.send(topic: topic.bytes, body: state.span.bytes)
      return log.events.contains(.sourceEnded)
    }
    let trades = running.log.sights.filter { $0.link == .source }
    #expect(trades.map(\.id) == Array(1...UInt64(RecordedTrades.count)))
    for trade in trades {
      let event = RecordedTrades.firstNanos + Int64(trade.id - 1) * RecordedTrades.stepNanos
      #expect(trade.market >= event, "trade \(trade.id) came \(event - trade.market) ns of market time early")
    }
    try running.stop()
  }

  @Test func onlyTheQueensClockCountsAndOnlyOneThatCanBe() throws {
    let folder = try HostFolder()
    let publisher = try Socket(.pub, .stream)
    try publisher.bind("ipc://\(folder.path)/a.pub")
    let topic = HandMadeFrames.topic("colony", "session")
    for queen in [UInt16(1), 7] {
      var configuration = HostFolder.client(
        folder.path, prefixes: [HandMadeFrames.topic("colony", "session")], hasSession: false)
      configuration.wiring.queen = queen
      configuration.publishEndpoint += "\(queen)"
      configuration.controlEndpoint += "\(queen)"
      configuration.name += "\(queen)"
      let running = RunningReactor(configuration, Probe.Plan(), device: RecordedTrades())
      let client = try ControlClient(configuration.controlEndpoint)
      var sequence: UInt64 = 0
      try running.waitUntil("enough is refused") { _ in
        sequence += 1
        // From a publisher who is not the queen a good one, from her one that makes no clock.
        let wall = queen == 7 ? Clock.wallNanos() : .max
        let state = Self.state(sequence, wallStart: wall, speedMilli: 1_000)
        _ = publisher.send(topic: topic.bytes, body: state.span.bytes)
        return sequence == 200
      }
      // A stranger at the control port, who says to be the queen.
      let stranger = Self.state(1, wallStart: Clock.wallNanos(), speedMilli: 1_000)
      try client.send(stranger)
      #expect(try client.ask(.status, id: 1).contains(#""marketNanos":0"#), "queen \(queen)")
      let ended = try running.stop()
      #expect(!running.log.sights.contains { $0.link == .source }, "queen \(queen)")
      #expect(ended.statistics.misplaced > 0 && (ended.statistics.clocksRefused > 0) == (queen == 1))
    }
  }

  private static func state(_ sequence: UInt64, wallStart: Int64, speedMilli: UInt32) -> [UInt8] {
    let state = SessionState(
      envelope: HandMadeFrames.envelope(sequence: sequence), revision: 1, state: .live, cause: .none,
      permit: .open, halted: 0, degradations: 0, interruptions: 0, sinceNanos: 0,
      marketStartNanos: RecordedTrades.firstNanos, wallStartNanos: wallStart, speedMilli: speedMilli)
    var frames = FrameWriter(capacity: 1_024)
    state.encode(into: &frames)
    return frames.bytes.copiedBytes()
  }
}
