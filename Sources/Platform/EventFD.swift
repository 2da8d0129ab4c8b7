import CLinux
import Glibc

/// A doorbell between threads: any thread rings it, the thread that polls `fileDescriptor` wakes up.
///
/// Rings are counted, not queued: what there is to do lies in a queue beside it.
public struct EventFD: ~Copyable, Sendable {
  private let descriptor: Descriptor

  public init() throws(SystemError) {
    let number = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    guard number >= 0 else { throw SystemError(operation: "eventfd", code: errno) }
    descriptor = Descriptor(number)
  }

  /// For the poll set: readable when it was rung since the last `drain`.
  public var fileDescriptor: Int32 { descriptor.number }

  /// Rings. From any thread; never blocks.
  public func signal() {
    var one: UInt64 = 1
    // unsafe: the kernel reads the eight bytes of the local variable.
    let failed = unsafe write(descriptor.number, &one, 8) != 8
    // EAGAIN: 2^64 - 2 rings are waiting, so the bell is ringing anyway.
    precondition(!failed || errno == EAGAIN || errno == EINTR, "eventfd write: \(systemErrorText(errno))")
  }

  /// Stops the ringing; returns how often it was rung since the last call.
  @discardableResult
  public func drain() -> UInt64 {
    readCounter(descriptor)
  }
}

/// The eight bytes an eventfd or timerfd gives, 0 when there are none.
func readCounter(_ descriptor: borrowing Descriptor) -> UInt64 {
  var counter: UInt64 = 0
  // unsafe: the kernel writes the eight bytes of the local variable.
  let count = unsafe descriptor.read(into: &counter, capacity: 8)
  precondition(count == 8 || errno == EAGAIN, "reading a counter: \(systemErrorText(errno))")
  return count == 8 ? counter : 0
}
