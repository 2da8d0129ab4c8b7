import JSON5

/// A machine on which components run: `hosts: { local: { address: "127.0.0.1", ports: { base: 5710 } } }`.
public struct Host: Sendable, Equatable {
  public let name: String
  /// `address`, required: the IP address under which the other hosts reach this one.
  public let address: String
  /// `ports.base`, 1…65000, no default: components of this host that give no endpoints are bound on
  /// `tcp://address`, component number n at ports base + 2n - 1 (publish) and base + 2n (control).
  public let portBase: UInt16?

  static let keys = ["address", "ports"]

  init?(_ entry: Section.Entry, _ problems: ProblemCollector) {
    problems.checkName(entry.name, at: entry.namePlace, entry.path)
    let section = Section(entry.node, path: entry.path, keys: Self.keys, problems: problems)
    let address = section.string("address")
    if let address, !Endpoint.isAddress(address.value) {
      section.report(
        .badEndpoint, key: "address", "'\(address.value)' is not an IP address",
        hint: "for example \"127.0.0.1\"; names are not resolved")
    }
    var portBase: UInt16?
    if section.has("ports"), let ports = section.section("ports", keys: ["base"]) {
      portBase = ports.integer("base", in: Self.portBases)?.value
    }
    guard let address, Endpoint.isAddress(address.value) else { return nil }
    name = entry.name
    self.address = address.value
    self.portBase = portBase
  }

  /// Port bases that leave room for at least some components below 65536.
  static let portBases: ClosedRange<UInt16> = 1...65000

  /// The two endpoints of component `number` at a port base; nil above port 65535.
  static func endpoints(
    address: String, portBase: UInt16, number: UInt16
  ) -> (publish: Endpoint, control: Endpoint)? {
    guard let control = UInt16(exactly: Int(portBase) + 2 * Int(number)) else { return nil }
    return (.tcp(address: address, port: control - 1), .tcp(address: address, port: control))
  }
}
