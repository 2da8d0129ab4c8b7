import Wire

/// Why a command was given, as far as it is kept and handed on.
///
/// Bound: `longest` bytes. A longer one is not read at all: bytes that are no text grow when they are made
/// one, and cost time. A command that protects is obeyed all the same.
public enum CommandReason {
  public static let longest = 1_024

  public static func isTooLong(_ view: CommandView) -> Bool { view.reason.byteCount > longest }

  /// Empty when none was given.
  public static func text(of view: CommandView) -> String {
    isTooLong(view) ? "(a reason of \(view.reason.byteCount) bytes, too long to keep)" : view.reasonString
  }
}
