import SignalGenerator
import Topology
import Trading

extension SignalGeneratorConfiguration {
  /// The signal generator as the topology describes it; nil if the component is of another kind or hears no
  /// feed.
  ///
  /// For which account a strategy trades, `Topology.account(of:in:)` says.
  public init?(_ component: Component, in topology: Topology) {
    guard case .signal(let role) = component.role else { return nil }
    let inputs = component.inputs.compactMap { topology.component(named: $0) }
    guard let feed = inputs.first(where: { $0.kind == .feed }) else { return nil }
    let executors = inputs.filter { $0.kind == .executor }
    let instruments = topology.instruments(of: feed)
    var strategies: [StrategyConfiguration] = []
    for strategy in role.strategies {
      guard let instrument = topology.instrument(named: strategy.instrument) else { return nil }
      guard let account = topology.account(of: strategy, in: component) else { return nil }
      strategies.append(
        StrategyConfiguration(
          name: strategy.name, number: strategy.number, kind: strategy.kind, instrument: instrument.number,
          account: account.number, parameters: strategy.parameters.map { ($0.name, $0.value) },
          stateMaxAgeNanos: strategy.stateMaxAgeSeconds * 1_000_000_000))
    }
    self.init(
      component: component.number, feedComponent: feed.number,
      executors: executors.compactMap { executor in
        guard let name = executor.account, let account = topology.account(named: name) else { return nil }
        return Executor(component: executor.number, account: account.number)
      },
      risks: topology.risks(of: component).map {
        Risk(component: $0.risk.number, account: $0.account.number)
      },
      instruments: instruments, strategies: strategies)
  }
}
