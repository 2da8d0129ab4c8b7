import JSON5

// Every name that stands for something else must stand for something, and for the right kind of it.

extension TopologyDraft {
  func checkReferences() {
    let accountNames = accounts.map(\.name)
    for account in accounts { checkComponent(account.venue, kinds: [.venue]) }
    for limits in limits {
      checkName(limits.account, among: accountNames, "account")
      checkInstruments(limits.maxOrderQuantity)
      checkInstruments(limits.maxPosition)
    }
    for component in components {
      checkName(component.host, among: hostNames, "host")
      for address in component.addresses { checkName(address.host, among: hostNames, "host") }
      checkName(component.account, among: accountNames, "account")
      checkComponent(component.executor, kinds: [.executor])
      checkComponent(component.venue, kinds: [.venue])
      for instrument in component.instruments { checkInstrument(instrument) }
      checkInputs(of: component)
      for strategy in component.strategies {
        if let instrument = strategy.instrument { checkInstrument(instrument) }
        checkName(strategy.account, among: accountNames, "account")
      }
      if case .executor(let executor) = component.settings {
        checkInstruments(executor.maxOrderQuantity)
        checkInstruments(executor.maxPosition)
      }
    }
  }

  private func checkInputs(of component: ComponentDraft) {
    guard let kind = component.kind else { return }
    let kinds: [Component.Kind] =
      switch kind {
      case .venue, .queen, .relay: []
      case .feed: [.venue]
      case .signal: [.feed, .executor]
      case .risk: [.feed, .signal]
      case .executor: [.feed]
      }
    for input in component.inputs { checkComponent(input, kinds: kinds) }
    if !kinds.isEmpty, component.inputs.isEmpty {
      let wanted = kinds.map(\.rawValue).joined(separator: " or ")
      problems.report(
        .missingKey, at: component.place, component.path + ".inputs", "has no inputs",
        hint: "name the \(wanted) it listens to")
    }
  }

  private func checkComponent(_ name: Located<String>?, kinds: [Component.Kind]) {
    guard let name else { return }
    let wanted = kinds.map(\.rawValue).joined(separator: " or ")
    let fitting = components.filter { draft in draft.kind.map(kinds.contains) ?? true }.map(\.name)
    guard let component = component(name.value) else {
      problems.report(
        .unknownReference, at: name.place, name.path, "there is no component '\(name.value)'",
        hint: suggestion(for: name.value, among: fitting))
      return
    }
    // A component of an unknown kind has been reported for that.
    guard let kind = component.kind, !kinds.contains(kind) else { return }
    problems.report(
      .wrongKind, at: name.place, name.path,
      "'\(name.value)' is of kind \(kind.rawValue), but must be of kind \(wanted)",
      hint: suggestion(for: name.value, among: fitting))
  }

  private func checkInstruments(_ quantities: QuantitiesDraft) {
    for entry in quantities.entries { checkInstrument(entry.instrument) }
  }

  private func checkInstrument(_ name: Located<String>) {
    checkName(name, among: instrumentNames, "instrument")
  }

  private func checkName(_ name: Located<String>?, among names: [String], _ kind: String) {
    guard let name, !names.contains(name.value) else { return }
    problems.report(
      .unknownReference, at: name.place, name.path, "there is no \(kind) '\(name.value)'",
      hint: suggestion(for: name.value, among: names))
  }
}
