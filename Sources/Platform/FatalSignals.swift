import CLinux
import Glibc

/// What a process does when it dies of a bug: it writes one line, notes its death where the next incarnation
/// can read it, and is gone at once.
///
/// Swift's own crash handler would first start a program that reads the debug information of the whole
/// process, for seconds during which nobody does this one's work. The line says where the trap was, for
/// `addr2line -f -e PROGRAM OFFSET`, and a core file can still be had from the kernel. A kill from outside
/// leaves no note.
///
/// The note is one word of a mapped file: storing it, and writing a line, is all that a process in that state
/// can be trusted with.
public enum FatalSignals {
  /// What a trap, an assertion of a library, or a wild access raises.
  static let numbers: [Int32] = [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGSEGV, SIGFPE]

  /// From now on a bug ends this process without delay, in place of Swift's own handler. For programs whose
  /// absence costs more than a trace is worth; signals belong to the process, so it lasts until its end.
  public static func dieAtOnce() {
    for number in numbers {
      var action = Glibc.sigaction()
      // On the stack that Swift's runtime has set aside, where it has: a stack that is full takes no handler.
      action.sa_flags = SA_SIGINFO | SA_ONSTACK | Int32(bitPattern: UInt32(SA_RESETHAND))
      unsafe action.__sigaction_handler.sa_sigaction = { number, info, _ in
        unsafe FatalSignals.die(of: number, at: info.map { unsafe waggle_fault_address($0) } ?? 0)
      }
      // unsafe: the struct is read by the call alone.
      guard unsafe sigaction(number, &action, nil) == 0 else {
        preconditionFailure("sigaction \(number): \(systemErrorText(errno))")
      }
    }
  }

  /// From now on until `forget`, which must come before the mapping goes. For one mapping in a program.
  public static func note(in memory: borrowing MappedFile, at offset: Int) {
    unsafe noted = memory.word(at: offset)
    dieAtOnce()
  }

  /// Notes nothing any more.
  public static func forget() { unsafe noted = nil }

  /// Nothing is allocated or locked: a store, a line, and the signal once more, which the kernel then
  /// handles.
  private static func die(of number: Int32, at address: UInt) {
    unsafe noted?.pointee = 1
    waggle_write_fatal_line(number, address)
    _ = raise(number)
  }

  // unsafe: written once before the handlers are installed, read by them only.
  nonisolated(unsafe) private static var noted: UnsafeMutablePointer<UInt32>?
}
