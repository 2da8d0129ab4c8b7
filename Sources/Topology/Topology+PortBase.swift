/// Why a port base cannot be used.
public enum PortBaseError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The component's ports would pass 65535.
  case portOutOfRange(component: String, base: UInt16)

  public var description: String {
    switch self {
    case .portOutOfRange(let component, let base):
      "from port base \(base), component '\(component)' would get a port above 65535; use a smaller base"
    }
  }
}

extension Topology {
  /// The same colony on other ports, for a second colony beside the first, and for tests: component number n
  /// gets base + 2n - 1 (publish) and base + 2n (control) wherever it had a tcp endpoint. Addresses and ipc
  /// endpoints stay. The fingerprint stays too: it is the file's.
  public func withPortBase(_ base: UInt16) throws(PortBaseError) -> Topology {
    var moved = self
    for index in components.indices {
      let component = components[index]
      guard
        let allotted = Host.endpoints(address: "0.0.0.0", portBase: base, number: component.number)
      else { throw .portOutOfRange(component: component.name, base: base) }
      moved.components[index] = Component(
        name: component.name, number: component.number, host: component.host,
        publish: component.publish.with(portOf: allotted.publish),
        control: component.control.with(portOf: allotted.control), addresses: component.addresses,
        inputs: component.inputs, role: component.role)
    }
    return moved
  }
}

extension Endpoint {
  /// The same address at another's port; an ipc endpoint stays what it is.
  fileprivate func with(portOf other: Endpoint) -> Endpoint {
    guard case .tcp(let address, _) = self, case .tcp(_, let port) = other else { return self }
    return .tcp(address: address, port: port)
  }
}
