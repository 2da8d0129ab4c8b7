import JSON5
import Trading

/// The whole file as read, before and while it is checked as a whole.
struct TopologyDraft {
  let problems = ProblemCollector()
  let environment: TopologyEnvironment
  let place: SourcePlace
  let colony: Located<String>?
  let session: Session?
  let durability: Located<Durability>?
  let hosts: [Host]
  let hostNames: [String]
  let instruments: [InstrumentDraft]
  let accounts: [AccountDraft]
  let limits: [LimitsDraft]
  var components: [ComponentDraft]
  let restart: RestartIntensity?
  let security: SecurityDraft

  static let keys = [
    "format", "colony", "session", "durability", "hosts", "instruments", "accounts", "limits", "components",
    "restart", "schedule", "security",
  ]

  init(_ root: SyntaxNode, _ environment: TopologyEnvironment) {
    let problems = self.problems
    let top = Section(root, path: "", keys: Self.keys, problems: problems)
    self.environment = environment
    place = top.place
    TopologyFormat.check(top)
    colony = top.string("colony")
    problems.checkName(colony)
    session = top.section("session", keys: Session.keys).flatMap(Session.init)
    durability = top.choice("durability", default: .process)
    let hostEntries = top.entries("hosts")
    hosts = hostEntries.compactMap { Host($0, problems) }
    hostNames = hostEntries.map(\.name)
    instruments = top.entries("instruments").map { InstrumentDraft($0, problems) }
    accounts = top.entries("accounts").map { AccountDraft($0, problems) }
    limits = top.entries("limits", isRequired: false).map { LimitsDraft($0, problems) }
    let mode = session?.mode
    components = top.entries("components").map { ComponentDraft($0, mode: mode, environment, problems) }
    restart = RestartIntensity(top.optionalSection("restart", keys: RestartIntensity.keys))
    security = SecurityDraft(top.optionalSection("security", keys: Security.keys))
    _ = top.optionalSection("schedule", keys: [])
  }

  /// Runs the checks of the whole and makes the value, or throws everything that is wrong.
  func topology(fingerprint: UInt64) throws(TopologyProblems) -> Topology {
    var draft = self
    draft.allotEndpoints()
    draft.checkNumbers()
    draft.checkReferences()
    draft.checkEndpoints()
    draft.checkOwnership()
    draft.checkLimits()
    draft.checkStrategies()
    draft.checkLiveAccounts()
    guard !problems.hasErrors else { throw problems.result() }
    return draft.checkedTopology(fingerprint: fingerprint)
  }
}

// MARK: - Looking around in the draft

extension TopologyDraft {
  func component(_ name: String) -> ComponentDraft? { components.first { $0.name == name } }
  func components(of kind: Component.Kind) -> [ComponentDraft] { components.filter { $0.kind == kind } }
  func host(_ name: String) -> Host? { hosts.first { $0.name == name } }
  func limits(of account: String) -> LimitsDraft? { limits.first { $0.account.value == account } }
  var instrumentNames: [String] { instruments.map(\.name) }

  /// The instruments the strategies behind a risk owner trade, with the place of the first mention.
  func tradedInstruments(of account: String) -> [Located<String>] {
    var traded: [Located<String>] = []
    for risk in components(of: .risk) where risk.account?.value == account {
      for strategy in risk.inputs.compactMap({ component($0.value) }).flatMap(\.strategies) {
        guard let instrument = strategy.instrument,
          !traded.contains(where: { $0.value == instrument.value })
        else { continue }
        traded.append(instrument)
      }
    }
    return traded
  }
}

// MARK: - The checked value

extension TopologyDraft {
  private func checkedTopology(fingerprint: UInt64) -> Topology {
    guard let colony, let session, let durability, let restart else {
      preconditionFailure("a topology without problems lacks a part")
    }
    let limits = limits.map(\.limits)
    return Topology(
      colony: colony.value, session: session, durability: durability.value,
      hosts: hosts.sorted { $0.name < $1.name },
      instruments: instruments.compactMap(\.instrument).sorted { $0.number < $1.number },
      accounts: accounts.map(\.account).sorted { $0.number < $1.number },
      limits: limits.sorted { $0.account < $1.account },
      components: components.map { checked($0, limits) }.sorted { $0.number < $1.number },
      restart: restart, security: security.security, fingerprint: fingerprint,
      warnings: problems.inOrderOfText)
  }

  private func checked(_ draft: ComponentDraft, _ limits: [Limits]) -> Component {
    guard let number = draft.number, let host = draft.host, let publish = draft.publish,
      let control = draft.control, let role = role(of: draft, limits)
    else { preconditionFailure("component '\(draft.name)' was not checked") }
    return Component(
      name: draft.name, number: number.value, host: host.value, publish: publish.value,
      control: control.value,
      addresses: draft.addresses.map { .init(host: $0.host.value, address: $0.address) }
        .sorted { $0.host < $1.host },
      inputs: draft.inputs.map(\.value), role: role)
  }

  private func role(of draft: ComponentDraft, _ limits: [Limits]) -> Component.Role? {
    switch draft.settings {
    case .venue(let venue):
      return .venue(venue.role(instruments: draft.instruments.compactMap { instrumentName($0.value) }))
    case .feed(let role): return .feed(role)
    case .queen(let role): return .queen(role)
    case .relay: return .relay
    case .signal(let strategies):
      let settings = strategies.map(\.settings).sorted { $0.number < $1.number }
      return .signal(SignalRole(strategies: settings))
    case .risk:
      guard let account = draft.account, let executor = draft.executor else { return nil }
      return .risk(RiskRole(account: account.value, executor: executor.value))
    case .executor(let executor):
      guard let account = draft.account, let venue = draft.venue,
        let own = limits.first(where: { $0.account == account.value })
      else { return nil }
      return .executor(
        ExecutorRole(account: account.value, venue: venue.value, settings: executor.settings(limits: own)))
    case nil: return nil
    }
  }
}
