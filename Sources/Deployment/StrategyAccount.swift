import Topology

extension Topology {
  /// The account a strategy trades for: the one it names, else that of the only executor its signal
  /// generator listens to. Nil when that executor does not trade its instrument.
  ///
  /// Signal and risk both ask here, so that a signal is acted on for one account and no other.
  public func account(of strategy: StrategySettings, in component: Component) -> Account? {
    guard let traded = instrument(named: strategy.instrument) else { return nil }
    let executor = component.inputs.lazy.compactMap { self.component(named: $0) }.first { input in
      input.kind == .executor && (strategy.account == nil || input.account == strategy.account)
        && self.instruments(of: input).contains(traded)
    }
    return executor?.account.flatMap { account(named: $0) }
  }

  /// Numbers of the strategies that trade for an account, rising.
  func strategies(tradingFor account: Account) -> [UInt16] {
    var numbers: [UInt16] = []
    for component in components(of: .signal) {
      guard case .signal(let role) = component.role else { continue }
      for strategy in role.strategies where self.account(of: strategy, in: component) == account {
        numbers.append(strategy.number)
      }
    }
    return numbers.sorted()
  }
}
