import ActorKit
import CoreTestKit
import HostKit
import Records
import Testing
import Wire

/// Several messages of a session in one frame: who gets them, what they hold, what becomes of damaged ones.
@Suite struct PackTests {
  private static let wall: Int64 = 1_700_000_000_000_000_000
  private static let topics = [
    HandMadeFrames.topic("market", "trade", "TOY", "TEST"),
    HandMadeFrames.topic("market", "book", "TOY", "TEST"),
  ]
  private static let peer = Chatterbox.client
  private static var arrival: Arrival { Arrival(wallNanos: wall) }

  /// A host whose peer has opened a session in that version of the schema.
  private static func host(schemaVersion: UInt16 = WireSchema.version) -> HostCore<Chatterbox> {
    let identity = HostIdentity(
      name: "a", number: 1, colony: ColonyName(named: "toys", run: "run-1"), build: NameText(), processID: 7)
    let wiring = Wiring(links: [.init(component: Chatterbox.server)], sessionClients: [peer])
    var host = HostCore(
      identity, wiring, core: Chatterbox(topics: topics),
      journal: JournalStanding(
        epoch: 3, lineage: 9, isStored: true, lastTurn: 4, lastRow: 10, impairment: nil),
      recovered: HostState(), crashMarks: LooseMarks(), device: DeviceStanding(firstMarketNanos: nil),
      atBootNanos: 0)
    host.start(bootNanos: 1, wallNanos: wall)
    turn(&host, [hello(schemaVersion)])
    return host
  }

  private static func hello(_ schemaVersion: UInt16) -> [UInt8] {
    var frames = FrameWriter(capacity: 1_024)
    Hello(
      envelope: HandMadeFrames.envelope(sender: peer, sequence: 0), component: peer, kind: .risk,
      schemaVersion: schemaVersion, firstUnacknowledged: 1, lastSent: 0, lastReceived: 0, peerEpoch: 0,
      build: NameText(), opening: 1, lineage: 5
    ).encode(into: &frames)
    return frames.bytes.copiedBytes()
  }

  /// A turn that takes in these frames of a caller; how many messages it was.
  @discardableResult
  private static func turn(
    _ host: inout HostCore<Chatterbox>, from name: [UInt8] = RouteTable.sessionName(of: peer),
    _ frames: [[UInt8]], atBootNanos boot: Int64 = .nanosPerMilli
  ) -> Int {
    host.beginTurn(bootNanos: boot, wallNanos: wall)
    var count = 0
    for frame in frames {
      count += host.takeFromCaller(name.span.bytes, isDelimited: false, frame.span.bytes, arrival)
    }
    host.endTurn(hasReadAll: true)
    return count
  }

  private static func event(_ sequence: UInt64) -> [UInt8] {
    HandMadeFrames.trade(sender: peer, flags: .eventLane, sequence: sequence)
  }

  private static func state(_ sequence: UInt64) -> [UInt8] {
    HandMadeFrames.trade(sender: peer, flags: .stateLane, sequence: sequence)
  }

  private static func pack(_ messages: [[UInt8]]) -> [UInt8] {
    var frames = FrameWriter()
    let places = messages.map { frames.append(copying: $0.span.bytes) }
    let place = frames.appendPack(copying: places)
    return frames.span(from: place.lowerBound, count: place.count).copiedBytes()
  }

  /// What leaves for the peer, frame by frame, and the messages in each.
  private static func frames(
    _ host: borrowing HostCore<Chatterbox>
  ) -> [(transmission: Transmission, messages: [Template])] {
    var found: [(Transmission, [Template])] = []
    for case .transmit(let transmission) in host.outgoing.effects {
      guard case .caller = transmission.outlet else { continue }
      let frame = host.outgoing.frames.span(from: transmission.offset, count: transmission.count)
      found.append((transmission, templates(frame.copiedBytes())))
    }
    return found
  }

  private static func templates(_ frame: [UInt8]) -> [Template] {
    guard FramePack.isPack(frame.span.bytes) else {
      guard let message = Inbound(frame.span.bytes) else { return [] }
      return [message.template]
    }
    var messages: [Template] = []
    var cursor = FramePack.Cursor()
    while case .message(let place) = cursor.next(in: frame.span.bytes) {
      if let message = Inbound(Array(frame[place]).span.bytes) { messages.append(message.template) }
    }
    return messages
  }

  private static func trades(_ host: borrowing HostCore<Chatterbox>) -> [UInt64] {
    host.core.heard.compactMap { if case .trade(let id, .session) = $0 { id } else { nil } }
  }

  @Test func aTurnsMessagesInASessionLeaveInOneFrameBehindTheRecord() {
    var host = Self.host()
    Self.turn(&host, [Self.state(1), Self.state(2)])
    #expect(Self.frames(host).map(\.messages) == [[.acknowledge, .acknowledge, .trade]])
    let kinds = host.outgoing.effects.compactMap { effect -> String? in
      switch effect {
      case .append: "append"
      case .transmit(let transmission):
        switch transmission.outlet {
        case .link: "link"
        case .caller: "session"
        case .topic(let topic): topic < 2 ? "topic" : nil
        case .device: nil
        }
      default: nil
      }
    }
    #expect(kinds == ["append", "link", "link", "session", "topic", "topic", "topic", "topic"])
  }

  /// Facts told lazily take along the marks that wait, behind what the turn sends.
  @Test func whatIsMarkedBehindTheSendsIsAcknowledgedInTheNextTurn() {
    var host = Self.host()
    host.core.tellsOddLazily = true
    host.beginTurn(bootNanos: 2 * .nanosPerMilli, wallNanos: Self.wall)
    host.takeFromDevice(HandMadeFrames.trade(sequence: 0, id: 7).span.bytes, Self.arrival)
    host.endTurn(hasReadAll: true)
    Self.turn(&host, [Self.event(1)], atBootNanos: 12 * .nanosPerMilli)
    #expect(!Self.frames(host).contains { $0.messages.contains(.acknowledge) })
    Self.turn(&host, [], atBootNanos: 52 * .nanosPerMilli)
    let isLast = if case .append(flushing: true)? = host.outgoing.effects.last { true } else { false }
    #expect(isLast && host.record.factCount == 2 && !host.record.hasOnlyFacts)
    #expect(!Self.frames(host).contains { $0.messages.contains(.acknowledge) })
    let due = host.nextTurnBootNanos(bootNanos: 52 * .nanosPerMilli, wallNanos: Self.wall)
    #expect(due == 52 * .nanosPerMilli)
    Self.turn(&host, [], atBootNanos: 52 * .nanosPerMilli)
    #expect(Self.frames(host).contains { $0.messages.contains(.acknowledge) })
  }

  @Test func aPeerOfAnOlderSchemaGetsOneMessageAFrame() {
    var host = Self.host(schemaVersion: FramePack.sinceVersion - 1)
    Self.turn(&host, [Self.state(1), Self.state(2)])
    #expect(Self.frames(host).map(\.messages) == [[.acknowledge], [.acknowledge], [.trade]])
  }

  @Test func aPackIsStampedMessageByMessage() {
    var host = Self.host()
    Self.turn(&host, [Self.state(1)])
    guard let frame = Self.frames(host).first else {
      Issue.record("nothing left")
      return
    }
    host.stampSent(frame.transmission, wallNanos: 77)
    let place = frame.transmission.offset
    let bytes = host.outgoing.frames.span(from: place, count: frame.transmission.count).copiedBytes()
    var cursor = FramePack.Cursor()
    var sent: [Int64] = []
    while case .message(let place) = cursor.next(in: bytes.span.bytes) {
      if let message = Inbound(Array(bytes[place]).span.bytes) { sent.append(message.envelope.sent) }
    }
    #expect(sent == [77, 77])
  }

  @Test func ofAPackThatDidNotLeaveEachMessageIsSentAgain() {
    var host = Self.host()
    Self.turn(&host, [Self.state(1)])
    let refused = Self.frames(host).map(\.transmission)
    for transmission in refused { host.noteRefused(transmission, .backPressured) }
    #expect(host.statistics.backPressured == 2)
    Self.turn(&host, [], atBootNanos: 10 * .nanosPerMilli)
    #expect(Self.frames(host).map(\.messages) == [[.trade]])
  }

  /// A peer that could not read the pack reads its messages the second time.
  @Test func whatIsSentAgainLeavesAlone() {
    var host = Self.host()
    Self.turn(&host, [Self.event(1)])
    // Heard twice, so it is acknowledged again, in the turn in which the answer to it is due again.
    Self.turn(&host, [Self.event(1)], atBootNanos: 900 * .nanosPerMilli)
    #expect(Self.frames(host).map(\.messages) == [[.acknowledge, .heartbeat], [.trade]])
  }

  @Test func moreMessagesThanAPackMayHoldLeaveInSeveral() {
    var host = Self.host()
    Self.turn(&host, (1...150).map { Self.state($0) })
    #expect(Self.frames(host).map(\.messages.count) == [64, 64, 23])
    #expect(Self.frames(host).allSatisfy { $0.transmission.count <= FramePack.maxBytes })
  }

  @Test func eachMessageOfAPackIsTakenAsIfItHadComeAlone() {
    var alone = Self.host()
    Self.turn(&alone, [Self.event(1), Self.event(2), Self.event(2), Self.state(1)])
    var packed = Self.host()
    let count = Self.turn(
      &packed, [Self.pack([Self.event(1), Self.event(2), Self.event(2), Self.state(1)])])
    #expect(count == 4 && Self.trades(packed) == [1, 2, 1])
    #expect(packed.core.heard == alone.core.heard && packed.statistics.duplicates == 1)
    #expect(packed.record.bytes.copiedBytes() == alone.record.bytes.copiedBytes())
  }

  @Test func theRestOfADamagedPackIsRefusedAndWhatCameBeforeCounts() {
    var host = Self.host()
    var pack = Self.pack([Self.event(1), Self.event(2), Self.event(3)])
    pack.removeLast()
    let taken = Self.turn(&host, [pack])
    #expect(taken == 2 && Self.trades(host) == [1, 2])
    #expect(host.statistics.refused[Int(FrameRefusal.dataOverrun.rawValue)] == 1)
    Self.turn(&host, [Self.pack([Self.event(3), Self.event(4)])], atBootNanos: 2 * .nanosPerMilli)
    #expect(Self.trades(host) == [1, 2, 3, 4])
  }

  @Test func aPackInAPackAndOneOutsideASessionAreRefused() {
    var host = Self.host()
    let pack = Self.pack([Self.event(1), Self.event(2)])
    Self.turn(&host, [Self.pack([pack, Self.event(1)])])
    #expect(Self.trades(host) == [1])
    let taken = Self.turn(&host, from: [1, 2], [pack], atBootNanos: 2 * .nanosPerMilli)
    #expect(taken == 1 && Self.trades(host) == [1])
    #expect(host.statistics.refused[Int(FrameRefusal.unknownTemplate.rawValue)] == 2)
  }

  @Test func aTurnStopsBeforeItTakesInMoreThanItsBound() {
    let host = Self.host()
    let most = HostCore<Chatterbox>.batchLimit - FramePack.maxMessages
    let (before, beyond) = (host.hasRoom(after: most), host.hasRoom(after: most + 1))
    #expect(before && !beyond)
  }
}
