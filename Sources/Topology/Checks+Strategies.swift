import JSON5

// Strategies must exist and be able to see what they trade.

extension TopologyDraft {
  func checkStrategies() {
    checkDirectionalStrategies()
    checkOrderCounts()
    for component in components(of: .signal) {
      let carried = instrumentsCarried(to: component)
      for strategy in component.strategies {
        checkKind(strategy)
        checkParameters(strategy)
        checkAccount(strategy, of: component)
        guard let carried, let instrument = strategy.instrument, instrumentNames.contains(instrument.value),
          !carried.contains(instrument.value)
        else { continue }
        problems.report(
          .instrumentNotFed, at: instrument.place, instrument.path,
          "no feed among the inputs of '\(component.name)' carries '\(instrument.value)'",
          hint: carried.isEmpty
            ? "add a feed to its inputs" : suggestion(for: instrument.value, among: carried))
      }
    }
  }

  /// For which account a strategy trades must be beyond doubt.
  private func checkAccount(_ strategy: StrategyDraft, of component: ComponentDraft) {
    let executors = component.inputs.compactMap { self.component($0.value) }.filter { $0.kind == .executor }
    if let account = strategy.account {
      guard accounts.contains(where: { $0.name == account.value }),
        !executors.contains(where: { $0.account?.value == account.value })
      else { return }
      problems.report(
        .accountMismatch, at: account.place, account.path,
        "no executor among the inputs of '\(component.name)' serves the account '\(account.value)'",
        hint: "add its executor to the inputs: the strategy must know its positions")
    } else if executors.count > 1, let name = strategy.name {
      problems.report(
        .missingKey, at: name.place, name.path,
        "'\(component.name)' listens to \(executors.count) executors, and the strategy names no account",
        hint: "write account: \"\(executors.compactMap(\.account?.value).joined(separator: "\" or \""))\"")
    }
  }

  private func checkParameters(_ strategy: StrategyDraft) {
    guard let kind = strategy.kind, environment.strategyKinds?.contains(kind.value) == true,
      let problemsOf = environment.parameterProblems
    else { return }
    for (name, problem) in problemsOf(kind.value, strategy.parameters) {
      let spot = strategy.parameterPlaces.first { $0.value == name } ?? kind
      problems.report(.parameterRefused, at: spot.place, spot.path, problem)
    }
  }

  /// What the feeds among a component's inputs carry; nil when a name on the way is wrong, which is another
  /// problem, already reported.
  private func instrumentsCarried(to component: ComponentDraft) -> [String]? {
    var carried: [String] = []
    for input in component.inputs {
      guard let source = self.component(input.value) else { return nil }
      guard source.kind == .feed else { continue }
      for venueName in source.inputs {
        guard let venue = self.component(venueName.value) else { return nil }
        carried += venue.instruments.map(\.value)
      }
    }
    return carried
  }

  /// A directional strategy needs a position of its own and a budget. Warnings: nothing unsafe follows.
  private func checkDirectionalStrategies() {
    let placed = components(of: .signal).flatMap { component in
      component.strategies.map { (strategy: $0, account: tradedAccount(of: $0, in: component)) }
    }
    for (index, entry) in placed.enumerated() {
      guard let kind = entry.strategy.kind, environment.directionalKinds.contains(kind.value),
        let instrument = entry.strategy.instrument, let account = entry.account
      else { continue }
      let sharer = placed.enumerated().first { other in
        other.offset != index && other.element.account == account
          && other.element.strategy.instrument?.value == instrument.value
      }
      if let name = sharer?.element.strategy.name {
        problems.report(
          .sharedPosition, .warning, at: instrument.place, instrument.path,
          "'\(name.value)' trades '\(instrument.value)' for the account '\(account)' too: each sees its own "
            + "position, but they share the account's limits, and the venue closes what goes in opposite "
            + "directions, so that a stop may protect less than was opened",
          hint: "give one of them another instrument or another account")
      }
      checkStops(of: entry.strategy, account)
      if let limits = limits.first(where: { $0.account.value == account }), limits.maxLossPerTrade == nil {
        problems.report(
          .tradeBudgetMissing, .warning, at: limits.account.place, limits.account.path,
          "has no maxLossPerTrade: risk will refuse every signal of kind '\(kind.value)'",
          hint: "write maxLossPerTrade: \"100\", what one trade may lose at its stop")
      }
    }
  }

  /// What strategies may want open at once against what is kept open for their account.
  private func checkOrderCounts() {
    guard let mostOrders = environment.mostOrders else { return }
    for executor in components(of: .executor) {
      guard let account = executor.account?.value, case .executor(let draft)? = executor.settings,
        let kept = draft.maxOpenOrders
      else { continue }
      let venue = executor.venue.flatMap { component($0.value) }
      var most = kept.value
      if case .venue(let its)? = venue?.settings, let count = its.capabilities?.counts.openOrders {
        most = min(most, count)
      }
      var wanted = 0
      for component in components(of: .signal) {
        for strategy in component.strategies where tradedAccount(of: strategy, in: component) == account {
          guard let kind = strategy.kind?.value else { continue }
          wanted += mostOrders(kind, strategy.parameters) ?? 0
        }
      }
      guard wanted > most else { continue }
      problems.report(
        .countBelowWants, .warning, at: kept.place, kept.path,
        "the strategies of '\(account)' may want \(wanted) orders open at once, and \(most) are kept: more "
          + "are refused with the check openOrders",
        hint: "write maxOpenOrders: \(wanted) for '\(executor.name)'"
          + (venue.map { " and '\($0.name)'" } ?? "") + ", or let them quote fewer levels")
    }
  }

  private func checkStops(of strategy: StrategyDraft, _ account: String) {
    let venue = accounts.first { $0.name == account }?.venue.flatMap { component($0.value) }
    guard let kind = strategy.kind, case .venue(let draft)? = venue?.settings,
      let capabilities = draft.capabilities, !capabilities.hasStops, let venue
    else { return }
    problems.report(
      .stopsNotAtVenue, .warning, at: kind.place, kind.path,
      "the venue '\(venue.name)' takes no stop orders: the executor of '\(account)' guards this strategy's "
        + "stops itself, and nobody does while it is down",
      hint: "take \"stopOrders: false\" out of the venue's settings, if it takes them")
  }

  /// The account's name as far as it can be told; another check finds what is wrong when it cannot.
  private func tradedAccount(of strategy: StrategyDraft, in component: ComponentDraft) -> String? {
    if let account = strategy.account { return account.value }
    let executors = component.inputs.compactMap { self.component($0.value) }.filter { $0.kind == .executor }
    return executors.count == 1 ? executors[0].account?.value : nil
  }

  /// A warning only: a program with strategies of its own may host the kind, and one that does not know it
  /// says so
  /// when it starts.
  private func checkKind(_ strategy: StrategyDraft) {
    guard let kinds = environment.strategyKinds, let kind = strategy.kind, !kinds.contains(kind.value) else {
      return
    }
    let near = suggestion(for: kind.value, among: kinds)
    problems.report(
      .unknownKind, .warning, at: kind.place, kind.path,
      "no strategy of kind '\(kind.value)' comes with this build: a program of your own must host it",
      hint: near)
  }
}
