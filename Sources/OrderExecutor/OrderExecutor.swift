import ActorKit
import Trading
import Vocabulary
import Wire

/// Owns the orders of one account: the only component that talks to the venue.
///
/// It keeps at the venue what risk's targets want, with as little churn as it can, and knows of every order
/// what the venue knows: facts are journaled before anything is sent, an unanswered order is in doubt and
/// counts at its worst until the venue has shown what became of it, a fill is booked once however often it is
/// told, and books and venue are compared at start, every ten seconds and at the end. Without a permit, with
/// a halt, with stale market data or with books that do not agree it places nothing.
///
/// `books` is the durable state. Everything else here is volatile and rebuilt from the streams after a
/// restart.
public struct OrderExecutor: ActorCore {
  public typealias Fact = ExecutorFact

  public static let kind = ComponentKind.executor
  /// It can still cancel.
  public static var runsWithoutJournal: Bool { true }
  /// What it takes from risk's sessions.
  public static var handledEvents: [Template]? { [.orderIntent] }
  /// Whether risk knows the whole truth.
  public static var trackedEvents: [Template] { [.accountReport] }

  public let configuration: Configuration
  public let topics: [Topic]
  /// Orders, fills, positions and money, halts.
  public internal(set) var books: ExecutorBooks

  var epoch: UInt32 = 0
  /// When this process began, wall clock: tells it from another of the same epoch with a journal of its own.
  var instance: UInt64 = 0
  /// Requests made in this epoch; the newest id's counter.
  var counter: UInt64 = 0
  /// By instrument number.
  var desks: [InstrumentDesk]
  /// By strategy and instrument; at most `mostTargets`.
  var targets: [QuoteTarget] = []
  /// By id; only orders for which something is awaited.
  var flights: [Flight] = []
  /// Of intents that need protection.
  var watches: [ProtectionWatch] = []
  var lease: PermitLease
  var nextPermitBoot: Int64 = 0
  /// Since when the session trades and we may not, though nobody forbade it, boot clock; nil when that is
  /// not so.
  var unpermittedSinceBoot: Int64?
  var isLackOfPermitToldOf = false
  var session = SessionView()
  var reconciliation = Reconciliation()
  var bucket: TokenBucket
  /// Why the books cannot be trusted; nil when they can. Ends with a restart whose reconciliation agrees.
  var quarantine: String?
  /// A younger executor trades for the account: nothing more is said to the venue, which would only confuse
  /// whose reports go where.
  var isSuperseded = false
  /// The journal cannot be trusted or written: only what ends things goes on.
  var isJournalImpaired = false
  /// After a cut, nothing is opened before.
  var opening = OpeningTime()
  /// A cut was made good in this incarnation.
  var hasSettledCut = false
  var isVenueSilent = false
  /// Told to stop by a command in this incarnation; `books` knows of those before.
  var isStopping = false
  /// Since when it is ending, boot clock; nil when it is not.
  var closingSinceBoot: Int64?
  /// Closing positions because the session ends has begun.
  var hasBegunEndFlattening = false
  /// When entries expire on the boot clock.
  var entryDeadlines: [EntryDeadline] = []
  /// Nothing works but what protects, and the venue has confirmed it.
  var isFinished = false
  var counters = ExecutorCounters()
  /// What applied to all instruments at the last decision, to see when it changes.
  var lastStanding: Standing?
  /// Something that was put off may now be possible, boot clock.
  var retryBoot = Int64.max
  /// The state that risk was last told; nil when it must be told.
  var reportedState: ComponentState? = .starting
  /// The session with risk is open.
  var isRiskHeard = false
  /// Risk is to be told of every open intent, after the state of the account.
  var owesIntents = false
  /// Risk has missed a report, because its session's window was full: tell it the whole truth then, boot
  /// clock.
  var riskCatchUpBoot = Int64.max
  /// Account reports told in this epoch.
  var accountReports: UInt64 = 0
  /// The account report that risk must have acknowledged before anything opens; nil while it has missed none.
  var neededAccountReport: UInt64?
  /// When the venue's dead-man switch is to be renewed, boot clock.
  var nextDeadManBoot: Int64 = 0
  /// What risk knows of orders in doubt.
  var toldDoubts = ToldDoubts()
  /// An order or a fill changed in this turn.
  var haveOrdersChanged = false
  var wakeBoot: Int64 = 0
  /// Scratch memory of the decision, kept to be reused.
  var scratch = QuoteScratch()

  /// Pairs of strategy and instrument with a target; more are refused.
  static let mostTargets = 1_024
  /// A cancel that was refused is repeated after this.
  static let cancelPauseNanos: Int64 = .nanosPerSecond
  /// A cancel that found no link is repeated after this.
  static let linkPauseNanos: Int64 = 100 * .nanosPerMilli
  /// Risk has missed a report: between two attempts to tell it the whole truth.
  static let riskCatchUpNanos: Int64 = 250 * .nanosPerMilli
  /// A question that found no link is put again after this.
  static let reconnectNanos: Int64 = 20 * .nanosPerMilli
  /// An order that protects is in doubt, and asked about, when it has had no answer for this long.
  static let protectiveTimeoutNanos: Int64 = 400 * .nanosPerMilli
  /// Between two questions to the venue about the same thing.
  static let askAgainNanos: Int64 = .nanosPerSecond
  /// What a report implies may be in another that is behind it for so long.
  static let settleNanos: Int64 = 250 * .nanosPerMilli

  public init(_ configuration: Configuration) {
    self.configuration = configuration
    books = ExecutorBooks(account: configuration.account.number)
    desks = configuration.instruments.map { instrument in
      InstrumentDesk(
        instrument, configuration.caps.first { $0.instrument == instrument.number },
        topTopic: Topics.top(instrument.name), statusTopic: Topics.feedStatus(instrument.name))
    }
    let account = configuration.account.number
    topics =
      configuration.instruments.flatMap {
        InstrumentTopic.topics(account: account, $0.name)
      } + [Topics.orderStuck(account: account), Topics.alarm]
    lease = PermitLease(assumedLifeNanos: configuration.assumedPermitLifeNanos)
    let rate = configuration.messageRate
    bucket = TokenBucket(
      perSecond: rate.perSecond, burst: rate.burst, reserve: rate.cancelReserve, atNanos: 0)
  }

  public var state: ComponentState {
    if quarantine != nil { return .quarantined }
    if isFinished { return .finished }
    if isClosing { return .stopping }
    if !reconciliation.isComplete { return .starting }
    if isVenueSilent || session.isTrading && books.cut != nil { return .degraded }
    return session.isTrading ? .live : .ready
  }

  /// The session or an operator wants an end: all but what protects is cancelled, confirmed and over.
  var isClosing: Bool { isStopping || books.isStopOrdered || session.code == .shutdown }

  public mutating func start(epoch: UInt32, at now: Instant, into effects: inout Effects) {
    precondition(
      epoch > books.lastID.epoch, "epoch \(epoch) is not above \(books.lastID.epoch), in which ids were given"
    )
    self.epoch = epoch
    instance = UInt64(clamping: now.wall)
    let window = configuration.recvWindowNanos + configuration.fenceMarginNanos
    opening = OpeningTime(
      boot: now.boot.saturatingAdd(window), venueNanos: now.wall.saturatingAdd(window))
    if books.lineage == 0 { record(.journalBegan(lineage: instance), into: &effects) }
    if configuration.startsHalted, epoch == 1 { haltFirstStart(at: now, into: &effects) }
    doubtUnanswered(at: now, into: &effects)
    askPermit(at: now, into: &effects)
    askAccount(.start, at: now, into: &effects)
  }

  public mutating func apply(_ fact: ExecutorFact) { books.apply(fact) }

  public func save(into writer: inout SnapshotWriter) { books.write(to: &writer) }

  public mutating func restore(from reader: inout SnapshotReader) throws(RestoreError) {
    books = try ExecutorBooks(account: configuration.account.number, from: &reader)
  }

  public func report(into counters: inout CounterReport) { self.counters.report(into: &counters) }
}

// The turn.
extension OrderExecutor {
  /// Timers are looked at in `conclude`, which follows every `wake`.
  public mutating func wake(at now: Instant, into effects: inout Effects) {}

  public mutating func conclude(at now: Instant, into effects: inout Effects) {
    runTimers(at: now, into: &effects)
    decideQuotes(at: now, into: &effects)
    decideFlattenings(at: now, into: &effects)
    decideIntents(at: now, into: &effects)
    decideProtection(at: now, into: &effects)
    decideOwnerless(at: now, into: &effects)
    decideEnd(at: now, into: &effects)
    judgePermit(at: now, into: &effects)
    judgePrices(at: now, into: &effects)
    reportWorking(into: &effects)
    reportStateChange(at: now, into: &effects)
    wakeBoot = nextDeadline(at: now)
  }

  public var nextWake: Wake { Wake(boot: wakeBoot) }

  /// The earliest time at which something is due although nothing arrives.
  private func nextDeadline(at now: Instant) -> Int64 {
    var next = min(nextPermitBoot, retryBoot, riskCatchUpBoot, lease.nextFall(afterBoot: now.boot))
    if isSuperseded { return max(next, now.boot + 1) }
    next = min(next, reconciliation.nextBoot, reconciliation.gapBoot, deadManDueBoot)
    for flight in flights { next = min(next, flight.nextDeadline) }
    if let since = unpermittedSinceBoot, !isLackOfPermitToldOf {
      next = min(next, since + 2 * lease.lifeNanos)
    }
    for working in books.intents.open where working.end == nil && working.intent.expireNanos > now.wall {
      let left = working.intent.expireNanos.saturatingSubtract(now.wall)
      next = min(next, now.boot.saturatingAdd(left))
    }
    for deadline in entryDeadlines where deadline.boot > now.boot { next = min(next, deadline.boot) }
    for place in targets.indices where !targets[place].isEmpty && !targets[place].isExpired(at: now) {
      next = min(next, targets[place].expiryBoot)
    }
    // Never at once: what is due now has been looked at in this turn.
    return max(next, now.boot + 1)
  }
}

/// The session as last told by the queen.
struct SessionView: Equatable, Sendable {
  var code: SessionCode?
  var epoch: UInt32 = 0
  var revision: UInt64 = 0
  /// Thousandths of real time.
  var speedMilli: Int64 = 1_000

  /// Orders may rest at the venue; what exactly, the permit says.
  var isTrading: Bool { code == .live || code == .degraded }
}

/// What applies to all instruments alike.
struct Standing: Equatable, Sendable {
  var level: PermitLevel
  var granted: PermitLevel?
  var isTrading: Bool
  var isClosing: Bool
  var isQuarantined: Bool
  var isReconciled: Bool
  var isVenueSilent: Bool
  var halts: Int
}
