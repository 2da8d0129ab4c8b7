import Glibc

/// What a process does to itself.
public enum ProcessControl {
  /// Dies as by `kill -9`: no handler, no clean-up. For tests of recovery.
  public static func killSelf() -> Never {
    kill(getpid(), SIGKILL)
    // The signal cannot be blocked; this line is never reached, and says so to the compiler.
    abort()
  }

  /// Ends the process with a code.
  public static func exit(_ code: Int32) -> Never { Glibc.exit(code) }

  /// Waits without doing anything.
  public static func pause(nanos: Int64) {
    var wanted = timespec(tv_sec: Int(nanos / 1_000_000_000), tv_nsec: Int(nanos % 1_000_000_000))
    var rest = timespec()
    // unsafe: reads and writes the local structs; an interrupted sleep goes on with what is left.
    while unsafe nanosleep(&wanted, &rest) == -1 && errno == EINTR { wanted = rest }
  }
}
