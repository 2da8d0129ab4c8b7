import CLinux
import Glibc

/// How the kernel chooses among threads that want to run.
public enum SchedulingClass: Sendable, Equatable, CustomStringConvertible {
  /// SCHED_OTHER: a fair share.
  case ordinary
  /// SCHED_FIFO, priority 1…99: before every ordinary thread and every one of lower priority, until it waits.
  case fifo(priority: Int32)
  /// One that this program gives to nobody, by its number.
  case other(policy: Int32)

  public var description: String {
    switch self {
    case .ordinary: "SCHED_OTHER"
    case .fifo(let priority): "SCHED_FIFO \(priority)"
    case .other(let policy): "scheduling policy \(policy)"
    }
  }

  var policy: Int32 {
    switch self {
    case .ordinary: SCHED_OTHER
    case .fifo: SCHED_FIFO
    case .other(let policy): policy
    }
  }

  var parameters: sched_param {
    var parameters = sched_param()
    if case .fifo(let priority) = self {
      precondition((1...99).contains(priority), "SCHED_FIFO priority \(priority) not in 1…99")
      parameters.sched_priority = priority
    }
    return parameters
  }

  /// Of a thread by its id; 0 is the calling one, a process's id its first. Nil when there is none.
  public static func of(thread: Int32) throws(SystemError) -> SchedulingClass? {
    let found = sched_getscheduler(thread)
    guard found >= 0 else {
      if errno == ESRCH { return nil }
      throw SystemError(operation: "sched_getscheduler(\(thread))", code: errno)
    }
    // The kernel adds a bit when children shall not inherit.
    switch found & ~0x4000_0000 {
    case SCHED_OTHER: return .ordinary
    case SCHED_FIFO:
      var parameters = sched_param()
      // unsafe: the C call fills the local struct.
      guard unsafe sched_getparam(thread, &parameters) == 0 else {
        if errno == ESRCH { return nil }
        throw SystemError(operation: "sched_getparam(\(thread))", code: errno)
      }
      return .fifo(priority: parameters.sched_priority)
    case let policy: return .other(policy: policy)
    }
  }

  /// Gives it to one thread; threads that it starts later inherit it.
  public func give(toThread thread: Int32 = 0) throws(SystemError) {
    var parameters = parameters
    // unsafe: the C call reads the local struct.
    guard unsafe sched_setscheduler(thread, policy, &parameters) == 0 else {
      throw SystemError(operation: "sched_setscheduler(\(thread), \(self))", code: errno)
    }
  }

  /// Gives it to every thread that a process has; one that ends meanwhile is passed over.
  public func give(toEveryThreadOf process: Int32) throws(SystemError) {
    for thread in try ThreadList.of(process) {
      do throws(SystemError) { try give(toThread: thread) } catch {
        guard error.code == ESRCH else { throw error }
      }
    }
  }
}
