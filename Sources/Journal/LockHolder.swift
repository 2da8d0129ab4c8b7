import Glibc

/// SQLite's lock bytes (https://www.sqlite.org/src/file/src/os.h): an exclusive owner has a write lock on the
/// shared range.
private let sharedRangeStart: off_t = 0x4000_0002
private let sharedRangeLength: off_t = 510

/// The process that has a SQLite file exclusively; nil when none has. Never locks anything itself.
package func lockHolder(of path: String) throws(JournalError) -> Int32? {
  guard let status = try JournalFileStatus(path: path) else { return nil }
  if OpenFileClaim.isClaimed(status.identity) { return getpid() }
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw .unwritable(path: path, what: describe(errno)) }
  // Safe to close: this process holds no lock on the file, as just asked.
  defer { close(descriptor) }
  return try lockHolder(of: descriptor, path: path)
}

func lockHolder(of descriptor: Int32, path: String) throws(JournalError) -> Int32? {
  var lock = flock()
  lock.l_type = Int16(F_RDLCK)
  lock.l_whence = Int16(SEEK_SET)
  lock.l_start = sharedRangeStart
  lock.l_len = sharedRangeLength
  guard unsafe fcntl(descriptor, F_GETLK, &lock) == 0 else {
    throw .storage(path: path, operation: "asking for the lock", code: errno, what: describe(errno))
  }
  return lock.l_type == Int16(F_UNLCK) ? nil : lock.l_pid
}
