import HostKit
import Platform

/// One component under supervision: its process, or the time of its next start.
///
/// Belongs to the supervisor's thread.
final class SupervisorChild {
  /// Where it stands.
  enum Stage: Equatable {
    /// To be started at this time, boot clock.
    case waiting(untilBootNanos: Int64)
    case running
    /// Not to be started again.
    case over(ChildStatus)
    /// Never started, or given up between two starts.
    case abandoned
  }

  /// Output kept from one incarnation to the next; a longer file is begun anew.
  static let maxOutputBytes: Int64 = 8 << 20

  let name: String
  let number: UInt16
  let arguments: [String]
  let outputPath: String
  private(set) var stage = Stage.waiting(untilBootNanos: .min)
  private var process: ChildProcess?
  /// A program of this run that an earlier supervisor has left behind: it is no child of this process.
  private var adopted: ProcessIdentity?
  /// Its first incarnation here was started by an earlier supervisor.
  let wasAdopted: Bool
  /// Its process, once there is one.
  private(set) var identity: ProcessIdentity?
  var restarts: SupervisorRestarts
  /// Scheduling and processors of every incarnation; nil for the supervisor's own.
  let place: RealtimePlan.Place?
  /// Nobody but those who watch misses it.
  let isObserver: Bool
  /// Whether SIGTERM has been sent to this incarnation.
  private(set) var isAskedToEnd = false
  /// Whether it had to be killed.
  private(set) var isKilled = false

  init(
    name: String, number: UInt16, arguments: [String], outputPath: String, restarts: SupervisorRestarts,
    adopting adopted: ProcessIdentity? = nil, place: RealtimePlan.Place? = nil, isObserver: Bool = false
  ) {
    self.name = name
    self.number = number
    self.arguments = arguments
    self.outputPath = outputPath
    self.restarts = restarts
    self.adopted = adopted
    self.place = place
    self.isObserver = isObserver
    identity = adopted
    wasAdopted = adopted != nil
    if adopted != nil { stage = .running }
  }

  var isRunning: Bool { stage == .running }

  /// Whether it ended by itself after it was asked to, with nothing to complain about.
  ///
  /// To die of the SIGTERM counts: a component that does not yet read signals has not yet begun anything.
  var endedAsAsked: Bool {
    guard isAskedToEnd, !isKilled, case .over(let status) = stage else { return false }
    return status == .exited(code: ExitCode.asAsked.rawValue)
      || status == .signaled(signal: SupervisorSignal.terminate.rawValue)
      || status == .unknown
  }

  func start() throws(FileError) {
    if let size = try FileSystem.status(outputPath)?.bytes, size > Self.maxOutputBytes {
      try FileSystem.remove(outputPath)
    }
    let started = try ChildProcess(
      arguments, output: .append(path: outputPath), ownGroup: true, scheduling: place?.scheduling,
      processors: place?.processors)
    process = started
    adopted = nil
    stage = .running
    // It has not been collected, so its number is still its own.
    identity = try ProcessIdentity.of(started.pid)
    isAskedToEnd = false
  }

  /// Puts a program that an earlier supervisor has started where this one would have started it.
  func takePlace() throws(SystemError) {
    guard let place, let adopted else { return }
    try place.scheduling.give(toEveryThreadOf: adopted.pid)
    if let processors = place.processors {
      try Processors.keep(everyThreadOf: adopted.pid, on: processors)
    }
  }

  /// How its process ended, once, if it has.
  func takeEnd() -> ChildStatus? {
    guard stage == .running, let status = adopted.map(end) ?? process?.poll() else { return nil }
    stage = .over(status)
    return status
  }

  /// A process that cannot be looked at counts as running.
  private func end(of adopted: ProcessIdentity) -> ChildStatus? {
    do throws(FileError) { return try adopted.isAlive ? nil : .unknown } catch { return nil }
  }

  func restart(atBootNanos time: Int64) { stage = .waiting(untilBootNanos: time) }

  /// It will not be started again.
  func abandon() {
    if case .waiting = stage { stage = .abandoned }
  }

  /// Asks it to end: SIGTERM.
  func terminate() throws(SystemError) {
    guard isRunning, !isAskedToEnd else { return }
    isAskedToEnd = true
    let signal = SupervisorSignal.terminate.rawValue
    if let adopted { try adopted.send(signal: signal) } else { try process?.send(signal: signal) }
  }

  /// Ends it and all it has started: SIGKILL.
  func kill() throws(SystemError) {
    guard isRunning else { return }
    isKilled = true
    let signal = SupervisorSignal.kill.rawValue
    if let adopted {
      try adopted.send(signal: signal, toGroup: true)
    } else {
      try process?.send(signal: signal, toGroup: true)
    }
  }

  /// The last lines of its output, for the person who has to mend it; empty when there is none to be read.
  func lastOutput(lines count: Int = 12) throws(FileError) -> String {
    guard try FileSystem.exists(outputPath) else { return "" }
    let bytes = try FileSystem.read(outputPath, maxBytes: Int(2 * Self.maxOutputBytes))
    let tail = String(decoding: bytes.suffix(4096), as: UTF8.self)
    let lines = tail.split(separator: "\n", omittingEmptySubsequences: true)
    return lines.suffix(count).joined(separator: "\n")
  }
}

/// The signals a supervisor deals in, by their Linux numbers.
enum SupervisorSignal: Int32, CaseIterable {
  /// The terminal is gone.
  case hangUp = 1
  /// Ctrl-C.
  case interrupt = 2
  case kill = 9
  case terminate = 15
  /// A child's state changed.
  case child = 17
}
