import Trading

extension Topology {
  public func component(named name: String) -> Component? { components.first { $0.name == name } }
  public func component(number: UInt16) -> Component? { components.first { $0.number == number } }
  public func components(of kind: Component.Kind) -> [Component] { components.filter { $0.kind == kind } }
  public func components(on host: String) -> [Component] { components.filter { $0.host == host } }
  public func host(named name: String) -> Host? { hosts.first { $0.name == name } }

  public func instrument(named name: InstrumentName) -> Instrument? { instruments.first { $0.name == name } }
  public func instrument(number: UInt32) -> Instrument? { instruments.first { $0.number == number } }

  public func account(named name: String) -> Account? { accounts.first { $0.name == name } }
  public func account(number: UInt16) -> Account? { accounts.first { $0.number == number } }
  public func limits(of account: String) -> Limits? { limits.first { $0.account == account } }

  /// The one queen.
  public var queen: Component {
    guard let queen = components(of: .queen).first else { preconditionFailure("a colony without a queen") }
    return queen
  }

  /// The relay that an observer on `host` attaches to: one of the same host, else the first; nil where there
  /// is none.
  public func relay(seenFrom host: String) -> Component? {
    let relays = components(of: .relay)
    return relays.first { $0.host == host } ?? relays.first
  }

  /// Those whose topics a relay carries: everyone but relays, which say everything a second time.
  public var publishers: [Component] { components.filter { !$0.isObserver } }

  public func executor(of account: String) -> Component? {
    components(of: .executor).first { $0.account == account }
  }

  public func risk(of account: String) -> Component? {
    components(of: .risk).first { $0.account == account }
  }

  /// Those that name `component` among their inputs.
  public func listeners(to component: String) -> [Component] {
    components.filter { $0.inputs.contains(component) }
  }

  /// The instruments a component deals with, by number: what its venue lists, its feeds carry, its strategies
  /// trade.
  public func instruments(of component: Component) -> [Instrument] {
    let names = instrumentNames(of: component)
    return instruments.filter { names.contains($0.name) }
  }

  private func instrumentNames(of component: Component) -> [InstrumentName] {
    let inputs = component.inputs.compactMap { self.component(named: $0) }
    switch component.role {
    case .venue(let venue): return venue.instruments
    case .feed, .executor: return inputs.flatMap { instrumentNames(of: $0) }
    case .signal(let signal): return signal.strategies.map(\.instrument)
    case .risk: return inputs.filter { $0.kind == .signal }.flatMap { instrumentNames(of: $0) }
    case .queen, .relay: return instruments.map(\.name)
    }
  }

  /// Where a process on `host` connects to a component's PUB socket.
  public func publishEndpoint(of component: Component, seenFrom host: String) -> Endpoint {
    connectEndpoint(component.publish, of: component, seenFrom: host)
  }

  /// Where a process on `host` connects to a component's ROUTER socket.
  public func controlEndpoint(of component: Component, seenFrom host: String) -> Endpoint {
    connectEndpoint(component.control, of: component, seenFrom: host)
  }

  /// The bound address, unless the file gives another for that host; for a socket bound on every interface,
  /// loopback from the same host and the host's address from others.
  private func connectEndpoint(_ bound: Endpoint, of component: Component, seenFrom host: String) -> Endpoint
  {
    if let seen = component.addresses.first(where: { $0.host == host }) { return bound.at(seen.address) }
    guard bound.isWildcard else { return bound }
    if host == component.host { return bound.at(bound == bound.at("::") ? "::1" : "127.0.0.1") }
    guard let home = self.host(named: component.host) else {
      preconditionFailure("component '\(component.name)' on the unknown host '\(component.host)'")
    }
    return bound.at(home.address)
  }

  /// The seed of the first venue that makes its market up; nil when all replay recordings.
  public var syntheticSeed: UInt64? {
    for venue in components(of: .venue) {
      if case .venue(let role) = venue.role, case .synthetic(let market) = role.market { return market.seed }
    }
    return nil
  }
}
