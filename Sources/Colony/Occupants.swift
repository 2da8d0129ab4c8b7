import ActorKit
import JSON5
import Platform
import Topology
import Wire
import ZeroMQ

/// Who already is where a supervisor's components want to be.
struct Occupants {
  let configuration: SupervisorConfiguration
  let components: [Component]

  /// Somebody who listens is asked for so long who it is.
  static let askNanos: Int64 = 500_000_000
  /// A port of a program that has just ended may stay taken for a moment.
  static let patienceNanos: Int64 = 1_000_000_000

  /// One line for each that is there; empty when all is free. `known` are the living colonies of the host.
  func find(among known: [LivingColony]) throws(SupervisorError) -> [String] {
    let own = Set(components.flatMap { [text($0.publish), text($0.control)] })
    let registered = known.filter { !own.isDisjoint(with: $0.endpoints) }
    if !registered.isEmpty {
      return try registered.map { colony throws(SupervisorError) in try line(colony, own) }
    }
    var taken = takenComponents()
    let deadline = Clock.bootNanos() + Self.patienceNanos
    while !taken.isEmpty {
      let answers = try ask(taken.map(\.component))
      if !answers.isEmpty || Clock.bootNanos() >= deadline {
        let rest = taken.map { "\($0.component.name) would be at \($0.endpoints.joined(separator: ", "))" }
        let who =
          answers.isEmpty
          ? "a program that does not say who it is\(process(of: taken.map(\.component)))"
          : answers.joined(separator: "; ")
        return ["in use by \(who): \(rest.joined(separator: "; "))"]
      }
      ProcessControl.pause(nanos: 50_000_000)
      taken = takenComponents()
    }
    return []
  }

  private func line(_ colony: LivingColony, _ own: Set<String>) throws(SupervisorError) -> String {
    let shared = colony.endpoints.filter(own.contains).joined(separator: ", ")
    let isSupervised: Bool
    do throws(FileError) { isSupervised = try colony.isSupervised } catch { throw .file(error) }
    let orphans =
      isSupervised
      ? ""
      : ". Its supervisor is gone: `waggle run \(colony.topologyFile) --resume \(colony.run)` takes its "
        + "programs over, `waggle stop --colony \(colony.colony)` ends the session"
    return "in use by \(colony.description), folder \(colony.folder): \(shared)\(orphans)"
  }

  private func takenComponents() -> [(component: Component, endpoints: [String])] {
    components.compactMap { component in
      let taken = [component.publish, component.control].filter(isTaken)
      return taken.isEmpty ? nil : (component, taken.map(text))
    }
  }

  private func isTaken(_ endpoint: Endpoint) -> Bool {
    switch endpoint {
    case .tcp(let address, let port): PortProbe.isTaken(address: address, port: port)
    case .ipc: PortProbe.isTaken(socketPath: String(text(endpoint).dropFirst("ipc://".count)))
    }
  }

  /// ` (process 12)` for the first that can be found.
  private func process(of components: [Component]) -> String {
    for case .tcp(_, let port) in components.flatMap({ [$0.publish, $0.control] }) {
      if let pid = PortHolder.find(port: port) { return " (process \(pid))" }
    }
    return ""
  }

  private func text(_ endpoint: Endpoint) -> String {
    endpoint.text(runtimeDirectory: configuration.runtimeDirectory)
  }

  /// What those at the control ports say of themselves, each once.
  private func ask(_ components: [Component]) throws(SupervisorError) -> [String] {
    var clients: [ControlClient] = []
    do throws(ZeroMQError) {
      for component in components {
        let endpoint = configuration.topology.controlEndpoint(of: component, seenFrom: configuration.host)
        let request = ControlRequest.command(.status, operatorName: Supervisor.operatorName, reason: "")
        clients.append(
          try ControlClient(request, to: endpoint.text(runtimeDirectory: configuration.runtimeDirectory)))
      }
    } catch {
      throw .socket(error)
    }
    ControlClient.run(clients, untilBootNanos: Clock.bootNanos() + Self.askNanos)
    return clients.compactMap(\.result).map(\.whoAnswers)
  }
}
