import Glibc

/// The processor time of the calling thread: on a shared machine a loop's wall time is partly that of others.
enum ThreadClock {
  static func cpuNanos() -> Int64 {
    var time = timespec()
    let failed = clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) != 0
    precondition(!failed, "clock_gettime(CLOCK_THREAD_CPUTIME_ID) failed")
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
