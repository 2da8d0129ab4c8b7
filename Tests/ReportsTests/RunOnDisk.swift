import ActorKit
import JSON5
import JournalStore
import JournalTestKit
import Records
import OrderExecutor
import Platform
import Reports
import Telemetry
import Testing
import Topology
import VenueSimulator

/// A run folder as processes leave it, in a temporary folder that goes with the value.
final class RunOnDisk {
  let path: String
  private let parent: String

  init(_ name: String = "20240808T235413Z-1") throws {
    parent = try FileSystem.temporaryDirectory("waggle-reports")
    path = "\(parent)/\(name)"
    try FileSystem.createDirectory(path)
  }

  deinit {
    do throws(FileError) { try FileSystem.remove(parent) } catch {
      Issue.record("the test folder stays behind: \(error)")
    }
  }

  /// Both journals of a story, closed.
  static func of(_ story: Story) throws -> RunOnDisk {
    let run = try RunOnDisk()
    try run.write(story.executor, to: "executor", kind: "executor")
    try run.write(story.venue, to: "venue", kind: "venue")
    return run
  }

  func load(_ topology: String = sampleTopology) throws -> RunReport {
    try RunReport.load(runFolder: path, topology: try Topology.load(text: topology))
  }

  /// The error that loading gives; a test that gets a report fails.
  func loadingError(_ topology: String = sampleTopology) throws -> ReportError {
    let topology = try Topology.load(text: topology)
    let report: RunReport
    do throws(ReportError) { report = try RunReport.load(runFolder: path, topology: topology) } catch {
      return error
    }
    throw UnexpectedReport(text: report.text)
  }

  func put(_ text: String, _ name: String) throws {
    try FileSystem.write(Array(text.utf8), to: "\(path)/\(name)")
  }

  func put(_ figures: ComponentFigures) throws {
    var json = JSONWriter()
    figures.write(into: &json)
    try put(json.text, "\(figures.component).\(figures.epoch).stats.json")
  }

  /// A turn per fact, and after `count` of them a snapshot of the state.
  func write(
    _ facts: [some FactCoding], to component: String, kind: String, colony: String = "test",
    snapshot: (after: Int, state: [UInt8])? = nil
  ) throws {
    var journal = try open(component, kind: kind, colony: colony)
    for (index, fact) in facts.enumerated() {
      try journal.record(fact)
      guard let snapshot, snapshot.after == index + 1 else { continue }
      try journal.saveSnapshot(of: snapshot.state)
    }
    try journal.close()
  }

  func open(_ component: String, kind: String, colony: String = "test") throws -> SQLiteJournalStore {
    try SQLiteJournalStore.open(
      path: "\(path)/\(component).journal",
      identity: JournalIdentity(colony: colony, component: component, kind: kind, schemaVersion: 1),
      durability: .process)
  }
}

struct UnexpectedReport: Error {
  let text: String
}

extension String {
  /// With one piece replaced, which must stand in the text exactly once.
  func replacing(_ piece: String, with replacement: String) -> String {
    let parts = split(separator: piece, omittingEmptySubsequences: false)
    precondition(parts.count == 2, "'\(piece)' stands \(parts.count - 1) times in the text, not once")
    return parts[0] + replacement + parts[1]
  }
}

/// The colony in which `Story` plays.
let sampleTopology = """
  {
    colony: "test",
    session: { mode: "paper" },
    hosts: { local: { address: "127.0.0.1", ports: { base: 5710 } } },
    instruments: {
      "BTCUSDT.SIM": { number: 1, base: "BTC", quote: "USDT", tickSize: "0.01", lotSize: "0.00001" },
    },
    accounts: {
      main: { number: 7, venue: "venue", currency: "USDT", balances: { BTC: "50", USDT: "10000" } },
    },
    limits: {
      main: {
        maxOrderQuantity: { "BTCUSDT.SIM": "0.5" }, maxOrderNotional: "50000",
        maxPosition: { "BTCUSDT.SIM": "1" }, priceCollarBps: 200,
      },
    },
    components: {
      venue: {
        number: 1, kind: "venue", host: "local", instruments: ["BTCUSDT.SIM"],
        settings: {
          market: { source: "synthetic", midPrice: "60000", meanOrderQuantity: "0.05", seed: 11 },
        },
      },
      feed: { number: 2, kind: "feed", host: "local", inputs: ["venue"] },
      signal: {
        number: 3, kind: "signal", host: "local", inputs: ["feed", "executor"],
        settings: {
          strategies: [
            {
              name: "maker", number: 1, kind: "glft", instrument: "BTCUSDT.SIM", parameters: { gamma: 0.05 },
            },
          ],
        },
      },
      risk: {
        number: 4, kind: "risk", host: "local", account: "main", inputs: ["feed", "signal"],
        executor: "executor",
      },
      executor: {
        number: 5, kind: "executor", host: "local", account: "main", inputs: ["feed"], venue: "venue",
      },
      queen: { number: 6, kind: "queen", host: "local" },
    },
  }
  """
