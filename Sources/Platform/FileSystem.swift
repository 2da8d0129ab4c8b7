import CLinux
import Glibc

// unsafe, wherever this module hands a path to C: Swift passes a terminated copy that lives as long as the
// call, and C keeps nothing of it.

/// Whole files and folders, without Foundation. Paths are bytes as the user wrote them; nothing is
/// expanded.
public enum FileSystem {
  /// The whole file, which may have at most `maxBytes`; a longer one is refused with EFBIG, unread.
  public static func read(_ path: String, maxBytes: Int) throws(FileError) -> [UInt8] {
    precondition(maxBytes >= 0 && maxBytes < Int.max, "maxBytes \(maxBytes)")
    let file = try open(path, O_RDONLY)
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      // unsafe: the array is borrowed for the call and has that many bytes.
      let count = unsafe chunk.withUnsafeMutableBytes { buffer -> Int in
        guard let start = buffer.baseAddress else { return 0 }
        return unsafe file.read(into: start, capacity: buffer.count)
      }
      guard count >= 0 else { throw FileError(path: path, operation: "read", code: errno) }
      if count == 0 { return bytes }
      guard bytes.count + count <= maxBytes else {
        throw FileError(path: path, operation: "read (at most \(maxBytes) bytes)", code: EFBIG)
      }
      bytes += chunk[..<count]
    }
  }

  /// Replaces the file at once: readers see all of the old bytes or all of the new. With `synced` the new
  /// ones also survive a power cut after the call. A crash in the middle may leave a file
  /// `.<name>.<numbers>.tmp`.
  public static func write(
    _ bytes: [UInt8], to path: String, synced: Bool = false, mode: UInt32 = 0o644
  ) throws(FileError) {
    let temporary = temporaryName(beside: path)
    let file = try open(temporary, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
    do throws(FileError) {
      let code = file.writeAll(bytes)
      guard code == 0 else { throw FileError(path: path, operation: "write", code: code) }
      if synced, fsync(file.number) != 0 { throw FileError(path: path, operation: "fsync", code: errno) }
      if unsafe rename(temporary, path) != 0 {
        throw FileError(path: path, operation: "rename", code: errno)
      }
    } catch {
      // Whether or not this works, the error above is the one to report.
      _ = unsafe unlink(temporary)
      throw error
    }
    if synced { try sync(directory: parent(of: path)) }
  }

  /// Makes names created, renamed or removed in the folder survive a power cut.
  public static func sync(directory path: String) throws(FileError) {
    let folder = try open(path, O_RDONLY | O_DIRECTORY)
    guard fsync(folder.number) == 0 else { throw FileError(path: path, operation: "fsync", code: errno) }
  }

  /// Creates the folder and those above it that are missing. One that exists is left as it is.
  public static func createDirectory(_ path: String, mode: UInt32 = 0o755) throws(FileError) {
    var prefixEnds = path.utf8.indices.filter { path.utf8[$0] == UInt8(ascii: "/") }
    prefixEnds.append(path.utf8.endIndex)
    for end in prefixEnds where end > path.utf8.startIndex {
      let prefix = String(path[..<end])
      if unsafe mkdir(prefix, mode) == 0 { continue }
      let code = errno
      let isFolder = try status(prefix)?.kind == .directory
      if !isFolder { throw FileError(path: prefix, operation: "mkdir", code: code) }
    }
  }

  /// The names in a folder, sorted by their bytes, without `.` and `..`; at most 100,000, else EFBIG.
  public static func list(_ path: String) throws(FileError) -> [String] {
    // unsafe: the stream is ours until closedir; each entry is copied before the next is read.
    guard let folder = unsafe opendir(path) else {
      throw FileError(path: path, operation: "opendir", code: errno)
    }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    errno = 0
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
      guard names.count <= 100_000 else { throw FileError(path: path, operation: "list", code: EFBIG) }
      errno = 0
    }
    guard errno == 0 else { throw FileError(path: path, operation: "readdir", code: errno) }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Removes a file, a link (not what it points to), or a folder with all that is in it. Nothing there is
  /// fine.
  public static func remove(_ path: String) throws(FileError) {
    guard let status = try status(path, followLinks: false) else { return }
    guard status.kind == .directory else { return try removeFile(path) }
    // Folders come after the folder they are in, so removing them from the back empties the inner ones
    // first.
    var folders = [path]
    var next = 0
    while next < folders.count {
      for name in try list(folders[next]) {
        let child = folders[next] + "/" + name
        let kind = try FileSystem.status(child, followLinks: false)?.kind
        if kind == .directory { folders.append(child) } else { try removeFile(child) }
      }
      next += 1
    }
    for folder in folders.reversed() where unsafe rmdir(folder) != 0 && errno != ENOENT {
      throw FileError(path: folder, operation: "rmdir", code: errno)
    }
  }

  private static func removeFile(_ path: String) throws(FileError) {
    if unsafe unlink(path) != 0, errno != ENOENT {
      throw FileError(path: path, operation: "unlink", code: errno)
    }
  }

  /// Opens for this module; close-on-exec always, so that no child inherits it.
  static func open(_ path: String, _ flags: Int32, mode: UInt32 = 0) throws(FileError) -> Descriptor {
    // A zero byte would silently cut the path short for C.
    guard !path.utf8.contains(0) else { throw FileError(path: path, operation: "open", code: EINVAL) }
    var number = unsafe Glibc.open(path, flags | O_CLOEXEC, mode)
    while number < 0, errno == EINTR { number = unsafe Glibc.open(path, flags | O_CLOEXEC, mode) }
    guard number >= 0 else { throw FileError(path: path, operation: "open", code: errno) }
    return Descriptor(number)
  }
}
