import ActorKit
import Deployment
import FeedAggregator
import HostKit
import JournalStore
import OrderExecutor
import QueenOrchestrator
import Records
import RiskAdjuster
import SignalGenerator
import Topology
import Trading
import VenueSimulator
import Wire

/// A topology's components as simulated programs, in order of their numbers.
struct ColonyPrograms {
  private(set) var all: [any SimulatedProgram] = []
  private(set) var executors: [SimulatedProcess<OrderExecutor>] = []
  private(set) var queens: [SimulatedProcess<QueenOrchestrator>] = []
  private(set) var risks: [SimulatedProcess<RiskAdjuster>] = []
  private(set) var signals: [SimulatedProcess<BuiltInSignalGenerator>] = []
  private(set) var feeds: [SimulatedProcess<FeedAggregator>] = []
  private(set) var venues: [SimulatedProcess<VenueSimulator>] = []

  private let topology: Topology
  private let plan: SeedPlan
  private let judge: Judge
  private var random: SampleRandom

  init(_ topology: Topology, _ plan: SeedPlan, _ judge: Judge) {
    self.topology = topology
    self.plan = plan
    self.judge = judge
    random = SampleRandom(seed: plan.seed ^ 0xC0_1047)
    for component in topology.publishers { add(component) }
  }

  var instruments: [UInt32] { topology.instruments.map(\.number) }

  static func risks(_ topology: Topology) -> [RiskAdjuster.Configuration] {
    topology.components(of: .risk).map { require(RiskAdjuster.Configuration($0, in: topology), $0) }
  }

  /// The executors' configurations as the plan has them.
  static func executors(_ topology: Topology, _ plan: SeedPlan) -> [OrderExecutor.Configuration] {
    topology.components(of: .executor).map { component in
      var configuration = require(OrderExecutor.Configuration(component, in: topology), component)
      configuration.venue = plan.capabilities
      return configuration
    }
  }

  private mutating func add(_ component: Component) {
    switch component.kind {
    case .venue:
      var configuration = Self.require(VenueSimulator.Configuration(component, in: topology), component)
      configuration.capabilities = plan.capabilities
      configuration.faults = plan.answers
      let judge = judge
      let venue = process(VenueSimulator(configuration), component, fact: { judge.stored($0, at: $1) })
      venues.append(venue)
      all.append(venue)
    case .feed:
      let configuration = Self.require(FeedAggregator.Configuration(component, in: topology), component)
      let feed = process(FeedAggregator(configuration), component)
      feeds.append(feed)
      all.append(feed)
    case .signal:
      let configuration = Self.require(SignalGeneratorConfiguration(component, in: topology), component)
      let core = BuiltInSignalGenerator(configuration)
      let signal = process(core, component, wants: { core.wants($0) })
      signals.append(signal)
      all.append(signal)
    case .risk:
      let configuration = Self.require(RiskAdjuster.Configuration(component, in: topology), component)
      let risk = process(RiskAdjuster(configuration), component)
      risks.append(risk)
      all.append(risk)
    case .executor:
      var configuration = Self.require(OrderExecutor.Configuration(component, in: topology), component)
      configuration.venue = plan.capabilities
      let (judge, number) = (judge, component.number)
      let executor = process(
        OrderExecutor(configuration), component, fact: { judge.stored(number, $0, at: $1) },
        readAgain: { judge.read(again: number, $0) })
      executors.append(executor)
      all.append(executor)
    case .queen:
      let configuration = Self.require(QueenOrchestrator.Configuration(component, in: topology), component)
      let queen = process(QueenOrchestrator(configuration), component)
      queens.append(queen)
      all.append(queen)
    case .relay: preconditionFailure("an observer has no seat")
    }
  }

  /// A checked topology describes every component whole.
  private static func require<Configuration>(
    _ made: Configuration?, _ component: Component
  ) -> Configuration {
    guard let made else { preconditionFailure("a checked topology describes '\(component.name)' whole") }
    return made
  }

  private mutating func process<Core: ActorCore>(
    _ core: Core, _ component: Component, wants: (Topic) -> Bool = { _ in true },
    fact: @escaping (Core.Fact, Int64) -> Void = { _, _ in },
    readAgain: @escaping ([Core.Fact]) -> Void = { _ in }
  ) -> SimulatedProcess<Core> {
    let (judge, number) = (judge, component.number)
    let isExecutor = component.kind == .executor
    let isQueen = component.kind == .queen
    let witness = Witness<Core>(
      began: { epoch, impairment, isDiskShort, moment in
        judge.noteStart(
          number, component.name, epoch: epoch, impairment, isDiskShort: isDiskShort, at: moment)
      },
      recovered: { judge.began(number, component.name, $0, isStored: $1) }, fact: fact,
      readAgain: readAgain,
      turnEnded: { moment in if component.kind == .venue { judge.endVenueTurn(at: moment) } },
      mark: { judge.stored(number, $0) },
      sent: { frame, receiver, clock, moment in
        judge.sent(number, frame, to: receiver, at: moment)
        if isExecutor, receiver != nil { judge.sent(number, frame, clock, at: moment) }
        if isQueen { judge.sentAsQueen(frame, at: moment) }
      },
      took: { frame, moment in
        judge.took(number, frame)
        if isExecutor { judge.tookAsExecutor(number, frame, at: moment) }
      },
      tookPublished: { judge.took(number, $0, $1, at: $2) },
      turnOver: { judge.endTurn(number, $0, isStored: $1, at: $2) })
    // Machines were started at different times.
    var clock = SimulatedClock(bootNanos: random.within(10...100_000) * .nanosPerSecond)
    clock.set(errorNanos: (plan.clockErrorsMillis[number] ?? 0) * .nanosPerMilli)
    let disk = SimulatedDisk(seed: random.next())
    return SimulatedProcess(
      core, seat: seat(of: component, wants), drive: DiskDrive(disk, lagSeed: random.next()), clock: clock,
      // A venue's state is large, and it is not what is tried here.
      snapshotRows: component.kind == .venue ? 20_000 : plan.snapshotRows, witness: witness)
  }

  private func seat(of component: Component, _ wants: (Topic) -> Bool) -> ProgramSeat {
    let colony = ColonyName(named: topology.colony, run: "simulated")
    return ProgramSeat(
      node: all.count,
      identity: HostIdentity(
        name: component.name, number: component.number, colony: colony,
        build: NameText("simulated") ?? NameText(), processID: 1),
      wiring: Wiring(of: component, in: topology, wants: wants),
      journal: JournalIdentity(
        colony: topology.colony, component: component.name, kind: component.kind.rawValue,
        schemaVersion: Int32(WireSchema.version), mode: topology.session.mode.rawValue,
        account: topology.accountBinding(of: component)),
      // A venue is not ours to lose.
      durability: component.kind == .venue ? .process : plan.durability)
  }
}
