import Strategies

extension SignalGenerator {
  /// Everything that makes a generator impossible; empty if nothing does.
  public static func problems(in configuration: Configuration) -> [String] {
    var problems: [String] = []
    let instruments = configuration.instruments.map(\.number)
    if instruments.isEmpty || instruments.count > Configuration.mostInstruments {
      problems.append("\(instruments.count) instruments; 1 to \(Configuration.mostInstruments)")
    }
    if Set(instruments).count < instruments.count { problems.append("an instrument twice") }
    let strategies = configuration.strategies
    if strategies.isEmpty || strategies.count > Configuration.mostStrategies {
      problems.append("\(strategies.count) strategies; 1 to \(Configuration.mostStrategies)")
    }
    if Set(strategies.map(\.number)).count < strategies.count { problems.append("a strategy number twice") }
    if Set(strategies.map(\.name)).count < strategies.count { problems.append("a strategy name twice") }
    let accounts = configuration.executors.map(\.account)
    if Set(accounts).count < accounts.count { problems.append("two executors for one account") }
    let risks = configuration.risks.map(\.account)
    if Set(risks).count < risks.count { problems.append("two risks for one account") }
    for strategy in strategies {
      problems += Self.problems(in: strategy, configuration).map { "strategy '\(strategy.name)': \($0)" }
    }
    return problems
  }

  private static func problems(
    in strategy: StrategyConfiguration, _ configuration: Configuration
  ) -> [String] {
    guard let inputs = Registry.inputs(ofKind: strategy.kind) else {
      return [
        "there is no kind '\(strategy.kind)'; there are \(Registry.kinds.joined(separator: ", "))"
      ]
    }
    var problems: [String] = []
    let named = strategy.instruments
    for entry in named where !configuration.instruments.contains(where: { $0.number == entry.instrument }) {
      problems.append("there is no instrument \(entry.instrument) for '\(entry.name)'")
    }
    if Set(named.map(\.name)).count < named.count { problems.append("a name for two instruments") }
    for name in inputs.instruments where !named.contains(where: { $0.name == name }) {
      problems.append("it needs an instrument named '\(name)'")
    }
    for source in inputs.sources {
      if let interval = source.intervalNanos, interval < 1_000_000 {
        problems.append("a timer of \(interval) ns; 1 ms at least")
      }
    }
    if !configuration.executors.contains(where: { $0.account == strategy.account }) {
      problems.append("account \(strategy.account) has no executor among the inputs")
    }
    problems += Self.problems(in: Registry.parameters(ofKind: strategy.kind)?.filter(\.isLive) ?? [])
    problems += Registry.errors(in: strategy.settings, forKind: strategy.kind).map(\.description)
    return problems
  }
  private static func problems(in live: [ParameterDescription]) -> [String] {
    var problems = live.filter { $0.name.utf8.count > ParameterDescription.longestName }.map { parameter in
      "the live parameter '\(parameter.name)'; its name may have \(ParameterDescription.longestName) bytes"
    }
    if live.count > ParameterDescription.mostLive {
      problems.append("\(live.count) live parameters; at most \(ParameterDescription.mostLive)")
    }
    return problems
  }
}
