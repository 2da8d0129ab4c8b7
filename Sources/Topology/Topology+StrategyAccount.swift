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
  public func strategies(tradingFor account: Account) -> [UInt16] {
    var numbers: [UInt16] = []
    for component in components(of: .signal) {
      guard case .signal(let role) = component.role else { continue }
      for strategy in role.strategies where self.account(of: strategy, in: component) == account {
        numbers.append(strategy.number)
      }
    }
    return numbers.sorted()
  }

  /// The risk components that act on what the strategies of a signal component wish, by number, each with its
  /// account: those that name it among their inputs and own the account of one of its strategies.
  public func risks(of signal: Component) -> [(risk: Component, account: Account)] {
    guard case .signal(let role) = signal.role else { return [] }
    return components(of: .risk).compactMap { risk in
      guard risk.inputs.contains(signal.name), let name = risk.account, let account = account(named: name),
        role.strategies.contains(where: { self.account(of: $0, in: signal) == account })
      else { return nil }
      return (risk, account)
    }
  }
}
