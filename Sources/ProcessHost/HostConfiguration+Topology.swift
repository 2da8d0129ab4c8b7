import ActorKit
import Journal
import Topology
import Wire

extension HostConfiguration {
  /// What the topology says of a component, as its own host sees the others, less the topics its core does
  /// not want.
  public init(
    of component: Component, in topology: Topology, runFolder: String, runtimeDirectory: String,
    wants: (Topic) -> Bool = { _ in true }
  ) {
    let wiring = Wiring(of: component, in: topology, wants: wants)
    var peers: [UInt16: Endpoints] = [:]
    for number in wiring.subscriptions.map(\.component) + wiring.links.map(\.component) {
      guard let other = topology.component(number: number) else {
        preconditionFailure("no component \(number)")
      }
      peers[number] = Endpoints(
        publish: topology.publishEndpoint(of: other, seenFrom: component.host).text(
          runtimeDirectory: runtimeDirectory),
        control: topology.controlEndpoint(of: other, seenFrom: component.host).text(
          runtimeDirectory: runtimeDirectory))
    }
    self.init(
      colony: topology.colony, name: component.name, number: component.number,
      publishEndpoint: component.publish.text(runtimeDirectory: runtimeDirectory),
      controlEndpoint: component.control.text(runtimeDirectory: runtimeDirectory), wiring: wiring,
      peers: peers, runFolder: runFolder, durability: topology.durability == .power ? .power : .process)
    mode = topology.session.mode.rawValue
    account = topology.accountBinding(of: component)
    place = (component.host, runtimeDirectory)
  }
}
