import ActorKit
import CoreTestKit
import HostKit
import Records
import Testing
import Wire

/// The seam between a host and its driver: what a turn leads to, and in which order.
@Suite struct HostCoreTests {
  private static let wall: Int64 = 1_700_000_000_000_000_000
  private static let market = HandMadeFrames.topic("market", "trade", "TOY", "TEST")
  private static let topics = [market, HandMadeFrames.topic("market", "book", "TOY", "TEST")]

  private static func host(
    isStored: Bool = true, impairment: String? = nil, cutTurns: UInt32 = 0
  ) -> HostCore<Chatterbox> {
    let identity = HostIdentity(
      name: "a", number: 1, colony: ColonyName(named: "toys", run: "run-1"), build: NameText(), processID: 7)
    let wiring = Wiring(
      subscriptions: [.init(component: 2, prefixes: [market])],
      links: [.init(component: Chatterbox.server)], sessionClients: [Chatterbox.client])
    var host = HostCore(
      identity, wiring, core: Chatterbox(topics: topics),
      journal: JournalStanding(
        epoch: 3, lineage: 9, isStored: isStored, lastTurn: 4, lastRow: 10, impairment: impairment,
        cutTurns: cutTurns),
      recovered: HostState(), crashMarks: LooseMarks(), device: DeviceStanding(firstMarketNanos: nil),
      atBootNanos: 0)
    host.start(bootNanos: 1, wallNanos: wall)
    return host
  }

  private static var arrival: Arrival { Arrival(wallNanos: wall) }

  /// A turn a millisecond after the start.
  private static func turn(
    _ host: inout HostCore<Chatterbox>, atBootNanos boot: Int64 = .nanosPerMilli,
    _ arrivals: (inout HostCore<Chatterbox>) -> Void
  ) {
    host.beginTurn(bootNanos: boot, wallNanos: wall)
    arrivals(&host)
    host.endTurn(hasReadAll: true)
  }

  private static func publish(
    _ sequence: UInt64, on host: inout HostCore<Chatterbox>, principal: Principal = .unknown
  ) {
    let frame = HandMadeFrames.trade(sender: 2, sequence: sequence)
    host.takePublished(
      topic: market.bytes, frame.span.bytes, isMarket: true,
      Arrival(wallNanos: wall, principal: principal))
  }

  private static func status(_ host: inout HostCore<Chatterbox>) {
    var frames = FrameWriter(capacity: 1_024)
    Command(
      envelope: Envelope(origin: 0), kind: .status, scope: .firm, operatorName: NameText()
    ).encode(into: &frames, reason: "".utf8)
    host.takeFromCaller([1, 2].span.bytes, isDelimited: false, frames.bytes, arrival)
  }

  private static func ways(_ host: borrowing HostCore<Chatterbox>) -> [String] {
    host.outgoing.effects.compactMap { effect in
      switch effect {
      case .append: "append"
      case .transmit(let transmission):
        switch transmission.outlet {
        case .topic(let topic): topic < topics.count ? "topic \(topic)" : nil
        case .link: "link"
        case .caller: "caller"
        case .device: "device"
        }
      default: nil
      }
    }
  }

  @Test func nothingLeavesBeforeTheRecordAndCallsLeaveFirst() {
    var host = Self.host()
    Self.turn(&host) { host in
      Self.status(&host)
      Self.publish(1, on: &host)
    }
    #expect(Self.ways(host) == ["append", "link", "caller", "device", "topic 0", "topic 1"])
    #expect(host.record.turn == 5 && host.record.firstRow == 11 && host.record.factCount == 1)
    #expect(host.journal.lastTurn == 5 && host.journal.lastRow == 11)
  }

  @Test func withoutAJournalATurnStoresNothingAndIsCounted() {
    var host = Self.host(isStored: false, impairment: "no disk")
    Self.turn(&host) { Self.publish(1, on: &$0) }
    #expect(Self.ways(host) == ["link", "device", "topic 0", "topic 1"])
    #expect(host.journal.skippedTurns == 1 && host.journal.lastTurn == 4 && host.journal.lastRow == 10)
    #expect(host.core.heard.first == .event(.journalImpaired(why: "no disk")))
  }

  @Test func aCutIsToldRightAfterTheStart() {
    #expect(Self.host(cutTurns: 3).core.heard.first == .event(.journalCut(turns: 3)))
  }

  @Test func aFrameForTwoTopicsCarriesTheNumberOfEach() {
    var host = Self.host()
    var numbers: [[UInt64]] = [[], []]
    for sequence in UInt64(1)...3 {
      Self.turn(&host, atBootNanos: Int64(sequence) * .nanosPerMilli) { Self.publish(sequence, on: &$0) }
      for case .transmit(let transmission) in host.outgoing.effects {
        guard case .topic(let topic) = transmission.outlet, topic < 2 else { continue }
        let frame =
          transmission.arena == .core
          ? host.effects.frames.span(from: transmission.offset, count: transmission.count).copiedBytes()
          : host.outgoing.frames.span(from: transmission.offset, count: transmission.count).copiedBytes()
        guard let envelope = Inbound(frame.span.bytes)?.envelope else {
          Issue.record("a frame that is no message")
          continue
        }
        #expect(envelope.sender == 1 && envelope.epoch == 3)
        numbers[topic].append(envelope.sequence)
      }
    }
    #expect(numbers == [[1, 2, 3], [1, 2, 3]])
  }

  /// A snapshot leaves before the turn's publications and has the number of the last one it includes.
  @Test(arguments: [true, false]) func aSnapshotIsNumberedByWhatTheCoreHadPublished(isAfter: Bool) {
    var host = Self.host()
    var request = FrameWriter(capacity: 1_024)
    SnapshotRequest(envelope: Envelope(origin: 0), topic: Self.market.text).encode(into: &request)
    let bytes = request.bytes.copiedBytes()
    func ask(_ host: inout HostCore<Chatterbox>) {
      host.takeFromCaller([1, 2].span.bytes, isDelimited: false, bytes.span.bytes, Self.arrival)
    }
    Self.turn(&host) { Self.publish(1, on: &$0) }
    Self.turn(&host, atBootNanos: 2 * .nanosPerMilli) { host in
      if !isAfter { ask(&host) }
      Self.publish(2, on: &host)
      if isAfter { ask(&host) }
    }
    let snapshots = host.outgoing.effects.compactMap { effect -> UInt64? in
      guard case .transmit(let transmission) = effect, case .caller = transmission.outlet else { return nil }
      let frame = host.effects.frames.span(from: transmission.offset, count: transmission.count).copiedBytes()
      return Inbound(frame.span.bytes)?.envelope.sequence
    }
    #expect(snapshots == [isAfter ? 2 : 1])
  }

  @Test func whatFoundNoWayOutIsTheFirstNewsOfTheNextTurn() throws {
    var host = Self.host()
    Self.turn(&host) { Self.publish(1, on: &$0) }
    let call = try #require(
      host.outgoing.effects.compactMap { effect -> Transmission? in
        if case .transmit(let transmission) = effect, transmission.outlet == .link(0) { return transmission }
        return nil
      }.first)
    host.noteRefused(call, .backPressured)
    #expect(host.nextTurnBootNanos(bootNanos: .nanosPerMilli, wallNanos: Self.wall) == .nanosPerMilli)
    Self.turn(&host, atBootNanos: 2 * .nanosPerMilli) { Self.publish(2, on: &$0) }
    let news = host.core.heard.suffix(2)
    #expect(
      Array(news) == [
        .event(
          .notSent(
            component: Chatterbox.server, template: .trade, correlation: .none, reason: .backPressured)),
        .trade(2, .stream),
      ])
    #expect(host.statistics.backPressured == 1)
  }

  @Test func whoIsProvenToBeAnotherIsNotBelieved() {
    var host = Self.host()
    Self.turn(&host) { Self.publish(1, on: &$0, principal: .component(5)) }
    #expect(!host.core.heard.contains(.trade(1, .stream)) && host.statistics.misplaced == 1)
    Self.turn(&host, atBootNanos: 2 * .nanosPerMilli) {
      Self.publish(1, on: &$0, principal: .component(2))
    }
    #expect(host.core.heard.contains(.trade(1, .stream)) && host.statistics.misplaced == 1)
  }

  @Test func timersComeBeforeMarketDataAndBeforeTheDevice() {
    var host = Self.host()
    host.core.wakesAtBootNanos = .nanosPerMilli
    Self.turn(&host) { host in
      Self.publish(1, on: &host)
      host.takeFromDevice(HandMadeFrames.trade(sequence: 0, id: 8).span.bytes, Self.arrival)
    }
    #expect(host.core.heard.suffix(3) == [.woken, .trade(1, .stream), .trade(8, .source)])
  }

  /// The topics of the host that a turn at this time publishes on, behind those of the core.
  private static func told(
    _ host: inout HostCore<Chatterbox>, atBootNanos boot: Int64,
    _ arrivals: (inout HostCore<Chatterbox>) -> Void = { _ in }
  ) -> [String] {
    turn(&host, atBootNanos: boot, arrivals)
    return host.outgoing.effects.compactMap { effect in
      guard case .transmit(let transmission) = effect, case .topic(let topic) = transmission.outlet,
        topic >= topics.count
      else { return nil }
      return host.topicNames[topic].description
    }
  }

  /// Who has just subscribed may miss the first, and the session waits for it.
  @Test func aChangeOfStateHasABeatAtOnceAndSoonAgain() {
    var host = Self.host()
    let second = Int64.nanosPerSecond
    func beats(_ milliseconds: ClosedRange<Int64>) -> [Int64] {
      milliseconds.filter {
        Self.told(&host, atBootNanos: 2 * second + $0 * .nanosPerMilli).contains("colony.heartbeat.1.")
      }
    }
    // The start is one.
    _ = beats(-1_999 ... -1)
    #expect(beats(0...600).count <= 3)
    host.core.state = .degraded
    #expect(beats(601...1_500) == [601, 621, 661, 741, 901, 1_151, 1_401])
  }

  @Test func aStateThatComesAndGoesIsToldNoMoreOftenThanEveryTwentyMilliseconds() {
    var host = Self.host()
    var beats = 0
    for milli in Int64(1)...1_000 {
      host.core.state = milli % 2 == 0 ? .live : .degraded
      beats +=
        Self.told(&host, atBootNanos: (2_000 + milli) * .nanosPerMilli)
          .contains("colony.heartbeat.1.") ? 1 : 0
    }
    #expect(beats <= 51)
    #expect(beats >= 20)
  }

  @Test func countsOfTopicsAreToldSoonAfterAChangeAndOnceASecondWithoutOne() {
    var host = Self.host()
    let second = Int64.nanosPerSecond
    // Nothing has been published yet, so there is nothing to count.
    #expect(!Self.told(&host, atBootNanos: 2 * second).contains("colony.sequences.1."))
    Self.turn(&host, atBootNanos: 3 * second) { Self.publish(1, on: &$0) }
    let counts = (31...62).filter {
      Self.told(&host, atBootNanos: Int64($0) * second / 10).contains("colony.sequences.1.")
    }
    // Once more, because the first can be lost.
    #expect(counts == [31, 41, 51, 61])
    for (sequence, millis, isTold) in [(UInt64(2), Int64(6_210), true), (3, 6_220, false)] {
      let told = Self.told(&host, atBootNanos: millis * .nanosPerMilli) { Self.publish(sequence, on: &$0) }
      #expect(told.contains("colony.sequences.1.") == isTold)
    }
    #expect(
      host.nextTurnBootNanos(bootNanos: 6_220 * .nanosPerMilli, wallNanos: Self.wall)
        <= 6_310 * .nanosPerMilli)
    #expect(Self.told(&host, atBootNanos: 6_310 * .nanosPerMilli).contains("colony.sequences.1."))
  }

  /// A host that is given the same arrivals at the same times leaves the same bytes.
  @Test func theSameArrivalsLeadToTheSameRecords() {
    func records() -> [[UInt8]] {
      var host = Self.host()
      return (UInt64(1)...20).map { sequence in
        Self.turn(&host, atBootNanos: Int64(sequence) * .nanosPerMilli) { Self.publish(sequence, on: &$0) }
        return host.record.bytes.copiedBytes()
      }
    }
    #expect(records() == records())
  }
}
