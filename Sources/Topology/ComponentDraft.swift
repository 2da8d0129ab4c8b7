import JSON5
import Trading

/// A component as read: what the file says, names of other things unchecked.
struct ComponentDraft {
  let name: String
  let place: SourcePlace
  let path: String
  let kind: Component.Kind?
  let number: Located<UInt16>?
  let host: Located<String>?
  var publish: Located<Endpoint>?
  var control: Located<Endpoint>?
  let addresses: [(host: Located<String>, address: String)]
  let inputs: [Located<String>]
  /// venue
  let instruments: [Located<String>]
  /// risk, executor
  let account: Located<String>?
  /// risk
  let executor: Located<String>?
  /// executor
  let venue: Located<String>?
  let settings: Settings?

  enum Settings {
    case venue(VenueDraft)
    case feed(FeedRole)
    case signal([StrategyDraft])
    case risk
    case executor(ExecutorDraft)
    case queen(QueenRole)
    case relay
  }

  var strategies: [StrategyDraft] {
    if case .signal(let strategies) = settings { strategies } else { [] }
  }

  private static let commonKeys = ["number", "kind", "host", "publish", "control", "endpoints"]

  private static func keys(_ kind: Component.Kind) -> [String] {
    switch kind {
    case .venue: ["instruments", "settings"]
    case .feed, .signal: ["inputs", "settings"]
    case .risk: ["account", "inputs", "executor"]
    case .executor: ["account", "inputs", "venue", "settings"]
    case .queen: ["settings"]
    case .relay: []
    }
  }

  init(
    _ entry: Section.Entry, mode: Session.Mode?, _ environment: TopologyEnvironment,
    _ problems: ProblemCollector
  ) {
    problems.checkName(entry.name, at: entry.namePlace, entry.path)
    // The keys depend on the kind. Of an unknown kind all keys are taken, so that only the kind is reported.
    let kind = entry.node["kind"]?.string.flatMap(Component.Kind.init(rawValue:))
    let special =
      kind.map(Self.keys) ?? ["account", "executor", "inputs", "instruments", "settings", "venue"]
    let section = Section(entry.node, path: entry.path, keys: Self.commonKeys + special, problems: problems)
    func ifMeant<Value>(_ key: String, _ read: (String) -> Value?) -> Value? {
      kind != nil && special.contains(key) ? read(key) : nil
    }
    name = entry.name
    place = entry.namePlace
    path = entry.path
    let _: Located<Component.Kind>? = section.choice("kind")
    self.kind = kind
    number = section.integer("number", in: 1...65534)
    host = section.string("host")
    publish = section.endpoint("publish")
    control = section.endpoint("control")
    addresses = Self.addresses(section)
    inputs = ifMeant("inputs") { section.strings($0, isRequired: true) } ?? []
    instruments = ifMeant("instruments") { section.strings($0, isRequired: true) } ?? []
    account = ifMeant("account") { section.string($0) }
    executor = ifMeant("executor") { section.string($0) }
    venue = ifMeant("venue") { section.string($0) }
    if let kind {
      settings = Self.settings(kind, section, instruments, mode, environment)
    } else {
      settings = nil
    }
    if kind == .venue, section.node("instruments")?.elements?.isEmpty == true {
      section.report(.outOfRange, key: "instruments", "lists no instrument")
    }
  }

  private static func settings(
    _ kind: Component.Kind, _ section: Section, _ instruments: [Located<String>], _ mode: Session.Mode?,
    _ environment: TopologyEnvironment
  ) -> Settings? {
    switch kind {
    case .venue:
      guard let settings = section.section("settings", keys: VenueDraft.keys) else { return nil }
      return .venue(
        VenueDraft(settings, instruments: instruments, mode: mode, formats: environment.captureFormats))
    case .feed:
      return FeedRole(section.optionalSection("settings", keys: FeedRole.keys)).map(Settings.feed)
    case .signal:
      guard let settings = section.section("settings", keys: ["strategies"]) else { return nil }
      let elements = settings.elements("strategies", isRequired: true)
      return .signal(elements.map { StrategyDraft($0, section.problems) })
    case .risk:
      return .risk
    case .executor:
      return .executor(ExecutorDraft(section.optionalSection("settings", keys: ExecutorDraft.keys)))
    case .queen:
      let settings = section.optionalSection("settings", keys: QueenRole.keys)
      return QueenRole(settings, mode: mode).map(Settings.queen)
    case .relay:
      return .relay
    }
  }

  private static func addresses(_ section: Section) -> [(host: Located<String>, address: String)] {
    section.entries("endpoints", isRequired: false).compactMap { entry in
      guard let address = entry.node.string, Endpoint.isAddress(address) else {
        section.problems.report(
          .badEndpoint, at: entry.node.place, entry.path, "is not an IP address",
          hint: "the address under which that host reaches this component: \"10.0.0.7\"")
        return nil
      }
      return (Located(value: entry.name, place: entry.namePlace, path: entry.path), address)
    }
  }
}

extension Section {
  /// An endpoint; nil without a report when absent, because the host's `ports` may give it.
  func endpoint(_ key: String) -> Located<Endpoint>? {
    guard has(key), let text = string(key) else { return nil }
    guard let endpoint = Endpoint(text.value) else {
      report(
        .badEndpoint, key: key, "'\(text.value)' is not an endpoint",
        hint:
          "\"tcp://IP:PORT\" with a port within 1…65535, or \"ipc://NAME\" of letters, digits, '.', '_', '-'")
      return nil
    }
    return located(endpoint, key)
  }
}
