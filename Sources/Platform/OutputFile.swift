import Glibc

/// A file to append to, of bounded size: when it is full it becomes `path.1`, the one before `path.2`, and
/// so on. The oldest is dropped, so at most `(keep + 1) * maxBytes` are on disk (more only if one write is
/// longer than `maxBytes`: it is never split).
public struct OutputFile: ~Copyable {
  public let path: String
  public let maxBytes: Int64
  /// How many full files are kept beside the current one.
  public let keep: Int
  /// The size of the current file.
  public private(set) var bytes: Int64
  private var descriptor: Descriptor

  /// Opens or creates the file. An existing one is continued.
  public init(
    _ path: String, maxBytes: Int64 = 64 * 1024 * 1024, keep: Int = 4, mode: UInt32 = 0o644
  ) throws(FileError) {
    precondition(maxBytes > 0, "maxBytes \(maxBytes) must be positive")
    precondition((0...1000).contains(keep), "keep \(keep) not in 0…1,000")
    let opened = try OutputFile.openToAppend(path, mode)
    let size = try FileSystem.status(path)?.bytes ?? 0
    self.path = path
    self.maxBytes = maxBytes
    self.keep = keep
    self.mode = mode
    descriptor = opened
    bytes = size
  }

  private let mode: UInt32

  /// Appends `text` in one piece.
  public mutating func write(_ text: String) throws(FileError) {
    try write([UInt8](text.utf8))
  }

  /// Appends `piece` as a whole, into a new file when it does not fit into this one.
  public mutating func write(_ piece: [UInt8]) throws(FileError) {
    if bytes > 0, bytes + Int64(piece.count) > maxBytes { try rotate() }
    let code = descriptor.writeAll(piece)
    guard code == 0 else {
      // Part of it may be in the file; the size must stay true for the next attempt.
      bytes = try FileSystem.status(path)?.bytes ?? 0
      throw FileError(path: path, operation: "write", code: code)
    }
    bytes += Int64(piece.count)
  }

  /// Waits until everything written survives a power cut.
  public func sync() throws(FileError) {
    guard fsync(descriptor.number) == 0 else {
      throw FileError(path: path, operation: "fsync", code: errno)
    }
  }

  private mutating func rotate() throws(FileError) {
    if keep == 0 {
      try FileSystem.remove(path)
    } else {
      for age in stride(from: keep - 1, through: 0, by: -1) {
        let older = "\(path).\(age + 1)"
        let newer = age == 0 ? path : "\(path).\(age)"
        if unsafe rename(newer, older) != 0, errno != ENOENT {
          throw FileError(path: newer, operation: "rename to \(older)", code: errno)
        }
      }
    }
    descriptor = try OutputFile.openToAppend(path, mode)
    bytes = 0
  }

  private static func openToAppend(_ path: String, _ mode: UInt32) throws(FileError) -> Descriptor {
    try FileSystem.open(path, O_WRONLY | O_CREAT | O_APPEND, mode: mode)
  }
}
