import ActorKit
import Trading
import Vocabulary
import Wire

/// Who lets this executor trade, and what keeps it from it. Volatile: asked for anew after a restart.
struct Authority: Sendable {
  var session = SessionView()
  var lease: PermitLease
  /// When to ask for the next permit, boot clock.
  var nextPermitBoot: Int64 = 0
  /// Since when the session trades and we may not, though nobody forbade it, boot clock; nil when that is
  /// not so.
  private var unpermittedSinceBoot: Int64?
  private var isLackOfPermitToldOf = false
  /// Why the books cannot be trusted; nil when they can. Ends with a restart whose reconciliation agrees.
  var quarantine: String?
  /// A younger executor trades for the account: nothing more is said to the venue, which would only confuse
  /// whose reports go where.
  var isSuperseded = false
  /// The journal cannot be trusted or written: only what ends things goes on.
  var isJournalImpaired = false
  var isVenueSilent = false
  /// Told to stop by a command in this incarnation; the books know of those before.
  var isStopping = false
  /// Nothing works but what protects, and the venue has confirmed it.
  var isFinished = false

  /// A question that found no link is put again after this.
  static let reconnectNanos: Int64 = 20 * .nanosPerMilli

  init(_ configuration: OrderExecutor.Configuration) {
    lease = PermitLease(assumedLifeNanos: configuration.assumedPermitLifeNanos)
  }

  /// When a lack of permit is worth an alarm, boot clock.
  var lackDueBoot: Int64 {
    guard let since = unpermittedSinceBoot, !isLackOfPermitToldOf else { return .max }
    return since + 2 * lease.lifeNanos
  }

  /// The host decides which epoch of a publisher is believed, and may go back to a lower one.
  mutating func forgetSessionEpoch() { (session.epoch, session.revision) = (0, 0) }

  /// Whether the lack of a permit is to be told of now.
  mutating func noteLack(_ isLacking: Bool, at now: Instant) -> Bool {
    guard isLacking else {
      unpermittedSinceBoot = nil
      isLackOfPermitToldOf = false
      return false
    }
    if unpermittedSinceBoot == nil { unpermittedSinceBoot = now.boot }
    guard lackDueBoot <= now.boot else { return false }
    isLackOfPermitToldOf = true
    return true
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

// What the queen says.
extension Situation {
  mutating func take(_ state: SessionState, at now: Instant, into effects: inout Effects) {
    let (epoch, revision) = (state.envelope.epoch, state.revision)
    guard Revision.isPossible(revision, in: epoch) else { return refuse(.malformed) }
    let known = authority.session
    guard (epoch, revision) >= (known.epoch, known.revision) else { return refuse(.oldRevision) }
    authority.session.epoch = epoch
    authority.session.revision = revision
    // A session begins only when the one before is over: an order to end that an earlier incarnation was
    // given was for that one.
    if state.state == .startup, books.isStopOrdered, !authority.isStopping {
      record(.stopReleased(atNanos: now.wall), into: &effects)
    }
    if state.speedMilli > 0 { authority.session.speedMilli = Int64(state.speedMilli) }
    // The end of a session is final, whoever says otherwise afterwards.
    if authority.session.code != .shutdown { authority.session.code = state.state }
  }

  mutating func take(
    _ permit: Permit, by holder: Incarnation, at now: Instant, into effects: inout Effects
  ) {
    guard permit.act == .grant, permit.component == configuration.component,
      permit.account == configuration.account.number, permit.holderEpoch == holder.epoch,
      permit.instance ?? holder.instance == holder.instance,
      permit.askedBootNanos > 0, permit.askedBootNanos <= now.boot, permit.level != .unrecognized,
      (1...PermitLease.longestLifeNanos).contains(permit.lifeNanos)
    else { return refuse(.permit) }
    guard authority.lease.level == nil || permit.askedBootNanos >= authority.lease.askedBoot else {
      return refuse(.permit)
    }
    authority.lease.level = permit.level
    authority.lease.askedBoot = permit.askedBootNanos
    authority.lease.lifeNanos = permit.lifeNanos
    let taken = TakenPermit(
      level: permit.level, askedNanos: now.wall - (now.boot - permit.askedBootNanos),
      askedBootNanos: permit.askedBootNanos, lifeNanos: permit.lifeNanos)
    record(.permitTaken(taken), into: &effects)
    authority.nextPermitBoot = min(authority.nextPermitBoot, now.boot + authority.lease.askEveryNanos)
  }

  mutating func askPermit(as holder: Incarnation, at now: Instant, into effects: inout Effects) {
    authority.nextPermitBoot = now.boot + authority.lease.askEveryNanos
    let request = Permit(
      envelope: Envelope(origin: 0), act: .request, component: configuration.component,
      account: configuration.account.number, holderEpoch: holder.epoch, level: permit(at: now),
      askedBootNanos: now.boot, lifeNanos: authority.lease.lifeNanos,
      sessionRevision: authority.session.revision, instance: holder.instance, lineage: books.lineage)
    effects.send(to: .link(component: configuration.queenComponent)) { request.encode(into: &$0) }
  }

  /// An executor that may not trade while the session does, for twice a permit's life, says so: nobody else
  /// would notice.
  mutating func judgePermit(at now: Instant, into effects: inout Effects) {
    // An order to end from before the last restart, while the session goes on: nobody else would notice.
    let isLeftOut = books.isStopOrdered && !authority.isStopping
    let isForbidden = authority.lease.level == .cancel || isClosing && !isLeftOut || authority.isSuperseded
    let isMute = isLeftOut || permit(at: now) == .cancel
    guard authority.noteLack(authority.session.isTrading && !isForbidden && isMute, at: now) else { return }
    alarm(
      .noPermit, .critical,
      isLeftOut
        ? "the session trades, and this executor was told to end while the queen was gone: `waggle resume` "
          + "lets it trade again"
        : "the session trades and the queen gives this executor no permit: is she there, or is there another "
          + "executor for account \(books.account)?",
      into: &effects)
  }

  /// The books cannot be trusted: nothing new until a restart whose reconciliation agrees.
  mutating func quarantine(
    _ why: String, code: AlarmCode = .reconciliationDifference, instrument: UInt32? = nil,
    into effects: inout Effects
  ) {
    guard authority.quarantine == nil else { return }
    authority.quarantine = why
    alarm(code, .critical, instrument: instrument, why, into: &effects)
  }

  var state: ComponentState {
    if authority.quarantine != nil { return .quarantined }
    if authority.isFinished { return .finished }
    if isClosing { return .stopping }
    if !agreement.isComplete { return .starting }
    let isKeptOut = books.cut != nil || !venue.missing.isEmpty
    if authority.isVenueSilent || authority.session.isTrading && isKeptOut { return .degraded }
    return authority.session.isTrading ? .live : .ready
  }
}

/// Which process this is: its epoch, and when it began, wall clock, which tells it from another of the same
/// epoch with a journal of its own.
struct Incarnation: Equatable, Sendable {
  var epoch: UInt32 = 0
  var instance: UInt64 = 0
}
