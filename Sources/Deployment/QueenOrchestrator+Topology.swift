import QueenOrchestrator
import Topology
import Wire

extension QueenOrchestrator.Configuration {
  /// The queen as the topology describes her; nil if the component is of another kind.
  public init?(_ component: Component, in topology: Topology) {
    guard case .queen(let role) = component.role else { return nil }
    let members = topology.publishers.filter { $0.number != component.number }.map {
      ColonyMember(number: $0.number, kind: ComponentKind($0.kind), name: $0.name)
    }
    var accounts: [ColonyAccount] = []
    for account in topology.accounts {
      guard let executor = topology.executor(of: account.name), let risk = topology.risk(of: account.name)
      else { return nil }
      accounts.append(
        ColonyAccount(
          number: account.number, executor: executor.number, risk: risk.number,
          venue: topology.component(named: account.venue)?.number))
    }
    let recorded = topology.components(of: .venue).first { venue in
      if case .venue(let role) = venue.role, case .capture = role.market { true } else { false }
    }
    self.init(
      component: component.number, colony: NameText(topology.colony) ?? NameText(), members: members,
      accounts: accounts,
      goLive: topology.session.goLive == .atOnce ? .atOnce : .byCommand, marketSource: recorded?.number,
      isRecorded: recorded != nil, speedMilli: max(1, Int64((topology.session.speed * 1_000).rounded())),
      permitLifeNanos: role.permitLifeNanos, graceNanos: topology.session.graceNanos,
      degradationsToFailsafe: role.degradationsToFailsafe,
      degradationWindowNanos: role.degradationWindowNanos)
  }
}

extension ComponentKind {
  init(_ kind: Component.Kind) {
    switch kind {
    case .venue: self = .venue
    case .feed: self = .feed
    case .signal: self = .signal
    case .risk: self = .risk
    case .executor: self = .executor
    case .queen: self = .queen
    case .relay: self = .monitor
    }
  }
}
