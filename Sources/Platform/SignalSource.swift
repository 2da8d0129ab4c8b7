import CLinux
import Glibc

/// Signals as something to read, so that no handler ever runs inside other code.
///
/// Create it first thing in `main`, before any thread exists: it blocks the signals in the calling thread,
/// and only threads started later inherit that. A thread that does not block them would be killed by them.
/// They stay blocked when the source goes, for the same reason. `ChildProcess` gives children a clean set.
public struct SignalSource: ~Copyable, Sendable {
  private let descriptor: Descriptor

  /// Blocks `signals` (for example `[SIGINT, SIGTERM, SIGHUP, SIGCHLD]`) and starts collecting them.
  public init(_ signals: [Int32]) throws(SystemError) {
    precondition(!signals.isEmpty, "bug: a SignalSource for no signals")
    var set = sigset_t()
    // unsafe: the C calls read and write the local set only.
    unsafe sigemptyset(&set)
    for signal in signals {
      let known = unsafe sigaddset(&set, signal) == 0
      precondition(known && signal != SIGKILL && signal != SIGSTOP, "bug: signal \(signal) cannot be read")
    }
    let code = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    precondition(code == 0, "pthread_sigmask: \(systemErrorText(code))")
    let flags = Int32(SFD_CLOEXEC) | Int32(SFD_NONBLOCK)
    let number = unsafe signalfd(-1, &set, flags)
    guard number >= 0 else { throw SystemError(operation: "signalfd", code: errno) }
    descriptor = Descriptor(number)
  }

  /// For the poll set: readable while a signal waits.
  public var fileDescriptor: Int32 { descriptor.number }

  /// The next signal, or nil. Several of one kind may arrive as one: after SIGCHLD, look at every child.
  public func next() -> Int32? {
    var info = signalfd_siginfo()
    let size = MemoryLayout<signalfd_siginfo>.size
    // unsafe: the kernel writes one whole struct into the local variable.
    let count = unsafe descriptor.read(into: &info, capacity: size)
    guard count == size else {
      precondition(count < 0 && errno == EAGAIN, "reading a signalfd: \(systemErrorText(errno))")
      return nil
    }
    return Int32(info.ssi_signo)
  }
}
