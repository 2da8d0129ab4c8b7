import Colony
import HostKit
import Platform
import Topology

/// What a relay must know: who it is, where it binds, whom it carries.
package struct RelayConfiguration: Sendable {
  package struct Publisher: Sendable {
    package var number: UInt16
    package var endpoint: String

    package init(number: UInt16, endpoint: String) {
      self.number = number
      self.endpoint = endpoint
    }
  }

  package var name: String
  package var number: UInt16
  package var colony: ColonyName
  package var publishEndpoint: String
  package var controlEndpoint: String
  package var publishers: [Publisher]
  package var queen: UInt16
  /// Whether somebody looks after it; asked when the session has ended.
  package var isSupervised: @Sendable () -> Bool

  package init(
    name: String, number: UInt16, colony: ColonyName, publishEndpoint: String, controlEndpoint: String,
    publishers: [Publisher], queen: UInt16, isSupervised: @escaping @Sendable () -> Bool = { true }
  ) {
    self.name = name
    self.number = number
    self.colony = colony
    self.publishEndpoint = publishEndpoint
    self.controlEndpoint = controlEndpoint
    self.publishers = publishers
    self.queen = queen
    self.isSupervised = isSupervised
  }

  /// The relay as the topology describes it: it carries everyone but relays.
  package init(of component: Component, in topology: Topology, runFolder: String, runtimeDirectory: String) {
    let publishers = topology.publishers.map { publisher in
      let endpoint = topology.publishEndpoint(of: publisher, seenFrom: component.host)
      return Publisher(
        number: publisher.number, endpoint: endpoint.text(runtimeDirectory: runtimeDirectory))
    }
    let host = component.host
    self.init(
      name: component.name, number: component.number,
      colony: ColonyName(named: topology.colony, run: "\(RunFolder.nameText(of: runFolder))"),
      publishEndpoint: component.publish.text(runtimeDirectory: runtimeDirectory),
      controlEndpoint: component.control.text(runtimeDirectory: runtimeDirectory), publishers: publishers,
      queen: topology.queen.number
    ) {
      do throws(FileError) {
        let registry = ColonyRegistry(runtimeDirectory: runtimeDirectory)
        return try registry.entry(folder: runFolder, host: host)?.isSupervised == true
      } catch {
        // Who cannot tell stays: a supervised relay that leaves is started again for nothing.
        return true
      }
    }
  }
}
