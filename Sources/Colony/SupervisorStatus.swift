import HostKit
import Platform
import Telemetry
import Topology
import Vocabulary
import Wire
import ZeroMQ

/// What a supervisor hears of its colony: the session, everyone's beats and counters, positions, alarms.
/// Positions that a former incarnation told are unknown until the executor has been asked.
///
/// It only listens, and decides nothing but when the queen is finished. What comes under a component's
/// number is believed only after that component has said, at its control port, that it is of this colony and
/// run and, where it is a child of this supervisor, that it is that very process. Belongs to one thread.
package final class SupervisorStatus {
  /// What is known of one component.
  struct Member {
    let number: UInt16
    let name: String
    let kind: Component.Kind
    var epoch: UInt32 = 0
    var state = ComponentState.unrecognized
    /// 0 until first heard.
    var lastBeatBootNanos: Int64 = 0
    /// Counters of this incarnation, and the sum of those before, in the order of `SupervisorFigure`.
    var counters = [Int64?](repeating: nil, count: SupervisorFigure.allCases.count)
    var earlier = [Int64](repeating: 0, count: SupervisorFigure.allCases.count)
  }

  package struct Position {
    package let account: UInt16
    package let instrument: UInt32
    let executor: UInt16
    /// Nil while it is unknown.
    package var quantity: Int64?
  }

  /// Frames taken in per call; more wait for the next.
  static let batchLimit = 1024
  /// Four beats of the queen, each of which tells the session's state, have been missed.
  static let sessionLifeNanos: Int64 = 1_000_000_000

  private(set) var members: [Member]
  private(set) var session: SessionState?
  private var sessionHeardBootNanos: Int64 = 0
  /// Whether what is known of the session is a former queen's word.
  private var isSessionVoid = false
  package private(set) var positions: [Position] = []
  /// Alarms and safety events in words, since last taken. Bound: 100, then the oldest go.
  private var notices: [String] = []
  private(set) var droppedNotices = 0

  private let topology: Topology
  private let socket: Socket
  /// A relay repeats what the others say: of it only its own beats are wanted, over a socket of their own.
  private let relaySocket: Socket
  /// Positions change with every order, and counts ten times a second. Nobody is woken for them: they are
  /// taken in when there is other news.
  private let positionSocket: Socket
  private var introductions: [Introduction]
  private var streams: ObservedStreams
  private let questions: SnapshotAsking
  /// Missing alarms that have been told, by member.
  private var toldMissed: [UInt64]

  package init(
    _ topology: Topology, _ colony: ColonyName, seenFrom host: String, runtimeDirectory: String
  ) throws(ZeroMQError) {
    self.topology = topology
    introductions = topology.components.map { component in
      let endpoint = topology.controlEndpoint(of: component, seenFrom: host)
      return Introduction(
        colony, isOwn: component.host == host, endpoint: endpoint.text(runtimeDirectory: runtimeDirectory))
    }
    members = topology.components.map { Member(number: $0.number, name: $0.name, kind: $0.kind) }
    streams = ObservedStreams(topology, hasMarkets: false, atBootNanos: Clock.bootNanos())
    toldMissed = members.map { _ in 0 }
    questions = SnapshotAsking { number in
      topology.component(number: number).map {
        topology.controlEndpoint(of: $0, seenFrom: host).text(runtimeDirectory: runtimeDirectory)
      }
    }
    let socket = try Socket(.sub, .stream)
    let relaySocket = try Socket(.sub, .stream)
    let positionSocket = try Socket(.sub, .stream)
    positionSocket.subscribe("execution.position.")
    positionSocket.subscribe("colony.sequences.")
    for component in topology.components {
      let endpoint = topology.publishEndpoint(of: component, seenFrom: host)
        .text(runtimeDirectory: runtimeDirectory)
      if component.isObserver {
        try relaySocket.connect(endpoint)
        relaySocket.subscribe("\(Topics.heartbeat(component: component.number))")
      } else {
        try socket.connect(endpoint)
        try positionSocket.connect(endpoint)
      }
    }
    let prefixes = ["session", "heartbeat", "health", "alarm", "safety"].map { "colony.\($0)." }
    for prefix in prefixes { socket.subscribe(prefix) }
    self.socket = socket
    self.relaySocket = relaySocket
    self.positionSocket = positionSocket
  }

  func add(to poller: inout Poller) {
    _ = poller.add(socket)
    _ = poller.add(relaySocket)
  }

  /// Takes in what has been published.
  package func drain(atBootNanos now: Int64) {
    var hasReadAll = receive(socket, atBootNanos: now)
    hasReadAll = receive(positionSocket, atBootNanos: now) && hasReadAll
    _ = receive(relaySocket, atBootNanos: now)
    for index in members.indices {
      for frame in introductions[index].advance(atBootNanos: now) {
        take(frame.span.bytes, atBootNanos: now)
      }
      if let stranger = introductions[index].takeStranger() {
        note("not heard: at the port of \(members[index].name) is \(stranger)")
      }
    }
    repair(atBootNanos: now, hasReadAll: hasReadAll)
    tellMissed()
  }

  /// False where more waits.
  private func receive(_ socket: borrowing Socket, atBootNanos now: Int64) -> Bool {
    var topic = Message()
    var body = Message()
    for _ in 0..<Self.batchLimit {
      switch socket.receive(topic: &topic, body: &body) {
      case .empty: return true
      case .malformed: continue
      case .received: takeIfKnown(body.bytes, atBootNanos: now)
      }
    }
    return false
  }

  /// A process of that number has been started or adopted: only it is believed from now on.
  package func expect(_ number: UInt16, process: Int32) {
    guard let index = members.firstIndex(where: { $0.number == number }) else { return }
    introductions[index].expect(process: process)
  }

  /// Whether an answer is waited for.
  var isAsking: Bool { introductions.contains(where: \.isAsking) }

  private func takeIfKnown(_ frame: RawSpan, atBootNanos now: Int64) {
    guard let message = Inbound(frame) else { return }
    let envelope = message.envelope
    guard let index = members.firstIndex(where: { $0.number == envelope.sender }) else { return }
    if introductions[index].admits(frame, epoch: envelope.epoch) { take(frame, atBootNanos: now) }
  }

  package func takeNotices() -> [String] {
    defer { notices.removeAll() }
    return notices
  }

  /// The member of that number.
  func member(_ number: UInt16) -> Member? { members.first { $0.number == number } }

  /// A figure over all components and their incarnations; nil while nobody has told it.
  func figure(_ figure: SupervisorFigure) -> Int64? {
    let index = figure.rawValue
    let telling = members.filter { $0.counters[index] != nil }
    guard !telling.isEmpty else { return nil }
    return telling.reduce(0) { $0 &+ $1.earlier[index] &+ ($1.counters[index] ?? 0) }
  }

  private func take(_ frame: RawSpan, atBootNanos now: Int64) {
    guard let message = Inbound(frame) else { return }
    let sender = message.envelope.sender
    guard let index = members.firstIndex(where: { $0.number == sender }) else { return }
    let verdict = streams.take(message, frame, atBootNanos: now, wallNanos: Clock.wallNanos())
    if verdict.isRestart { forget(publisher: sender) }
    if verdict.isShown { show(message, index, isLate: false, atBootNanos: now) }
  }

  /// `isLate` tells that an alarm was raised before it could be heard here.
  private func show(_ message: Inbound, _ index: Int, isLate: Bool, atBootNanos now: Int64) {
    switch message {
    case .heartbeat(let beat):
      adopt(epoch: beat.envelope.epoch, index)
      members[index].state = beat.state
      members[index].lastBeatBootNanos = now
    case .sessionState(let state):
      guard members[index].kind == .queen else { return }
      session = state.block
      sessionHeardBootNanos = now
      isSessionVoid = false
    case .engineHealth(let health):
      adopt(epoch: health.envelope.epoch, index)
      for entry in 0..<health.countersCount { take(health.counter(entry), of: index) }
    case .positionChanged(let position): take(position.block)
    case .alarm(let alarm):
      let origin = origin(index, isLate, alarm.envelope)
      note("\(alarm.severity.name) \(origin): \(alarm.code.name): \(alarm.textString)")
    case .safetyEvent(let event):
      let origin = origin(index, isLate, event.envelope)
      note("\(event.severity.name) \(origin): \(event.cause.name): \(event.textString)")
    default: break
    }
  }

  /// A new incarnation counts from zero: what the last one told is added up.
  private func adopt(epoch: UInt32, _ index: Int) {
    guard epoch > members[index].epoch else { return }
    for figure in members[index].counters.indices where members[index].epoch != 0 {
      members[index].earlier[figure] &+= members[index].counters[figure] ?? 0
      members[index].counters[figure] = members[index].counters[figure].map { _ in 0 }
    }
    members[index].epoch = epoch
  }

  private func take(_ counter: EngineHealth.Counter, of index: Int) {
    for figure in SupervisorFigure.allCases
    where figure.kind == members[index].kind && counter.name == figure.counter {
      members[index].counters[figure.rawValue] = counter.value
    }
  }

  private func take(_ changed: PositionChanged) {
    guard topology.instrument(number: changed.instrument) != nil else { return }
    let place = positions.firstIndex {
      $0.account == changed.account && $0.instrument == changed.instrument
    }
    if let place {
      positions[place].quantity = changed.position
    } else if positions.count < 256, changed.position != 0 || changed.fillSequence > 0 {
      // An instrument in which nothing has been traded is nothing to show.
      positions.append(
        Position(
          account: changed.account, instrument: changed.instrument, executor: changed.envelope.sender,
          quantity: changed.position))
    }
  }

  private func note(_ text: String) {
    if notices.count == 100 {
      notices.removeFirst()
      droppedNotices += 1
    }
    notices.append(printable(text))
  }
}

// MARK: - What is unknown

extension SupervisorStatus {
  /// Forgets what is missing, asks for it, and takes in what is answered: only from those who are known.
  private func repair(atBootNanos now: Int64, hasReadAll: Bool) {
    if hasReadAll {
      for lost in streams.confirm(atBootNanos: now) { forget(lost) }
    }
    questions.ask(
      streams.takeDue(atBootNanos: now).filter { introduction(of: $0.publisher)?.isKnown ?? false },
      atBootNanos: now)
    for (place, frame) in questions.takeAnswers(atBootNanos: now) {
      takeAnswer(to: place, frame.span.bytes, atBootNanos: now)
    }
  }

  private func introduction(of publisher: UInt16) -> Introduction? {
    members.firstIndex { $0.number == publisher }.map { introductions[$0] }
  }

  private func takeAnswer(to place: ObservedStreams.Place, _ frame: RawSpan, atBootNanos now: Int64) {
    guard let message = Inbound(frame),
      let index = members.firstIndex(where: { $0.number == place.publisher }),
      introductions[index].believes(epoch: message.envelope.epoch)
    else { return }
    let wall = Clock.wallNanos()
    let verdict = streams.takeSnapshot(of: place, message, atBootNanos: now, wallNanos: wall)
    if verdict.isRestart { forget(publisher: place.publisher) }
    guard verdict.isShown else { return }
    guard case .recentAlarms(let recent) = message else {
      return show(message, index, isLate: true, atBootNanos: now)
    }
    var cursor = FramePack.Cursor()
    while recent.frames.byteCount > 0, case .message(let place) = cursor.next(in: recent.frames) {
      let kept = recent.frames.extracting(place)
      guard let alarm = Inbound(kept), alarm.envelope.sender == members[index].number else { continue }
      if streams.take(alarm, kept, atBootNanos: now, wallNanos: wall).isShown {
        show(alarm, index, isLate: true, atBootNanos: now)
      }
    }
  }

  private func forget(publisher: UInt16) {
    for index in positions.indices where positions[index].executor == publisher {
      positions[index].quantity = nil
    }
    if topology.queen.number == publisher { isSessionVoid = true }
  }

  private func forget(_ place: ObservedStreams.Place) {
    if place.topic == Topics.session { isSessionVoid = true }
    for index in positions.indices {
      guard let name = topology.instrument(number: positions[index].instrument)?.name else { continue }
      if place.topic == Topics.position(account: positions[index].account, name) {
        positions[index].quantity = nil
      }
    }
  }

  /// Alarms that never came, once for each number of them.
  private func tellMissed() {
    for index in members.indices {
      let missed = streams.missed(of: members[index].number)
      guard missed > toldMissed[index] else { continue }
      note(AlarmLedger.text(missed: missed - toldMissed[index], of: members[index].name))
      toldMissed[index] = missed
    }
  }

  /// `from executor`, and when, where it is not now.
  private func origin(_ index: Int, _ isLate: Bool, _ envelope: Envelope) -> String {
    let time = isLate ? " at \(UTCText.text(unixNanos: envelope.sent).dropFirst(11).prefix(8))Z" : ""
    return "from \(members[index].name)\(time)"
  }

  /// How long ago the session's state was told, where that is longer than four beats of the queen; nil while
  /// it is known.
  package func sessionAgeNanos(atBootNanos now: Int64) -> Int64? {
    guard session != nil else { return nil }
    let age = now - sessionHeardBootNanos
    return isSessionVoid || age > Self.sessionLifeNanos ? max(0, age) : nil
  }
}

/// Text of others without what a terminal would take for a command.
package func printable(_ text: String) -> String {
  String(
    String.UnicodeScalarView(
      text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
}

/// The counters a supervisor shows, and who keeps them.
enum SupervisorFigure: Int, CaseIterable {
  case marketEvents, signals, orders, fills

  var kind: Component.Kind {
    switch self {
    case .marketEvents: .feed
    case .signals: .signal
    case .orders, .fills: .executor
    }
  }

  /// Its name in EngineHealth.
  var counter: NameText {
    let name: StaticString =
      switch self {
      case .marketEvents: "messages"
      case .signals: "signals"
      case .orders: "ordersSent"
      case .fills: "fills"
      }
    guard let text = NameText(name) else { preconditionFailure("a counter's name: \(name)") }
    return text
  }
}
