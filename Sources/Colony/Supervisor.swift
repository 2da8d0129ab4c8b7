import HostKit
import Platform
import Topology
import Wire
import ZeroMQ

/// Runs the components of one host as child processes: starts them, restarts what dies, stops all in good
/// order.
///
/// One thread in one poll set: signals, SIGCHLD among them, and the colony's status. It commands nothing but
/// `stop`, and nobody but the components it has started or adopted; it never kills what still ends by itself.
///
/// Children lead process groups of their own, so that Ctrl-C at the terminal reaches only the supervisor. A
/// supervisor that is itself killed (SIGKILL) leaves them running: the session goes on, `waggle stop` and
/// `waggle halt` reach it, `waggle status` names them, `waggle run --resume` takes them over, and when the
/// session has ended they end by themselves.
public final class Supervisor {
  /// How far the run has come.
  enum Phase {
    case running
    /// `stop` has been sent to the queen.
    case asking(ControlClient, untilBootNanos: Int64)
    /// She has taken it.
    case finishing(untilBootNanos: Int64)
    /// She does not answer: `stop` has been sent to the executors.
    case askingExecutors([ControlClient], untilBootNanos: Int64)
    /// SIGTERM has been sent to all.
    case ending(killAtBootNanos: Int64)
    /// SIGKILL has been sent to those that were left.
    case killing(untilBootNanos: Int64)
  }

  /// Between two looks at everything, when nothing wakes the loop.
  static let tickNanos: Int64 = 100_000_000
  static let askingTickNanos: Int64 = 20_000_000

  let configuration: SupervisorConfiguration
  let signals: SignalSource
  let status: SupervisorStatus
  let children: [SupervisorChild]
  let registry: ColonyRegistry
  /// What the registry says of this run.
  var entry: LivingColony
  var progress: SupervisorProgress
  var record: SupervisorRecord
  var phase = Phase.running
  /// The first thing that went wrong.
  var failure: (exitCode: Int32, message: String)?
  let startedBootNanos: Int64
  var liveBootNanos: Int64?
  var lastSession = SessionCode.unrecognized

  /// Signals a supervisor reads; make the source first thing in `main`.
  public static func makeSignals() throws(SupervisorError) -> SignalSource {
    let read: [SupervisorSignal] = [.hangUp, .interrupt, .terminate, .child]
    do throws(Platform.SystemError) {
      return try SignalSource(read.map(\.rawValue))
    } catch {
      throw .system(error)
    }
  }

  /// Checks that everything needed is there; starts nothing.
  public init(
    _ configuration: SupervisorConfiguration, signals: consuming SignalSource
  ) throws(SupervisorError) {
    let components = configuration.startOrder
    guard !components.isEmpty else { throw .noComponents(host: configuration.host) }
    try Self.checkPrograms(components.map { configuration.arguments(of: $0)[0] })
    let registry = ColonyRegistry(runtimeDirectory: configuration.runtimeDirectory)
    let entry = try Claim(configuration, registry).take()
    let restart = configuration.topology.restart
    children = components.map { component in
      SupervisorChild(
        name: component.name, number: component.number,
        arguments: configuration.arguments(of: component),
        outputPath: configuration.folder.outputPath(of: component.name),
        restarts: SupervisorRestarts(intensity: restart.restarts, windowNanos: restart.windowNanos),
        adopting: entry.programs.first { $0.number == component.number }?.process,
        place: configuration.realtime?.place(of: component.number), isObserver: component.isObserver)
    }
    self.registry = registry
    self.entry = entry
    do throws(ZeroMQError) {
      status = try SupervisorStatus(
        configuration.topology, configuration.colonyName, seenFrom: configuration.host,
        runtimeDirectory: configuration.runtimeDirectory)
    } catch {
      throw .socket(error)
    }
    self.configuration = configuration
    self.signals = signals
    progress = SupervisorProgress(for: configuration.audience)
    record = SupervisorRecord(host: configuration.host, startedNanos: Clock.wallNanos())
    startedBootNanos = Clock.bootNanos()
  }

  private static func checkPrograms(_ paths: [String]) throws(SupervisorError) {
    do throws(FileError) {
      for path in paths where try !FileSystem.exists(path) {
        throw FileError(path: path, operation: "", code: 0)
      }
    } catch {
      throw error.code == 0 ? .programMissing(path: error.path) : .file(error)
    }
  }
}

// MARK: - The loop

extension Supervisor {
  /// Runs until every child has ended.
  public func run() -> SupervisorOutcome {
    keepEarlierRecord()
    writeRecord()
    noteAdopted()
    while !isOver {
      let now = Clock.bootNanos()
      takeSignals(at: now)
      status.drain(atBootNanos: now)
      takeStatus(at: now)
      collectEnded(at: now)
      startDue(at: now)
      advance(at: now)
      showProgress(at: now)
      wait(at: now)
    }
    return close()
  }

  private var isOver: Bool {
    switch phase {
    case .ending: !children.contains { $0.isRunning }
    case .killing(let deadline): !children.contains { $0.isRunning } || Clock.bootNanos() > deadline
    default: false
    }
  }

  private func wait(at now: Int64) {
    var poller = Poller(capacity: 3)
    _ = poller.add(fileDescriptor: signals.fileDescriptor)
    status.add(to: &poller)
    var deadline = now + Self.tickNanos
    switch phase {
    case .asking, .askingExecutors: deadline = now + Self.askingTickNanos
    default: break
    }
    if status.isAsking { deadline = min(deadline, now + Self.askingTickNanos) }
    for case .waiting(let time) in children.map(\.stage) { deadline = min(deadline, time) }
    _ = poller.wait(untilBootNanos: deadline)
  }

  /// The first Ctrl-C stops in good order, the second without waiting for the session, the third kills.
  private func takeSignals(at now: Int64) {
    while let number = signals.next() {
      guard let signal = SupervisorSignal(rawValue: number), signal != .child else { continue }
      switch phase {
      case .running: requestStop("operator", at: now)
      case .asking, .finishing, .askingExecutors:
        progress.say("asked again: ending all components now")
        endAll(at: now)
      case .ending: killRest(at: now)
      case .killing: break
      }
    }
  }

  /// What the colony tells: going live, the time to trade, the end, alarms.
  private func takeStatus(at now: Int64) {
    for notice in status.takeNotices() { progress.say(notice) }
    if let session = status.session, session.state != lastSession {
      lastSession = session.state
      progress.say("session \("\(session.state.name)".uppercased()) (\(session.cause.name))")
      if session.state == .live, liveBootNanos == nil {
        liveBootNanos = now
        record.liveNanos = max(record.startedNanos, session.sinceNanos)
        writeRecord()
      }
    }
    guard isTradingOrWaiting else { return }
    if isQueenFinished {
      if case .running = phase { record.reason = "finished" }
      endAll(at: now)
    } else if isShuttingDown, case .running = phase {
      // Somebody else's command, or the end of the data.
      record.reason = "\(status.session?.cause.name ?? "")"
      phase = .finishing(untilBootNanos: now + configuration.bounds.finish)
    } else if let live = liveBootNanos, let duration = configuration.durationNanos, now - live >= duration {
      requestStop("duration", at: now)
    } else if liveBootNanos == nil, mustGoLive, now - startedBootNanos > configuration.bounds.startup {
      fail(1, "not LIVE after \(configuration.bounds.startup / 1_000_000_000) s: \(waitingFor())", at: now)
    }
  }

  private var isTradingOrWaiting: Bool {
    switch phase {
    case .running, .asking, .finishing, .askingExecutors: true
    case .ending, .killing: false
    }
  }

  var isShuttingDown: Bool { status.session?.state == .shutdown }

  private var isQueenFinished: Bool {
    status.member(configuration.topology.queen.number)?.state == .finished
  }

  /// Whether the session goes live without anyone outside this process.
  private var mustGoLive: Bool {
    let topology = configuration.topology
    let isWhole = topology.components.allSatisfy { $0.host == configuration.host }
    guard isWhole, !hasAdopted, case .running = phase else { return false }
    return topology.session.goLive == .atOnce
  }

  private func waitingFor() -> String {
    let late = status.members.filter { $0.state != .ready && $0.state != .live }
    let words = late.map { "\($0.name) \($0.lastBeatBootNanos == 0 ? "silent" : "\($0.state.name)")" }
    return words.isEmpty ? "everyone is ready, but the queen does not go live" : words.joined(separator: ", ")
  }

  private func showProgress(at now: Int64) {
    progress.show(
      {
        SupervisorProgress.line(
          status, configuration.topology, elapsedNanos: now - (liveBootNanos ?? now),
          restarts: record.restarts.count, atBootNanos: now)
      }, atBootNanos: now)
  }

  private func close() -> SupervisorOutcome {
    progress.end()
    record.endedNanos = Clock.wallNanos()
    record.ends = children.map { child in
      let status =
        switch child.stage {
        case .over(let status): "\(status)"
        case .running: "does not end"
        case .waiting, .abandoned: "not running"
        }
      return SupervisorRecord.End(
        component: child.name, status: status, endedAsAsked: child.endedAsAsked)
    }
    record.endedAsAsked = failure == nil && record.ends.allSatisfy(\.endedAsAsked)
    writeRecord()
    leaveRegistry()
    let unasked = record.ends.filter { !$0.endedAsAsked }.map { "\($0.component) \($0.status)" }
    let exitCode = failure?.exitCode ?? (record.endedAsAsked ? ExitCode.asAsked : .unreconciled).rawValue
    let message =
      failure?.message
      ?? (unasked.isEmpty ? nil : "not ended as asked: \(unasked.joined(separator: ", "))")
    return SupervisorOutcome(record: record, exitCode: exitCode, message: message)
  }
}
