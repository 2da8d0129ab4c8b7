import Glibc

/// Who holds an account's fence, for people to read.
public struct FenceHolder: Equatable, Sendable {
  public let processID: Int32
  public let runFolder: String
  /// When the fence was taken, nanoseconds UTC.
  public let sinceNanos: Int64

  public init(processID: Int32, runFolder: String, sinceNanos: Int64) {
    self.processID = processID
    self.runFolder = runFolder
    self.sinceNanos = sinceNanos
  }

  static func notePath(of fence: String) -> String { fence + ".holder" }

  private static let largestNoteBytes = 8192

  /// Replaces the note as a whole, so that a reader never sees half of one.
  func write(beside fence: String) throws(JournalError) {
    let note = "pid=\(processID)\nsince=\(sinceNanos)\nrun=\(runFolder)\n"
    let target = Self.notePath(of: fence)
    let draft = target + ".new"
    let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .unwritable(path: draft, what: describe(errno)) }
    let bytes = Array(note.utf8)
    // Reads only the array's own bytes.
    let written = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
    let failure = errno
    close(descriptor)
    guard written == bytes.count else {
      throw .storage(path: draft, operation: "writing", code: failure, what: describe(failure))
    }
    guard unsafe rename(draft, target) == 0 else { throw .unwritable(path: target, what: describe(errno)) }
  }

  /// Nil when there is no readable note: the fence then still holds, only its holder is unknown.
  static func read(beside fence: String) -> FenceHolder? {
    let descriptor = unsafe open(notePath(of: fence), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: largestNoteBytes)
    // Reads only into the array.
    let count = unsafe bytes.withUnsafeMutableBytes {
      unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
    }
    guard count > 0 else { return nil }
    var fields: [Substring: Substring] = [:]
    for line in String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { fields[parts[0]] = parts[1] }
    }
    guard let pid = fields["pid"].flatMap({ Int32($0) }), let since = fields["since"].flatMap({ Int64($0) }),
      let run = fields["run"]
    else { return nil }
    return FenceHolder(processID: pid, runFolder: String(run), sinceNanos: since)
  }
}
