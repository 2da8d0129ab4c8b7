import Glibc

/// The two clocks of a process. Both are nanoseconds in an `Int64`, which lasts until the year 2262.
///
/// Cores never read a clock: the host reads each once per turn and passes the values down as data.
public enum Clock {
  /// UTC, nanoseconds since 1970-01-01. It can jump when the host's time is set, so it stamps messages and
  /// reports and never measures a duration.
  public static func wallNanos() -> Int64 {
    read(CLOCK_REALTIME)
  }

  /// Nanoseconds since the host booted, never going back. It counts time spent suspended too, so a permit
  /// that ran out during a suspend is seen as run out. Deadlines are given on this clock.
  public static func bootNanos() -> Int64 {
    read(CLOCK_BOOTTIME)
  }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    // unsafe: C writes the struct through the pointer and keeps nothing of it.
    let failed = unsafe clock_gettime(clock, &time) != 0
    precondition(!failed, "clock_gettime(\(clock)): \(systemErrorText(errno))")
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
