import ActorKit
import CoreTestKit
import HostKit
import Records
import Trading
import Wire

/// A host that keeps its inputs, beside a list of them: what is kept must be just that.
struct KeptHistory: ~Copyable {
  static let wall: Int64 = 1_700_000_000_000_000_000
  static let market = HandMadeFrames.topic("market", "trade", "TOY", "TEST")
  static let topics = [market, HandMadeFrames.topic("market", "book", "TOY", "TEST")]
  static let wiring = Wiring(
    subscriptions: [.init(component: 2, prefixes: [market])],
    links: [.init(component: Chatterbox.server)], sessionClients: [Chatterbox.client])

  let head: ArrivalsHead
  /// As they were kept.
  private(set) var turns: [[UInt8]] = []
  /// Of each turn, what was given to the host.
  private(set) var given: [[HostInput]] = []
  private(set) var hashes: [TurnHash] = []
  /// Of each turn, the messages that the crash marks refused.
  private(set) var poisoned: [[UInt32]] = []
  private var host: HostCore<Chatterbox>
  private let marks: FickleMarks
  private var present: [HostInput] = []

  static var core: Chatterbox {
    var core = Chatterbox(topics: topics)
    core.tellsOddLazily = true
    return core
  }

  /// `refusing` are the messages of each turn that the crash marks refuse.
  init(refusing: [[UInt32]] = []) {
    let marks = FickleMarks(refusing)
    self.marks = marks
    host = HostCore(
      HostIdentity(
        name: "a", number: 1, colony: ColonyName(named: "toys", run: "run-1"), build: NameText(), processID: 7
      ), Self.wiring, core: Self.core,
      journal: JournalStanding(
        epoch: 3, lineage: 9, isStored: true, lastTurn: 4, lastRow: 10, impairment: nil, cutTurns: 2),
      recovered: HostState(), crashMarks: marks, device: DeviceStanding(firstMarketNanos: 17),
      atBootNanos: 5)
    head = host.keepInputs(recovered: HostState(), atBootNanos: 5)
  }

  var transmissions: [Int] {
    host.outgoing.effects.indices.filter {
      if case .transmit = host.outgoing.effects[$0] { true } else { false }
    }
  }

  /// Closes the turn's entry in the lists.
  mutating func take() {
    turns.append(host.takeKept())
    given.append(present)
    hashes.append(host.kept.hash)
    poisoned.append(marks.refusedNow)
    present = []
    marks.begin()
  }

  mutating func give(_ inputs: [HostInput]) { for input in inputs { give(input) } }

  mutating func give(_ input: HostInput) {
    present.append(input)
    switch input {
    case .clocks(let boot, let wall): _ = host.nextTurnBootNanos(bootNanos: boot, wallNanos: wall)
    case .usage(let usage): host.note(usage: usage)
    case .counters(let counters):
      var report = CounterReport()
      for counter in counters { report.add(counter.name, counter.value) }
      host.note(device: report)
    case .start(let boot, let wall): host.start(bootNanos: boot, wallNanos: wall)
    case .begin(let boot, let wall): host.beginTurn(bootNanos: boot, wallNanos: wall)
    case .last(let boot, let wall): host.lastTurn(bootNanos: boot, wallNanos: wall)
    case .rows(let rows, let trouble): host.takeRows(rows.map { ($0.row, $0.body) }, trouble: trouble)
    case .malformed: host.noteMalformed()
    case .fromLink(let link, let frame, let arrival): host.takeFromLink(link, frame.span.bytes, arrival)
    case .fromCaller(let caller, let isDelimited, let frame, let arrival):
      host.takeFromCaller(caller.span.bytes, isDelimited: isDelimited, frame.span.bytes, arrival)
    case .published(let topic, let frame, let isMarket, let arrival):
      host.takePublished(topic: topic.span.bytes, frame.span.bytes, isMarket: isMarket, arrival)
    case .fromDevice(let frame, let arrival): host.takeFromDevice(frame.span.bytes, arrival)
    case .deviceEnd: host.takeDeviceEnd()
    case .end(let hasReadAll): host.endTurn(hasReadAll: hasReadAll)
    case .refused(let effect, let reason):
      guard host.outgoing.effects.indices.contains(effect),
        case .transmit(let transmission) = host.outgoing.effects[effect]
      else { return }
      host.noteRefused(transmission, reason)
    case .took(let nanos): host.noteTurn(nanos: nanos)
    case .poisoned, .hash: preconditionFailure("\(input) is no input")
    }
  }
}

/// Refuses what the test wants refused.
private final class FickleMarks: CrashMarks {
  private let wanted: [[UInt32]]
  private var turn = 0
  private var asked: UInt32 = 0
  private(set) var refusedNow: [UInt32] = []

  init(_ wanted: [[UInt32]]) { self.wanted = wanted }

  func begin() {
    turn += 1
    asked = 0
    refusedNow = []
  }

  func admit(_ mark: CrashMark) -> Bool {
    defer { asked += 1 }
    guard turn < wanted.count, wanted[turn].contains(asked) else { return true }
    refusedNow.append(asked)
    return false
  }

  func clear() {}
}

/// Inputs as a driver could give them, drawn from a seed.
struct RandomInputs {
  private(set) var random: SplitMix64
  private var boot: Int64 = 10
  private var sequence: UInt64 = 0

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// A history of so many turns, from the start to the last.
  mutating func history(turns: Int) -> KeptHistory {
    let refusing = (0..<turns).map { _ in (0..<4).filter { _ in random.below(20) == 0 }.map(UInt32.init) }
    var history = KeptHistory(refusing: refusing)
    for turn in 0..<turns {
      history.give(before())
      if turn == 0 {
        history.give(.start(boot: boot, wall: wall))
      } else if turn == turns - 1 {
        history.give(.last(boot: boot, wall: wall))
      } else {
        history.give(.begin(boot: boot, wall: wall))
        for _ in 0..<random.below(6) { history.give(arrival()) }
        history.give(.end(hasReadAll: random.below(2) == 0))
      }
      for effect in history.transmissions where random.below(9) == 0 {
        history.give(.refused(effect: effect, random.below(2) == 0 ? .backPressured : .noPeer))
      }
      if turn > 0 { history.give(.took(nanos: Int64(random.below(1_000_000)))) }
      history.take()
    }
    return history
  }

  private var wall: Int64 { KeptHistory.wall + boot }

  private mutating func before() -> [HostInput] {
    boot += Int64(random.below(40)) * .nanosPerMilli
    var inputs: [HostInput] = [.clocks(boot: boot, wall: wall)]
    boot += Int64(random.below(1_000))
    if random.below(5) == 0 {
      inputs.append(.usage(ProcessFigures(residentBytes: Int64(boot), cpuNanos: Int64(random.below(99)))))
    }
    if random.below(9) == 0 { inputs.append(.usage(nil)) }
    if random.below(5) == 0 {
      inputs.append(.counters([.init(name: "read", value: boot), .init(name: "dropped", value: -1)]))
    }
    return inputs
  }

  private mutating func arrival() -> HostInput {
    let principal: Principal = random.below(4) == 0 ? .component(2) : .unknown
    let arrival = Arrival(wallNanos: wall + Int64(random.below(999)), principal: principal)
    switch random.below(12) {
    case 0: return .malformed
    case 1: return .fromLink(0, frame: trade(), arrival)
    case 2: return .fromCaller(bytes(3), isDelimited: random.below(2) == 0, frame: command(), arrival)
    case 3: return .fromCaller(bytes(2), isDelimited: false, frame: trade(), arrival)
    case 4: return .fromCaller(bytes(5), isDelimited: false, frame: bytes(Int(random.below(80))), arrival)
    case 5: return .fromDevice(frame: trade(), arrival)
    case 6: return random.below(4) == 0 ? .deviceEnd : .fromDevice(frame: bytes(60), arrival)
    case 7: return rows()
    case 8:
      return .published(topic: bytes(4), frame: trade(), isMarket: random.below(2) == 0, arrival)
    default:
      let topic = KeptHistory.market.bytes.copiedBytes()
      return .published(topic: topic, frame: trade(), isMarket: random.below(4) > 0, arrival)
    }
  }

  /// Mostly the next of its stream, at times one that was or is still to come.
  private mutating func trade() -> [UInt8] {
    sequence += [1, 1, 1, 1, 1, 1, 0, 2][Int(random.below(8))]
    return HandMadeFrames.trade(sender: 2, sequence: max(1, sequence), id: random.below(1_000))
  }

  private mutating func command() -> [UInt8] {
    var frames = FrameWriter(capacity: 1_024)
    switch random.below(3) {
    case 0:
      ReplayRequest(envelope: Envelope(origin: 0), afterSequence: random.below(12), atMost: 3).encode(
        into: &frames)
    case 1:
      Command(envelope: Envelope(origin: 0), kind: .status, scope: .firm, operatorName: NameText())
        .encode(into: &frames, reason: "".utf8)
    default:
      Command(envelope: Envelope(origin: 0), kind: .counters, scope: .firm, operatorName: NameText())
        .encode(into: &frames, reason: "".utf8)
    }
    return frames.bytes.copiedBytes()
  }

  private mutating func rows() -> HostInput {
    guard random.below(3) > 0 else { return .rows([], trouble: "the disk is gone") }
    let rows = (0..<random.below(3)).map { place in
      HostInput.KeptRow(
        row: JournalRow(
          sequence: Int64(place) + 1, epoch: 3, atNanos: boot, kind: 1, correlationHigh: 2,
          correlationLow: random.next()), body: bytes(9))
    }
    return .rows(rows, trouble: nil)
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  }
}
