import ActorKit
import Governance
import Vocabulary
import Wire

/// Leads the session through its states, starts the market clock, watches every member, leases permits to
/// executors and obeys operators. She is never in the path of data or orders: while she is away, trading goes
/// on until the permits run out, and on return she adopts the running colony.
public struct QueenOrchestrator: ActorCore {
  public typealias Fact = QueenFact
  public static let kind = ComponentKind.queen

  public let topics = [Topics.session, Topics.safety, Topics.alarm, Topics.audit]
  let configuration: Configuration

  // Durable.
  var books = QueenBooks()

  // Volatile.
  var epoch: UInt32 = 0
  /// Sorted by number.
  var members: [MemberView]
  /// First market time of a recording, as its source has announced it.
  var firstMarketNanos: Int64?
  /// The state last published, and how often it has changed.
  var published: SessionState?
  var changeCount: UInt64 = 0
  var nextBeatBoot: Int64 = 0
  /// When SHUTDOWN must be over, boot clock.
  var finishBoot = Int64.max
  var isFinished = false
  /// Executors that may not know of every halt latched here: they are told again when they next ask for a
  /// permit.
  var owedHalts: [UInt16] = []
  /// When permits were last granted, by account, boot clock, and when this incarnation began: an earlier one
  /// may have granted just before.
  var grants: [(account: UInt16, boot: Int64)] = []
  var startedBoot: Int64 = 0
  /// Accounts for which two executors with journals of their own have asked: told once.
  var twins: [UInt16] = []
  /// For ids of commands that came without one.
  var madeIds: UInt64 = 0
  var counters = QueenCounters()

  public private(set) var nextWake = Wake.never

  public init(_ configuration: Configuration) {
    self.configuration = configuration
    members = configuration.members.map(MemberView.init)
  }

  enum TopicIndex {
    static let session = 0
    static let safety = 1
    static let alarm = 2
    static let audit = 3
  }

  public var state: ComponentState {
    switch books.state {
    case .startup, .unrecognized: .starting
    case .ready: .ready
    case .live: .live
    case .degraded, .failsafe: .degraded
    case .shutdown: isFinished ? .finished : .stopping
    }
  }

  public mutating func start(epoch: UInt32, at now: Instant, into effects: inout Effects) {
    self.epoch = epoch
    startedBoot = now.boot
    nextBeatBoot = now.boot
    // One grace for everybody to be heard: a queen who has just come back judges nobody by her own absence.
    for index in members.indices { members[index].absentSinceBoot = now.boot }
    // A run goes on after its session has ended: positions and halts are kept, the session is another one.
    // One that was still ending goes on ending.
    if books.isEnded { record(.begun(atNanos: now.wall), into: &effects) }
    if books.state == .shutdown { finishBoot = now.boot + configuration.finishWithinNanos }
    setWake()
  }

  /// Nothing of its own: `conclude`, which follows, looks at every deadline.
  public mutating func wake(at now: Instant, into effects: inout Effects) {}

  public mutating func conclude(at now: Instant, into effects: inout Effects) {
    judgeMembers(at: now, into: &effects)
    advance(at: now, into: &effects)
    finish(at: now, into: &effects)
    publishSession(at: now, into: &effects)
    setWake()
  }

  private mutating func setWake() {
    var boot = min(nextBeatBoot, isFinished ? .max : finishBoot)
    if books.state.isTrading {
      for view in members {
        guard let since = view.absentSinceBoot, !books.lost.contains(view.member.number) else { continue }
        boot = min(boot, since.saturatingAdd(configuration.graceNanos).saturatingAdd(1))
      }
    }
    nextWake = Wake(boot: boot)
  }

  public mutating func apply(_ fact: QueenFact) { books.apply(fact) }

  public func save(into writer: inout SnapshotWriter) { books.write(to: &writer) }

  public mutating func restore(from reader: inout SnapshotReader) throws(RestoreError) {
    books = try QueenBooks(from: &reader)
  }

  public func report(into report: inout CounterReport) { counters.report(into: &report) }
}

// The way from state to state.
extension QueenOrchestrator {
  /// Changes the state and tells it. The state comes first, everything that follows from it after.
  mutating func change(
    to state: SessionCode, because cause: SessionCause, at now: Instant, correlation: Correlation = .none,
    into effects: inout Effects
  ) {
    precondition(books.state.mayBecome(state), "the session cannot go from \(books.state) to \(state)")
    record(
      .stateChanged(state, cause, atNanos: now.wall), correlation: correlation, into: &effects)
    if state == .shutdown { finishBoot = now.boot.saturatingAdd(configuration.finishWithinNanos) }
    publishSession(at: now, into: &effects)
  }

  /// What follows by itself once everybody is well.
  private mutating func advance(at now: Instant, into effects: inout Effects) {
    guard members.allSatisfy(\.isWell) else { return }
    if books.state == .startup, isSourceKnown { change(to: .ready, because: .none, at: now, into: &effects) }
    if books.state == .ready, configuration.goLive == .atOnce, isSourceKnown {
      goLive(because: .none, at: now, into: &effects)
    }
    if books.state == .degraded, books.lost.isEmpty {
      change(to: .live, because: .none, at: now, into: &effects)
    }
  }

  /// The market clock of a recorded session cannot start before its first time is known.
  var isSourceKnown: Bool {
    !configuration.isRecorded || books.clock != nil || firstMarketNanos != nil
  }

  /// Starts the market clock, unless it runs already, and opens trading.
  mutating func goLive(
    because cause: SessionCause, at now: Instant, correlation: Correlation = .none,
    into effects: inout Effects
  ) {
    if books.clock == nil {
      let first = configuration.isRecorded ? firstMarketNanos : now.wall
      guard let first else { preconditionFailure("LIVE without the first time of the recording") }
      let clock = MarketClock(
        marketStartNanos: first, wallStartNanos: now.wall, speedMilli: configuration.speedMilli)
      record(.clockStarted(clock), correlation: correlation, into: &effects)
    }
    change(to: .live, because: cause, at: now, correlation: correlation, into: &effects)
  }

  /// SHUTDOWN is over when every executor has cancelled and confirmed.
  private mutating func finish(at now: Instant, into effects: inout Effects) {
    guard books.state == .shutdown, !isFinished else { return }
    let waiting = configuration.accounts.filter { account in
      let view = members.first { $0.member.number == account.executor }
      return view?.isHeard != true || view?.state != .finished
    }
    guard waiting.isEmpty || now.boot >= finishBoot else { return }
    isFinished = true
    record(.ended(atNanos: now.wall), into: &effects)
    for account in waiting {
      raise(
        .reconciliationDifference, .critical, account: account.number,
        "The executor of account \(account.number) has not confirmed the end within "
          + "\(configuration.finishWithinNanos / .nanosPerSecond) s. "
          + "Orders may be open at the venue: look there.",
        into: &effects)
    }
  }
}
