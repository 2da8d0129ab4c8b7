import Arguments
import Console
import Platform

/// The operator's command: runs, checks, watches and commands a colony.
package enum Waggle {
  package static let version = "0.1.0"

  /// Does what the words say; the exit code.
  package static func run(_ words: [String]) -> Int32 {
    FilePrivacy.begin()
    do throws(CommandFailure) {
      return try dispatch(words)
    } catch {
      Output.error("waggle: \(error.message)")
      return error.exitCode
    }
  }

  private static func dispatch(_ words: [String]) throws(CommandFailure) -> Int32 {
    guard let name = words.first else {
      Output.write(CommandGuide.overview)
      return UsageError.exitCode
    }
    switch name {
    case "help", "--help", "-h": return try help(Array(words.dropFirst()))
    case "version", "--version":
      Output.write("waggle \(version)\n")
      return 0
    default: break
    }
    guard let guide = CommandGuide.named(name) else {
      throw CommandFailure(UsageError("there is no command '\(name)'", hint: CommandGuide.hint(for: name)))
    }
    let rest = Array(words.dropFirst())
    if rest.contains("--help") || rest.contains("-h") {
      Output.write(guide.text)
      return 0
    }
    let arguments: Arguments
    do throws(UsageError) { arguments = try guide.syntax.parse(rest) } catch { throw CommandFailure(error) }
    return try perform(guide, arguments)
  }

  private static func perform(
    _ guide: CommandGuide, _ arguments: Arguments
  ) throws(CommandFailure) -> Int32 {
    switch guide.command {
    case .run: try RunCommand.run(arguments)
    case .check: try CheckCommand.run(arguments)
    case .status: try StatusCommand.run(arguments)
    case .send(let kind): try CommandSending.run(kind, arguments)
    case .set: try SetCommand.run(arguments)
    case .panic: try PanicCommand.run(arguments)
    case .journal: try JournalCommand.run(arguments)
    case .order: try OrderHistoryCommand.run(arguments)
    case .report: try ReportCommand.run(arguments)
    case .simulate: try SimulateCommand.run(arguments)
    case .seeds: try SeedsCommand.run(arguments)
    case .rerun: try RerunCommand.run(arguments)
    }
  }

  private static func help(_ words: [String]) throws(CommandFailure) -> Int32 {
    guard let name = words.first else {
      Output.write(CommandGuide.overview)
      return 0
    }
    guard let guide = CommandGuide.named(name) else {
      throw CommandFailure(UsageError("there is no command '\(name)'", hint: CommandGuide.hint(for: name)))
    }
    Output.write(guide.text)
    return 0
  }
}
