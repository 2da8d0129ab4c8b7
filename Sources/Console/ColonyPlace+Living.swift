import Arguments
import Colony
import HostKit
import Platform
import Topology

extension ColonyPlace {
  /// The one colony that lives and fits the options; where none does, the newest run, and it is said.
  static func living(_ arguments: Arguments) throws(CommandFailure) -> ColonyPlace {
    if let path = arguments.text("--run"), try isRunFolder(path) {
      let folder = try attempt { () throws(RunFolderError) in try RunFolder.at(path) }
      return try of(folder, arguments, living: try livingParts { $0.folder == folder.path })
    }
    let found = try candidates(arguments)
    guard let first = found.first else { return try newest(arguments) }
    guard isOne(found) else { throw several(found) }
    let chosen =
      found.first { $0.host == arguments.text("--host") }
      ?? found.first { $0.programs.contains { $0.name == "queen" } } ?? first
    let folder = RunFolder(path: chosen.folder, colony: chosen.colony, run: chosen.run)
    // Nobody named it, so it is said who was found: another may have been meant.
    if !arguments.has("--colony"), !arguments.has("--run") {
      Output.error("colony '\(chosen.colony)', run \(chosen.run), \(chosen.folder)")
    }
    return try of(folder, arguments, living: found)
  }

  /// Whom a command to all of its components means, on whatever host.
  package var colonyName: ColonyName { ColonyName(named: topology.colony) }

  /// Whom commands to a component mean.
  package func colonyName(of component: Component) -> ColonyName {
    if let part = living.first(where: { $0.host == component.host }) {
      return ColonyName(named: topology.colony, run: part.run)
    }
    guard let folder, component.host == host else { return colonyName }
    return ColonyName(colony: colonyName.colony, run: RunFolder.nameText(of: folder.path))
  }

  private static func isRunFolder(_ path: String) throws(CommandFailure) -> Bool {
    if path.contains("/") { return true }
    do throws(FileError) { return try FileSystem.exists("\(path)/manifest.json") } catch {
      throw CommandFailure(.environment, "\(error)")
    }
  }

  private static func livingParts(
    _ isMeant: (LivingColony) -> Bool
  ) throws(CommandFailure) -> [LivingColony] {
    do throws(FileError) {
      return try ColonyRegistry(runtimeDirectory: try FileSystem.runtimeDirectory()).living().filter(isMeant)
    } catch {
      throw CommandFailure(
        .environment, "the registry of living colonies: \(error); --topology FILE finds a colony without it")
    }
  }

  private static func candidates(_ arguments: Arguments) throws(CommandFailure) -> [LivingColony] {
    var below: String?
    if let folder = arguments.text("--var") {
      do throws(FileError) { below = try FileSystem.absolute(folder) + "/" } catch {
        throw CommandFailure(.environment, "\(error)")
      }
    }
    let (colony, run, host) = (arguments.text("--colony"), arguments.text("--run"), arguments.text("--host"))
    return try livingParts { part in
      (colony == nil || part.colony == colony) && (run == nil || part.run == run)
        && (host == nil || part.host == host) && (below.map(part.folder.hasPrefix) ?? true)
    }
  }

  /// Parts of one colony that plays several hosts on this machine, or one alone.
  private static func isOne(_ parts: [LivingColony]) -> Bool {
    guard let first = parts.first else { return false }
    let isSame = parts.allSatisfy { $0.colony == first.colony && $0.fingerprint == first.fingerprint }
    return isSame && Set(parts.map(\.host)).count == parts.count
  }

  private static func several(_ parts: [LivingColony]) -> CommandFailure {
    let lines = parts.map { "  --colony \($0.colony) --run \($0.run)   \($0.description), \($0.folder)" }
    return CommandFailure(
      .usage, "several colonies live on this host: say which is meant\n" + lines.joined(separator: "\n"))
  }

  private static func newest(_ arguments: Arguments) throws(CommandFailure) -> ColonyPlace {
    let varFolder = arguments.text("--var") ?? "var"
    let folder = try attempt { () throws(RunFolderError) in
      if let path = arguments.text("--run") { return try RunFolder.at(path) }
      if let colony = arguments.text("--colony") {
        return try RunFolder.find("latest", in: varFolder, colony: colony)
      }
      return try RunFolder.newest(in: varFolder)
    }
    Output.error("no such colony is known to live on this host: taking the newest run, \(folder.path)")
    return try of(folder, arguments)
  }
}
