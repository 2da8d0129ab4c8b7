import ActorKit
import OrderExecutor
import Reports
import Topology
import Trading
import VenueSimulator
import Wire

/// A whole session in virtual time: from start-up to the report, as `waggle run` would do it with processes.
public struct SimulatedSession: ~Copyable {
  /// Why a session has no report.
  public enum Failure: Error, Sendable, CustomStringConvertible {
    case source(DeviceError)
    /// Virtual time passed and the session did not get there.
    case stuck(String)

    public var description: String {
      switch self {
      case .source(let error): "\(error)"
      case .stuck(let what): "the simulated session hangs: \(what)"
      }
    }
  }

  /// Virtual time for coming up, and for ending after the stop.
  static let startNanos: Int64 = 60 * .nanosPerSecond
  static let endNanos: Int64 = 120 * .nanosPerSecond

  private let topology: Topology
  private var simulation: Simulation<ColonyCast>
  /// What people command in the middle of it, in any order.
  public var commands: [SimulatedCommand] = []
  /// What people trade beside the colony in the middle of it, in any order.
  public var handOrders: [SimulatedHandOrder] = []

  /// The actors as they stand, for a look at more than the record tells.
  public var cast: ColonyCast { simulation.cast }

  public init(_ topology: Topology, capturesFolder: String) throws(Failure) {
    self.topology = topology
    do throws(DeviceError) {
      simulation = try Simulation(ColonyCast(topology, capturesFolder: capturesFolder))
    } catch {
      throw .source(error)
    }
  }

  /// Trades for so long after LIVE, or to the end of the recording, and ends the session in good order.
  public mutating func run(seconds: Int64?) throws(Failure) -> RunRecord {
    try drive(for: Self.startNanos) { $0.isLive }
    guard simulation.cast.isLive else { throw .stuck("it did not become LIVE within a minute") }
    let live = simulation.time.wall
    let (nanos, isTooLong) = (seconds ?? .max).multipliedReportingOverflow(by: .nanosPerSecond)
    try trade(for: isTooLong ? .max : nanos)
    let ended = simulation.time.wall
    if !simulation.cast.isFinished {
      stop()
      try drive(for: Self.endNanos) { $0.isFinished }
    }
    return record(liveNanos: live, endedNanos: ended)
  }

  /// What a person does in the middle of it.
  private enum Deed {
    case command(SimulatedCommand)
    case order(SimulatedHandOrder)

    var afterNanos: Int64 {
      switch self {
      case .command(let command): command.afterNanos
      case .order(let order): order.afterNanos
      }
    }
  }

  /// Runs to the end of the time, and does what people do when its time has come.
  private mutating func trade(for nanos: Int64) throws(Failure) {
    let deeds = commands.map(Deed.command) + handOrders.map(Deed.order)
    var passed: Int64 = 0
    for (number, deed) in deeds.sorted(by: { $0.afterNanos < $1.afterNanos }).enumerated()
    where deed.afterNanos <= nanos {
      try drive(for: deed.afterNanos - passed) { $0.isFinished }
      guard !simulation.cast.isFinished else { return }
      passed = deed.afterNanos
      carryOut(deed, number: number + 1)
    }
    try drive(for: nanos - passed) { $0.isFinished }
  }

  private mutating func carryOut(_ deed: Deed, number: Int) {
    switch deed {
    case .command(let command):
      let message = command.message(number: UInt64(number))
      simulation.command(command.component) { _ = message.encode(into: &$0, reason: "simulated".utf8) }
    case .order(let order):
      let executors = simulation.cast.executors
      guard let account = topology.account(number: order.account),
        let venue = simulation.cast.venues.first(where: { $0.plan.name == account.venue })?.plan.number,
        let executor = executors.first(where: { $0.core.configuration.account.number == order.account })
      else { preconditionFailure("nobody trades account \(order.account)") }
      // A venue has one stream of reports for an account, whoever orders: this one's goes to the executor.
      let line = Peer(component: executor.plan.number, link: .session, route: 0)
      let message = order.message(number: number, atWall: simulation.time.wall)
      simulation.deliver(to: venue, from: line) { _ = message.encode(into: &$0) }
    }
  }

  private mutating func drive(for nanos: Int64, until isDone: (ColonyCast) -> Bool) throws(Failure) {
    let (end, isBeyond) = simulation.time.boot.addingReportingOverflow(nanos)
    do throws(DeviceError) {
      try simulation.run(untilBoot: isBeyond ? .max : end, until: isDone)
    } catch {
      throw .source(error)
    }
  }

  private mutating func stop() {
    guard let operatorName = NameText("simulation") else { preconditionFailure("a name is ASCII") }
    let command = Command(
      envelope: Envelope(origin: 0, correlation: Correlation(high: 1, low: 1)), kind: .stop, scope: .firm,
      operatorName: operatorName)
    simulation.command(topology.queen.number) { _ = command.encode(into: &$0, reason: "duration".utf8) }
  }

  private func record(liveNanos: Int64, endedNanos: Int64) -> RunRecord {
    let cast = simulation.cast
    var record = RunRecord(
      runID: "simulation", mode: topology.session.mode.rawValue, instruments: topology.instruments)
    record.seed = topology.syntheticSeed
    record.speed = topology.session.mode == .replay ? topology.session.speed : nil
    record.sessionNanos = endedNanos - liveNanos
    record.endedAsAsked = cast.isFinished
    record.restarts = []
    record.figures = cast.figures(at: simulation.time)
    for executor in cast.executors {
      let number = executor.core.configuration.account.number
      guard let account = topology.account(number: number),
        let venue = cast.venues.first(where: { $0.plan.name == account.venue })
      else { continue }
      let history = VenueHistory(of: venue.core, facts: venue.facts)
      record.accounts.append(
        RunRecord.AccountRecord(
          name: account.name, number: number,
          opening: account.balances.map { RunRecord.Balance(currency: $0.currency, amount: $0.amount) },
          executor: ExecutorHistory(of: executor.core, facts: executor.facts),
          venue: history.account(number)))
    }
    return record
  }
}
