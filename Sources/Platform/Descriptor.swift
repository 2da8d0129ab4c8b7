import Glibc

/// A file descriptor that is closed exactly once, when its owner goes.
struct Descriptor: ~Copyable, Sendable {
  let number: Int32

  init(_ number: Int32) {
    precondition(number >= 0, "bug: descriptor \(number)")
    self.number = number
  }

  deinit {
    // EBADF means that someone closed a number that was not theirs; the next victim would be a journal.
    let closed = close(number) == 0
    precondition(closed || errno != EBADF, "bug: descriptor \(number) was closed by someone else")
  }

  /// Reads up to `capacity` bytes, again after an interruption: 0 at the end, -1 with `errno` on failure.
  func read(into start: UnsafeMutableRawPointer, capacity: Int) -> Int {
    // unsafe: the caller owns `capacity` bytes from `start`.
    var count = unsafe Glibc.read(number, start, capacity)
    while count < 0, errno == EINTR { count = unsafe Glibc.read(number, start, capacity) }
    return count
  }

  /// Writes all of `bytes`, however many calls that takes; returns 0 or the `errno` of the failure.
  func writeAll(_ bytes: [UInt8]) -> Int32 {
    Descriptor.writeAll(number, bytes)
  }

  static func writeAll(_ number: Int32, _ bytes: [UInt8]) -> Int32 {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { bytes in
        // unsafe: `done` stays below the count, so the rest lies inside the array, borrowed for the call.
        unsafe Glibc.write(number, bytes.baseAddress?.advanced(by: done), bytes.count - done)
      }
      if count > 0 {
        done += count
      } else if errno == EAGAIN {
        waitUntilWritable(number)
      } else if errno != EINTR {
        return errno
      }
    }
    return 0
  }

  /// Waits for room in a pipe or terminal that another program made non-blocking.
  private static func waitUntilWritable(_ number: Int32) {
    var entry = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
    // unsafe: poll reads and writes the one local entry. Its result does not matter: the write tells.
    _ = unsafe poll(&entry, 1, 1000)
  }
}
