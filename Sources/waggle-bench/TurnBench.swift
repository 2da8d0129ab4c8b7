import ActorKit
import Deployment
import FeedAggregator
import JSON5
import OrderExecutor
import Platform
import RiskAdjuster
import SignalGenerator
import Simulation
import Topology
import VenueSimulator
import Wire

/// What the cores' turns cost: a session of the topology is run in the simulation while each component's
/// inputs are taped; then each core alone plays its tape.
///
/// The first half of a tape warms up: caches, arrays that grow to their size. Only the second half counts.
struct TurnBench {
  let topology: Topology
  let seconds: Int
  let rounds: Int

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  func run(into json: inout JSONWriter) throws {
    let recording = try record()
    let cast = recording.cast
    json.beginObject()
    json.member("clockNanos", clockNanos())
    json.key("cores")
    json.beginArray()
    for (node, component) in topology.publishers.enumerated() {
      let tape = recording.tapes[node]
      switch component.kind {
      case .feed:
        let core = try FeedAggregator(made(FeedAggregator.Configuration(component, in: topology)))
        try play(core, component, tape, cast, cast.feeds.first?.core, into: &json)
      case .signal:
        let core = try BuiltInSignalGenerator(made(SignalGeneratorConfiguration(component, in: topology)))
        try play(core, component, tape, cast, cast.signals.first?.core, into: &json)
      case .risk:
        let core = try RiskAdjuster(made(RiskAdjuster.Configuration(component, in: topology)))
        try play(core, component, tape, cast, cast.risks.first?.core, into: &json)
      case .executor:
        let core = try OrderExecutor(made(OrderExecutor.Configuration(component, in: topology)))
        try play(core, component, tape, cast, cast.executors.first?.core, into: &json)
      case .venue:
        let core = try VenueSimulator(made(VenueSimulator.Configuration(component, in: topology)))
        try play(core, component, tape, cast, cast.venues.first?.core, into: &json)
      case .queen, .relay: continue
      }
    }
    json.endArray()
    json.endObject()
  }

  private func made<Configuration>(_ configuration: Configuration?) throws -> Configuration {
    guard let configuration else { throw Failure(description: "the topology lacks what a core needs") }
    return configuration
  }

  /// Runs the colony in virtual time.
  func record() throws -> RecordingCast {
    let kinds = topology.publishers.map(\.kind)
    for kind in kinds where kind != .queen && kinds.filter({ $0 == kind }).count > 1 {
      throw Failure(description: "more than one \(kind): measure a topology with one component of each kind")
    }
    let cast = RecordingCast(try ColonyCast(topology, capturesFolder: "."))
    var simulation = try Simulation(cast)
    try simulation.run(untilBoot: Int64(seconds) * .nanosPerSecond)
    var counters = CounterReport()
    for executor in simulation.cast.cast.executors { executor.core.report(into: &counters) }
    guard let orders = counters["ordersSent"], orders > 0 else {
      throw Failure(
        description: "the simulated colony sent no order in \(seconds) s: there is nothing to measure")
    }
    return simulation.cast
  }

  private func play<Core: ActorCore>(
    _ core: Core, _ component: Component, _ tape: Tape, _ cast: ColonyCast, _ simulated: Core?,
    into json: inout JSONWriter
  ) throws {
    let plan = cast.plans.first { $0.number == component.number }
    guard let plan, let simulated else { throw Failure(description: "\(component.name) was not simulated") }
    var sorts = TurnSorts()
    for _ in 0..<rounds {
      var player = TapePlayer(core, deliversHeartbeats: plan.wiring.deliversHeartbeats)
      var sent: [UInt16] = []
      sent.reserveCapacity(1_024)
      for (place, turn) in tape.turns.enumerated() {
        sent.removeAll(keepingCapacity: true)
        let cost = player.play(turn, of: tape, sent: &sent)
        guard place >= tape.turns.count / 2 else { continue }
        sorts.add(
          "\(Self.trigger(turn, tape)) → \(TurnSorts.name(sent))", nanos: cost.nanos,
          allocations: cost.allocations, facts: cost.facts, messagesOut: sent.count)
      }
      try compare(player.core, simulated, component.name)
    }
    json.beginObject()
    json.member("component", component.name)
    json.member("kind", "\(Core.kind)")
    json.key("turns")
    sorts.write(into: &json)
    json.endObject()
  }

  private static func trigger(_ turn: Tape.Turn, _ tape: Tape) -> String {
    var templates: [UInt16] = []
    for place in turn.inputs {
      guard case .message(let offset, let count, _) = tape.inputs[place] else { continue }
      let frame = tape.bytes.span.bytes.extracting(offset..<offset + count)
      if let message = Inbound(frame) { templates.append(message.template.rawValue) }
    }
    return templates.isEmpty ? "wake" : TurnSorts.name(templates)
  }

  /// A core that counted other things than in the simulation did not do the same work.
  private func compare<Core: ActorCore>(_ played: Core, _ simulated: Core, _ name: String) throws {
    var ours = CounterReport()
    var theirs = CounterReport()
    played.report(into: &ours)
    simulated.report(into: &theirs)
    for (one, other) in zip(ours.entries, theirs.entries) where one != other {
      throw Failure(
        description:
          "\(name) counted \(one.name) = \(one.value) on its tape, \(other.value) in the simulation")
    }
  }

  /// What reading the clock twice costs: part of every turn's time.
  private func clockNanos() -> Int64 {
    var samples: [Int64] = []
    for _ in 0..<1_001 {
      let start = Clock.bootNanos()
      samples.append(Clock.bootNanos() - start)
    }
    return samples.sorted()[500]
  }
}
