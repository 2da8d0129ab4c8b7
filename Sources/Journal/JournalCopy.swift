import Glibc

/// A private copy of a journal and its log in a folder of its own, removed at the end.
package struct JournalCopy: ~Copyable {
  package let path: String
  private let folder: String

  /// Copies a journal nobody holds. A process that takes it meanwhile is noticed by its lock or by the file's
  /// change, and is never disturbed.
  package static func make(of source: String) throws(JournalError) -> JournalCopy {
    guard let status = try JournalFileStatus(path: source) else { throw .missing(path: source) }
    guard status.isRegular else { throw .notAJournal(path: source, what: "not a regular file") }
    guard status.byteCount > 0 else {
      throw .corrupt(path: source, atSequence: nil, what: "the file is empty")
    }
    if OpenFileClaim.isClaimed(status.identity) {
      throw .heldByAnother(path: source, processID: getpid())
    }
    let copy = JournalCopy(folder: try makeFolder())
    try copy.fill(from: source)
    return copy
  }

  private init(folder: String) {
    self.folder = folder
    path = folder + "/journal"
  }

  private func fill(from source: String) throws(JournalError) {
    let descriptor = unsafe open(source, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unwritable(path: source, what: describe(errno)) }
    // Safe to close: this process holds no lock on the file, as just asked.
    defer { close(descriptor) }
    try Self.checkFree(descriptor, source)
    let before = try JournalFileStatus(descriptor: descriptor, path: source)
    try Self.copy(descriptor, to: path, source: source)
    try Self.copyLog(of: source, to: path + "-wal")
    try Self.checkFree(descriptor, source)
    let after = try JournalFileStatus(descriptor: descriptor, path: source)
    guard before.byteCount == after.byteCount, before.modifiedNanos == after.modifiedNanos else {
      throw .heldByAnother(path: source, processID: nil)
    }
  }

  deinit {
    for suffix in ["", "-wal", "-shm", "-journal"] { unsafe unlink(path + suffix) }
    unsafe rmdir(folder)
  }

  private static func checkFree(_ descriptor: Int32, _ source: String) throws(JournalError) {
    if let holder = try lockHolder(of: descriptor, path: source) {
      throw .heldByAnother(path: source, processID: holder)
    }
  }

  private static func makeFolder() throws(JournalError) -> String {
    // The environment's text is copied at once.
    let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/waggle-journal-XXXXXX".utf8CString)
    // mkdtemp writes the name into the array's own bytes.
    let made = unsafe template.withUnsafeMutableBufferPointer { unsafe mkdtemp($0.baseAddress!) != nil }
    guard made else { throw .unwritable(path: parent, what: "no room for a copy: \(describe(errno))") }
    return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static func copyLog(of source: String, to target: String) throws(JournalError) {
    let log = unsafe open(source + "-wal", O_RDONLY | O_CLOEXEC)
    guard log >= 0 else {
      if errno == ENOENT { return }
      throw .unwritable(path: source + "-wal", what: describe(errno))
    }
    defer { close(log) }
    try copy(log, to: target, source: source + "-wal")
  }

  private static func copy(_ descriptor: Int32, to target: String, source: String) throws(JournalError) {
    let output = unsafe open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard output >= 0 else { throw .unwritable(path: target, what: describe(errno)) }
    defer { close(output) }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      // Reads only into the array.
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else {
        throw .storage(path: source, operation: "reading", code: errno, what: describe(errno))
      }
      if count == 0 { return }
      var written = 0
      while written < count {
        // Writes only what was read.
        let step = unsafe buffer.withUnsafeBytes { bytes in
          unsafe write(output, bytes.baseAddress! + written, count - written)
        }
        if step < 0 && errno == EINTR { continue }
        guard step > 0 else {
          throw .storage(path: target, operation: "copying", code: errno, what: describe(errno))
        }
        written += step
      }
    }
  }
}
