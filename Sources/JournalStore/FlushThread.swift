import CLinux
import Glibc
import Journal
import Records
import Synchronization

/// Flushes one descriptor when it is asked to, and rests between flushes: requests that come meanwhile are
/// served together. Each flush makes the disk busy for the ones that somebody waits for.
@safe final class FlushThread {
  /// So long a request may wait, besides the flush itself.
  static let restNanos: Int64 = 20_000_000

  private let work: Work
  private let thread: pthread_t

  /// What the thread and its owner share.
  private final class Work: Sendable {
    let descriptor: Int32
    /// An eventfd: counts requests.
    let wakeup: Int32
    let mustEnd = Atomic<Bool>(false)
    let failure = Atomic<Int32>(0)

    init(_ descriptor: Int32, wakeup: Int32) { (self.descriptor, self.wakeup) = (descriptor, wakeup) }

    deinit { close(wakeup) }

    func run() {
      while true {
        var count: UInt64 = 0
        // Reads one counter of 8 bytes.
        let size = unsafe read(wakeup, &count, 8)
        if size < 0 && errno == EINTR { continue }
        if mustEnd.load(ordering: .acquiring) { return }
        if fdatasync(descriptor) != 0 {
          // After a failed flush nobody knows what the disk holds.
          failure.store(errno, ordering: .releasing)
          return
        }
        usleep(UInt32(FlushThread.restNanos / 1_000))
      }
    }
  }

  init(_ descriptor: Int32, path: String) throws(JournalError) {
    let wakeup = eventfd(0, Int32(EFD_CLOEXEC))
    guard wakeup >= 0 else {
      throw .storage(path: path, operation: "making an event", code: errno, what: describe(errno))
    }
    let work = Work(descriptor, wakeup: wakeup)
    self.work = work
    var thread = pthread_t()
    // The thread takes over this one reference to `work`.
    let context = unsafe Unmanaged.passRetained(work).toOpaque()
    let outcome = unsafe pthread_create(
      &thread, nil,
      { context in
        guard let context = unsafe context else { return nil }
        unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, context)
    guard outcome == 0 else {
      unsafe Unmanaged<Work>.fromOpaque(context).release()
      throw .storage(path: path, operation: "starting a thread", code: outcome, what: describe(outcome))
    }
    self.thread = thread
  }

  /// The `errno` of a flush that failed; nil while all is well.
  var failure: Int32? {
    let code = work.failure.load(ordering: .acquiring)
    return code == 0 ? nil : code
  }

  func request() { wake() }

  /// Returns when the thread has ended, after a rest at the most; a request that waits is not served.
  func stop() {
    work.mustEnd.store(true, ordering: .releasing)
    wake()
    pthread_join(thread, nil)
  }

  private func wake() {
    var one: UInt64 = 1
    // Writes one counter of 8 bytes, which blocks only beyond 2^64 - 2 requests.
    let size = unsafe write(work.wakeup, &one, 8)
    precondition(size == 8, "the eventfd took \(size) bytes, errno \(errno)")
  }
}
