/// How a program of Waggle ends, one table for all of them; scripts and service managers go by it.
///
/// From 64 on the numbers are those of sysexits.h.
public enum ExitCode: Int32, Sendable, CaseIterable {
  /// Done as asked.
  case asAsked = 0
  /// Not done as asked: the books do not reconcile, a component did not end well, nobody took the command.
  case unreconciled = 1
  /// Something stays open at a venue without a stop that protects it.
  case unprotected = 3
  /// Nothing came, or not all of it: an input that is silent or breaks off.
  case incomplete = 4
  /// The program was called wrongly.
  case usage = 64
  /// The environment failed: disk, memory, sockets.
  case environment = 74
  /// Held by another process: a journal, an account, a run, a port.
  case held = 75
  /// A mistake in the configuration, or a file this build cannot use: repeating does not mend it.
  case configuration = 78
}

extension ExitCode {
  /// Codes after which a component is not started again.
  public static let finalOnes: [Int32] = [usage, held, configuration].map(\.rawValue)

  /// Of several outcomes the one to report: what failed comes before what is open, and what is open before
  /// books that do not reconcile, because a person has to act on it at once.
  public static func ofRun(
    supervisor code: Int32, isReconciled: Bool, hasUnprotected: Bool
  ) -> Int32 {
    if code > ExitCode.incomplete.rawValue { return code }
    if hasUnprotected || code == ExitCode.unprotected.rawValue { return ExitCode.unprotected.rawValue }
    if code != 0 { return code }
    return isReconciled ? ExitCode.asAsked.rawValue : ExitCode.unreconciled.rawValue
  }
}
