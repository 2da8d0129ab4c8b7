import Foundation
import PackagePlugin

/// Runs SBECodegen over a target's `messages.xml` before the target is compiled, when the schema has changed.
@main
struct SBECodegenPlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    // Not `URL.path()`: that one percent-encodes, and a checkout in a folder with a space would not build.
    let schema = target.directoryURL.appending(path: "messages.xml")
    let output = context.pluginWorkDirectoryURL.appending(path: "Messages.swift")
    return [
      .buildCommand(
        displayName: "Generating Swift from messages.xml",
        executable: try context.tool(named: "SBECodegen").url,
        arguments: [schema.path(percentEncoded: false), output.path(percentEncoded: false)],
        inputFiles: [schema], outputFiles: [output])
    ]
  }
}
