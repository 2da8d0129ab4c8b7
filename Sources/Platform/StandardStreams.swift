import Glibc

/// What became of a text for the terminal or the next program in a pipe.
public enum StreamOutcome: Sendable, Equatable {
  case written
  /// Whoever was reading is gone (`waggle status | head -1`): stop writing, which is no failure.
  case readerGone
  /// The `errno` of any other failure, such as a full disk behind a redirection.
  case failed(code: Int32)
}

/// What the user asked for.
public enum StandardOutput {
  /// Writes all of `text`, without a line end of its own.
  public static func write(_ text: String) -> StreamOutcome {
    writeStream(STDOUT_FILENO, text)
  }
}

/// What went wrong, and what to do about it.
public enum StandardError {
  /// Writes all of `text`, without a line end of its own.
  public static func write(_ text: String) -> StreamOutcome {
    writeStream(STDERR_FILENO, text)
  }
}

/// Writes `text` to a descriptor of which a broken pipe is an outcome, not the death of the process.
package func writeStream(_ number: Int32, _ text: String) -> StreamOutcome {
  ignoreBrokenPipes
  let code = Descriptor.writeAll(number, [UInt8](text.utf8))
  switch code {
  case 0: return .written
  case EPIPE: return .readerGone
  default: return .failed(code: code)
  }
}

/// Done once, at the first write: with SIGPIPE ignored the write reports EPIPE. `ChildProcess` gives
/// children the default back.
private let ignoreBrokenPipes: Void = {
  signal(SIGPIPE, SIG_IGN)
}()
