import Arguments
import Colony
import Console
import Platform
import Topology

/// A run is bound to its mode and its accounts: orders and positions of a paper session are none of a live
/// one's, and a session that went on from them would trade at once on what is not there.
enum RunBinding {
  /// Refuses to go on with a run under another mode or for other accounts, before anything is started. The
  /// journals refuse too, each for itself.
  static func check(
    _ manifest: RunManifest, _ folder: RunFolder, _ topology: Topology
  ) throws(CommandFailure) {
    let mode = topology.session.mode.rawValue
    // A manifest of an earlier version names no accounts; its journals are refused by their format.
    let isSameAccounts = manifest.accounts.isEmpty || manifest.accounts == topology.accountBindings
    guard manifest.mode != mode || !isSameAccounts else { return }
    throw CommandFailure(
      .configuration,
      "run \(folder.run) is bound to mode \(manifest.mode), accounts \(words(manifest.accounts)); the "
        + "topology says mode \(mode), accounts \(words(topology.accountBindings)). Orders and positions of "
        + "one are not those of the other: begin a new run (\(advice)), or set the topology back")
  }

  /// The run that a session goes on with though nobody asked for it: a live account's last. Real money's
  /// orders and positions are in its journals, so a live account never begins anew beside them.
  static func runToGoOn(
    _ arguments: Arguments, _ topology: Topology, varFolder: String
  ) throws(CommandFailure) -> RunFolder? {
    guard !arguments.has("--resume"), topology.accounts.contains(where: \.isLive) else { return nil }
    let colony = topology.colony
    let runs = try ColonyPlace.attempt { () throws(RunFolderError) in
      try RunFolder.all(in: varFolder, colony: colony)
    }
    for folder in runs.reversed() {
      let manifest = try ColonyPlace.attempt { () throws(RunFolderError) in
        try RunManifest.read(folder.manifestPath)
      }
      if manifest.mode == topology.session.mode.rawValue { return folder }
      guard !arguments.has("--new-run") else { continue }
      try check(manifest, folder, topology)
    }
    return nil
  }

  private static func words(_ accounts: [String]) -> String {
    accounts.isEmpty ? "unknown" : accounts.joined(separator: ", ")
  }

  private static let advice = "for a live account with --new-run, else by leaving out --resume"
}
