import ActorKit
import Captures
import Deployment
import FeedAggregator
import OrderExecutor
import QueenOrchestrator
import RiskAdjuster
import SignalGenerator
import Telemetry
import Topology
import VenueSimulator
import Wire

/// A topology's components as a cast: the cores of the colony, one array per kind.
public struct ColonyCast: SimulatedCast {
  /// Which array a node is in, and where.
  private enum Seat {
    case venue(Int)
    case feed(Int)
    case signal(Int)
    case risk(Int)
    case executor(Int)
    case queen(Int)
  }

  public private(set) var plans: [ActorPlan]
  private var seats: [Seat] = []
  public private(set) var venues: [SimulatedActor<VenueSimulator>] = []
  public private(set) var feeds: [SimulatedActor<FeedAggregator>] = []
  public private(set) var signals: [SimulatedActor<BuiltInSignalGenerator>] = []
  public private(set) var risks: [SimulatedActor<RiskAdjuster>] = []
  public private(set) var executors: [SimulatedActor<OrderExecutor>] = []
  public private(set) var queens: [SimulatedActor<QueenOrchestrator>] = []
  /// The recordings the venues replay, by place among the venues.
  private var sources: [AttachedSource?] = []

  /// Seats every component in order of its number. Throws when a recording cannot be opened, or a component
  /// not made.
  public init(_ topology: Topology, capturesFolder: String) throws(DeviceError) {
    plans = topology.publishers.map { ActorPlan(of: $0, in: topology) }
    for (component, plan) in zip(topology.publishers, plans) {
      switch component.kind {
      case .venue:
        let configuration = Self.require(VenueSimulator.Configuration(component, in: topology), plan)
        try Self.refuse(configuration.problem, plan)
        let core = VenueSimulator(configuration)
        let source = try CaptureSource(component, in: topology, capturesFolder: capturesFolder)
        seats.append(.venue(venues.count))
        venues.append(SimulatedActor(core, plan))
        sources.append(source.map { AttachedSource(source: $0) })
      case .feed:
        seats.append(.feed(feeds.count))
        let configuration = Self.require(FeedAggregator.Configuration(component, in: topology), plan)
        try Self.refuse(configuration.problem, plan)
        feeds.append(SimulatedActor(FeedAggregator(configuration), plan))
      case .signal:
        let node = seats.count
        seats.append(.signal(signals.count))
        let configuration = Self.require(SignalGeneratorConfiguration(component, in: topology), plan)
        let problems = BuiltInSignalGenerator.problems(in: configuration)
        try Self.refuse(problems.isEmpty ? nil : problems.joined(separator: "; "), plan)
        let core = BuiltInSignalGenerator(configuration)
        plans[node] = ActorPlan(of: component, in: topology, wants: core.wants)
        signals.append(SimulatedActor(core, plans[node]))
      case .risk:
        seats.append(.risk(risks.count))
        let configuration = Self.require(RiskAdjuster.Configuration(component, in: topology), plan)
        risks.append(SimulatedActor(RiskAdjuster(configuration), plan))
      case .executor:
        seats.append(.executor(executors.count))
        let configuration = Self.require(OrderExecutor.Configuration(component, in: topology), plan)
        executors.append(SimulatedActor(OrderExecutor(configuration), plan))
      case .queen:
        seats.append(.queen(queens.count))
        let configuration = Self.require(QueenOrchestrator.Configuration(component, in: topology), plan)
        queens.append(SimulatedActor(QueenOrchestrator(configuration), plan))
      case .relay: preconditionFailure("an observer has no seat")
      }
    }
  }

  /// A mistake that the topology's own checks do not find, as a component's program would report it.
  private static func refuse(_ problem: String?, _ plan: ActorPlan) throws(DeviceError) {
    if let problem { throw DeviceError("'\(plan.name)' cannot be run: \(problem)") }
  }

  /// A checked topology describes every component whole.
  private static func require<Configuration>(_ made: Configuration?, _ plan: ActorPlan) -> Configuration {
    guard let made else { preconditionFailure("a checked topology describes '\(plan.name)' whole") }
    return made
  }

  /// Whether every queen has taken her session LIVE.
  public var isLive: Bool { queens.allSatisfy { $0.core.state == .live } }

  /// What every component counted, in order of their numbers.
  func figures(at time: VirtualTime) -> [ComponentFigures] {
    seats.map { seat in
      switch seat {
      case .venue(let index):
        var recording = CounterReport()
        sources[index]?.source.report(into: &recording)
        return venues[index].figures(at: time, adding: recording)
      case .feed(let index): return feeds[index].figures(at: time)
      case .signal(let index): return signals[index].figures(at: time)
      case .risk(let index): return risks[index].figures(at: time)
      case .executor(let index): return executors[index].figures(at: time)
      case .queen(let index): return queens[index].figures(at: time)
      }
    }
  }

  /// Whether the session has ended by itself.
  public var isFinished: Bool { queens.allSatisfy { $0.core.state == .finished } }
}

extension ColonyCast {
  public mutating func start(_ node: Int, in turn: inout SimulatedTurn) {
    switch seats[node] {
    case .venue(let index):
      venues[index].start(in: &turn)
      if let attached = sources[index] {
        venues[index].take(.sourceReady(firstMarketNanos: attached.source.firstMarketNanos), in: &turn)
      }
    case .feed(let index): feeds[index].start(in: &turn)
    case .signal(let index): signals[index].start(in: &turn)
    case .risk(let index): risks[index].start(in: &turn)
    case .executor(let index): executors[index].start(in: &turn)
    case .queen(let index): queens[index].start(in: &turn)
    }
  }

  public mutating func take(_ node: Int, _ delivery: Delivery, in turn: inout SimulatedTurn) {
    switch seats[node] {
    case .venue(let index): venues[index].take(delivery, in: &turn)
    case .feed(let index): feeds[index].take(delivery, in: &turn)
    case .signal(let index): signals[index].take(delivery, in: &turn)
    case .risk(let index): risks[index].take(delivery, in: &turn)
    case .executor(let index): executors[index].take(delivery, in: &turn)
    case .queen(let index): queens[index].take(delivery, in: &turn)
    }
  }

  public mutating func take(_ node: Int, _ event: LinkEvent, in turn: inout SimulatedTurn) {
    switch seats[node] {
    case .venue(let index): venues[index].take(event, in: &turn)
    case .feed(let index): feeds[index].take(event, in: &turn)
    case .signal(let index): signals[index].take(event, in: &turn)
    case .risk(let index): risks[index].take(event, in: &turn)
    case .executor(let index): executors[index].take(event, in: &turn)
    case .queen(let index): queens[index].take(event, in: &turn)
    }
  }

  public mutating func finish(_ node: Int, in turn: inout SimulatedTurn) throws(DeviceError) {
    switch seats[node] {
    case .venue(let index):
      if var attached = sources[index] {
        try attached.drain(into: &venues[index], in: &turn)
        sources[index] = attached
      }
      venues[index].finish(in: &turn)
    case .feed(let index): feeds[index].finish(in: &turn)
    case .signal(let index): signals[index].finish(in: &turn)
    case .risk(let index): risks[index].finish(in: &turn)
    case .executor(let index): executors[index].finish(in: &turn)
    case .queen(let index): queens[index].finish(in: &turn)
    }
  }

  public mutating func beat(_ node: Int, in turn: inout SimulatedTurn) {
    switch seats[node] {
    case .venue(let index): venues[index].beat(in: &turn)
    case .feed(let index): feeds[index].beat(in: &turn)
    case .signal(let index): signals[index].beat(in: &turn)
    case .risk(let index): risks[index].beat(in: &turn)
    case .executor(let index): executors[index].beat(in: &turn)
    case .queen(let index): queens[index].beat(in: &turn)
    }
  }

  public func nextWakeBoot(_ node: Int, at time: VirtualTime) -> Int64 {
    switch seats[node] {
    case .venue(let index):
      let wake = venues[index].nextWakeBoot(at: time)
      return min(wake, sources[index]?.nextWakeBoot(of: venues[index], at: time) ?? .max)
    case .feed(let index): return feeds[index].nextWakeBoot(at: time)
    case .signal(let index): return signals[index].nextWakeBoot(at: time)
    case .risk(let index): return risks[index].nextWakeBoot(at: time)
    case .executor(let index): return executors[index].nextWakeBoot(at: time)
    case .queen(let index): return queens[index].nextWakeBoot(at: time)
    }
  }
}

/// A recording attached to a venue, read at the pace of its market clock.
private struct AttachedSource {
  let source: CaptureSource
  var hasEnded = false

  /// One turn's worth; the rest follows in the next turn of the same time.
  static let batchLimit = 256

  mutating func drain(
    into venue: inout SimulatedActor<VenueSimulator>, in turn: inout SimulatedTurn
  ) throws(DeviceError) {
    let now = venue.instant(turn.time)
    guard !hasEnded, source.nextWake.isDue(at: now) else { return }
    var frames = FrameWriter(capacity: FrameWriter.maxFrame)
    for _ in 0..<Self.batchLimit {
      frames.reset()
      switch try source.read(at: now, into: &frames) {
      case .nothing: return
      case .ended:
        hasEnded = true
        venue.take(.sourceEnded, in: &turn)
        return
      case .message:
        guard frames.count > 0 else { continue }
        let peer = Peer(component: venue.plan.number, link: .source)
        venue.take(Delivery(frame: frames.bytes.copiedBytes(), peer: peer), in: &turn)
      }
    }
  }

  func nextWakeBoot(of venue: SimulatedActor<VenueSimulator>, at time: VirtualTime) -> Int64 {
    guard !hasEnded, let market = venue.market else { return .max }
    return time.boot + max(0, market.wall(atMarket: source.nextWake.market).saturatingSubtract(time.wall))
  }
}

extension ActorPlan {
  /// A component's place in the simulation, with the same wiring as its process.
  init(of component: Component, in topology: Topology, wants: (Topic) -> Bool = { _ in true }) {
    self.init(
      name: component.name, number: component.number,
      wiring: Wiring(of: component, in: topology, wants: wants),
      keepsFacts: component.kind == .executor || component.kind == .venue)
  }
}
