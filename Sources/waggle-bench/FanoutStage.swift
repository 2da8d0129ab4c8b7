import ActorKit
import CFanoutYardstick
import Deployment
import FeedAggregator
import Simulation
import Topology
import Wire

/// What all sides of the fan-out have in common: the feed's tape, and the messages that its host makes of it.
struct FanoutStage {
  let tape: Tape
  let publications: PublishedTurns
  let messages: Int
  let bodyBytes: Int
  /// Whether the core counted on its tape, under its host, what it counted in the simulation.
  let isAsSimulated: Bool
  private let core: FeedAggregator
  private let plan: ActorPlan
  private let inputs: FeedInputs

  init(_ topology: Topology, seconds: Int) throws {
    let recording = try TurnBench(topology: topology, seconds: seconds, rounds: 1).record()
    guard let node = topology.publishers.firstIndex(where: { $0.kind == .feed }),
      let configuration = FeedAggregator.Configuration(topology.publishers[node], in: topology)
    else { throw FanoutBench.Failure(description: "the topology has no feed") }
    tape = recording.tapes[node]
    plan = recording.plans[node]
    core = FeedAggregator(configuration)
    guard let inputs = FeedInputs(tape, in: topology) else {
      throw FanoutBench.Failure(description: "the feed's tape has a message of no topic")
    }
    self.inputs = inputs
    var player = HostPlayer(core, plan, inputs)
    var keeper = KeepingOutlet(coreTopics: core.topics.count)
    for turn in tape.turns {
      player.play(turn, of: tape, to: &keeper)
      keeper.publications.endTurn()
    }
    guard keeper.isComplete else { throw FanoutBench.Failure(description: "no memory for the messages") }
    publications = keeper.publications
    messages = player.published
    bodyBytes = keeper.bodyBytes
    isAsSimulated = Self.counts(player.host.core) == recording.cast.feeds.first.map { Self.counts($0.core) }
  }

  private static func counts(_ core: FeedAggregator) -> [Int64] {
    var report = CounterReport()
    core.report(into: &report)
    return report.entries.map(\.value)
  }

  /// The core alone, without a host.
  func playCore() {
    var player = TapePlayer(core, deliversHeartbeats: plan.wiring.deliversHeartbeats)
    var sent: [UInt16] = []
    for turn in tape.turns {
      sent.removeAll(keepingCapacity: true)
      _ = player.play(turn, of: tape, sent: &sent)
    }
  }

  /// How many messages it published; `look` is told now and then how many it has been so far.
  @discardableResult
  func playHost(to outlet: inout some PublicationOutlet & ~Copyable, look: (Int) -> Void) -> Int {
    play(core, to: &outlet, look: look)
  }

  @discardableResult
  func playHostAlone(to outlet: inout some PublicationOutlet & ~Copyable, look: (Int) -> Void) -> Int {
    play(Recital(publications, topics: core.topics), to: &outlet, look: look)
  }

  private func play(
    _ core: some ActorCore, to outlet: inout some PublicationOutlet & ~Copyable, look: (Int) -> Void
  ) -> Int {
    var player = HostPlayer(core, plan, inputs)
    var looked = 0
    for turn in tape.turns {
      player.play(turn, of: tape, to: &outlet)
      guard player.published - looked >= Int(fanout_look) else { continue }
      looked = player.published
      look(looked)
    }
    return player.published
  }

  func nanosPerMessage(_ body: () -> Void) -> Double {
    let start = ThreadClock.cpuNanos()
    body()
    return Double(ThreadClock.cpuNanos() - start) / Double(messages)
  }
}

/// Keeps what is published: for the raw publisher as it leaves, for `Recital` by turns of the core.
private struct KeepingOutlet: PublicationOutlet {
  let coreTopics: Int
  var publications = PublishedTurns()
  private(set) var bodyBytes = 0
  private(set) var isComplete = true

  init(coreTopics: Int) { self.coreTopics = coreTopics }

  mutating func publish(_ topic: Int, name: RawSpan, body: RawSpan) {
    bodyBytes += body.byteCount
    if topic < coreTopics { publications.add(topic: topic, body) }
    let isKept = fanout_keep(name.copiedBytes(), name.byteCount, body.copiedBytes(), body.byteCount) != 0
    isComplete = isComplete && isKept
  }
}

/// Nobody listens.
struct NoOutlet: PublicationOutlet {
  mutating func publish(_ topic: Int, name: RawSpan, body: RawSpan) {}
}
