import Glibc

/// Notes that the process is dying of a bug, where the next incarnation can read it. A kill from outside
/// leaves no such note.
///
/// The note is one word of a mapped file: storing it is all that a process in that state can be trusted with.
/// Whoever handled the signal before, by default the kernel, then gets it as if nothing had happened.
public enum FatalSignals {
  /// What a trap, an assertion of a library, or a wild access raises.
  static let numbers: [Int32] = [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGSEGV, SIGFPE]

  /// From now on until `forget`, which must come before the mapping goes. For one mapping in a program:
  /// signals belong to the process.
  public static func note(in memory: borrowing MappedFile, at offset: Int) {
    unsafe noted = memory.word(at: offset)
    for (place, number) in numbers.enumerated() {
      var action = Glibc.sigaction()
      unsafe action.__sigaction_handler.sa_handler = { FatalSignals.die(of: $0) }
      // unsafe: both structs are read or written by the call alone.
      guard unsafe sigaction(number, &action, &former[place]) == 0 else {
        preconditionFailure("sigaction \(number): \(systemErrorText(errno))")
      }
    }
  }

  /// Notes nothing any more.
  public static func forget() { unsafe noted = nil }

  private static func die(of number: Int32) {
    unsafe noted?.pointee = 1
    // Nothing is allocated or locked: a store, compares, two system calls. The signal comes again as soon as
    // this returns, to whoever had it before.
    for place in numbers.indices where numbers[place] == number {
      _ = unsafe sigaction(number, &former[place], nil)
    }
    _ = raise(number)
  }

  // unsafe: written once before the handlers are installed, read by them only.
  nonisolated(unsafe) private static var noted: UnsafeMutablePointer<UInt32>?
  nonisolated(unsafe) private static var former = Array(repeating: Glibc.sigaction(), count: numbers.count)
}
