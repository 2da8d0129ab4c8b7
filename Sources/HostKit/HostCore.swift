import ActorKit
import Records
import Telemetry
import Wire

/// The host of one core, without I/O: sessions, streams and their repair, routes, liveness, the control port,
/// priorities and what a turn leads to. A driver gives it arrivals and times and carries out its effects.
///
/// A turn: `beginTurn`, any number of `take…`, `endTurn`; then the driver executes `outgoing.effects` in
/// order and reports what did not leave (`noteRefused`), which is the first arrival of the next turn. Ways
/// are taken in by priority: links and the control port, topics other than market data, timers, market data,
/// the device. See docs/ARCHITECTURE.md, section 5.
package struct HostCore<Core: ActorCore>: ~Copyable {
  package let identity: HostIdentity
  package let wiring: Wiring
  package internal(set) var journal: JournalStanding

  /// What the core wants done; its arenas hold the turn's facts and the core's frames.
  package internal(set) var effects = Effects()
  package internal(set) var outgoing = Outgoing()
  /// The turn as the journal is to keep it.
  package internal(set) var record = TurnRecord()
  var waitingFacts = WaitingFacts()

  var sessions: [SessionSlot]
  var routes = RouteTable()
  var streams: StreamTable
  var publications: Publications
  var replays = ReplayQueue()
  var alarms = AlarmMemory()
  var safety = AlarmMemory()
  var admission: OutboxAdmission
  let crashMarks: any CrashMarks

  var clock = HostClock()
  var clockCheck = MarketClockCheck()
  var timers = HostTimers()
  var sessionEnd = SessionEnd()
  var progress = TurnProgress()
  package internal(set) var device: DeviceStanding
  package internal(set) var statistics = HostStatistics()
  /// Everything that is given to this host, for a rerun, once that is wanted (`keepInputs`).
  package internal(set) var kept = KeptInputs()

  /// Last, because its size is not known here: what lies before it is found without asking the type.
  package var core: Core

  /// Inputs taken in per turn and way. More wait for the next turn, so that none starves another.
  package static var batchLimit: Int { 256 }

  /// Nor are more taken in when the turn already sends so many bytes: answers may be many times as long as
  /// what asks for them, and the arenas have bounds.
  package static var bytesLimit: Int { 8 << 20 }

  /// Whether the turn may take in more.
  package var hasRoom: Bool {
    effects.frames.count < Self.bytesLimit && outgoing.frames.count < Self.bytesLimit
  }

  /// Whether it may take in another frame of a way after so many messages of it: one may hold several.
  package func hasRoom(after taken: Int) -> Bool {
    taken + FramePack.maxMessages <= Self.batchLimit && hasRoom
  }

  /// A host around a core that has its state back; the first turn is `start`.
  package init(
    _ identity: HostIdentity, _ wiring: Wiring, core: consuming Core, journal: JournalStanding,
    recovered: HostState, crashMarks: any CrashMarks, device: DeviceStanding = DeviceStanding(),
    atBootNanos now: Int64
  ) {
    self.identity = identity
    self.wiring = wiring
    self.journal = journal
    self.crashMarks = crashMarks
    self.device = device
    publications = Publications(core: core.topics, component: identity.number)
    self.core = core
    sessions = SessionSlot.make(wiring, recovered, tracked: Core.trackedEvents, atBootNanos: now)
    streams = StreamTable(wiring)
    let lastKey = max(UInt64(journal.epoch) << 31, sessions.compactMap(\.endpoint.lastKey).max() ?? 0)
    admission = OutboxAdmission(lastKey: Canary.isSinging(.outboxKeyReused) ? 0 : lastKey)
  }

  /// Its topics, in the order of their indices.
  package var topicNames: [Topic] { publications.topics }

  /// Holes in streams that were noticed in this life. For who watches a host.
  package var streamGaps: Int64 { statistics.streamGaps }

  /// How far a peer's events were taken in; nil for a component without a session. For who watches a host.
  package func progress(of peer: UInt16) -> SessionEndpoint.Progress? {
    sessions.first { $0.peer == peer }?.endpoint.progress
  }

  /// The caller behind a handle, unless it has given way.
  package func caller(_ handle: UInt32) -> RouteTable.Route? { routes.route(handle) }

  var now: Instant { progress.now }
}

// MARK: - A turn

extension HostCore {
  /// The first turn: everything is asked for, the core starts. The effects are to be carried out as after
  /// any.
  package mutating func start(bootNanos: Int64, wallNanos: Int64) {
    kept.start(boot: bootNanos, wall: wallNanos)
    open(bootNanos, wallNanos)
    outgoing.log(.info, "start", "epoch \(journal.epoch), journal row \(journal.lastRow)")
    streams.expect(wiring, atBootNanos: now.boot)
    core.start(epoch: journal.epoch, at: now, into: &effects)
    if let why = journal.impairment { tellImpaired(why) }
    if journal.cutTurns > 0 {
      core.receive(.journalCut(turns: journal.cutTurns), at: now, into: &effects)
    }
    if device.isAttached {
      core.receive(.sourceReady(firstMarketNanos: device.firstMarketNanos), at: now, into: &effects)
    }
    finishTurn()
  }

  /// Opens a turn, and gives the core what the last one has led to.
  package mutating func beginTurn(bootNanos: Int64, wallNanos: Int64) {
    kept.begin(boot: bootNanos, wall: wallNanos)
    open(bootNanos, wallNanos)
    // To empty an array that is looked at takes new memory.
    guard !progress.news.isEmpty else { return }
    let news = progress.news
    progress.news.removeAll(keepingCapacity: true)
    for event in news { core.receive(event, at: now, into: &effects) }
  }

  private mutating func open(_ bootNanos: Int64, _ wallNanos: Int64) {
    effects.reset()
    outgoing.reset()
    progress.now = clock.instant(boot: bootNanos, wall: wallNanos)
    progress.hasMinded = false
    progress.owesTurn = false
  }

  /// Timers come after everything that frees or protects money, and before market data.
  mutating func mindTimers() {
    guard !progress.hasMinded else { return }
    progress.hasMinded = true
    for event in streams.liveness.check(at: now.boot) {
      outgoing.log(.warning, "peer", "\(event)")
      core.receive(event, at: now, into: &effects)
    }
    if core.nextWake.isDue(at: now) { core.wake(at: now, into: &effects) }
  }

  /// Closes the turn: decide, and put in order what follows. `hasReadAll` tells that the sockets of the
  /// streams are empty, so that what their publishers have counted and we have not must be missing.
  package mutating func endTurn(hasReadAll: Bool) {
    kept.end(hasReadAll: hasReadAll)
    mindTimers()
    if hasReadAll { confirmSequences() }
    core.conclude(at: now, into: &effects)
    finishTurn()
  }

  /// The last turn of all: nothing is decided, but everything that waited for company is stored.
  package mutating func lastTurn(bootNanos: Int64, wallNanos: Int64) {
    kept.last(boot: bootNanos, wall: wallNanos)
    open(bootNanos, wallNanos)
    progress.hasMinded = true
    prepareRecord(isLast: true)
    saveSnapshot()
    outgoing.add(.writeStatistics)
    keepHash()
  }

  /// What leaves, and in which order: the turn's record; calls, which carry orders and cancels; answers;
  /// acknowledgements, reports and targets in sessions, those of one session together; publications; and the
  /// record of what nothing that leaves has to wait for.
  private mutating func finishTurn() {
    if Canary.isSinging(.acknowledgeBeforeCommit) {
      // What is sent from here on leaves before the record.
      outgoing.passRecord(hasRecord: false)
      acknowledge()
      sendHeld()
    }
    prepareRecord(isLast: false)
    outgoing.add(.pass(.afterCommit))
    sendCalls()
    outgoing.releaseEarly()
    acknowledge()
    sendAnswers()
    runSessions()
    sendHeld()
    sendPublications()
    outgoing.add(.pass(.afterSend))
    answerReplay()
    runTimers()
    storeWaitingFacts()
    if let reason = effects.stopReason { outgoing.add(.stop(reason: reason)) }
    keepHash()
  }

  private mutating func keepHash() {
    if kept.isOn { kept.hash(turnHash()) }
  }

  /// When the next turn is due although nothing arrives, boot clock.
  package mutating func nextTurnBootNanos(bootNanos: Int64, wallNanos: Int64) -> Int64 {
    kept.clocks(boot: bootNanos, wall: wallNanos)
    let now = clock.instant(boot: bootNanos, wall: wallNanos)
    if progress.owesTurn || !progress.news.isEmpty { return now.boot }
    return min(clock.bootNanos(of: core.nextWake, at: now), dutiesBootNanos)
  }

  /// A device's wish on the boot clock; the present when it is due.
  package mutating func bootNanos(of wake: Wake, bootNanos: Int64, wallNanos: Int64) -> Int64 {
    kept.clocks(boot: bootNanos, wall: wallNanos)
    let now = clock.instant(boot: bootNanos, wall: wallNanos)
    return wake.isDue(at: now) ? now.boot : clock.bootNanos(of: wake, at: now)
  }

  /// The turn's time, by all clocks.
  package var turnTime: Instant { progress.now }

  /// Stamps what only the driver knows: when the frame leaves, wall clock.
  package mutating func stampSent(_ transmission: Transmission, wallNanos: Int64) {
    if case .pack(let first, let count) = transmission.concern {
      for message in outgoing.packed[first..<first + count] { stampSent(message, wallNanos: wallNanos) }
      return
    }
    switch transmission.arena {
    case .core: effects.frames.stampSent(frameAt: transmission.offset, sent: wallNanos)
    case .host: outgoing.frames.stampSent(frameAt: transmission.offset, sent: wallNanos)
    }
  }

  /// How long the turn took, told by the driver when everything is carried out.
  package mutating func noteTurn(nanos: Int64) {
    kept.took(nanos: nanos)
    crashMarks.clear()
    statistics.countTurn(nanos: nanos)
  }

  /// Has the state saved more often, or more seldom, than a process does by itself.
  package mutating func saveSnapshots(everyRows count: Int64) { timers.snapshotRows = count }

  /// The process as it stands, before a turn that will tell of it.
  package mutating func note(usage: ProcessFigures?) {
    kept.usage(usage)
    progress.usage = usage
  }

  /// The device as it stands, before a turn that may tell of it.
  package mutating func note(device counters: CounterReport) {
    kept.counters(counters)
    device.counters = counters
  }

  /// Whether the next turn tells of the process without being asked.
  package func needsUsage(atBootNanos now: Int64) -> Bool { now >= timers.heartbeat }
}
