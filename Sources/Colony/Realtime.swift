import Platform

/// Takes the supervisor itself into the real-time class, or says what is missing.
public enum Realtime {
  /// Why a run cannot be a real-time one.
  public enum Refusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// For a person: what is missing, and how to get it.
    case missing(String)
    case system(SystemError)

    public var description: String {
      switch self {
      case .missing(let text): text
      case .system(let error): "\(error)"
      }
    }

    /// 78: a repetition does not mend a missing right. 74: the system did not answer.
    public var exitCode: Int32 {
      switch self {
      case .missing: ExitCode.configuration.rawValue
      case .system: ExitCode.environment.rawValue
      }
    }
  }

  /// Checks the rights, tries them on the calling thread, and leaves it in its own class until `begin`.
  ///
  /// - Returns: what a person should know of the kernel's bound.
  public static func check(
    _ rights: RealtimeRights, processors: Int, attempt: () throws(SystemError) -> Void = tryOnce
  ) throws(Refusal) -> String {
    let priority = RealtimePlan.supervisorPriority
    if let text = rights.refusal(ofPriority: priority, processors: processors) { throw .missing(text) }
    do throws(SystemError) { try attempt() } catch {
      guard error.code == SystemError.notPermitted else { throw .system(error) }
      throw .missing(
        "the kernel refuses SCHED_FIFO although the right is there (\(error)): a container's seccomp profile "
          + "or a cgroup without real-time budget (cpu.rt_runtime_us 0), may forbid it")
    }
    return rights.throttleText
  }

  /// From here on the calling thread, and those it starts, run above the components.
  public static func begin() throws(SystemError) {
    try SchedulingClass.fifo(priority: RealtimePlan.supervisorPriority).give()
  }

  /// Back to a fair share, for what comes after the session.
  public static func end() throws(SystemError) { try SchedulingClass.ordinary.give() }

  /// Whether the kernel really gives the class.
  public static func tryOnce() throws(SystemError) {
    try begin()
    try end()
  }
}
