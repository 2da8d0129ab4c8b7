import Captures
import Colony
import Platform
import Strategies
import Topology

/// A topology as it lies in a file.
package struct TopologyFile {
  package let path: String
  package let bytes: [UInt8]
  package let topology: Topology

  /// Reads and checks a file. One with mistakes is a failure that lists them all.
  package static func load(_ path: String, varFolder: String) throws(CommandFailure) -> TopologyFile {
    let bytes = try read(path)
    let environment = try environment(varFolder: varFolder)
    do throws(TopologyProblems) {
      let topology = try Topology.load(bytes: bytes, environment: environment)
      return TopologyFile(path: path, bytes: bytes, topology: topology)
    } catch {
      throw CommandFailure(.configuration, "\(path) cannot be run:\n\(lines(error, in: path))")
    }
  }

  /// The same colony with the overrides applied.
  package func applying(_ overrides: Topology.Overrides) throws(CommandFailure) -> Topology {
    do throws(OverrideError) {
      return try topology.applying(overrides)
    } catch {
      throw CommandFailure(.usage, "\(path): \(error)")
    }
  }

  package static func read(_ path: String) throws(CommandFailure) -> [UInt8] {
    do throws(FileError) {
      return try FileSystem.read(path, maxBytes: RunFolder.maxTopologyBytes)
    } catch {
      let hint = error.isMissing ? "; the examples are in topology/" : ""
      throw CommandFailure(error.isMissing ? .usage : .environment, "\(error)\(hint)")
    }
  }

  /// What this host and this build add to the checks.
  package static func environment(varFolder: String) throws(CommandFailure) -> TopologyEnvironment {
    do throws(FileError) {
      let journals = try FileSystem.exists(varFolder) ? varFolder : "."
      return TopologyEnvironment(
        runtimeDirectory: try FileSystem.runtimeDirectory(),
        isJournalOnNetworkFileSystem: try FileSystem.isNetworkFileSystem(journals),
        strategyKinds: BuiltInStrategies.kinds, directionalKinds: BuiltInStrategies.directionalKinds,
        captureFormats: CaptureSource.formats,
        parameterProblems: { kind, parameters in
          BuiltInStrategies.errors(in: parameters.map { ($0.name, $0.value) }, forKind: kind)
            .map { ($0.parameter, $0.description) }
        },
        mostOrders: { kind, parameters in
          BuiltInStrategies.mostOrders(with: parameters.map { ($0.name, $0.value) }, ofKind: kind)
        })
    } catch {
      throw CommandFailure(.environment, "\(error)")
    }
  }

  /// One line per problem, as editors and terminals make links of: `FILE:LINE:COLUMN: error: …`.
  package static func lines(_ problems: TopologyProblems, in path: String) -> String {
    let rest = problems.unlistedCount == 0 ? "" : "\n… and \(problems.unlistedCount) more"
    return lines(problems.problems, in: path) + rest
  }

  package static func lines(_ problems: [Problem], in path: String) -> String {
    problems.map { "\(path):\($0)" }.joined(separator: "\n")
  }
}
