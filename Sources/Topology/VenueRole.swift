import JSON5
import Trading

/// A simulated exchange. Its `settings`:
public struct VenueRole: Sendable, Equatable {
  /// `instruments` of the component, required: what it lists, in the order of the file.
  public let instruments: [InstrumentName]
  /// `market`, required: where its prices come from.
  public internal(set) var market: Market
  /// `latencyMicros.order`, 0…10000000, default 300: from the order's arrival to the matching engine.
  public let orderLatencyNanos: Int64
  /// `latencyMicros.report`, 0…10000000, default 300: from the matching engine to the report's sending.
  public let reportLatencyNanos: Int64
  /// `latencyMicros.jitter`, 0…10000000, default 100: mean of an exponential addition to either.
  public let jitterNanos: Int64
  /// What it can. The keys, in the section itself: `recvWindowMillis`, 1…60000, default 5000, the longest
  /// receive window: an order arriving later after its timestamp is refused. `clientIdRule`, default
  /// `unique-among-open`, else `unique-ever`: what happens with a client order id that was used before.
  /// `stopOrders`, default true: whether it takes stop orders, or leaves stops to the executor. `reduceOnly`,
  /// default true: whether it takes orders that can only close what there is. `pairs`, default false:
  /// whether it links a stop and a target, so that what one fills is taken from the other at once.
  /// `maxOpenOrders`, 1…4096, default 200: orders an account may have open.
  public let capabilities: VenueCapabilities
  /// `faults`, default none: how badly it answers.
  public let faults: VenueFaults?

  /// `market: { source: "synthetic" | "capture", … }`.
  public enum Market: Sendable, Equatable {
    case synthetic(SyntheticMarket)
    case capture(CapturedMarket)
  }
}

/// `market: { source: "capture", format, files }`: a recorded market is replayed.
public struct CapturedMarket: Sendable, Equatable {
  /// `format`, required: how the files are written, such as `binance-spot`.
  public let format: String
  /// `files`, required, at least one, in the order of their times: absolute, or relative to the captures
  /// folder that the program is given.
  public let files: [String]
}

/// A price, quantity or other value that holds for one instrument.
public struct InstrumentValue<Value: Sendable & Equatable>: Sendable, Equatable {
  public let instrument: InstrumentName
  public let value: Value
}

/// A venue's settings as read.
struct VenueDraft {
  let market: VenueRole.Market?
  let orderLatencyNanos: Located<Int64>?
  let reportLatencyNanos: Located<Int64>?
  let jitterNanos: Located<Int64>?
  let capabilities: VenueCapabilities?
  let faults: VenueFaults?

  static let keys = [
    "market", "latencyMicros", "recvWindowMillis", "clientIdRule", "stopOrders", "reduceOnly", "pairs",
    "maxOpenOrders", "faults",
  ]

  init(
    _ section: Section, instruments: [Located<String>], mode: Session.Mode?, formats: [String]?
  ) {
    market = VenueRole.Market(section, instruments: instruments, formats: formats)
    let latency = section.optionalSection("latencyMicros", keys: ["order", "report", "jitter"])
    orderLatencyNanos = latency.nanos("order", .microseconds, in: 0...10_000_000, default: 300)
    reportLatencyNanos = latency.nanos("report", .microseconds, in: 0...10_000_000, default: 300)
    jitterNanos = latency.nanos("jitter", .microseconds, in: 0...10_000_000, default: 100)
    capabilities = Self.capabilities(section)
    faults = VenueFaults(of: section, mode: mode)
  }

  /// What the simulated venue can, as far as the section leaves it.
  private static func capabilities(_ section: Section) -> VenueCapabilities? {
    var capabilities = VenueCapabilities.simulated
    let window = section.nanos("recvWindowMillis", .milliseconds, in: 1...60_000, default: 5000)
    let rule: Located<VenueCapabilities.ClientIDs.Rule>? = section.choice(
      "clientIdRule", default: .uniqueAmongOpen)
    if !section.bool("stopOrders", default: true) { capabilities.orderTypes.remove(.stop) }
    if !section.bool("reduceOnly", default: true) { capabilities.execInsts.remove(.reduceOnly) }
    if section.bool("pairs", default: false) { capabilities.orderLists.insert(.pair) }
    let open = section.openOrders()
    guard let window, let rule, let open else { return nil }
    capabilities.counts.openOrders = open.value
    capabilities.recvWindowNanos = window.value
    capabilities.clientIDs.rule = rule.value
    return capabilities
  }

  /// Precondition: reading and checking found no error.
  func role(instruments: [InstrumentName]) -> VenueRole {
    guard let market, let orderLatencyNanos, let reportLatencyNanos, let jitterNanos, let capabilities
    else { preconditionFailure("the venue of \(instruments) was not checked") }
    return VenueRole(
      instruments: instruments, market: market, orderLatencyNanos: orderLatencyNanos.value,
      reportLatencyNanos: reportLatencyNanos.value, jitterNanos: jitterNanos.value,
      capabilities: capabilities, faults: faults)
  }
}

extension Section {
  /// `maxOpenOrders`: so many, with everything else, the simulated venue tells in one message.
  func openOrders() -> Located<Int>? { integer("maxOpenOrders", in: 1...4_096, default: 200) }
}

extension VenueRole.Market {
  private enum Source: String, CaseIterable { case synthetic, capture }

  /// Reads `market`. Which keys it may have depends on `source`, so that is looked at first.
  init?(_ settings: Section, instruments: [Located<String>], formats: [String]?) {
    guard
      let node = settings.required(
        "market", hint: "for example { source: \"synthetic\", midPrice: \"60000\" }")
    else { return nil }
    let path = settings.path(to: "market")
    let source = node["source"]?.string.flatMap(Source.init(rawValue:))
    let keys =
      switch source {
      case .synthetic: SyntheticMarket.keys
      case .capture: ["format", "files"]
      case nil: SyntheticMarket.keys + ["format", "files"]
      }
    let section = Section(node, path: path, keys: ["source"] + keys, problems: settings.problems)
    guard let chosen: Located<Source> = section.choice("source") else { return nil }
    switch chosen.value {
    case .synthetic:
      guard let market = SyntheticMarket(section, instruments: instruments) else { return nil }
      self = .synthetic(market)
    case .capture:
      guard let market = CapturedMarket(section, formats: formats) else { return nil }
      self = .capture(market)
    }
  }
}

extension CapturedMarket {
  init?(_ section: Section, formats: [String]?) {
    let format = section.string("format")
    let files = section.strings("files", isRequired: true)
    if let format, let formats, !formats.contains(format.value) {
      section.report(
        .unknownKind, key: "format", "no reader for captures of format '\(format.value)'",
        hint: suggestion(for: format.value, among: formats))
    }
    if section.node("files")?.elements?.isEmpty == true {
      section.report(.outOfRange, key: "files", "names no file")
    }
    guard let format, !files.isEmpty else { return nil }
    self.init(format: format.value, files: files.map(\.value))
  }
}
