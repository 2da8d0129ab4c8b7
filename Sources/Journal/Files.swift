import Glibc

/// The system's words for an `errno`.
package func describe(_ code: Int32) -> String {
  // strerror's text is copied at once; on Linux it is per thread or constant.
  unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
}

/// What `stat` says about a path. Never opens the file: closing any descriptor of a locked SQLite file would
/// drop this process's locks on it (POSIX advisory locks belong to the process, not to the descriptor).
package struct JournalFileStatus {
  package let identity: JournalFileIdentity
  package let byteCount: Int64
  package let modifiedNanos: Int64
  package let isRegular: Bool

  /// Nil when nothing is there.
  package init?(path: String) throws(JournalError) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      if errno == ENOENT { return nil }
      throw .unwritable(path: path, what: describe(errno))
    }
    self.init(status)
  }

  package init(descriptor: Int32, path: String) throws(JournalError) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw .storage(path: path, operation: "stat", code: errno, what: describe(errno))
    }
    self.init(status)
  }

  /// Of a file that the system does not know.
  package init(identity: JournalFileIdentity, byteCount: Int64) {
    self.identity = identity
    self.byteCount = byteCount
    modifiedNanos = 0
    isRegular = true
  }

  private init(_ status: stat) {
    identity = JournalFileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    byteCount = Int64(status.st_size)
    modifiedNanos = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
    isRegular = status.st_mode & S_IFMT == S_IFREG
  }
}

package struct JournalFileIdentity: Hashable {
  package let device: UInt64
  package let inode: UInt64

  package init(device: UInt64, inode: UInt64) { (self.device, self.inode) = (device, inode) }
}

/// The folder part of a path, for syncing a new entry in it.
func folder(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// Makes a new or renamed entry of a folder survive a power loss.
package func syncFolder(of path: String) throws(JournalError) {
  let descriptor = unsafe open(folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard descriptor >= 0 else { throw .unwritable(path: path, what: describe(errno)) }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 else {
    throw .storage(path: path, operation: "syncing the folder", code: errno, what: describe(errno))
  }
}
