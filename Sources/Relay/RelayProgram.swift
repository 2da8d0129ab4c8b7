import Colony
import Platform
import ProcessHost
import Topology
import ZeroMQ

/// The whole `main` of `waggle-relay`: the words of every component's program, no core, no journal.
package enum RelayProgram {
  /// SIGINT and SIGTERM end it.
  private static let stopSignals: [Int32] = [2, 15]

  package static func run(_ words: [String]) throws(ProgramFailure) {
    FatalSignals.dieAtOnce()
    FilePrivacy.begin()
    // Before any thread exists, so that every thread inherits the mask.
    let signals = try makeSignals()
    let arguments = try ComponentArguments(words, kind: .relay)
    let topology = try arguments.loadTopology()
    let component = try component(arguments, in: topology)
    do throws(Platform.SystemError) { _ = try Limits.raiseOpenFiles() } catch {
      _ = StandardError.write("waggle-relay: \(error); going on with the present limit\n")
    }
    let directory: String
    do throws(FileError) { directory = try FileSystem.runtimeDirectory() } catch {
      throw ProgramFailure(HostError.file(error))
    }
    let configuration = RelayConfiguration(
      of: component, in: topology, runFolder: arguments.runFolder, runtimeDirectory: directory)
    do throws(ZeroMQError) {
      var relay = try Relay(configuration)
      relay.run(until: signals)
    } catch {
      throw ProgramFailure(HostError.socket(error, component: component.name))
    }
  }

  private static func makeSignals() throws(ProgramFailure) -> SignalSource {
    do throws(Platform.SystemError) { return try SignalSource(stopSignals) } catch {
      throw ProgramFailure(HostError.system(error))
    }
  }

  private static func component(
    _ arguments: ComponentArguments, in topology: Topology
  ) throws(ProgramFailure) -> Component {
    guard let component = topology.component(named: arguments.component) else {
      let names = topology.components(of: .relay).map(\.name).joined(separator: ", ")
      throw .usage(
        "\(arguments.topologyPath) has no component '\(arguments.component)'; of this kind: \(names)")
    }
    guard component.kind == .relay else {
      throw .usage(
        "'\(component.name)' is a \(component.kind.rawValue), not a relay:"
          + " start waggle-\(component.kind.rawValue)")
    }
    return component
  }
}
