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
    if let parent = choice.campaign { return try SeedWorker(file.topology, choice, of: parent).run() }
    guard choice.isCampaign else { return try SeedStudy(file, choice).run() }
    return try SeedCampaign(choice).run()
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
