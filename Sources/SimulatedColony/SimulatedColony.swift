import ActorKit
import HostKit
import JournalStore
import OrderExecutor
import Records
import Topology
import Trading
import Vocabulary
import Wire

/// A whole colony in virtual time: programs with journals, disks, clocks and sockets, a supervisor that
/// starts again what dies, an operator, and the faults of a plan.
///
/// One thread, one order of events: a plan leads to the same run, to the bit, wherever it is made.
public final class SimulatedColony {
  let topology: Topology
  public let plan: SeedPlan
  let judge: Judge
  var world: WorldState
  let programs: ColonyPrograms
  var console: SimulatedOperator
  var shifts: [ProgramShift]
  /// Faults of the plan that have struck, by their places, and those that last.
  private(set) var struck: [Fault.Kind: Int] = [:]
  var lasting: Set<Int> = []
  /// When second executors ask next.
  private var twinsAskAt: Int64 = 0
  var random: SampleRandom
  private(set) var turns = 0

  var nodes: [any SimulatedProgram] { programs.all }

  /// Judges look this often at what lasts, and the operator at what is to be done.
  static let lookNanos: Int64 = 100 * .nanosPerMilli

  public init(_ topology: Topology, _ plan: SeedPlan, keepsTrace: Bool = false) {
    self.topology = topology
    self.plan = plan
    judge = Judge(topology, plan)
    programs = ColonyPrograms(topology, plan, judge)
    let count = programs.all.count
    random = SampleRandom(seed: plan.seed ^ 0xA11_0CC)
    world = WorldState(
      network: SimulatedNetwork(nodeCount: count + 1, seed: random.next()),
      trace: Trace(nodeCount: count + 1, keepsAll: keepsTrace))
    console = SimulatedOperator(
      node: count, components: programs.all.map(\.seat.number),
      colony: ColonyName(named: topology.colony, run: "simulated"))
    shifts = programs.all.map { _ in ProgramShift() }
    connect()
  }

  private func connect() {
    func node(_ number: UInt16) -> Int {
      guard let node = nodes.firstIndex(where: { $0.seat.number == number }) else {
        preconditionFailure("no component \(number)")
      }
      return node
    }
    for program in nodes {
      let wiring = program.seat.wiring
      for subscription in wiring.subscriptions {
        for isMarket in [true, false] {
          let prefixes = subscription.prefixes.filter { $0.isOfMarket == isMarket }
          guard !prefixes.isEmpty else { continue }
          world.network.addStream(
            client: program.seat.node, server: node(subscription.component), isMarket: isMarket,
            prefixes: prefixes.map { $0.bytes.copiedBytes() })
        }
      }
      for link in wiring.links {
        world.network.addCall(client: program.seat.node, server: node(link.component))
      }
    }
    for program in nodes { world.network.addCall(client: console.node, server: program.seat.node) }
  }
}

// MARK: - The loop

extension SimulatedColony {
  /// Runs to a moment, or until `isDone` says so after something has happened.
  func run(until end: Int64, _ isDone: () -> Bool = { false }) {
    while let next = world.agenda.nextMoment, next <= end {
      guard let entry = world.agenda.next() else { return }
      world.now = max(world.now, entry.moment)
      take(entry.item)
      if isDone() { return }
    }
    world.now = max(world.now, end)
  }

  private func take(_ happening: Happening) {
    switch happening {
    case .arrival(let connection, let toServer, let generation, let parcel):
      takeArrival(connection, toServer, generation, parcel)
    case .attempt(let connection): world.takeAttempt(connection)
    case .givingUp(let connection, let generation): world.giveUp(connection, generation: generation)
    case .turn(let node, let ticket):
      guard ticket == shifts[node].ticket else { return }
      shifts[node].dueMoment = .max
      takeTurn(node)
    case .start(let node): start(node)
    case .fault(let place, let isBegin): isBegin ? begin(place) : end(place)
    case .look: look()
    }
  }

  private func takeArrival(
    _ index: Int, _ toServer: Bool, _ generation: UInt32, _ parcel: SimulatedConnection.Parcel
  ) {
    guard world.network.isWanted(index, toServer: toServer, generation: generation, at: world.now) else {
      return
    }
    var connection = world.network.connections[index]
    if toServer, generation != connection.generation { connection.identity = connection.formerIdentity }
    let node = toServer ? connection.server : connection.client
    if node == console.node {
      world.network.noteTaken(index, toServer: toServer, generation: generation)
      return take(answer: parcel.frame)
    }
    nodes[node].take(Letter(connection: index, generation: generation, parcel: parcel), over: connection)
    schedule(node, at: world.now)
  }

  private func take(answer frame: [UInt8]) {
    guard let done = console.take(frame) else { return }
    judge.commands.isDone(done.scope, by: done.component, givenAt: done.given, at: world.now)
  }

  private func takeTurn(_ node: Int) {
    guard nodes[node].isAlive else { return }
    guard world.now >= shifts[node].freeMoment else { return schedule(node, at: shifts[node].freeMoment) }
    turns += 1
    do throws(ProgramEnd) { try nodes[node].turn(in: &world) } catch { return ended(node, error) }
    let writing = nodes[node].hasWritten ? shifts[node].writeNanos : 0
    shifts[node].busyUntil = world.now + 20 * .nanosPerMicro + Int64(random.next() % 60_000) + writing
    noteState(node)
    schedule(node, at: nodes[node].nextMoment(after: world.now))
  }

  /// A turn is wanted at a moment, unless an earlier one is set already.
  func schedule(_ node: Int, at wanted: Int64) {
    guard wanted != .max else { return }
    let moment = max(wanted, world.now, shifts[node].freeMoment)
    guard moment < shifts[node].dueMoment else { return }
    shifts[node].dueMoment = moment
    shifts[node].ticket += 1
    world.agenda.add(.turn(node: node, ticket: shifts[node].ticket), at: moment)
  }

  private func noteState(_ node: Int) {
    let state = nodes[node].state
    guard state != shifts[node].toldState else { return }
    shifts[node].toldState = state
    world.trace.state(node, at: world.now, "\(state)")
  }

  func start(_ node: Int) {
    guard !nodes[node].isAlive, !isOut(node) else { return }
    let shift = ProgramShift(
      ticket: shifts[node].ticket + 1, writeNanos: shifts[node].writeNanos,
      restarts: shifts[node].restarts)
    shifts[node] = shift
    do throws(ProgramEnd) { try nodes[node].start(in: &world) } catch { return ended(node, error) }
    world.trace.life(node, at: world.now, "starts, epoch \(nodes[node].epoch)")
    world.open(node, identities: nodes[node].identities)
    noteState(node)
    schedule(node, at: nodes[node].nextMoment(after: world.now))
  }

  /// A program is gone; the supervisor starts it again.
  func ended(_ node: Int, _ end: ProgramEnd) {
    let isAsked = nodes[node].isAskedToEnd
    if case .killed = end, let kind = nodes[node].armedDeath { count(kind) }
    nodes[node].vanish()
    world.close(node)
    shifts[node].ticket += 1
    shifts[node].dueMoment = .max
    world.trace.life(node, at: world.now, "\(end)")
    judge.noteEnd(
      nodes[node].seat.number, nodes[node].seat.name, end, isAsked: isAsked,
      isDiskShort: nodes[node].drive.disk.isShort,
      at: world.now)
    // A plan has more deaths than a supervisor of people's programs would stand.
    let delay: Int64 =
      switch shifts[node].restarts.died(atBootNanos: world.now) {
      case .restart(let after): after
      case .giveUp: SupervisorRestarts.lastDelayNanos
      }
    world.agenda.add(.start(node: node), at: world.now + delay + random.within(20...120) * .nanosPerMilli)
  }

  private func look() {
    judge.look(at: world.now)
    for (link, frame) in console.due(at: world.now) {
      _ = world.call(link: link, of: console.node, frame)
    }
    if world.now >= twinsAskAt {
      twinsAskAt = world.now + SimulatedStranger.askNanos
      askAsTwins()
    }
    world.agenda.add(.look, at: world.now + Self.lookNanos)
  }

  func count(_ kind: Fault.Kind) { struck[kind, default: 0] += 1 }
}

extension Topic {
  /// Whether a process takes it in after its timers (`HostSockets`).
  fileprivate var isOfMarket: Bool {
    let name = description
    return name.hasPrefix("market.") || name.hasPrefix("venue.")
  }
}
