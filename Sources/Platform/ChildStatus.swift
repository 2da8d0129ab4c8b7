import CLinux
import Glibc

/// How a process ended.
public enum ChildStatus: Sendable, Equatable, CustomStringConvertible {
  /// By itself, with a code of 0…255.
  case exited(code: Int32)
  /// By a signal: SIGKILL from outside, SIGILL or SIGTRAP from a trap of its own.
  case signaled(signal: Int32)
  /// Nobody told: it was another's child.
  case unknown

  public var description: String {
    switch self {
    case .exited(let code): "exited with code \(code)"
    case .signaled(let signal): "ended by signal \(signal) (\(signalName(signal)))"
    case .unknown: "ended, nobody knows how"
    }
  }
}

/// "SIGTERM" for 15.
func signalName(_ signal: Int32) -> String {
  // unsafe: a static text of the C library, copied at once; null for numbers that are no signals.
  guard let name = unsafe sigabbrev_np(signal) else { return "unknown" }
  return unsafe "SIG" + String(cString: name)
}
