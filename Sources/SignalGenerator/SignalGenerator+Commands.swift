import ActorKit
import Governance
import Strategies
import Wire

// Commands at the control port: live parameters of strategies are told and set. Halts are risk's and the
// executor's to keep.

extension SignalGenerator {
  mutating func onCommand(
    _ view: CommandView, from peer: Peer, at now: Instant, into effects: inout Effects
  ) {
    let id = view.envelope.correlation
    guard !books.commands.contains(id) else {
      return answer(view, .duplicate, "this command was carried out before", to: peer, into: &effects)
    }
    do throws(CommandRefusal) {
      answer(view, .done, try carryOut(view, at: now, into: &effects), to: peer, into: &effects)
    } catch {
      counters.commandsRefused += 1
      answer(view, .refused, error.description, to: peer, into: &effects)
    }
  }

  private mutating func carryOut(
    _ view: CommandView, at now: Instant, into effects: inout Effects
  ) throws(CommandRefusal) -> String {
    guard view.kind == .set else { throw .notHere(view.kind) }
    let index = try index(of: view)
    let (subject, value) = (view.subject, view.value)
    guard subject.isWellFormed, value.isWellFormed else {
      throw .notAllowed("parameter and value must be printable ASCII")
    }
    guard !subject.isEmpty else { return parameters(of: index, at: now) }
    try requireResponsibility(view)
    return try set("\(subject)", to: "\(value)", index, view, at: now, into: &effects)
  }

  private func index(of view: CommandView) throws(CommandRefusal) -> Int {
    let known = strategies.map { "\($0.configuration.name) (\($0.configuration.number))" }
    guard view.scope == .strategy, let number = view.strategy, let index = index(of: number) else {
      throw .notAllowed("set needs a strategy that runs here: \(known.joined(separator: ", "))")
    }
    return index
  }

  /// Checks, takes and records a value.
  private mutating func set(
    _ parameter: String, to text: String, _ index: Int, _ view: CommandView, at now: Instant,
    into effects: inout Effects
  ) throws(CommandRefusal) -> String {
    let strategy = strategies[index].configuration
    let before = registry.parameters(index: index).first { $0.isLive && $0.name == parameter }
    guard let value = LiveNumber.value(of: text) else {
      let allowed = before.map { "; \($0.allowed)" } ?? ""
      throw .notAllowed("'\(text)' is no finite decimal number\(allowed)")
    }
    guard books.hasRoom(for: parameter, of: strategy.number) else {
      throw .notNow("\(SignalBooks.mostSettings) parameters are set already; no more are kept")
    }
    if let error = registry.set(index: index, parameter, to: value) {
      throw .notAllowed("strategy '\(strategy.name)': \(error)")
    }
    let setting = LiveSetting(
      strategy: strategy.number, strategyKind: strategy.kind, parameter: parameter,
      value: LiveNumber.text(of: value),
      before: before.map { LiveNumber.text(of: $0.value) } ?? "", operatorName: "\(view.operatorName)",
      reason: CommandReason.text(of: view), atNanos: now.wall)
    let id = view.envelope.correlation
    record(.parameterSet(setting, command: id), correlation: id, into: &effects)
    strategies[index].noteSetting()
    counters.parametersSet += 1
    return "\(parameter) of '\(strategy.name)' is \(setting.value), was \(setting.before)"
  }

  /// A line for each live parameter: its value, what is allowed, what the topology says, who set it when.
  private func parameters(of index: Int, at now: Instant) -> String {
    let strategy = strategies[index].configuration
    let lines = registry.parameters(index: index).filter(\.isLive).map { parameter in
      let filed =
        strategy.parameters.last { $0.name == parameter.name }?.value ?? defaultValue(of: parameter, index)
      var line = "\(parameter.name) = \(LiveNumber.text(of: parameter.value)); \(parameter.allowed)"
      line += "; topology \(LiveNumber.text(of: filed))"
      if let setting = books.setting(of: strategy.number, parameter.name),
        setting.strategyKind == strategy.kind
      {
        let age = max(0, now.wall.saturatingSubtract(setting.atNanos)) / .nanosPerSecond
        line += "; set to \(setting.value) by \(setting.operatorName) \(age) s ago"
      }
      return line
    }
    return lines.isEmpty ? "'\(strategy.name)' has no live parameter" : lines.joined(separator: "\n")
  }

  private func defaultValue(of parameter: ParameterDescription, _ index: Int) -> Double {
    let kind = strategies[index].configuration.kind
    return Registry.parameters(ofKind: kind)?.first { $0.name == parameter.name }?.value ?? parameter.value
  }

  /// After recovery, strategies are given what people set. What the program or topology of today does not
  /// allow is left out, and told.
  mutating func restoreSettings(into effects: inout Effects) {
    for setting in books.settings {
      guard let index = index(of: setting.strategy) else { continue }
      guard let problem = restore(setting, index) else { continue }
      counters.parametersRefused += 1
      tellRefusal(
        index, setting.parameter, problem, "what was set by \(setting.operatorName) is not taken: \(problem)",
        into: &effects)
    }
  }

  /// Gives a strategy what was set; why not, or nil after it has been taken.
  private mutating func restore(_ setting: LiveSetting, _ index: Int) -> String? {
    let kind = strategies[index].configuration.kind
    guard setting.strategyKind == kind else {
      return "'\(setting.parameter)' was set for a '\(setting.strategyKind)', and this is a '\(kind)'"
    }
    guard let value = LiveNumber.value(of: setting.value) else {
      return ParameterError.notANumber(setting.parameter).description
    }
    return registry.set(index: index, setting.parameter, to: value)?.description
  }

  private func answer(
    _ view: CommandView, _ outcome: CommandOutcome, _ text: String, to peer: Peer,
    into effects: inout Effects
  ) {
    let result = CommandResult(
      envelope: Envelope(origin: 0, correlation: view.envelope.correlation), kind: view.kind,
      outcome: outcome, component: configuration.component)
    effects.reply(to: peer) { result.encode(into: &$0, text: text.utf8) }
  }
}

extension ParameterDescription {
  /// In words.
  fileprivate var allowed: String {
    let unit = unit.isEmpty ? "" : " \(unit)"
    guard let range else { return "any number\(unit)" }
    return "\(LiveNumber.text(of: range.lowerBound)) to \(LiveNumber.text(of: range.upperBound))\(unit)"
  }
}
