import Glibc

/// What the file system refused: which path, what was attempted, and why.
public struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
  public let path: String
  /// What was attempted, for the reader of a message: "open", "read (at most 4096 bytes)".
  public let operation: String
  /// The `errno` value.
  public let code: Int32

  public init(path: String, operation: String, code: Int32) {
    self.path = path
    self.operation = operation
    self.code = code
  }

  /// There is not the room that something needs.
  public static func diskFull(path: String, operation: String) -> FileError {
    FileError(path: path, operation: operation, code: ENOSPC)
  }

  public var description: String {
    "\(path): \(operation) failed: \(systemErrorText(code))"
  }

  /// Nothing is there: ENOENT, or a part of the path is not a folder.
  public var isMissing: Bool { code == ENOENT || code == ENOTDIR }
  /// The disk or the user's share of it is full.
  public var isDiskFull: Bool { code == ENOSPC || code == EDQUOT }
}
