import Arguments
import Console
import JSON5
import Platform
import Topology

/// `waggle check TOPOLOGY`: all mistakes at once.
enum CheckCommand {
  static func run(_ arguments: Arguments) throws(CommandFailure) -> Int32 {
    let path = arguments.operands[0]
    let bytes = try TopologyFile.read(path)
    if arguments.has("--migrate") { return try migrate(path, bytes, to: arguments.text("--out")) }
    guard !arguments.has("--out") else {
      throw CommandFailure(
        UsageError("--out says where to write what --migrate makes", hint: "add --migrate"))
    }
    let environment = try TopologyFile.environment(varFolder: "var")
    let isJSON = arguments.has("--json")
    do throws(TopologyProblems) {
      let topology = try Topology.load(bytes: bytes, environment: environment)
      if isJSON {
        Output.write(json(path, topology.warnings, unlisted: 0, isRunnable: true))
      } else {
        if !topology.warnings.isEmpty { Output.write(TopologyFile.lines(topology.warnings, in: path) + "\n") }
        Output.write(summary(path, topology))
      }
      return 0
    } catch {
      if isJSON {
        Output.write(json(path, error.problems, unlisted: error.unlistedCount, isRunnable: false))
      } else {
        let count = error.problems.count { $0.severity == .error } + error.unlistedCount
        Output.write(TopologyFile.lines(error, in: path) + "\n")
        Output.write("\(path) cannot be run: \(count) \(count == 1 ? "mistake" : "mistakes")\n")
      }
      return ExitCode.configuration.rawValue
    }
  }

  /// Writes the file in the current format; everything but the key is as it was.
  private static func migrate(
    _ path: String, _ bytes: [UInt8], to output: String?
  ) throws(CommandFailure) -> Int32 {
    let migrated: [UInt8]?
    do throws(TopologyProblems) { migrated = try TopologyFormat.migrated(bytes) } catch {
      throw CommandFailure(.configuration, TopologyFile.lines(error, in: path))
    }
    if migrated == nil { Output.error("\(path) is of format \(TopologyFormat.current) already") }
    guard let output else {
      Output.write(String(decoding: migrated ?? bytes, as: UTF8.self))
      return ExitCode.asAsked.rawValue
    }
    do throws(FileError) { try FileSystem.write(migrated ?? bytes, to: output) } catch {
      throw CommandFailure(.environment, "\(error)")
    }
    return ExitCode.asAsked.rawValue
  }

  private static func summary(_ path: String, _ topology: Topology) -> String {
    let accounts = topology.accounts.map { "\($0.name)\($0.isLive ? " (LIVE)" : "")" }
    return """
      \(path) can be run: colony '\(topology.colony)', \(topology.session.mode.rawValue), \
      \(topology.components.count) components on \(topology.hosts.count) \
      \(topology.hosts.count == 1 ? "host" : "hosts"), accounts \(accounts.joined(separator: ", "))
      \(topology.accounts.map { counts(of: $0, topology) }.joined())
      """
  }

  /// How much of an account may be open at once.
  private static func counts(of account: Account, _ topology: Topology) -> String {
    guard case .executor(let executor)? = topology.executor(of: account.name)?.role,
      let limits = topology.limits(of: account.name)
    else { return "" }
    var orders = executor.settings.maxOpenOrders
    if case .venue(let venue)? = topology.component(named: executor.venue)?.role {
      orders = min(orders, venue.capabilities.counts.openOrders ?? .max)
    }
    return "\(account.name): at most \(orders) orders and \(limits.maxOpenIntents) trades of signals open\n"
  }

  private static func json(
    _ path: String, _ problems: [Problem], unlisted: Int, isRunnable: Bool
  ) -> String {
    var json = JSONWriter(isPretty: true)
    json.beginObject()
    json.member("file", path)
    json.member("runnable", isRunnable)
    json.key("problems")
    json.beginArray()
    for problem in problems {
      json.beginObject()
      json.member("check", problem.check.rawValue)
      json.member("severity", problem.severity.rawValue)
      json.member("line", problem.line)
      json.member("column", problem.column)
      json.member("path", problem.path)
      json.member("message", problem.message)
      json.member("hint", problem.hint)
      json.endObject()
    }
    json.endArray()
    json.member("unlisted", unlisted)
    json.endObject()
    return json.text + "\n"
  }
}
