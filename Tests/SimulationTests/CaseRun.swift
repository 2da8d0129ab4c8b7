import ActorKit
import OrderExecutor
import Platform
import Reports
import Simulation
import Topology
import Trading
import VenueSimulator
import Wire

/// A case run as `waggle simulate` runs it: what the session's record says, and the facts of executor and
/// venue behind it.
struct CaseRun {
  let record: RunRecord
  /// Every fact of the one executor, in order.
  let facts: [ExecutorFact]
  let venueFacts: [VenueFact]
  let books: ExecutorBooks

  /// Writes the capture to a folder of its own, runs the session for so many seconds of virtual time after
  /// LIVE, and gives the operators' commands at their seconds.
  init(
    _ topology: CaseTopology, _ capture: CaseCapture, seconds: Int64, commands: [SimulatedCommand] = []
  ) throws {
    let folder = try FileSystem.temporaryDirectory("waggle-case-")
    try FileSystem.write(Array(capture.text.utf8), to: "\(folder)/data.txt")
    let loaded = try Topology.load(text: topology.text)
    var session = try SimulatedSession(loaded, capturesFolder: folder)
    session.commands = commands
    record = try session.run(seconds: seconds)
    let cast = session.cast
    facts = cast.executors[0].facts
    venueFacts = cast.venues[0].facts
    books = cast.executors[0].core.books
    try FileSystem.remove(folder)
  }

  var report: RunReport { RunReport(record) }

  /// Every order the executor made.
  var orders: [CreatedOrder] {
    facts.compactMap { if case .orderCreated(let order) = $0 { order } else { nil } }
  }

  var fills: [BookedFill] { facts.compactMap { if case .filled(let fill) = $0 { fill } else { nil } } }

  func orders(_ purpose: OrderPurpose) -> [CreatedOrder] { orders.filter { $0.purpose == purpose } }

  /// Fills of orders of a purpose.
  func fills(_ purpose: OrderPurpose) -> [BookedFill] {
    let ids = Set(orders(purpose).map(\.id))
    return fills.filter { $0.order.map(ids.contains) ?? false }
  }

  /// In instrument 1, at the end, by the executor's books.
  var position: Quantity { books.ledger[1].quantity }

  /// A counter of a component's figures; 0 when it has none of that name.
  func count(_ component: String, _ name: String) -> Int64 {
    let figures = record.figures.first { $0.component == component }
    return figures?.counters.first { $0.name == name }?.value ?? 0
  }
}
