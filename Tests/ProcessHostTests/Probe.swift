import ActorKit
import Platform
import Trading
import Wire

/// A core for tests of the host: publishes numbered trades, sends numbered events, notes all it is given.
struct Probe: ActorCore {
  enum Fact: FactCoding {
    /// An event of a peer took effect.
    case took(id: UInt64)
    /// An event was given to the session.
    case sent(id: UInt64)
    /// The session had no room for a durable event, or an event that came was poisoned.
    case refused(id: UInt64)

    var kind: UInt16 {
      switch self {
      case .took: 1
      case .sent: 2
      case .refused: 3
      }
    }

    func encode(into writer: inout SnapshotWriter) {
      switch self {
      case .took(let id), .sent(let id), .refused(let id): writer.write(id)
      }
    }

    init(kind: UInt16, from reader: inout SnapshotReader) throws(RestoreError) {
      let id = try reader.read(UInt64.self)
      switch kind {
      case 1: self = .took(id: id)
      case 2: self = .sent(id: id)
      case 3: self = .refused(id: id)
      default: throw .unknownKind(kind)
      }
    }
  }

  struct Plan: Sendable {
    var topics: [Topic] = []
    /// Publishes one trade on each topic in every tick, up to this many.
    var publishes: UInt64 = 0
    /// Sends one event in every tick to this component, up to this many.
    var sendsTo: UInt16?
    var sends: UInt64 = 0
    /// Sends them durably: whether the session is open or not, each once, never again after a restart.
    var isDurable = false
    /// But the first only when the session has opened.
    var waitsForOpening = false
    /// Events in one tick.
    var burst: UInt64 = 1
    /// Stops by itself when this many are sent, refused ones among them.
    var stopsAfterSending: UInt64?
    /// Stops by itself when the event with this number has taken effect.
    var stopsAfter: UInt64?
    /// A trade with this number is a bug that traps.
    var poison: UInt64?
    /// A kill from outside comes while the trade with this number is in hand.
    var killedAt: UInt64?
    /// Answers every command with so many frames of nearly the largest size.
    var answers = 0
    /// Stops by itself after this long, without any wake-up before.
    var idlesNanos: Int64?
  }

  static let kind = ComponentKind.feed
  static var handledEvents: [Template]? { [.trade] }
  static let tickNanos: Int64 = 2 * .nanosPerMilli
  /// After a restart the last ones are sent again: which of them arrived is not known. More than the window.
  static let resends: UInt64 = 300

  let plan: Plan
  let log: ProbeLog
  var topics: [Topic] { plan.topics }
  private(set) var taken: [UInt64] = []
  private(set) var lastSent: UInt64 = 0
  private(set) var refused: [UInt64] = []
  private var nextToSend: UInt64 = 1
  private var published: UInt64 = 0
  private var isOpen = false
  private var nextTick: Int64 = .max

  init(_ plan: Plan, log: ProbeLog = ProbeLog()) {
    self.plan = plan
    self.log = log
  }

  var state: ComponentState { .live }
  var nextWake: Wake { Wake(boot: nextTick) }

  mutating func start(epoch: UInt32, at now: Instant, into effects: inout Effects) {
    nextTick = now.boot + (plan.idlesNanos ?? 0)
    nextToSend = lastSent > Self.resends ? lastSent - Self.resends : 1
    if plan.isDurable { nextToSend = lastSent + 1 }
  }

  mutating func receive(_ message: Inbound, from peer: Peer, at now: Instant, into effects: inout Effects) {
    let envelope = message.envelope
    var id: UInt64 = 0
    if case .trade(let trade) = message { id = trade.tradeId }
    log.note(
      ProbeLog.Sight(
        template: message.template, id: id, epoch: envelope.epoch, sequence: envelope.sequence,
        isSnapshot: envelope.flagSet.contains(.snapshot), link: peer.link, market: now.market))
    switch message {
    case .command(let command):
      let result = CommandResult(
        envelope: Envelope(origin: 0), kind: command.block.kind, outcome: .done, component: 1)
      for _ in 0..<plan.answers {
        effects.reply(to: peer) { result.encode(into: &$0, text: [UInt8](repeating: 65, count: 60_000)) }
      }
    case .trade:
      if id == plan.killedAt { ProcessControl.killSelf() }
      precondition(id != plan.poison || plan.poison == nil, "the poisoned trade \(id)")
      guard peer.link == .session, id > taken.last ?? 0 else { return }
      record(.took(id: id), into: &effects)
    case .snapshotRequest(let request):
      guard peer.link == .control, published > 0, let topic = Topic(request.block.topic),
        let index = topics.firstIndex(of: topic)
      else { return }
      let answer = trade(published, Envelope(origin: 0, correlation: envelope.correlation), now)
      effects.send(to: .snapshot(topic: index, peer)) { answer.encode(into: &$0) }
    default: break
    }
  }

  mutating func refusePoisoned(
    _ message: Inbound, from peer: Peer, at now: Instant, into effects: inout Effects
  ) {
    guard case .trade(let trade) = message else { return }
    record(.refused(id: trade.tradeId), into: &effects)
  }

  mutating func receive(_ event: LinkEvent, at now: Instant, into effects: inout Effects) {
    log.note(event)
    switch event {
    case .sessionOpened: isOpen = true
    case .sessionClosed: isOpen = false
    case .notSent(_, .trade, let correlation, .backPressured) where plan.isDurable:
      record(.refused(id: correlation.low), into: &effects)
    // The window is full: this one again, and those after it.
    case .notSent(_, .trade, let correlation, .backPressured): nextToSend = min(nextToSend, correlation.low)
    default: break
    }
  }

  mutating func wake(at now: Instant, into effects: inout Effects) {
    if plan.idlesNanos != nil { return effects.stop(because: "idled long enough") }
    nextTick = now.boot + Self.tickNanos
    if published < plan.publishes {
      published += 1
      let next = trade(published, Envelope(origin: 0), now)
      for topic in topics.indices { effects.publish(topic) { next.encode(into: &$0) } }
      log.notePublished(published)
    }
    guard let peer = plan.sendsTo, isOpen || (plan.isDurable && !plan.waitsForOpening) else { return }
    for _ in 0..<plan.burst where nextToSend <= plan.sends {
      let next = trade(
        nextToSend, Envelope(origin: 0, correlation: Correlation(high: 0, low: nextToSend)), now)
      if nextToSend > lastSent { record(.sent(id: nextToSend), into: &effects) }
      effects.send(to: plan.isDurable ? .durable(component: peer) : .event(component: peer)) {
        next.encode(into: &$0)
      }
      nextToSend += 1
    }
  }

  mutating func conclude(at now: Instant, into effects: inout Effects) {
    if let last = plan.stopsAfterSending, lastSent >= last { effects.stop(because: "\(last) are sent") }
    if log.mustStop { effects.stop(because: "the test says so") }
    if let last = plan.stopsAfter, taken.last ?? 0 >= last { effects.stop(because: "event \(last) is taken") }
  }

  private func trade(_ id: UInt64, _ envelope: Envelope, _ now: Instant) -> Trade {
    Trade(
      envelope: envelope, instrument: 1, eventNanos: now.wall, tradeId: id, price: 1, quantity: 1,
      aggressor: .buy, condition: .market)
  }

  mutating func apply(_ fact: Fact) {
    switch fact {
    case .took(let id): taken.append(id)
    case .sent(let id): lastSent = id
    case .refused(let id): refused.append(id)
    }
  }

  func save(into writer: inout SnapshotWriter) {
    writer.write(lastSent)
    writer.write(UInt32(taken.count))
    for id in taken { writer.write(id) }
    writer.write(UInt32(refused.count))
    for id in refused { writer.write(id) }
  }

  mutating func restore(from reader: inout SnapshotReader) throws(RestoreError) {
    lastSent = try reader.read()
    taken = []
    let count = try reader.read(UInt32.self)
    for _ in 0..<count { taken.append(try reader.read()) }
    refused = []
    let refusedCount = try reader.read(UInt32.self)
    for _ in 0..<refusedCount { refused.append(try reader.read()) }
  }

  func report(into counters: inout CounterReport) { counters.add("taken", taken.count) }
}
