import Foundation
import PackagePlugin

/// Runs SBECodegen before a target is compiled, when what it reads has changed: over a target's own
/// `messages.xml`, or else over the package's `records.xml` for the part of it that is the target's.
@main
struct SBECodegenPlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let messages = target.directoryURL.appending(path: "messages.xml")
    if FileManager.default.fileExists(atPath: path(messages)) {
      return [try command("messages", messages, "Messages.swift", context)]
    }
    let records = context.package.directoryURL.appending(path: "Sources/ActorKit/records.xml")
    switch target.name {
    case "Reports": return [try command("exports", records, "RecordExports.swift", context)]
    case "RecordSamples": return [try command("samples", records, "RecordSamples.swift", context)]
    default: return [try command("records", records, "Records.swift", context, target.name)]
    }
  }

  private func command(
    _ what: String, _ document: URL, _ name: String, _ context: PluginContext, _ words: String...
  ) throws -> Command {
    let output = context.pluginWorkDirectoryURL.appending(path: name)
    return .buildCommand(
      displayName: "Generating \(name) from \(document.lastPathComponent)",
      executable: try context.tool(named: "SBECodegen").url,
      arguments: [what, path(document), path(output)] + words,
      inputFiles: [document], outputFiles: [output])
  }

  /// Not `URL.path()`: that one percent-encodes, and a checkout in a folder with a space would not build.
  private func path(_ url: URL) -> String { url.path(percentEncoded: false) }
}
