import ActorKit
import Trading
import Vocabulary
import Wire

extension Wiring {
  /// Derives from a topology whom one of its components hears, calls and serves.
  ///
  /// `wants` says of each topic that it could listen to whether it does: what only the program behind the
  /// component knows, such as what its strategies declare (`ActorCore.wants`).
  public init(
    of component: Component, in topology: Topology, wants: (Topic) -> Bool = { _ in true }
  ) {
    self.init(queen: topology.queen.number)
    switch component.role {
    case .venue: break
    // It carries what it does not take in.
    case .relay: return
    case .feed: addInputs(of: component, in: topology, Self.fromVenue)
    case .signal:
      addInputs(of: component, in: topology) { publisher, topology in
        let (prefixes, expected) = Self.toSignal(publisher, topology)
        let fills = Self.fills(of: component, from: publisher, topology)
        return (prefixes + fills.filter(wants), expected)
      }
      for (risk, _) in topology.risks(of: component) {
        listen(to: risk, [], expecting: [])
        link(to: risk, session: true)
      }
    case .risk(let role):
      addInputs(of: component, in: topology, Self.toRisk)
      if let executor = topology.component(named: role.executor) {
        listen(to: executor, [], expecting: [])
        link(to: executor, session: true)
      }
      sessionClients = topology.components(of: .signal).filter { signal in
        topology.risks(of: signal).contains { $0.risk.number == component.number }
      }.map(\.number)
    case .executor(let role):
      addInputs(of: component, in: topology, Self.toExecutor)
      if let venue = topology.component(named: role.venue) {
        listen(to: venue, [], expecting: [])
        link(to: venue)
      }
      sessionClients = topology.components(of: .risk).filter { risk in
        if case .risk(let its) = risk.role { its.executor == component.name } else { false }
      }.map(\.number)
    case .queen:
      deliversHeartbeats = true
      for member in topology.publishers where member.number != component.number {
        listen(to: member, [Topics.connector(component: member.number)], expecting: [])
        if case .executor = member.role { link(to: member) }
      }
    }
    let queen = topology.queen
    if component.number != queen.number {
      listen(to: queen, [], expecting: [Topics.session])
      link(to: queen)
    }
  }
}

// MARK: - Who hears what

extension Wiring {
  /// Topics of one publisher for one listener: prefixes, and those whose state is asked for.
  typealias Interest = (prefixes: [Topic], expected: [Topic])

  private static func fromVenue(_ publisher: Component, _ topology: Topology) -> Interest {
    let instruments = topology.instruments(of: publisher)
    return (
      instruments.map { Topics.venueMarket($0.name) } + [Topics.connector(component: publisher.number)],
      instruments.map { Topics.venueMarket($0.name) }
    )
  }

  private static func toSignal(_ publisher: Component, _ topology: Topology) -> Interest {
    switch publisher.role {
    case .feed:
      let names = topology.instruments(of: publisher).map(\.name)
      return ([prefix("market")], names.flatMap { [Topics.feedStatus($0), Topics.book($0)] })
    case .executor(let role):
      guard let account = topology.account(named: role.account) else { return ([], []) }
      let positions = topology.instruments(of: publisher).map {
        Topics.position(account: account.number, $0.name)
      }
      return ([prefix("execution", "position")], positions)
    default: return ([], [])
    }
  }

  /// Executions in the instruments that strategies of a signal component trade at an executor, each once.
  private static func fills(of signal: Component, from publisher: Component, _ topology: Topology) -> [Topic]
  {
    guard case .executor(let executor) = publisher.role, case .signal(let role) = signal.role else {
      return []
    }
    var fills: [Topic] = []
    for strategy in role.strategies {
      guard let account = topology.account(of: strategy, in: signal), account.name == executor.account else {
        continue
      }
      let fill = Topics.executionFill(account: account.number, strategy.instrument)
      if !fills.contains(fill) { fills.append(fill) }
    }
    return fills
  }

  private static func toRisk(_ publisher: Component, _ topology: Topology) -> Interest {
    switch publisher.role {
    case .feed: quotesOnly(publisher, topology)
    case .signal: ([prefix("signal", "quote")], [])
    default: ([], [])
    }
  }

  private static func toExecutor(_ publisher: Component, _ topology: Topology) -> Interest {
    guard case .feed = publisher.role else { return ([], []) }
    let names = topology.instruments(of: publisher).map(\.name)
    return (
      [prefix("market", "top"), prefix("market", "status")],
      names.flatMap { [Topics.feedStatus($0), Topics.top($0)] }
    )
  }

  private static func quotesOnly(_ feed: Component, _ topology: Topology) -> Interest {
    let names = topology.instruments(of: feed).map(\.name)
    return (
      [prefix("market", "top"), prefix("market", "metrics"), prefix("market", "status")],
      names.flatMap { [Topics.feedStatus($0), Topics.top($0)] }
    )
  }

  private mutating func addInputs(
    of component: Component, in topology: Topology, _ interest: (Component, Topology) -> Interest
  ) {
    for name in component.inputs {
      guard let publisher = topology.component(named: name) else { continue }
      let (prefixes, expected) = interest(publisher, topology)
      listen(to: publisher, prefixes, expecting: expected)
      if !expected.isEmpty { link(to: publisher) }
    }
  }

  /// Beats and topic counts come with everything heard.
  private mutating func listen(to publisher: Component, _ prefixes: [Topic], expecting expected: [Topic]) {
    let always = [
      Topics.heartbeat(component: publisher.number), Topics.sequences(component: publisher.number),
    ]
    let session = expected.contains(Topics.session) ? [Topics.session] : []
    guard let index = subscriptions.firstIndex(where: { $0.component == publisher.number }) else {
      subscriptions.append(
        Subscription(
          component: publisher.number, prefixes: always + session + prefixes, expected: expected))
      return
    }
    subscriptions[index].prefixes += (session + prefixes).filter {
      !subscriptions[index].prefixes.contains($0)
    }
    subscriptions[index].expected += expected
  }

  private mutating func link(to component: Component, session: Bool = false) {
    if let index = links.firstIndex(where: { $0.component == component.number }) {
      links[index].hasSession = links[index].hasSession || session
    } else {
      links.append(Link(component: component.number, hasSession: session))
    }
  }

  private static func prefix(_ parts: String...) -> Topic {
    guard let topic = Topic(parts: parts) else { preconditionFailure("not a topic prefix: \(parts)") }
    return topic
  }
}
