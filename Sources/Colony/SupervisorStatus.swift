import HostKit
import Platform
import Topology
import Vocabulary
import Wire
import ZeroMQ

/// What a supervisor hears of its colony: the session, everyone's beats and counters, positions, alarms.
///
/// It only listens, and decides nothing but when the queen is finished. What comes under a component's
/// number is believed only after that component has said, at its control port, that it is of this colony and
/// run and, where it is a child of this supervisor, that it is that very process. Belongs to one thread.
final class SupervisorStatus {
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

  struct Position {
    let account: UInt16
    let instrument: UInt32
    var quantity: Int64
  }

  /// Frames taken in per call; more wait for the next.
  static let batchLimit = 1024

  private(set) var members: [Member]
  private(set) var session: SessionState?
  private(set) var positions: [Position] = []
  /// Alarms and safety events in words, since last taken. Bound: 100, then the oldest go.
  private var notices: [String] = []
  private(set) var droppedNotices = 0

  private let topology: Topology
  private let socket: Socket
  /// A relay repeats what the others say: of it only its own beats are wanted, over a socket of their own.
  private let relaySocket: Socket
  /// Positions change with every order. Nobody is woken for them: they are taken in when there is other news.
  private let positionSocket: Socket
  private var introductions: [Introduction]

  init(
    _ topology: Topology, _ colony: ColonyName, seenFrom host: String, runtimeDirectory: String
  ) throws(ZeroMQError) {
    self.topology = topology
    introductions = topology.components.map { component in
      let endpoint = topology.controlEndpoint(of: component, seenFrom: host)
      return Introduction(
        colony, isOwn: component.host == host, endpoint: endpoint.text(runtimeDirectory: runtimeDirectory))
    }
    members = topology.components.map { Member(number: $0.number, name: $0.name, kind: $0.kind) }
    let socket = try Socket(.sub, .stream)
    let relaySocket = try Socket(.sub, .stream)
    let positionSocket = try Socket(.sub, .stream)
    positionSocket.subscribe("execution.position.")
    for component in topology.components {
      let endpoint = topology.publishEndpoint(of: component, seenFrom: host)
        .text(runtimeDirectory: runtimeDirectory)
      if component.isObserver {
        try relaySocket.connect(endpoint)
        relaySocket.subscribe("\(Topics.heartbeat(component: component.number))")
      } else {
        try socket.connect(endpoint)
        if component.kind == .executor { try positionSocket.connect(endpoint) }
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
  func drain(atBootNanos now: Int64) {
    receive(socket, atBootNanos: now)
    receive(relaySocket, atBootNanos: now)
    receive(positionSocket, atBootNanos: now)
    for index in members.indices {
      for frame in introductions[index].advance(atBootNanos: now) {
        take(frame.span.bytes, atBootNanos: now)
      }
      if let stranger = introductions[index].takeStranger() {
        note("not heard: at the port of \(members[index].name) is \(stranger)")
      }
    }
  }

  private func receive(_ socket: borrowing Socket, atBootNanos now: Int64) {
    var topic = Message()
    var body = Message()
    for _ in 0..<Self.batchLimit {
      switch socket.receive(topic: &topic, body: &body) {
      case .empty: return
      case .malformed: continue
      case .received: takeIfKnown(body.bytes, atBootNanos: now)
      }
    }
  }

  /// A process of that number has been started or adopted: only it is believed from now on.
  func expect(_ number: UInt16, process: Int32) {
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

  func takeNotices() -> [String] {
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
    switch message {
    case .heartbeat(let beat):
      adopt(epoch: beat.envelope.epoch, index)
      members[index].state = beat.state
      members[index].lastBeatBootNanos = now
    case .sessionState(let state):
      if members[index].kind == .queen { session = state.block }
    case .engineHealth(let health):
      adopt(epoch: health.envelope.epoch, index)
      for entry in 0..<health.countersCount { take(health.counter(entry), of: index) }
    case .positionChanged(let position): take(position.block)
    case .alarm(let alarm):
      note("\(alarm.severity.name) from \(members[index].name): \(alarm.code.name): \(alarm.textString)")
    case .safetyEvent(let event):
      note("\(event.severity.name) from \(members[index].name): \(event.cause.name): \(event.textString)")
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
    } else if positions.count < 256 {
      positions.append(
        Position(account: changed.account, instrument: changed.instrument, quantity: changed.position))
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
