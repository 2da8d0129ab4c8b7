import Glibc
import Journal
import Records

/// The host's own file system.
package struct HostFiles: JournalFiles {
  package init() {}

  package var vfs: String? { nil }

  /// The kernel's name of this boot; all zeros where it gives none.
  package func boot() throws(JournalError) -> FileID {
    let descriptor = unsafe open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return FileID(high: 0, low: 0) }
    defer { close(descriptor) }
    var text = [UInt8](repeating: 0, count: 64)
    // Reads only into the array.
    let count = unsafe text.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
    var words: [UInt64] = [0, 0]
    var digits = 0
    for byte in text.prefix(max(0, count)) {
      guard digits < 32, let digit = Character(UnicodeScalar(byte)).hexDigitValue else { continue }
      words[digits / 16] = words[digits / 16] << 4 | UInt64(digit)
      digits += 1
    }
    return FileID(high: words[0], low: words[1])
  }

  package func status(of path: String) throws(JournalError) -> JournalFileStatus? {
    try JournalFileStatus(path: path)
  }

  package func holder(of path: String) throws(JournalError) -> Int32? { try lockHolder(of: path) }

  package func draftName(for path: String) -> String {
    let chance = FileID.random()
    return "\(path).new-\(getpid())-\(chance.high)"
  }

  package func publish(_ draft: String, as path: String) throws(JournalError) -> Bool {
    guard unsafe link(draft, path) == 0 else {
      if errno == EEXIST { return false }
      throw .unwritable(path: path, what: describe(errno))
    }
    try syncFolder(of: path)
    return true
  }

  package func remove(_ path: String) { unsafe unlink(path) }

  package func inspectLog(of path: String, file: Database) throws(JournalError) -> WriteAheadLog {
    try WriteAheadLog.inspect(journal: path, file: file)
  }

  package func openMark(_ path: String) throws(JournalError) -> any MarkFile { try HostMarkFile(path: path) }
}
