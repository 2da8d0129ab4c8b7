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
  private(set) var process: ChildProcess?
  var restarts: SupervisorRestarts
  /// Whether SIGTERM has been sent to this incarnation.
  private(set) var isAskedToEnd = false
  /// Whether it had to be killed.
  private(set) var isKilled = false

  init(name: String, number: UInt16, arguments: [String], outputPath: String, restarts: SupervisorRestarts) {
    self.name = name
    self.number = number
    self.arguments = arguments
    self.outputPath = outputPath
    self.restarts = restarts
  }

  var isRunning: Bool { stage == .running }

  /// Whether it ended by itself after it was asked to, with nothing to complain about.
  ///
  /// To die of the SIGTERM counts: a component that does not yet read signals has not yet begun anything.
  var endedAsAsked: Bool {
    guard isAskedToEnd, !isKilled, case .over(let status) = stage else { return false }
    return status == .exited(code: 0)
      || status == .signaled(signal: SupervisorSignal.terminate.rawValue)
  }

  func start() throws(FileError) {
    if let size = try FileSystem.status(outputPath)?.bytes, size > Self.maxOutputBytes {
      try FileSystem.remove(outputPath)
    }
    process = try ChildProcess(arguments, output: .append(path: outputPath), ownGroup: true)
    stage = .running
    isAskedToEnd = false
  }

  /// How its process ended, once, if it has.
  func takeEnd() -> ChildStatus? {
    guard stage == .running, let status = process?.poll() else { return nil }
    stage = .over(status)
    return status
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
    try process?.send(signal: SupervisorSignal.terminate.rawValue)
  }

  /// Ends it and all it has started: SIGKILL.
  func kill() throws(SystemError) {
    guard isRunning else { return }
    isKilled = true
    try process?.send(signal: SupervisorSignal.kill.rawValue, toGroup: true)
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
