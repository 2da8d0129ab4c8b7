import Arguments
import Colony
import Console
import HostKit
import JournalStore
import Platform
import ProcessHost
import Records
import Telemetry
import Topology

/// `waggle rerun RUNFOLDER`: gives each program of a run once more what it was given, and compares what it
/// does. See docs/SIMULATION.md, section Record.
enum RerunCommand {
  static func run(_ arguments: Arguments) throws(CommandFailure) -> Int32 {
    let folder = try ColonyPlace.attempt { () throws(RunFolderError) in
      try RunFolder.at(arguments.operands[0])
    }
    let manifest = try ColonyPlace.attempt { () throws(RunFolderError) in
      try RunManifest.read(folder.manifestPath)
    }
    let file = try TopologyFile.load(
      arguments.text("--topology") ?? folder.topologyPath, varFolder: folder.path)
    let topology = try file.applying(manifest.overrides)
    if let name = arguments.text("--component"), topology.component(named: name) == nil {
      let names = topology.components.map(\.name).joined(separator: ", ")
      throw CommandFailure(UsageError("the colony has no component '\(name)'", hint: "it has \(names)"))
    }
    let wanted = arguments.text("--component")
    let kept = try keptFiles(in: folder).filter { $0.component == wanted ?? $0.component }
    guard !kept.isEmpty else {
      throw CommandFailure(
        UsageError(
          "\(folder.path) holds no kept arrivals", hint: "start the run with `waggle run --keep-arrivals`"))
    }
    var areAllEqual = true
    for one in kept {
      let outcome = outcome(of: one, in: folder, topology)
      Output.write("\(one.component) epoch \(one.epoch): \(outcome)\n")
      areAllEqual = areAllEqual && outcome.isEqual
    }
    for component in topology.components where component.name == wanted ?? component.name {
      for line in try missing(kept.filter { $0.component == component.name }, component, in: folder) {
        Output.write("\(component.name)\(line)\n")
        areAllEqual = false
      }
    }
    return areAllEqual ? ExitCode.asAsked.rawValue : ExitCode.unreconciled.rawValue
  }

  /// What cannot be compared, because the folder has a journal of a component and not the files of all its
  /// starts. Without a journal it ran on another host.
  private static func missing(
    _ kept: [KeptFile], _ component: Component, in folder: RunFolder
  ) throws(CommandFailure) -> [String] {
    let path = "\(folder.path)/\(component.name).journal"
    let hasJournal: Bool
    do throws(FileError) { hasJournal = try FileSystem.exists(path) } catch {
      throw CommandFailure(.environment, "\(error)")
    }
    guard hasJournal || !kept.isEmpty else { return [] }
    var newest: UInt32 = 0
    do throws(JournalError) { newest = try StoreReader.open(path: path).epoch } catch {
      // With files, each of them has told it.
      if kept.isEmpty { return [": not compared: \(error)"] }
    }
    return KeptEpochs(kept.map(\.epoch)).gaps(upTo: newest).map { gap in
      let which =
        gap.count == 1 ? "epoch \(gap.lowerBound)" : "epochs \(gap.lowerBound) to \(gap.upperBound)"
      return " \(which): not compared: the folder has no file of that start"
    }
  }

  private struct KeptFile {
    let component: String
    let epoch: UInt32
    let path: String
  }

  /// By component and epoch.
  private static func keptFiles(in folder: RunFolder) throws(CommandFailure) -> [KeptFile] {
    let names: [String]
    do throws(FileError) { names = try FileSystem.list(folder.path) } catch {
      throw CommandFailure(.environment, "\(error)")
    }
    return names.compactMap { name -> KeptFile? in
      guard name.hasSuffix(ArrivalsFile.suffix) else { return nil }
      let parts = name.dropLast(ArrivalsFile.suffix.count).split(separator: ".")
      guard parts.count == 2, let epoch = UInt32(parts[1]) else { return nil }
      return KeptFile(component: String(parts[0]), epoch: epoch, path: "\(folder.path)/\(name)")
    }.sorted { ($0.component, $0.epoch) < ($1.component, $1.epoch) }
  }

  private static func outcome(
    of kept: KeptFile, in folder: RunFolder, _ topology: Topology
  ) -> RerunOutcome {
    do throws(ArrivalsError) {
      let arrivals = try ArrivalsReader(kept.path)
      let head = arrivals.head
      guard head.identity.name == kept.component, head.journal.epoch == kept.epoch else {
        return .impossible(
          "\(kept.path) is of \(head.identity.name) epoch \(head.journal.epoch), whatever it is called")
      }
      guard let component = topology.component(named: kept.component),
        component.number == head.identity.number
      else {
        return .impossible("the topology has no component \(head.identity.number) of this name")
      }
      return RerunCast(component: component, topology: topology, folder: folder).rerun(arrivals)
    } catch {
      return .impossible("\(error)")
    }
  }
}

/// What came out of running an incarnation once more.
enum RerunOutcome: CustomStringConvertible {
  /// `chain` is over all that it did; `end` how the keeping ended.
  case equal(turns: UInt64, chain: UInt64, end: ArrivalsEnd?)
  case differs(RerunDifference)
  /// After so many equal turns the file could not be read on.
  case brokenOff(turns: UInt64, String)
  case impossible(String)

  var isEqual: Bool {
    if case .equal = self { true } else { false }
  }

  var description: String {
    switch self {
    case .equal(let turns, let chain, let end):
      "turns \(turns), equal\(Self.tail(end)); hash \(String(chain, radix: 16))"
    case .differs(let difference):
      "turn \(difference.turn) of \(UTCText.text(unixNanos: difference.wallNanos)) differs:"
        + " \(difference.parts.joined(separator: ", ")); \(difference.turn - 1) turns before it are equal"
    case .brokenOff(let turns, let why): "turns \(turns), equal, and then no more: \(why)"
    case .impossible(let why): "not compared: \(why)"
    }
  }

  private static func tail(_ end: ArrivalsEnd?) -> String {
    switch end {
    case .asAsked: ""
    case .atBound: "; the keeping had reached its bound (--arrivals-megabytes) there"
    case nil: "; the file has no end: its program was killed, or its keeping failed"
    }
  }
}
