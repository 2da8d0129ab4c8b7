import ActorKit
import Trading
import Vocabulary
import Wire

/// Publishes numbered trades, which it tells lazily, and counts, durably, what comes back in its session.
struct Ticker: ActorCore {
  enum Fact: FactCoding, Equatable {
    case echoed(id: UInt64)
    case published(id: UInt64)

    var kind: UInt16 {
      switch self {
      case .echoed: 1
      case .published: 2
      }
    }
    func encode(into writer: inout SnapshotWriter) {
      switch self {
      case .echoed(let id), .published(let id): writer.write(id)
      }
    }
    init(kind: UInt16, from reader: inout SnapshotReader) throws(RestoreError) {
      switch kind {
      case 1: self = .echoed(id: try reader.read())
      case 2: self = .published(id: try reader.read())
      default: throw .unknownKind(kind)
      }
    }
  }

  static let number: UInt16 = 1
  static let total: UInt64 = 200
  static let kind = ComponentKind.feed

  let topics: [Topic]
  var published: UInt64 = 0
  var echoes: [UInt64] = []
  var isOpen = false
  var nextTickBoot = Int64.max
  var stopsWhenDone = true

  init(topic: Topic) { topics = [topic] }

  var state: ComponentState { isOpen ? .live : .starting }
  var isDone: Bool { echoes.count == Self.total }
  var nextWake: Wake { Wake(boot: nextTickBoot) }

  mutating func start(epoch: UInt32, at now: Instant, into effects: inout Effects) {}

  mutating func receive(
    _ message: Inbound, from peer: Peer, at now: Instant, into effects: inout Effects
  ) {
    switch message {
    case .riskDecision(let echo):
      guard peer.link == .session else { return }
      if echo.signalRevision == 0 {
        // The tally hears us: whatever is published from now on reaches it.
        nextTickBoot = min(nextTickBoot, now.boot)
      } else {
        record(.echoed(id: echo.signalRevision), into: &effects)
      }
    case .snapshotRequest:
      guard published > 0 else { return }
      let id = published
      effects.send(to: .snapshot(topic: 0, peer)) { Self.trade(id, at: now).encode(into: &$0) }
    default: break
    }
  }

  mutating func receive(_ event: LinkEvent, at now: Instant, into effects: inout Effects) {
    if case .sessionOpened = event { isOpen = true }
  }

  mutating func wake(at now: Instant, into effects: inout Effects) {
    guard now.boot >= nextTickBoot else { return }
    published += 1
    let id = published
    effects.publish(0) { Self.trade(id, at: now).encode(into: &$0) }
    recordLazily(.published(id: id), into: &effects)
    nextTickBoot = published == Self.total ? .max : now.boot + .nanosPerMilli
  }

  mutating func conclude(at now: Instant, into effects: inout Effects) {
    if isDone && stopsWhenDone { effects.stop(because: "all echoes are back") }
  }

  mutating func apply(_ fact: Fact) {
    switch fact {
    case .echoed(let id): echoes.append(id)
    case .published: break
    }
  }

  func save(into writer: inout SnapshotWriter) {
    writer.write(UInt32(echoes.count))
    for id in echoes { writer.write(id) }
  }

  mutating func restore(from reader: inout SnapshotReader) throws(RestoreError) {
    echoes = []
    let count: UInt32 = try reader.read()
    for _ in 0..<count { echoes.append(try reader.read()) }
  }

  func report(into counters: inout CounterReport) { counters.add("echoes", echoes.count) }

  static func trade(_ id: UInt64, at now: Instant) -> Trade {
    Trade(
      envelope: Envelope(origin: now.wall), instrument: 1, eventNanos: now.wall, tradeId: id,
      price: 1_000_000_000, quantity: Int64(id), aggressor: .buy, condition: .market)
  }
}

/// Sums what the ticker publishes and echoes each number back over a session, exactly once.
struct Tally: ActorCore {
  typealias Fact = NoFact
  static let number: UInt16 = 2
  static let kind = ComponentKind.risk

  let topics: [Topic] = []
  var seen: [UInt64] = []
  var gaps = 0
  var pending: [UInt64] = []

  var state: ComponentState { .live }
  var nextWake: Wake { .never }
  var isDone: Bool { seen.last == Ticker.total }

  mutating func start(epoch: UInt32, at now: Instant, into effects: inout Effects) {}

  mutating func receive(
    _ message: Inbound, from peer: Peer, at now: Instant, into effects: inout Effects
  ) {
    guard case .trade(let trade) = message, trade.tradeId > seen.last ?? 0 else { return }
    seen.append(trade.tradeId)
    pending.append(trade.tradeId)
  }

  mutating func receive(_ event: LinkEvent, at now: Instant, into effects: inout Effects) {
    if case .streamGap = event { gaps += 1 }
    if case .peerHeard = event { pending.append(0) }
  }

  mutating func wake(at now: Instant, into effects: inout Effects) {}

  mutating func conclude(at now: Instant, into effects: inout Effects) {
    for id in pending {
      let echo = RiskDecision(
        envelope: Envelope(origin: now.wall), account: 1, strategy: 1, instrument: 1, verdict: .accepted,
        check: .none, unit: .count, measured: 0, limit: 0, signalRevision: id)
      effects.send(to: .event(component: Ticker.number)) { echo.encode(into: &$0) }
    }
    pending.removeAll(keepingCapacity: true)
  }

  mutating func apply(_ fact: NoFact) {}
  func save(into writer: inout SnapshotWriter) {}
  mutating func restore(from reader: inout SnapshotReader) throws(RestoreError) {}
  func report(into counters: inout CounterReport) { counters.add("seen", seen.count) }
}

/// What both hosts must show of the toys.
struct ToyOutcome: Equatable {
  var echoes: [UInt64]
  var seen: [UInt64]

  static let expected = ToyOutcome(echoes: Array(1...Ticker.total), seen: Array(1...Ticker.total))
}
