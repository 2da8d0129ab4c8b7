import ActorKit
import HostKit
import JournalStore
import Platform
import Records
import Telemetry
import Wire
import ZeroMQ

/// Drives a host as one process: one thread, one loop, every socket its own.
///
/// A turn: wait, hand a bounded batch of what has arrived to the host in order of priority, carry out what it
/// wants done in its order. Nothing leaves before the record behind it is stored. See docs/ARCHITECTURE.md,
/// section 5.
public struct Reactor<Core: ActorCore>: ~Copyable {
  let configuration: HostConfiguration
  var journal: HostJournal<SQLiteJournalStore>
  var device: (any Device)?
  var hasDeviceEnded = false
  let sockets: HostSockets
  var watch: HostWatch
  var log: ComponentLog
  let stop: StopSignals
  let crashMark: CrashMarkFile
  let statisticsFile: StatisticsFile
  var isStopping = false
  /// What found no way out in the present turn, and which ways are blocked for the rest of it.
  var refused = RefusedTransmissions()
  /// Whether the journal's state of the host has still to follow the stored turn.
  var owesFollowing = false
  /// Rows that the host has asked for.
  var reading: JournalReading?
  /// Where what is given to the host is kept; nil when nobody wants that.
  var arrivals: ArrivalsFile?
  /// Last, because its size depends on the core: what lies before it is found without asking the type.
  var host: HostCore<Core>

  /// This incarnation, above all earlier ones.
  public var epoch: UInt32 { journal.epoch }
  public var core: Core { host.core }
  public var statistics: HostStatistics { host.statistics }

  /// Opens sockets and journal and recovers the core's state. Throws what the environment refuses.
  public init(
    _ configuration: HostConfiguration, core: consuming Core, device: (any Device)? = nil,
    stop: consuming StopSignals
  ) throws(HostError) {
    CrashPoints.arm(configuration.name)
    var recovered = core
    let canDoWithout = Core.runsWithoutJournal
    var journal = try JournalOpening.run(&recovered, configuration)
    let log = try ComponentLog(configuration, canDoWithout: canDoWithout)
    let crashMark = try CrashMarkFile.make(in: configuration, canDoWithout: canDoWithout)
    if journal.standing.isStored { crashMark.keepLineage(journal.lineage) }
    crashMark.keep(epoch: journal.epoch, isOnlyHere: !journal.standing.isStored)
    Self.tellCut(&journal, log, crashMark)
    if canDoWithout, crashMark.recentTraps >= CrashMarkFile.fatalTraps {
      journal.impair(
        why: "\(configuration.name) crashed \(CrashMarkFile.fatalTraps) times within a minute; see"
          + " \(configuration.name).out, mend the cause, and start it again a minute later")
    }
    let watch = try HostWatch(linkCount: configuration.wiring.links.count)
    let sockets = try HostSockets(configuration, epoch: journal.epoch)
    let bootNanos = Clock.bootNanos()
    host = HostCore(
      configuration.identity, configuration.wiring, core: recovered, journal: journal.standing,
      recovered: journal.state, crashMarks: crashMark,
      device: device.map { DeviceStanding(firstMarketNanos: $0.firstMarketNanos) } ?? DeviceStanding(),
      atBootNanos: bootNanos)
    self.watch = watch
    statisticsFile = StatisticsFile(
      path: "\(configuration.runFolder)/\(configuration.name).\(journal.epoch).stats.json")
    self.configuration = configuration
    self.stop = stop
    self.log = log
    self.journal = journal
    self.device = device
    self.crashMark = crashMark
    self.sockets = sockets
    beginKeeping(atBootNanos: bootNanos)
    CrashPoints.reach(.afterRecovery)
  }

  /// Every cut is told. One of which the world may know is told to a core that places orders, in this
  /// incarnation and those after it, until it has made it good.
  private static func tellCut(
    _ journal: inout HostJournal<SQLiteJournalStore>, _ log: ComponentLog, _ crashMark: CrashMarkFile
  ) {
    if let found = journal.found, !found.isClean {
      log.write(.warning, "journal", "\(journal.path): \(found)")
      if Core.runsWithoutJournal, found.mayHaveBeenTold {
        crashMark.keepCut(turns: UInt32(clamping: max(found.cutTurns, Int(crashMark.cutTurns), 1)))
      }
    }
    guard Core.runsWithoutJournal, crashMark.cutTurns > 0 else { return }
    journal.cutTurns = crashMark.cutTurns
    log.write(
      .warning, "journal",
      "at least \(journal.cutTurns) turns may be missing at its end: nothing is opened before the venue has"
        + " told what they did")
  }

  /// Only once the turn is stored in which the core has done so.
  private mutating func forgetCut() {
    // Without a file nothing says that it was made good.
    guard journal.cutTurns > 0, journal.standing.isStored, host.core.hasMadeGoodTheCut else { return }
    log.write(.info, "journal", "the \(journal.cutTurns) turns that were cut off are made good")
    journal.cutTurns = 0
    crashMark.keepCut(turns: 0)
  }

  /// For a program that runs one reactor: has its traps noted for the next incarnation.
  package func noteTraps() { crashMark.noteTraps() }
}

// MARK: - The loop

extension Reactor {
  /// Turns until asked to stop by a signal or by the core; then saves, closes and returns.
  public mutating func run() throws(HostError) {
    var mail = Mail()
    watch.add(sockets, stop)
    noteFigures()
    host.start(bootNanos: Clock.bootNanos(), wallNanos: Clock.wallNanos())
    try carryOut()
    keepTurn()
    while !isStopping {
      wait()
      try turn(&mail)
    }
    noteFigures()
    host.lastTurn(bootNanos: Clock.bootNanos(), wallNanos: Clock.wallNanos())
    try carryOut()
    keepTurn()
    finishKeeping()
    try close()
  }

  /// Sleeps until something arrives or is due.
  private mutating func wait() {
    let (boot, wall) = (Clock.bootNanos(), Clock.wallNanos())
    var deadline = host.nextTurnBootNanos(bootNanos: boot, wallNanos: wall)
    if host.device.isAttached, !hasDeviceEnded, let device {
      let due = host.bootNanos(of: device.nextWake, bootNanos: boot, wallNanos: wall)
      deadline = min(deadline, due)
      watch.follow(device.descriptors, sockets, stop)
    }
    watch.wait(untilBootNanos: deadline, now: boot)
  }

  /// Only what the poller has found ready is read: asking an empty socket costs ZeroMQ two system calls.
  private mutating func turn(_ mail: inout Mail) throws(HostError) {
    let start = Clock.bootNanos()
    if host.needsUsage(atBootNanos: start) { noteFigures() }
    if watch.isReady(.control) { noteDevice() }
    host.beginTurn(bootNanos: start, wallNanos: Clock.wallNanos())
    if let reading {
      host.takeRows(reading.rows, trouble: reading.trouble)
      self.reading = nil
    }
    while watch.isReady(.stop), let signal = stop.next() {
      log.write(.info, "signal", "signal \(signal): stopping")
      isStopping = true
    }
    // Priority: what comes over links and sessions (fills, commands, permits) before streams, timers before
    // market data.
    for index in sockets.links.indices where watch.isReady(.link(index)) { drainLink(index, &mail) }
    if watch.isReady(.control) { drainControl(&mail) }
    CrashPoints.reach(.afterReceive)
    if watch.isReady(.other) { _ = drainStream(isMarket: false, &mail) }
    let hasReadAll = !watch.isReady(.market) || drainStream(isMarket: true, &mail)
    try drainDevice(&mail)
    host.endTurn(hasReadAll: hasReadAll)
    try carryOut()
    forgetCut()
    host.noteTurn(nanos: Clock.bootNanos() - start)
    keepTurn()
  }

  /// The process as it stands, for a turn that tells of it. To read this from the kernel takes tens of
  /// microseconds, so it is done for each beat and not for each request, among which orders are: who asks for
  /// figures gets those of the last beat.
  private mutating func noteFigures() {
    host.note(usage: ProcessFigures.own())
    noteDevice()
  }

  private mutating func noteDevice() {
    guard host.device.isAttached, let device else { return }
    var counters = CounterReport()
    device.report(into: &counters)
    host.note(device: counters)
  }

  private mutating func close() throws(HostError) {
    log.write(.info, "end", "stopped as asked, journal row \(host.journal.lastRow)")
    guard journal.isImpaired else { return }
    do throws(JournalError) { try journal.close() } catch { throw journalFailed(error) }
  }
}
