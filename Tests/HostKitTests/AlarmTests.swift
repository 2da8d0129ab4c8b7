import ActorKit
import CoreTestKit
import HostKit
import Records
import Testing
import Vocabulary
import Wire

/// Alarms are in the log, and are told to whoever asks late.
@Suite struct AlarmTests {
  private static let wall: Int64 = 1_700_000_000_000_000_000
  private static let market = HandMadeFrames.topic("market", "trade", "TOY", "TEST")

  private static func host(impairment: String? = nil, topics: [Topic]) -> HostCore<Chatterbox> {
    let identity = HostIdentity(
      name: "a", number: 1, colony: ColonyName(named: "toys", run: "run-1"), build: NameText(), processID: 7)
    let wiring = Wiring(
      subscriptions: [.init(component: 2, prefixes: [market])],
      links: [.init(component: Chatterbox.server)], sessionClients: [Chatterbox.client])
    var host = HostCore(
      identity, wiring, core: Chatterbox(topics: topics),
      journal: JournalStanding(
        epoch: 3, lineage: 9, isStored: impairment == nil, lastTurn: 4, lastRow: 10, impairment: impairment,
        cutTurns: 0),
      recovered: HostState(), crashMarks: LooseMarks(), device: DeviceStanding(firstMarketNanos: nil),
      atBootNanos: 0)
    host.start(bootNanos: 1, wallNanos: wall)
    return host
  }

  private static func turn(
    _ host: inout HostCore<Chatterbox>, atBootNanos boot: Int64,
    _ arrivals: (inout HostCore<Chatterbox>) -> Void = { _ in }
  ) {
    host.beginTurn(bootNanos: boot, wallNanos: wall)
    arrivals(&host)
    host.endTurn(hasReadAll: true)
  }

  private static func raise(_ sequence: UInt64, on host: inout HostCore<Chatterbox>) {
    turn(&host, atBootNanos: Int64(sequence) * .nanosPerMilli) { host in
      host.takePublished(
        topic: market.bytes, HandMadeFrames.trade(sender: 2, sequence: sequence).span.bytes, isMarket: true,
        Arrival(wallNanos: wall))
    }
  }

  private static func log(_ host: borrowing HostCore<Chatterbox>) -> [String] {
    host.outgoing.effects.compactMap { effect in
      if case .log(let level, let event, let text) = effect { return "\(level.rawValue) \(event) \(text)" }
      return nil
    }
  }

  /// What the host answers to who asks for its alarms: the topic's last number, and those that are kept.
  private static func asked(
    _ host: inout HostCore<Chatterbox>, _ topic: Topic = Topics.alarm
  ) -> (last: UInt64, sequences: [UInt64], texts: [String])? {
    var request = FrameWriter(capacity: 1_024)
    SnapshotRequest(
      envelope: Envelope(origin: 0, correlation: Correlation(high: 1, low: 2)), topic: topic.text
    ).encode(into: &request)
    let bytes = request.bytes.copiedBytes()
    turn(&host, atBootNanos: .nanosPerSecond / 2) {
      $0.takeFromCaller([1, 2].span.bytes, isDelimited: false, bytes.span.bytes, Arrival(wallNanos: wall))
    }
    for case .transmit(let transmission) in host.outgoing.effects {
      guard case .caller = transmission.outlet, transmission.arena == .host else { continue }
      let frame = host.outgoing.frames.span(from: transmission.offset, count: transmission.count)
        .copiedBytes()
      guard case .recentAlarms(let view)? = Inbound(frame.span.bytes), view.envelope.correlation.low == 2,
        view.envelope.flagSet.contains(.snapshot)
      else { continue }
      var kept: (sequences: [UInt64], texts: [String]) = ([], [])
      var cursor = FramePack.Cursor()
      while case .message(let place) = cursor.next(in: view.frames) {
        guard case .alarm(let alarm)? = Inbound(view.frames.extracting(place)) else { return nil }
        kept.sequences.append(alarm.envelope.sequence)
        kept.texts.append(alarm.textString)
      }
      return (view.envelope.sequence, kept.sequences, kept.texts)
    }
    return nil
  }

  @Test("An alarm of the core is logged when it leaves, and told with its number to who asks later")
  func ofTheCore() throws {
    var host = Self.host(topics: [Self.market, Topics.alarm])
    host.core.raises = (1, .critical, .ownerlessPosition)
    Self.raise(1, on: &host)
    #expect(Self.log(host) == ["error alarm critical ownerlessPosition: trade 1"])
    host.core.raises = (1, .warning, .orderStuck)
    Self.raise(2, on: &host)
    #expect(Self.log(host) == ["warning alarm warning orderStuck: trade 2"])
    host.core.raises = (1, .info, .orderStuck)
    Self.raise(3, on: &host)
    #expect(Self.log(host).isEmpty, "what is for the record alone is not")
    let answer = Self.asked(&host)
    let told = try #require(answer)
    #expect(told.last == 3 && told.sequences == [1, 2, 3])
    #expect(told.texts == ["trade 1", "trade 2", "trade 3"])
  }

  @Test("An alarm of the host is logged and told, where the core raises none")
  func ofTheHost() throws {
    var host = Self.host(impairment: "no disk", topics: [Self.market])
    Self.turn(&host, atBootNanos: 2 * .nanosPerSecond)
    #expect(Self.log(host).contains("error alarm critical journal: no disk"))
    let answer = Self.asked(&host)
    let told = try #require(answer)
    #expect(told.last == 1 && told.texts == ["no disk"])
  }

  @Test("Who asks for alarms where there are none is told so, and other topics are the core's to answer")
  func none() throws {
    var host = Self.host(topics: [Self.market, Topics.alarm])
    let answer = Self.asked(&host)
    let told = try #require(answer)
    #expect(told.last == 0 && told.sequences.isEmpty)
    let other = Self.asked(&host, Self.market)
    #expect(other == nil)
  }

  @Test("A flood of one code never drives another out, and information goes first")
  func bounded() {
    func entry(_ sequence: UInt64, _ code: String, _ severity: Severity) -> AlarmMemory.Entry {
      AlarmMemory.Entry(
        sequence: sequence, severity: severity, code: code, atNanos: 0, text: "", frame: [])
    }
    var memory = AlarmMemory()
    memory.keep(entry(1, "journal", .critical))
    memory.keep(entry(2, "clock", .info))
    memory.keep(entry(3, "orderStuck", .warning))
    for sequence in UInt64(4)...1_000 { memory.keep(entry(sequence, "overfill", .warning)) }
    #expect(memory.entries.count == AlarmMemory.capacity)
    #expect(memory.entries.prefix(2).map(\.sequence) == [1, 3])
    #expect(memory.entries.last?.sequence == 1_000)
  }

  @Test("All that is kept fits into one message, however long the texts")
  func longTexts() throws {
    var host = Self.host(topics: [Self.market, Topics.alarm])
    host.core.raises = (1, .critical, .journal)
    host.core.alarmText = String(repeating: "x", count: 60_000)
    for sequence in UInt64(1)...40 { Self.raise(sequence, on: &host) }
    let answer = Self.asked(&host)
    let told = try #require(answer)
    #expect(told.last == 40 && told.sequences == Array(9...40))
    #expect(told.texts.allSatisfy { $0.utf8.count == AlarmMemory.maxTextBytes })
  }

  @Test("Rows that cannot be read are refused aloud")
  func unreadableRows() throws {
    var host = Self.host(topics: [Self.market])
    var request = FrameWriter(capacity: 1_024)
    ReplayRequest(
      envelope: Envelope(origin: 0, correlation: Correlation(high: 1, low: 7)), afterSequence: 4, atMost: 9
    ).encode(into: &request)
    let bytes = request.bytes.copiedBytes()
    Self.turn(&host, atBootNanos: .nanosPerMilli) {
      $0.takeFromCaller(
        [1, 2].span.bytes, isDelimited: false, bytes.span.bytes, Arrival(wallNanos: Self.wall))
    }
    Self.turn(&host, atBootNanos: 2 * .nanosPerMilli) { $0.takeRows([], trouble: "row 5 is damaged") }
    let answers = host.outgoing.effects.compactMap { effect -> String? in
      guard case .transmit(let transmission) = effect, case .caller = transmission.outlet else { return nil }
      let frame = host.outgoing.frames.span(from: transmission.offset, count: transmission.count)
        .copiedBytes()
      guard let view = ReplayRefusedView(frame.span.bytes) else { return nil }
      return "\(view.envelope.correlation.low) after \(view.afterSequence): \(view.textString)"
    }
    #expect(answers == ["7 after 4: row 5 is damaged"])
  }
}
