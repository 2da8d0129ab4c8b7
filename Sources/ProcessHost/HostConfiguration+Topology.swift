import Journal
import Topology

extension HostConfiguration {
  /// What the topology says of a component, as its own host sees the others.
  public init(of component: Component, in topology: Topology, runFolder: String, runtimeDirectory: String) {
    let wiring = Wiring(of: component, in: topology)
    func publish(_ number: UInt16) -> String {
      guard let other = topology.component(number: number) else {
        preconditionFailure("no component \(number)")
      }
      return topology.publishEndpoint(of: other, seenFrom: component.host).text(
        runtimeDirectory: runtimeDirectory)
    }
    func control(_ number: UInt16) -> String {
      guard let other = topology.component(number: number) else {
        preconditionFailure("no component \(number)")
      }
      return topology.controlEndpoint(of: other, seenFrom: component.host).text(
        runtimeDirectory: runtimeDirectory)
    }
    self.init(
      colony: topology.colony, name: component.name, number: component.number,
      publishEndpoint: component.publish.text(runtimeDirectory: runtimeDirectory),
      controlEndpoint: component.control.text(runtimeDirectory: runtimeDirectory),
      subscriptions: wiring.subscriptions.map {
        Subscription(
          component: $0.component, endpoint: publish($0.component), prefixes: $0.prefixes.map(\.description),
          expected: $0.expected)
      },
      links: wiring.links.map {
        Link(component: $0.component, endpoint: control($0.component), hasSession: $0.hasSession)
      },
      sessionClients: wiring.sessionClients, deliversHeartbeats: wiring.deliversHeartbeats,
      runFolder: runFolder, durability: topology.durability == .power ? .power : .process)
    mode = topology.session.mode.rawValue
    account = topology.accountBinding(of: component)
    queen = topology.queen.number
    place = (component.host, runtimeDirectory)
  }
}
