import ActorKit
import Telemetry
import Vocabulary
import Wire

/// One core in the simulation with what a host keeps for it: numbers of its topics, its clock, its figures.
public struct SimulatedActor<Core: ActorCore> {
  public internal(set) var core: Core
  public let plan: ActorPlan
  var market: MarketClock?
  private var clockCheck = MarketClockCheck()
  var statistics = HostStatistics()
  var epoch: UInt32 = 1
  private(set) var factCount: Int64 = 0
  /// Every fact, as the journal would give it back; kept only where the plan says so.
  public private(set) var facts: [Core.Fact] = []
  private var topicSequences: [UInt64]
  private var eventSequences: [UInt16: UInt64] = [:]
  private var stateSequences: [UInt16: UInt64] = [:]

  public init(_ core: Core, _ plan: ActorPlan) {
    self.core = core
    self.plan = plan
    topicSequences = Array(repeating: 0, count: core.topics.count + 1)
  }

  /// The three clocks: wall and boot run together, the market as SessionState says.
  func instant(_ time: VirtualTime) -> Instant {
    let wall = time.wall
    return Instant(boot: time.boot, wall: wall, market: market?.market(atWall: wall) ?? 0)
  }

  /// When this core wants to be woken, on the boot clock.
  public func nextWakeBoot(at time: VirtualTime) -> Int64 {
    let wake = core.nextWake
    guard let market, wake.market != .max else { return wake.boot }
    let wait = market.wall(atMarket: wake.market).saturatingSubtract(time.wall)
    return min(wake.boot, time.boot.saturatingAdd(max(0, wait)))
  }

  public mutating func start(in turn: inout SimulatedTurn) {
    core.start(epoch: epoch, at: instant(turn.time), into: &turn.effects)
  }

  public mutating func take(_ delivery: Delivery, in turn: inout SimulatedTurn) {
    guard let message = Inbound(delivery.frame.span.bytes) else {
      preconditionFailure("the simulated bus carries whole messages only")
    }
    let envelope = message.envelope
    if case .sessionState(let state) = message {
      guard clockCheck.judge(state.block, wallNanos: turn.time.wall) == .believed else {
        statistics.clocksRefused += 1
        return
      }
      market = MarketClock(state.block)
    }
    if case .heartbeat = message, !plan.wiring.deliversHeartbeats { return }
    statistics.countReceived(message.template, envelope, wallNanos: turn.time.wall)
    core.receive(message, from: delivery.peer, at: instant(turn.time), into: &turn.effects)
  }

  public mutating func take(_ event: LinkEvent, in turn: inout SimulatedTurn) {
    core.receive(event, at: instant(turn.time), into: &turn.effects)
  }

  /// The end of a turn: decide, stamp what goes out, and give it to the bus.
  public mutating func finish(in turn: inout SimulatedTurn) {
    let now = instant(turn.time)
    if core.nextWake.isDue(at: now) { core.wake(at: now, into: &turn.effects) }
    core.conclude(at: now, into: &turn.effects)
    keepFacts(of: turn.effects)
    statistics.countTurn(nanos: 0)
    for index in turn.effects.sendings.indices { send(turn.effects.sendings[index], in: &turn) }
    turn.effects.reset()
  }

  private mutating func keepFacts(of effects: borrowing Effects) {
    factCount += Int64(effects.records.count)
    guard plan.keepsFacts else { return }
    for record in effects.records {
      var reader = SnapshotReader(Array(effects.facts.bytes[record.offset..<record.offset + record.count]))
      do throws(RestoreError) {
        facts.append(try Core.Fact(kind: record.kind, from: &reader))
        try reader.finish()
      } catch {
        preconditionFailure("\(plan.name) cannot read its own fact of kind \(record.kind): \(error)")
      }
    }
  }

  private mutating func send(_ sending: Effects.Sending, in turn: inout SimulatedTurn) {
    let time = turn.time
    var flags: EnvelopeFlags = []
    var sequence: UInt64 = 0
    switch sending.destination {
    case .topic(let topic):
      topicSequences[topic] += 1
      sequence = topicSequences[topic]
      statistics.publishedCount += 1
    case .snapshot(let topic, _):
      flags = .snapshot
      sequence = topicSequences[topic]
    case .event(let component), .durable(let component):
      flags = .eventLane
      eventSequences[component, default: 0] += 1
      sequence = eventSequences[component, default: 0]
    case .state(let component, _):
      flags = .stateLane
      stateSequences[component, default: 0] += 1
      sequence = stateSequences[component, default: 0]
    case .device: return refuse(sending, in: &turn)
    case .link, .reply: break
    }
    turn.effects.frames.stamp(
      frameAt: sending.offset, sender: plan.number, flags: flags, epoch: epoch, sequence: sequence,
      sent: time.wall)
    let frame = turn.effects.frames.span(from: sending.offset, count: sending.count).copiedBytes()
    switch sending.destination {
    case .topic(let topic): turn.bus.publish(core.topics[topic], frame, from: plan, at: time)
    case .snapshot(_, let peer), .reply(let peer): turn.bus.answer(peer, frame, from: plan, at: time)
    case .link(let component): turn.bus.call(component, frame, from: plan, at: time)
    case .event(let component), .durable(let component), .state(let component, _):
      turn.bus.inSession(component, frame, from: plan, at: time)
    case .device: break
    }
  }

  /// Recordings are the only devices here, and they take nothing.
  private func refuse(_ sending: Effects.Sending, in turn: inout SimulatedTurn) {
    guard let node = turn.bus.node(of: plan.number) else { preconditionFailure("\(plan.name) has no node") }
    let (news, now) = (notSent(sending, in: turn), turn.time)
    turn.bus.tell(news, to: node, at: now)
  }

  private func notSent(_ sending: Effects.Sending, in turn: borrowing SimulatedTurn) -> LinkEvent {
    guard let message = Inbound(turn.effects.frames.span(from: sending.offset, count: sending.count)) else {
      preconditionFailure("\(plan.name) sends no message to its device")
    }
    return .notSent(
      component: plan.number, template: message.template, correlation: message.envelope.correlation,
      reason: .noPeer)
  }

  /// The host's beat, by which the others know that this one lives.
  public mutating func beat(in turn: inout SimulatedTurn) {
    let time = turn.time
    let message = Heartbeat(
      envelope: Envelope(origin: 0), component: plan.number, kind: Core.kind, state: core.state,
      turns: UInt64(statistics.turns), received: UInt64(statistics.receivedCount),
      published: UInt64(statistics.publishedCount), dropped: 0, loopLagMaxNanos: 0,
      journalRows: UInt64(factCount), journalLagRows: 0, residentBytes: 0, cpuNanos: 0,
      marketNanos: instant(time).market, intervalNanos: SimulatedBus.heartbeatNanos)
    var frames = FrameWriter(capacity: 512)
    message.encode(into: &frames)
    topicSequences[core.topics.count] += 1
    frames.stamp(
      frameAt: 0, sender: plan.number, epoch: epoch, sequence: topicSequences[core.topics.count],
      sent: time.wall)
    turn.bus.publish(
      Topics.heartbeat(component: plan.number), frames.bytes.copiedBytes(), from: plan, at: time)
  }

  /// Figures in the form a process writes, so that both hosts' runs make the same report.
  public func figures(at time: VirtualTime, adding extra: CounterReport = CounterReport()) -> ComponentFigures
  {
    var report = CounterReport()
    core.report(into: &report)
    for entry in extra.entries { report.add(entry.name, entry.value) }
    report.add("host.received", statistics.receivedCount)
    report.add("host.published", statistics.publishedCount)
    return ComponentFigures(
      component: plan.name, number: plan.number, kind: "\(Core.kind)", epoch: epoch, wallNanos: time.wall,
      counters: report, statistics: statistics)
  }
}

/// What the simulation must know of a component besides its core: the counterpart of a process's
/// configuration.
public struct ActorPlan: Sendable {
  public var name: String
  public var number: UInt16
  public var wiring: Wiring
  /// Whether its facts are kept, all of them, for a report.
  public var keepsFacts: Bool

  public init(name: String, number: UInt16, wiring: Wiring, keepsFacts: Bool = false) {
    self.name = name
    self.number = number
    self.wiring = wiring
    self.keepsFacts = keepsFacts
  }
}

/// Virtual time: starts at a fixed wall time and moves only from event to event.
public struct VirtualTime: Equatable, Sendable {
  /// Nanoseconds since the simulation began, plus one second, so that no time is 0.
  public var boot: Int64
  /// Wall time at boot 0.
  public let wallAtBoot: Int64

  public init(boot: Int64 = .nanosPerSecond, wallAtBoot: Int64 = 1_700_000_000 * .nanosPerSecond) {
    self.boot = boot
    self.wallAtBoot = wallAtBoot
  }

  public var wall: Int64 { wallAtBoot + boot }
}
