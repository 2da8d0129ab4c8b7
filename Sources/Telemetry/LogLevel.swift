/// How much a log line matters, least first.
public enum LogLevel: String, Sendable, CaseIterable, Comparable {
  /// For finding a fault; off unless asked for.
  case debug
  /// What happened, in the normal course.
  case info
  /// Something degraded or was refused; the system copes by itself.
  case warning
  /// Something failed; a person should look today.
  case error
  /// Money or safety is at stake; a person should look now.
  case critical

  private var rank: Int {
    switch self {
    case .debug: 0
    case .info: 1
    case .warning: 2
    case .error: 3
    case .critical: 4
    }
  }

  public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }
}
