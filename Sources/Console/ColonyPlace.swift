import Arguments
import Colony
import Platform
import Topology

/// A colony somewhere, found by the options `--colony`, `--run`, `--topology`, `--host`, `--port-base` and
/// `--var`: the one that lives on this host, from whatever folder; only where none does, the newest run.
package struct ColonyPlace {
  package let topology: Topology
  /// The host from which its ports are reached.
  package let host: String
  package let runtimeDirectory: String
  /// Nil when found by its topology alone.
  package let folder: RunFolder?
  /// What the registry says of it, for each of the hosts it plays on this machine; empty when it does not
  /// live, or nobody has supervised it here.
  package let living: [LivingColony]

  package init(
    topology: Topology, host: String, runtimeDirectory: String, folder: RunFolder? = nil,
    living: [LivingColony] = []
  ) {
    self.topology = topology
    self.host = host
    self.runtimeDirectory = runtimeDirectory
    self.folder = folder
    self.living = living
  }

  /// The colony that lives, or is described by the topology that is named.
  package static func find(_ arguments: Arguments) throws(CommandFailure) -> ColonyPlace {
    guard let path = arguments.text("--topology") else { return try living(arguments) }
    return try ofTopology(path, arguments)
  }

  private static func ofTopology(
    _ path: String, _ arguments: Arguments
  ) throws(CommandFailure) -> ColonyPlace {
    guard !arguments.has("--run"), !arguments.has("--colony") else {
      throw CommandFailure(
        UsageError("--topology and --run or --colony name two colonies: give one of them"))
    }
    let file = try TopologyFile.load(path, varFolder: arguments.text("--var") ?? "var")
    let topology = try file.applying(Topology.Overrides(portBase: try portBase(arguments)))
    return ColonyPlace(
      topology: topology, host: try hostName(arguments, topology, default: nil),
      runtimeDirectory: try runtimeDirectory())
  }

  /// The colony of a run.
  package static func of(
    _ folder: RunFolder, _ arguments: Arguments, living: [LivingColony] = []
  ) throws(CommandFailure) -> ColonyPlace {
    let manifest = try attempt { () throws(RunFolderError) in try RunManifest.read(folder.manifestPath) }
    let file = try TopologyFile.load(folder.topologyPath, varFolder: arguments.text("--var") ?? "var")
    let topology = try file.applying(manifest.overrides)
    return ColonyPlace(
      topology: topology, host: try hostName(arguments, topology, default: manifest.host),
      runtimeDirectory: try runtimeDirectory(), folder: folder, living: living)
  }

  package static func runFolder(_ arguments: Arguments, varFolder: String) throws(CommandFailure) -> RunFolder
  {
    try attempt { () throws(RunFolderError) in
      if let path = arguments.text("--run") { return try RunFolder.at(path) }
      return try RunFolder.newest(in: varFolder)
    }
  }

  package static func portBase(_ arguments: Arguments) throws(CommandFailure) -> UInt16? {
    do throws(UsageError) {
      return try arguments.integer("--port-base", in: 1...65000)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// The host that is meant: the named one, the run's, the only one.
  package static func hostName(
    _ arguments: Arguments, _ topology: Topology, default known: String?
  ) throws(CommandFailure) -> String {
    let names = topology.hosts.map(\.name)
    if let name = arguments.text("--host") ?? known {
      guard names.contains(name) else {
        throw CommandFailure(
          UsageError(
            "the topology has no host '\(name)'", hint: "it has \(names.joined(separator: ", "))"))
      }
      return name
    }
    guard names.count == 1 else {
      throw CommandFailure(
        UsageError("which host is this?", hint: "--host with one of \(names.joined(separator: ", "))"))
    }
    return names[0]
  }

  package static func runtimeDirectory() throws(CommandFailure) -> String {
    do throws(FileError) { return try FileSystem.runtimeDirectory() } catch {
      throw CommandFailure(.environment, "\(error)")
    }
  }

  package static func attempt<Result>(
    _ body: () throws(RunFolderError) -> Result
  ) throws(CommandFailure) -> Result {
    do throws(RunFolderError) {
      return try body()
    } catch {
      throw CommandFailure(error.exitCode, "\(error)")
    }
  }

  /// The journal of a component in the run's folder; nil without one.
  package func journalPath(of component: Component) -> String? {
    folder.map { "\($0.path)/\(component.name).journal" }
  }

  package func controlEndpoint(of component: Component) -> String {
    topology.controlEndpoint(of: component, seenFrom: host).text(runtimeDirectory: runtimeDirectory)
  }
}

extension RunFolderError {
  /// 64 a run that is not there, 75 one that is in use, 78 one that cannot be read, 74 what the system
  /// refused.
  package var exitCode: Int32 {
    switch self {
    case .noSuchRun, .noRuns: ExitCode.usage.rawValue
    case .held: ExitCode.held.rawValue
    case .badManifest: ExitCode.configuration.rawValue
    case .tooManyRuns, .file: ExitCode.environment.rawValue
    }
  }
}
