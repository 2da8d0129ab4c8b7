import CLinux
import Glibc

/// The processors a thread may run on, by their numbers.
public enum Processors {
  /// As many as the kernel is asked about.
  static let most = 1_024

  /// Of a thread by its id; 0 is the calling one, a process's id its first. Empty when there is none.
  public static func allowed(thread: Int32 = 0) throws(SystemError) -> [Int] {
    var mask = [UInt](repeating: 0, count: most / UInt.bitWidth)
    // unsafe: the call writes at most the array's bytes, which live until it returns.
    let written = unsafe mask.withUnsafeMutableBytes { bytes in
      unsafe waggle_get_affinity(thread, UInt(bytes.count), bytes.baseAddress)
    }
    guard written >= 0 else {
      if errno == ESRCH { return [] }
      throw SystemError(operation: "sched_getaffinity(\(thread))", code: errno)
    }
    return (0..<most).filter { mask[$0 / UInt.bitWidth] >> UInt($0 % UInt.bitWidth) & 1 == 1 }
  }

  /// Keeps one thread on these; threads that it starts later inherit it.
  public static func keep(thread: Int32 = 0, on processors: [Int]) throws(SystemError) {
    precondition(!processors.isEmpty, "a thread without a processor never runs")
    var mask = [UInt](repeating: 0, count: most / UInt.bitWidth)
    for number in processors {
      precondition((0..<most).contains(number), "processor \(number) not in 0..<\(most)")
      mask[number / UInt.bitWidth] |= 1 << UInt(number % UInt.bitWidth)
    }
    // unsafe: the call reads the array's bytes, which live until it returns.
    let done = unsafe mask.withUnsafeBytes { bytes in
      unsafe waggle_set_affinity(thread, UInt(bytes.count), bytes.baseAddress)
    }
    guard done == 0 else {
      throw SystemError(operation: "sched_setaffinity(\(thread), \(processors))", code: errno)
    }
  }

  /// Keeps every thread that a process has on these; one that ends meanwhile is passed over.
  public static func keep(everyThreadOf process: Int32, on processors: [Int]) throws(SystemError) {
    for thread in try ThreadList.of(process) {
      do throws(SystemError) { try keep(thread: thread, on: processors) } catch {
        guard error.code == ESRCH else { throw error }
      }
    }
  }
}
