import ActorKit
import Governance
import Trading
import Vocabulary
import Wire

/// The only way to an account's executor: turns the quotes strategies want into targets the account may have,
/// and their directional signals into sized intents, or refuses them with the check that objected, the figure
/// measured and the limit.
///
/// Without knowing, nothing passes: missing limits, data, positions or permission refuse. Halts and intents
/// are durable; everything else is volatile and comes back from the streams and from the executor's account
/// report.
public struct RiskAdjuster: ActorCore {
  public typealias Fact = RiskFact
  public static let kind = ComponentKind.risk
  /// What it takes from the sessions of executor and signals.
  public static var handledEvents: [Template]? {
    [.accountReport, .positionChanged, .executionReport, .tradeSignal, .intentReport]
  }

  public let topics: [Topic]
  let configuration: Configuration
  var epoch: UInt32 = 0

  // Durable.
  var halts = HaltRegister()
  var commands = CommandRegister()
  var intents = OpenIntents()

  // Volatile.
  /// Signals of this turn, to be decided on at its end.
  var pending: [TradeSignal] = []
  var senders = IntentSenders()
  /// Open intents that only the executor remembers; at most `OpenIntents.mostOpen`.
  var adopted: [IntentID] = []
  var instruments: Instruments
  var slots = QuoteSlots()
  var executor = ExecutorView()
  var session = SessionView()
  var doubts: [DoubtfulOrder] = []
  var bucket: TokenBucket?
  var targetCount: UInt64 = 0
  var counters = RiskCounters()
  var hasBeenReady = false
  /// When an alarm tells next that the executor does not count fills by instrument.
  var uncountedAlarmBoot = Int64.min
  var nextStateBoot = Int64.max
  /// The last signal that was refused for an instrument that is not ours.
  var lastStranger: UInt64?
  /// Reused from decision to decision.
  var bids: [PricedLevel] = []
  var asks: [PricedLevel] = []

  public private(set) var nextWake = Wake.never

  /// Time between two messages that tell how the account stands.
  static let stateIntervalNanos = Int64.nanosPerSecond
  /// Between two alarms about an executor that does not count fills by instrument.
  static let uncountedAlarmNanos = 10 * Int64.nanosPerSecond

  public init(_ configuration: Configuration) {
    self.configuration = configuration
    let account = configuration.account
    let traded = configuration.instruments
    topics =
      [
        Topics.riskState(account: account), Topics.riskDecision(account: account),
        Topics.riskViolation(account: account), Topics.alarm,
      ] + traded.map { Topics.positionState(account: account, $0.name) }
    let limits = configuration.limits
    instruments = Instruments(
      traded.map { instrument in
        InstrumentState(
          instrument: instrument,
          limits: instrument.quote == limits?.currency
            ? limits?.instruments.first { $0.instrument == instrument.number } : nil,
          topTopic: Topics.top(instrument.name), metricsTopic: Topics.metrics(instrument.name),
          statusTopic: Topics.feedStatus(instrument.name),
          market: MarketView(maxSpread: instrument.maxSpread))
      })
    doubts.reserveCapacity(DoubtfulOrder.most)
    bids.reserveCapacity(QuoteSlot.mostLevels)
    asks.reserveCapacity(QuoteSlot.mostLevels)
  }

  /// The account it looks after.
  package var account: UInt16 { configuration.account }

  /// What it takes the executor to have of an instrument; nil for one that is not its own. For who watches
  /// it.
  package func exposure(of instrument: UInt32) -> Exposure? {
    instruments.index(of: instrument).map { instruments[$0].exposure }
  }

  enum TopicIndex {
    static let state = 0
    static let decision = 1
    static let violation = 2
    static let alarm = 3
    static let firstPosition = 4
  }

  public var state: ComponentState {
    switch session.state {
    case .shutdown where slots.indices.allSatisfy({ slots[$0].target.isEmpty }): .finished
    case .shutdown: .stopping
    case .live where executor.isUsable, .degraded where executor.isUsable: .live
    default: executor.isUsable ? .ready : hasBeenReady ? .degraded : .starting
    }
  }

  public mutating func start(epoch: UInt32, at now: Instant, into effects: inout Effects) {
    self.epoch = epoch
    nextStateBoot = now.boot
    // Full, although an earlier incarnation may have spent it: what the venue bears is guarded by the
    // executor, which knows what it has sent.
    bucket = configuration.limits.map { limits in
      TokenBucket(
        perSecond: limits.ordersPerSecond, burst: limits.burst, reserve: limits.cancelReserve,
        atNanos: now.boot)
    }
    setWake(at: now)
  }

  /// Nothing of its own: `conclude`, which follows, looks at every deadline.
  public mutating func wake(at now: Instant, into effects: inout Effects) {}

  public mutating func conclude(at now: Instant, into effects: inout Effects) {
    hasBeenReady = hasBeenReady || executor.isUsable
    lookAtMarkets(at: now)
    decidePending(at: now, into: &effects)
    decideDue(at: now, into: &effects)
    for position in instruments.touched.positions {
      publishStateIfChanged(of: instruments.touched[position], into: &effects)
    }
    instruments.forgetTouched()
    if now.boot >= nextStateBoot {
      nextStateBoot = now.boot + Self.stateIntervalNanos
      let state = riskState()
      effects.publish(TopicIndex.state) { state.encode(into: &$0) }
      tellUndelivered(into: &effects)
      tellIfUncounted(at: now, into: &effects)
    }
    setWake(at: now)
  }

  /// Deadlines by wall clock are reckoned anew in every turn, at least once a second, as that clock may be
  /// set.
  private mutating func setWake(at now: Instant) {
    var wake = Wake(boot: min(nextStateBoot, slots.nextRetry))
    let left = slots.nextExpiry.subtractingReportingOverflow(now.wall)
    if !left.overflow { wake.boot = min(wake.boot, now.boot.saturatingAdd(max(1, left.partialValue))) }
    wake.market = max(instruments.nextTurn, now.market.saturatingAdd(1))
    nextWake = wake
  }

  public func report(into report: inout CounterReport) { counters.report(into: &report) }
}

// The durable part.
extension RiskAdjuster {
  public mutating func apply(_ fact: RiskFact) {
    switch fact {
    case .halted(let scope, let command):
      halts.latch(scope)
      commands.insert(command)
    case .released(let scope, let command):
      _ = halts.release(scope)
      commands.insert(command)
    case .intentAccepted(let intent): intents.apply(intent)
    case .intentEnded(let end): intents.apply(end)
    case .targetDecided, .intentJudged: break
    }
  }

  private static let version: UInt16 = 3

  public func save(into writer: inout SnapshotWriter) {
    RiskSnapshot(
      version: StateVersion(Self.version), halts: halts, commands: commands, marks: intents.marks,
      open: intents.open.map(\.intent)
    ).write(to: &writer)
  }

  public mutating func restore(from reader: inout SnapshotReader) throws(RestoreError) {
    // A state of version 1 has no intents, one of version 2 none that are post-only.
    try StateVersion.check(reader, oldest: 1, newest: Self.version)
    let snapshot = try RiskSnapshot(from: &reader)
    halts = snapshot.halts
    commands = snapshot.commands
    intents = try OpenIntents(marks: snapshot.marks, open: snapshot.open)
    try reader.finish()
  }
}
