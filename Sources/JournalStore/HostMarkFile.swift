import Glibc
import Journal
import Records
import Synchronization
import Wire

/// A commit mark's file on the host's file system. A thread of its own flushes it on request, so that no turn
/// waits for that.
@safe final class HostMarkFile: MarkFile {
  private let path: String
  private let descriptor: Int32
  private var flusher: FlushThread?

  init(path: String) throws(JournalError) {
    self.path = path
    descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .unwritable(path: path, what: describe(errno)) }
    // Room for all slots is taken once, so that a full disk stops no turn here.
    if try JournalFileStatus(descriptor: descriptor, path: path).byteCount < CommitMark.fileBytes {
      let outcome = posix_fallocate(descriptor, 0, off_t(CommitMark.fileBytes))
      guard outcome == 0 else {
        guard outcome != ENOSPC else { throw .diskFull(path: path, what: "no room for the commit mark") }
        throw .storage(path: path, operation: "making the mark", code: outcome, what: describe(outcome))
      }
      try syncFolder(of: path)
    }
  }

  /// Only to be read.
  init(reading path: String) throws(JournalError) {
    self.path = path
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unwritable(path: path, what: describe(errno)) }
  }

  deinit {
    flusher?.stop()
    close(descriptor)
  }

  func read() throws(JournalError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: CommitMark.fileBytes)
    // Reads only into the array.
    let count = unsafe bytes.withUnsafeMutableBytes {
      unsafe pread(descriptor, $0.baseAddress, $0.count, 0)
    }
    guard count >= 0 else { throw failed("reading", errno) }
    bytes.removeLast(bytes.count - count)
    return bytes
  }

  func write(_ bytes: RawSpan, at offset: Int) throws(JournalError) {
    // Writes only the span's bytes.
    let count = unsafe bytes.withUnsafeBytes {
      unsafe pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset))
    }
    guard count == bytes.byteCount else { throw failed("writing", errno) }
  }

  func flush() throws(JournalError) {
    guard fdatasync(descriptor) == 0 else { throw failed("flushing", errno) }
  }

  func requestFlush() throws(JournalError) {
    if flusher == nil { flusher = try FlushThread(descriptor, path: path) }
    guard let flusher else { return }
    if let code = flusher.failure { throw failed("flushing", code) }
    flusher.request()
  }

  private func failed(_ operation: String, _ code: Int32) -> JournalError {
    .storage(path: path, operation: "\(operation) the commit mark", code: code, what: describe(code))
  }
}
