import Glibc

/// Limits the operating system puts on this process.
public enum Limits {
  /// Raises the number of files and sockets this process may open as near to `wanted` as the hard limit
  /// allows, and returns what it is now. ZeroMQ aborts the process when it runs out, so every host calls
  /// this at start and says so when it got too few.
  public static func raiseOpenFiles(to wanted: UInt64 = 65_536) throws(SystemError) -> UInt64 {
    var limit = rlimit()
    // unsafe: the C calls read and write the local struct.
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      throw SystemError(operation: "getrlimit(RLIMIT_NOFILE)", code: errno)
    }
    let possible = min(wanted, UInt64(limit.rlim_max))
    if UInt64(limit.rlim_cur) >= possible { return UInt64(limit.rlim_cur) }
    limit.rlim_cur = rlim_t(possible)
    guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      throw SystemError(operation: "setrlimit(RLIMIT_NOFILE, \(possible))", code: errno)
    }
    return possible
  }
}
