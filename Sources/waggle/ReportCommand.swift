import Arguments
import Colony
import Console
import Reports
import Topology

/// `waggle report`: what came out of a run.
enum ReportCommand {
  static func run(_ arguments: Arguments) throws(CommandFailure) -> Int32 {
    let varFolder = arguments.text("--var") ?? "var"
    let folder = try ColonyPlace.runFolder(arguments, varFolder: varFolder)
    let manifest = try ColonyPlace.attempt { () throws(RunFolderError) in
      try RunManifest.read(folder.manifestPath)
    }
    let file = try TopologyFile.load(folder.topologyPath, varFolder: varFolder)
    let topology = try file.applying(manifest.overrides)
    return show(folder, topology, isJSON: arguments.has("--json"))?.isReconciled == true ? 0 : 1
  }

  /// Prints the report, and gives it; nil when there is none.
  ///
  /// The one place where `Reports` is called.
  static func show(_ folder: RunFolder, _ topology: Topology, isJSON: Bool) -> RunReport? {
    do throws(ReportError) {
      let report = try RunReport.load(runFolder: folder.path, topology: topology)
      Output.write(isJSON ? report.json(isPretty: true) + "\n" : report.text + "\n")
      return report
    } catch {
      Output.error("no report: \(error)")
      return nil
    }
  }
}
