import ActorKit
import HostKit
import Journal
import Platform
import Telemetry
import Wire
import ZeroMQ

/// Runs one core as a process: one thread, one loop, every socket its own.
///
/// A turn: wait, drain a bounded batch in order of priority, let the core conclude, commit the journal,
/// acknowledge, send. Nothing leaves before the facts behind it are journaled. See docs/ARCHITECTURE.md,
/// section 3.
public struct Reactor<Core: ActorCore, Source: InputSource>: ~Copyable {
  let configuration: HostConfiguration
  public internal(set) var core: Core
  var source: Source
  var journal: HostJournal

  /// This incarnation, above all earlier ones.
  public var epoch: UInt32 { journal.epoch }

  var effects = Effects()
  var clock = HostClock()
  var clockCheck = MarketClockCheck()

  let sockets: HostSockets
  var sessions: [SessionSlot]
  var routes = RouteTable()
  var receivers: [StreamReceiver]
  var liveness: Liveness
  var snapshotRequests = SnapshotRequests()

  /// Core topics first, then the host's own.
  let topics: [Topic]
  var topicSequences: [UInt64]
  var topicsChanged: [Bool]
  let hostTopics: HostTopics
  /// Frames the host itself sends.
  var hostFrames = FrameWriter(capacity: 1 << 14)

  public internal(set) var statistics = HostStatistics()
  var log: ComponentLog
  let stop: StopSignals
  let timer: TimerFD
  var crashMark: CrashMarkFile
  let statisticsFile: StatisticsFile
  var timers = HostTimers()
  var sessionEnd = SessionEnd()
  var isStopping = false
  var sourceState = SourceState.none
  /// Messages the source has given this incarnation.
  var sourceCount: UInt64 = 0
  /// Events for the core that arose while sending; handed over in the next turn.
  var pendingEvents: [LinkEvent] = []
  /// What the turn's durable sendings are called in the journal's outbox, in their order; nil for those that
  /// found no room.
  var outboxKeys: [UInt64?] = []
  /// The newest key. It rises for the life of the journal: each epoch begins above all earlier ones.
  var lastOutboxKey: UInt64
  /// Whether the core has news that it has not concluded on.
  var owesTurn = false
  /// Who waits for journal rows.
  var replays = ReplayQueue()

  /// Inputs taken in per turn and link. More wait for the next turn, so that no link starves another.
  static var batchLimit: Int { 256 }

  /// Nor are more taken in when the turn already sends so many bytes: answers may be many times as long as
  /// what asks for them, and the arena has a bound.
  static var bytesLimit: Int { 8 << 20 }

  var hasRoom: Bool { effects.frames.count < Self.bytesLimit }

  enum SourceState { case none, waiting, reading, ended }

  /// Opens sockets and journal and recovers the core's state. Throws what the environment refuses.
  public init(
    _ configuration: HostConfiguration, core: consuming Core, source: consuming Source,
    hasSource: Bool, stop: consuming StopSignals
  ) throws(HostError) {
    CrashPoints.arm(configuration.name)
    var recovered = core
    let canDoWithout = Core.runsWithoutJournal
    var journal = try Recovery.run(&recovered, configuration)
    let log = try ComponentLog(configuration, canDoWithout: canDoWithout)
    let crashMark = try CrashMarkFile.make(in: configuration, canDoWithout: canDoWithout)
    if journal.isStored {
      crashMark.keepLineage(journal.lineage)
    } else {
      crashMark.keepUnjournaled(epoch: journal.epoch)
    }
    if canDoWithout, crashMark.recentTraps >= CrashMarkFile.fatalTraps {
      journal.impair(
        why: "\(configuration.name) crashed \(CrashMarkFile.fatalTraps) times within a minute; see"
          + " \(configuration.name).out, mend the cause, and start it again a minute later")
    }
    let timer = try Self.makeTimer()
    let sessions = try SessionSlot.make(configuration, &journal, canDoWithout: canDoWithout)
    let sockets = try HostSockets(configuration, epoch: journal.epoch)
    self.configuration = configuration
    self.stop = stop
    self.log = log
    let epoch = journal.epoch
    statisticsFile = StatisticsFile(
      path: "\(configuration.runFolder)/\(configuration.name).\(epoch).stats.json")
    self.journal = journal
    self.core = recovered
    self.source = source
    self.crashMark = crashMark
    self.timer = timer
    self.sockets = sockets
    self.sessions = sessions
    for index in self.sessions.indices { self.sessions[index].endpoint.tracked = Core.trackedEvents }
    sourceState = hasSource ? .waiting : .none
    hostTopics = HostTopics(beside: recovered.topics)
    topics = recovered.topics + hostTopics.names(component: configuration.number)
    topicSequences = Array(repeating: 0, count: topics.count)
    topicsChanged = Array(repeating: false, count: topics.count)
    let linked = configuration.links.map(\.component)
    receivers = configuration.subscriptions.map {
      StreamReceiver(publisher: $0.component, canAsk: linked.contains($0.component))
    }
    liveness = Liveness(watching: configuration.subscriptions.map(\.component))
    lastOutboxKey = max(UInt64(epoch) << 31, sessions.compactMap(\.endpoint.lastKey).max() ?? 0)
    CrashPoints.reach(.afterRecovery)
  }

  /// For a program that runs one reactor: has its traps noted for the next incarnation.
  package mutating func noteTraps() { crashMark.noteTraps() }

  private static func makeTimer() throws(HostError) -> TimerFD {
    do throws(Platform.SystemError) { return try TimerFD() } catch { throw .system(error) }
  }
}

// MARK: - The loop

extension Reactor {
  /// Turns until asked to stop by a signal or by the core; then saves, closes and returns.
  public mutating func run() throws(HostError) {
    var head = Message()
    var body = Message()
    var sourceFrames = FrameWriter(capacity: FrameWriter.maxFrame)
    var poller = makePoller()
    let start = clock.now()
    log.info("start", "epoch \(journal.epoch), journal row \(journal.lastSequence)")
    expectTopics(at: start)
    core.start(epoch: journal.epoch, at: start, into: &effects)
    if let why = journal.impairment { tellImpaired(why, at: start) }
    if sourceState == .waiting {
      core.receive(.sourceReady(firstMarketNanos: source.firstMarketNanos), at: start, into: &effects)
    }
    try finishTurn(at: start)
    while !isStopping {
      wait(&poller)
      try turn(poller, &head, &body, &sourceFrames)
    }
    try close()
  }

  /// Places in the poller; the links come first.
  private var controlPlace: Int { sockets.links.count }
  private var otherPlace: Int { sockets.links.count + 1 }
  private var marketPlace: Int { sockets.links.count + 2 }
  private var timerPlace: Int { sockets.links.count + 3 }
  private var stopPlace: Int { sockets.links.count + 4 }

  private func makePoller() -> Poller {
    var poller = Poller(capacity: 8 + sockets.links.count)
    for link in sockets.links { _ = poller.add(link.socket) }
    _ = poller.add(sockets.control)
    _ = poller.add(sockets.otherStream)
    _ = poller.add(sockets.marketStream)
    _ = poller.add(fileDescriptor: timer.fileDescriptor)
    _ = poller.add(fileDescriptor: stop.fileDescriptor)
    return poller
  }

  /// Sleeps until something arrives or is due. The timer has nanoseconds; the poll's own time-out only whole
  /// ones of a millisecond.
  private mutating func wait(_ poller: inout Poller) {
    let now = clock.now()
    let deadline = min(clock.bootNanos(of: core.nextWake, at: now), hostDeadline(at: now))
    if deadline <= now.boot || owesTurn {
      owesTurn = false
      _ = poller.wait(untilBootNanos: now.boot)
    } else {
      timer.set(deadlineBootNanos: deadline)
      _ = poller.wait(untilBootNanos: .max)
      if poller.isReady(timerPlace) { _ = timer.drain() }
    }
  }

  /// Only what the poller has found ready is read: asking an empty socket costs ZeroMQ two system calls.
  private mutating func turn(
    _ poller: borrowing Poller, _ head: inout Message, _ body: inout Message,
    _ sourceFrames: inout FrameWriter
  ) throws(HostError) {
    var now = clock.now()
    while poller.isReady(stopPlace), let signal = stop.next() {
      log.info("signal", "signal \(signal): stopping")
      isStopping = true
    }
    takePendingEvents(at: now)
    // Priority: what comes over links and sessions (fills, commands, permits) before streams, timers before
    // market data (`ActorKit.Priority`).
    for index in sockets.links.indices where poller.isReady(index) { drainLink(index, &body, at: now) }
    if poller.isReady(controlPlace) { drainControl(&head, &body, at: now) }
    CrashPoints.reach(.afterReceive)
    if poller.isReady(otherPlace) { _ = drainStream(.other, &head, &body, at: now) }
    // The market clock may have been started, stopped or changed by what was taken in.
    now = clock.adjusted(now)
    takeMissedBeats(at: now)
    if core.nextWake.isDue(at: now) { core.wake(at: now, into: &effects) }
    let isCurrent = !poller.isReady(marketPlace) || drainStream(.market, &head, &body, at: now)
    if isCurrent { confirmSequences(at: now) }
    try drainSource(&sourceFrames, at: now)
    core.conclude(at: now, into: &effects)
    try finishTurn(at: now)
    crashMark.clear()
    statistics.countTurn(nanos: Clock.bootNanos() - now.boot)
  }

  /// Commits, acknowledges, sends, and does what time has made due.
  mutating func finishTurn(at now: Instant) throws(HostError) {
    try commit(at: now)
    CrashPoints.reach(.afterCommit)
    acknowledge(at: now)
    CrashPoints.reach(.afterAcknowledge)
    performEffects(at: now)
    CrashPoints.reach(.afterSend)
    answerReplay(at: now)
    try runTimers(at: now)
    if let reason = effects.stopReason {
      log.info("stop", reason)
      isStopping = true
    }
    effects.reset()
  }

  private mutating func close() throws(HostError) {
    let now = clock.now()
    try commit(at: now, isLast: true)
    try saveSnapshot(at: now)
    writeStatistics(at: now)
    log.info("end", "stopped as asked, journal row \(journal.lastSequence)")
    guard journal.isImpaired else { return }
    do throws(JournalError) { try journal.close() } catch { throw journalFailed(error) }
  }
}
