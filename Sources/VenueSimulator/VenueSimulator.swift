import ActorKit
import Trading
import Vocabulary
import Wire

/// A paper exchange: takes orders for spot accounts and matches them against a synthetic or a recorded
/// market.
///
/// Everything happens in the order of market time: requests reach matching after the order latency, reports
/// leave after the report latency, in between the market moves. The journal holds every acceptance, trade and
/// end, so balances, positions, open orders and the trade log survive a restart exactly; what was under way
/// on the lines does not.
///
/// It can be told to answer badly, as real venues do (`AnswerFaults`).
///
/// What it does not do: orders of one account may trade with each other (no self-trade prevention); in a
/// recorded market our orders trade with the recording only, not among themselves, and do not change it.
public struct VenueSimulator: ActorCore {
  public typealias Fact = VenueFact

  public static var kind: ComponentKind { .venue }

  public let configuration: Configuration
  /// One venue.market topic per instrument, in the configuration's order, then the connector's.
  public let topics: [Topic]

  var ledger: VenueLedger
  /// Of a synthetic market, one per instrument; otherwise empty.
  var synthetic: [SyntheticBook] = []
  /// Of a recorded market, one per instrument; otherwise empty.
  var recorded: [ReplayBook] = []
  /// One per account.
  var lines: [AccountLine] = []
  var counters = VenueCounters()
  var connector: ConnectorStatus
  /// Reused by every match.
  var fills: [Fill] = []

  /// This incarnation.
  var epoch: UInt32 = 0
  /// Market time up to which everything has happened; 0 before the market begins.
  var clockNanos: Int64 = 0
  /// Start of the session's market clock, once told.
  var marketStartNanos: Int64?
  /// Market time at which this incarnation began; our orders meet nothing older.
  var beganNanos: Int64?
  /// Market time of the newest recorded event taken in.
  var recordedNanos: Int64 = 0
  /// Stops that wait for their trigger, by instrument.
  var stops: [StopBook]
  /// Instruments whose open orders of an earlier incarnation wait for the recording to catch up.
  var ordersWait: [Bool]
  /// And whose stops do.
  var stopsWait: [Bool]
  var sessionIsShutdown = false
  /// Whether the market clock ran in the last turn.
  var clockRuns = false

  public init(_ configuration: Configuration) {
    if let problem = configuration.problem { preconditionFailure("not a venue: \(problem)") }
    self.configuration = configuration
    topics =
      configuration.instruments.map { Topics.venueMarket($0.name) }
      + [Topics.connector(component: configuration.component)]
    ledger = VenueLedger(configuration)
    connector = ConnectorStatus(hasSource: configuration.market != .replay)
    var seeds = SplitMix64(seed: configuration.latencySeed)
    for account in configuration.accounts {
      var line = AccountLine(seed: seeds.next(), jitterNanos: configuration.latencyJitterNanos)
      if !configuration.faults.isEmpty {
        line.dice = FaultDice(configuration.faults, account: account.number)
      }
      lines.append(line)
    }
    fills.reserveCapacity(256)
    ordersWait = Array(repeating: false, count: configuration.instruments.count)
    stopsWait = ordersWait
    stops = configuration.instruments.map { _ in StopBook() }
    switch configuration.market {
    case .replay: recorded = configuration.instruments.map { _ in ReplayBook() }
    case .synthetic(let market):
      let ownOrders = configuration.accounts.count * configuration.maxOpenOrders
      for instrument in configuration.instruments {
        guard let flow = market.flows.first(where: { $0.instrument == instrument.number }) else { continue }
        synthetic.append(SyntheticBook(flow, instrument, market, ownOrders: ownOrders))
      }
    }
  }

  public var state: ComponentState {
    if sessionIsShutdown && isIdle { return .finished }
    if !connector.hasSource { return .starting }
    return clockRuns ? .live : .ready
  }

  /// Nothing open and nothing under way.
  private var isIdle: Bool {
    ledger.accounts.allSatisfy { $0.openIds.isEmpty }
      && lines.allSatisfy(\.isIdle)
  }
}

extension VenueSimulator {
  /// A synthetic market's book; nil before it begins. For who watches it.
  package func book(of instrument: UInt32) -> OrderBook? {
    guard beganNanos != nil, let index = ledger.instrumentIndex(instrument), index < synthetic.count else {
      return nil
    }
    return synthetic[index].book.levels
  }

  public mutating func start(epoch: UInt32, at now: Instant, into effects: inout Effects) {
    self.epoch = epoch
    for index in lines.indices { lines[index].heardBootNanos = now.boot }
    publishHealth(at: now, into: &effects)
  }

  public mutating func wake(at now: Instant, into effects: inout Effects) {
    run(at: now, into: &effects)
  }

  public mutating func conclude(at now: Instant, into effects: inout Effects) {
    run(at: now, into: &effects)
    if connector.isDue(at: now) { publishHealth(at: now, into: &effects) }
  }

  public var nextWake: Wake {
    var wake = Wake(boot: connector.nextBootNanos)
    for (account, line) in zip(ledger.accounts, lines) {
      if let deadline = account.silenceEnds(heard: line.heardBootNanos) {
        wake.boot = min(wake.boot, deadline)
      }
    }
    guard let due = nextDue() else { return wake }
    // Without a market clock whatever is left over from a full turn goes on at once.
    if clockRuns { wake.market = due.nanos } else { wake.boot = 0 }
    return wake
  }

  public func check(_ fact: VenueFact) throws(RestoreError) { try ledger.check(fact) }

  public mutating func apply(_ fact: VenueFact) {
    rememberForQueries(fact.account)
    ledger.apply(fact)
  }

  public func save(into writer: inout SnapshotWriter) { ledger.save(into: &writer) }

  public mutating func restore(from reader: inout SnapshotReader) throws(RestoreError) {
    try ledger.restore(from: &reader)
  }

  public func report(into counters: inout CounterReport) {
    self.counters.report(into: &counters)
    reportFaults(into: &counters)
  }
}

// MARK: - Time

extension VenueSimulator {
  /// What is next on the market clock, and where. Triggered stops go before anything else; at equal times the
  /// market goes before requests, these before reports.
  struct Due: Equatable, Sendable {
    var nanos: Int64
    var place: Place

    enum Place: Equatable, Sendable {
      case stop(Int)
      case market(Int)
      case arrival(Int)
      case departure(Int)
      /// An order that the venue ends itself.
      case doom(Int)
    }
  }

  /// A turn stops here and goes on in the next, well below `Effects.maxEffects`: one step more adds at most a
  /// sweep of a whole book.
  static let turnBudget = 4_096
  /// Nor with more bytes than this to send, which leaves the arena room for as much again: pages of an
  /// account are long.
  static let turnBytes = 8 << 20
  /// Nor does a turn take more steps than this, whatever they give: a market that has much to catch up with
  /// still hears what is said to it.
  static let mostSteps = 16_384

  /// Does all that is due by now, in order, as far as one turn allows.
  mutating func run(at now: Instant, into effects: inout Effects) {
    begin(at: now, into: &effects)
    beginAnewIfFarBehind(at: now, into: &effects)
    checkSilence(at: now, into: &effects)
    advance(to: clockRuns ? now.market : .max, at: now, into: &effects)
    let isCurrent = nextDue().map { $0.nanos > now.market } ?? true
    if clockRuns, isCurrent { clockNanos = max(clockNanos, now.market) }
  }

  func isOverBudget(_ effects: borrowing Effects) -> Bool {
    effects.sendings.count >= Self.turnBudget || effects.records.count >= Self.turnBudget
      || effects.frames.count >= Self.turnBytes
  }

  /// Does what is due up to a market time.
  mutating func advance(to target: Int64, at now: Instant, into effects: inout Effects) {
    var steps = 0
    while !isOverBudget(effects), steps < Self.mostSteps, let due = nextDue(), due.nanos <= target {
      steps += 1
      if clockRuns { clockNanos = max(clockNanos, due.nanos) }
      switch due.place {
      case .stop(let index):
        runStop(index, at: now, into: &effects)
        publishDepth(index, ifAtLeast: Self.mostChanges, into: &effects)
      case .market(let index): marketEvent(index, at: now, into: &effects)
      case .arrival(let index):
        process(lines[index].takeArrival(), index, at: now, into: &effects)
        // Our orders alone can change thousands of levels before the market's next act.
        for book in synthetic.indices { publishDepth(book, ifAtLeast: Self.mostChanges, into: &effects) }
      case .departure(let index): depart(lines[index].takeDeparture(), index, into: &effects)
      case .doom(let index): rejectLate(lines[index].takeDoomed(), index, at: now, into: &effects)
      }
    }
  }

  func nextDue() -> Due? {
    var next: Due?
    func consider(_ nanos: Int64, _ place: Due.Place) {
      if nanos < next?.nanos ?? .max { next = Due(nanos: nanos, place: place) }
    }
    if clockRuns, let index = stops.firstIndex(where: \.hasDue) { return Due(nanos: 0, place: .stop(index)) }
    if clockRuns {
      for index in synthetic.indices { consider(synthetic[index].nextNanos, .market(index)) }
    }
    for index in lines.indices {
      if let nanos = lines[index].nextArrivalNanos { consider(nanos, .arrival(index)) }
    }
    for index in lines.indices {
      if let nanos = lines[index].doomed.firstDueNanos { consider(nanos, .doom(index)) }
    }
    for index in lines.indices {
      if let nanos = lines[index].nextDepartureNanos { consider(nanos, .departure(index)) }
    }
    return next
  }

  /// Opens the market when its clock starts.
  mutating func begin(at now: Instant, into effects: inout Effects) {
    if clockRuns != (now.market != 0) {
      clockRuns = now.market != 0
      connector.needsReport = true
    }
    guard clockRuns, beganNanos == nil else { return }
    let start = marketStartNanos ?? now.market
    // In time for the session's start the market begins exactly there, whichever turn it is; a venue that was
    // restarted joins the market where it is now.
    let begin = now.market - start <= Self.lateNanos ? start : now.market
    beganNanos = begin
    clockNanos = begin
    beginSynthetic(start: start, at: now, into: &effects)
    for index in recorded.indices { (ordersWait[index], stopsWait[index]) = (true, true) }
  }

  private static let lateNanos: Int64 = 1_000_000_000
}
