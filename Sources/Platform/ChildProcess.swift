import CLinux
import Glibc

/// Where the output of a child goes.
public enum ChildOutput: Sendable, Equatable {
  /// Where this process's own goes.
  case inherit
  /// Nowhere.
  case discard
  /// To the end of a file, which is created if need be.
  case append(path: String)
}

/// Another program, started by this one.
///
/// The child starts clean: default signal handling, no signal blocked, standard input empty, no descriptor
/// of this process but its output. It is not stopped when this value goes; whoever starts a child stops it
/// and collects its status, by `poll` after SIGCHLD or by `wait`. Belongs to one thread.
public final class ChildProcess {
  /// The child's process id. It stays the child's until its status has been collected.
  public let pid: Int32
  /// Whether the child leads a process group of its own, which its own children belong to.
  public let leadsGroup: Bool
  private var status: ChildStatus?

  /// Starts `arguments[0]`, a path (nothing is searched for), with all of `arguments`.
  ///
  /// - Parameters:
  ///   - environment: `NAME=value` entries, all the child gets; nil for a copy of this process's.
  ///   - output: for standard output and standard error alike.
  ///   - workingDirectory: nil for this process's.
  ///   - ownGroup: the child leads a process group, so that Ctrl-C at the terminal does not reach it and
  ///     `send` can reach its children too.
  ///   - scheduling: what its first thread has before the program begins; nil for the caller's own.
  ///   - processors: where it may run; nil for wherever the calling thread may.
  /// - Throws: `FileError` with the path that could not be started or appended to.
  public init(
    _ arguments: [String], environment: [String]? = nil, output: ChildOutput = .inherit,
    workingDirectory: String? = nil, ownGroup: Bool = false, scheduling: SchedulingClass? = nil,
    processors: [Int]? = nil
  ) throws(FileError) {
    guard let path = arguments.first else { preconditionFailure("bug: a child without arguments") }
    let texts = arguments + (environment ?? []) + [workingDirectory ?? ""]
    guard texts.allSatisfy({ !$0.utf8.contains(0) }) else {
      throw FileError(path: path, operation: "start (an argument holds a zero byte)", code: EINVAL)
    }
    let log = try ChildProcess.open(output)
    let request = SpawnRequest(
      log: log, workingDirectory: workingDirectory, ownGroup: ownGroup, scheduling: scheduling)
    let environment = environment ?? Environment.all()
    let (pid, code) = try ChildProcess.on(processors, path) { request.spawn(path, arguments, environment) }
    guard code == 0 else {
      let what = scheduling.map { "start with \($0)" } ?? "start"
      throw FileError(path: path, operation: what, code: code)
    }
    self.pid = pid
    self.leadsGroup = ownGroup
  }

  /// A child inherits the processors of the thread that starts it: the only way to have them right from its
  /// first instruction.
  private static func on<Result>(
    _ processors: [Int]?, _ path: String, _ start: () -> Result
  ) throws(FileError) -> Result {
    guard let processors else { return start() }
    do throws(SystemError) {
      let own = try Processors.allowed()
      try Processors.keep(on: processors)
      let result = start()
      try Processors.keep(on: own)
      return result
    } catch {
      throw FileError(path: path, operation: "start on processors \(processors)", code: error.code)
    }
  }

  /// How the child ended, nil while it runs. Never waits.
  public func poll() -> ChildStatus? {
    if let status { return status }
    var raw: Int32 = 0
    // unsafe: the C call fills the local number.
    var found = unsafe waitpid(pid, &raw, WNOHANG)
    while found < 0, errno == EINTR { found = unsafe waitpid(pid, &raw, WNOHANG) }
    precondition(found >= 0, "bug: child \(pid) was collected by someone else: \(systemErrorText(errno))")
    guard found == pid else { return nil }
    let exited = waggle_exited(raw) != 0
    status = exited ? .exited(code: waggle_exit_code(raw)) : .signaled(signal: waggle_exit_signal(raw))
    return status
  }

  /// Waits for the end of the child, at most until `deadline` (`Clock.bootNanos`); nil when it still runs
  /// then. Looks every 2 ms: this is for stopping and for tests; a loop with work to do polls after
  /// SIGCHLD.
  public func wait(untilBootNanos deadline: Int64) -> ChildStatus? {
    var result = poll()
    while result == nil, Clock.bootNanos() < deadline {
      usleep(2000)
      result = poll()
    }
    return result
  }

  /// Sends `signal` to the child, or to its whole group with `toGroup`. Does nothing once its status has
  /// been collected, because the number may by then be somebody else's.
  public func send(signal: Int32, toGroup: Bool = false) throws(SystemError) {
    precondition(!toGroup || leadsGroup, "bug: child \(pid) leads no group")
    guard status == nil else { return }
    if kill(toGroup ? -pid : pid, signal) != 0 {
      throw SystemError(operation: "kill(\(toGroup ? -pid : pid), \(signalName(signal)))", code: errno)
    }
  }

  private static func open(_ output: ChildOutput) throws(FileError) -> Descriptor? {
    switch output {
    case .inherit: nil
    case .discard: try FileSystem.open("/dev/null", O_WRONLY)
    case .append(let path): try FileSystem.open(path, O_WRONLY | O_CREAT | O_APPEND, mode: 0o644)
    }
  }
}
