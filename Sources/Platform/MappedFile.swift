import Glibc

/// A small file mapped into memory: stores cost nanoseconds and survive the process, though not a power loss.
@safe public struct MappedFile: ~Copyable {
  // Owned: mapped by `init`, unmapped by `deinit`, never handed out.
  private let base: UnsafeMutableRawPointer
  public let byteCount: Int

  /// Maps the file, made or extended with zeros to `byteCount`.
  public init(_ path: String, byteCount: Int) throws(FileError) {
    precondition(byteCount > 0, "a mapping of \(byteCount) bytes")
    // unsafe: `path` is copied by the call.
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError(path: path, operation: "open", code: errno) }
    defer { close(descriptor) }
    guard ftruncate(descriptor, byteCount) == 0 else {
      throw FileError(path: path, operation: "ftruncate", code: errno)
    }
    // A store into a hole for which a full disk has no room would be answered by a signal.
    let code = posix_fallocate(descriptor, 0, byteCount)
    guard code == 0 else { throw FileError(path: path, operation: "posix_fallocate", code: code) }
    // unsafe: a fresh shared mapping of the whole file; the result is checked.
    let mapped = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else {
      throw FileError(path: path, operation: "mmap", code: errno)
    }
    unsafe base = mapped
    self.byteCount = byteCount
  }

  /// Memory of the same kind behind which there is no file, for where none can be made.
  public init(withoutFileOf byteCount: Int) {
    precondition(byteCount > 0, "a mapping of \(byteCount) bytes")
    // unsafe: fresh private memory; the result is checked.
    let flags = MAP_PRIVATE | MAP_ANONYMOUS
    let mapped = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0)
    guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else {
      preconditionFailure("no memory for \(byteCount) bytes: \(systemErrorText(errno))")
    }
    unsafe base = mapped
    self.byteCount = byteCount
  }

  deinit { unsafe munmap(base, byteCount) }

  /// The integer at a byte offset.
  public func load<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type = T.self, at offset: Int) -> T {
    check(offset, MemoryLayout<T>.size)
    // unsafe: within the mapping, checked above; any bits make an integer.
    return unsafe base.loadUnaligned(fromByteOffset: offset, as: T.self)
  }

  /// Replaces the integer at a byte offset.
  public func store<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, at offset: Int) {
    check(offset, MemoryLayout<T>.size)
    // unsafe: within the mapping, checked above.
    unsafe base.storeBytes(of: value, toByteOffset: offset, as: T.self)
  }

  /// Waits until what was stored would survive a power loss, too.
  public func flush() throws(FileError) {
    // unsafe: the whole mapping, which begins at a page.
    guard unsafe msync(base, byteCount, MS_SYNC) == 0 else {
      throw FileError(path: "a mapped file", operation: "msync", code: errno)
    }
  }

  /// Where the word at a byte offset lies, for `FatalSignals`. Valid as long as the mapping.
  @unsafe func word(at offset: Int) -> UnsafeMutablePointer<UInt32> {
    check(offset, MemoryLayout<UInt32>.size)
    precondition(offset % MemoryLayout<UInt32>.alignment == 0, "a word at \(offset)")
    // unsafe: within the mapping and aligned, checked above; all memory of a mapping is of plain integers.
    return unsafe (base + offset).assumingMemoryBound(to: UInt32.self)
  }

  private func check(_ offset: Int, _ size: Int) {
    precondition(offset >= 0 && offset <= byteCount - size, "\(size) bytes at \(offset) of \(byteCount)")
  }
}
