import Glibc
import Platform

/// A descriptor that becomes readable when another thread wants it: a pipe.
final class Bell: Sendable {
  let fileDescriptor: Int32
  private let writer: Int32

  init() throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw SystemError(operation: "pipe", code: errno) }
    (fileDescriptor, writer) = (ends[0], ends[1])
  }

  func ring() {
    var one: UInt8 = 1
    precondition(write(writer, &one, 1) == 1, "ringing: \(errno)")
  }

  /// How often it was rung, up to 64; waits where it was not at all.
  func drain() -> Int {
    var bytes = [UInt8](repeating: 0, count: 64)
    return read(fileDescriptor, &bytes, bytes.count)
  }

  deinit {
    close(fileDescriptor)
    close(writer)
  }
}
