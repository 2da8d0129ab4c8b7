import Arguments
import Console
import Platform
import SimulatedColony
import Topology

/// `waggle seeds TOPOLOGY`: the whole colony, hosts and all, in virtual time, with faults from seeds.
enum SeedsCommand {
  static func run(_ arguments: Arguments) throws(CommandFailure) -> Int32 {
    let file = try TopologyFile.load(arguments.operands[0], varFolder: "var")
    if let problem = unsuited(file.topology) {
      throw CommandFailure(.usage, "\(file.path): \(problem)")
    }
    #if CANARIES
      try CanaryChoice.take(arguments)
    #endif
    let choice = try SeedChoice(arguments, file.topology)
    if let parent = arguments.text("--worker").flatMap({ Int32($0) }) {
      return SeedWorker(file.topology, choice, of: parent).run()
    }
    guard choice.seeds.count > 1 else { return try SeedStudy(file, choice).run() }
    var campaign = SeedCampaign(file, choice)
    return try campaign.run()
  }

  /// Captures are read by `waggle simulate`; here the market must be free to go on through any fault.
  private static func unsuited(_ topology: Topology) -> String? {
    for component in topology.components {
      guard case .venue(let venue) = component.role, case .capture = venue.market else { continue }
      return "'\(component.name)' replays a capture: seeds need a market of source \"synthetic\""
    }
    return topology.accounts.isEmpty ? "it has no account to trade" : nil
  }
}

/// Which seeds are asked for, and how they are run.
struct SeedChoice {
  let seeds: ClosedRange<UInt64>
  let minutes: Double
  let jobs: Int
  /// Real minutes after which a campaign begins no more seeds; nil for never.
  let stopMinutes: Double?
  /// Goes on after a failure.
  let runsAll: Bool
  /// What a file changes of every plan.
  let faults: String?
  let tracePath: String?
  /// The words that repeat it, but for the seeds.
  let words: [String]

  init(_ arguments: Arguments, _ topology: Topology) throws(CommandFailure) {
    do throws(UsageError) {
      seeds = try Self.seeds(arguments)
      minutes = try arguments.number("--minutes", in: 0.1...60) ?? 1
      stopMinutes = try arguments.number("--stop-after", in: 0.1...100_000)
      jobs = try arguments.integer("--jobs", in: 1...256) ?? Self.processors
    } catch {
      throw CommandFailure(error)
    }
    runsAll = arguments.has("--all")
    tracePath = arguments.text("--trace")
    var words = [arguments.operands[0], "--minutes", "\(minutes)"]
    if let path = arguments.text("--faults") {
      words += ["--faults", path]
      let bytes = try TopologyFile.read(path)
      let text = String(decoding: bytes, as: UTF8.self)
      do throws(FaultFileError) {
        _ = try SeedPlan(seed: 1, minutes: minutes, of: topology).changed(by: text, in: topology)
      } catch {
        throw CommandFailure(.usage, "\(path): \(error)")
      }
      faults = text
    } else {
      faults = nil
    }
    #if CANARIES
      words += CanaryChoice.words(arguments)
    #endif
    self.words = words
  }

  private static func seeds(_ arguments: Arguments) throws(UsageError) -> ClosedRange<UInt64> {
    if let text = arguments.text("--seeds") {
      let ends = text.split(separator: ".", omittingEmptySubsequences: true).map { UInt64($0) }
      guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last else {
        throw UsageError("--seeds is '\(text)'", hint: "FIRST..LAST, as 1..100")
      }
      return first...last
    }
    let seed = UInt64(try arguments.integer("--seed", in: 0...Int64.max) ?? 1)
    return seed...seed
  }

  private static var processors: Int {
    do throws(SystemError) { return max(1, try Processors.allowed().count) } catch { return 1 }
  }

  func plan(_ seed: UInt64, _ topology: Topology) -> SeedPlan {
    let plan = SeedPlan(seed: seed, minutes: minutes, of: topology)
    guard let faults else { return plan }
    do throws(FaultFileError) { return try plan.changed(by: faults, in: topology) } catch {
      preconditionFailure("a file of faults that was checked: \(error)")
    }
  }
}
