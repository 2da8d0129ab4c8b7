import CLinux
import Glibc

/// A deadline in a poll set. `zmq_poll` waits in whole milliseconds; this wakes it within some
/// microseconds.
public struct TimerFD: ~Copyable, Sendable {
  private let descriptor: Descriptor

  /// A timer that is not set. It runs on the clock of `Clock.bootNanos`.
  public init() throws(SystemError) {
    let flags = Int32(TFD_CLOEXEC) | Int32(TFD_NONBLOCK)
    let number = timerfd_create(__clockid_t(CLOCK_BOOTTIME), flags)
    guard number >= 0 else { throw SystemError(operation: "timerfd_create", code: errno) }
    descriptor = Descriptor(number)
  }

  /// For the poll set: readable once the deadline has passed, until `drain` or a new deadline.
  public var fileDescriptor: Int32 { descriptor.number }

  /// Sets the deadline (`Clock.bootNanos`), replacing any other. One in the past is due at once.
  public func set(deadlineBootNanos: Int64) {
    // Zero would switch the timer off.
    let nanos = max(1, deadlineBootNanos)
    apply(timespec(tv_sec: Int(nanos / 1_000_000_000), tv_nsec: Int(nanos % 1_000_000_000)))
  }

  /// Whether the deadline passed since the last call. Makes the descriptor quiet again.
  public func drain() -> Bool {
    var expirations: UInt64 = 0
    // unsafe: the kernel writes the eight bytes of the local variable.
    let count = unsafe descriptor.read(into: &expirations, capacity: 8)
    precondition(count == 8 || errno == EAGAIN, "reading a timer: \(systemErrorText(errno))")
    return count == 8 && expirations > 0
  }

  private func apply(_ deadline: timespec) {
    var setting = itimerspec(it_interval: timespec(), it_value: deadline)
    let flags = Int32(TFD_TIMER_ABSTIME)
    // unsafe: the kernel reads the local struct.
    let done = unsafe timerfd_settime(descriptor.number, flags, &setting, nil) == 0
    precondition(done, "timerfd_settime: \(systemErrorText(errno))")
  }
}
