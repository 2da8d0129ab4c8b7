import Glibc

/// What a process uses, as the kernel counts it.
public struct ProcessStats: Sendable, Equatable {
  /// Memory in RAM, bytes.
  public let residentBytes: Int64
  /// Processor time in the program, nanoseconds, counted in ticks of usually 10 ms.
  public let userNanos: Int64
  /// Processor time in the kernel for it, nanoseconds, counted likewise.
  public let systemNanos: Int64

  /// The id of this process.
  public static var ownPID: Int32 { getpid() }

  /// Reads `/proc/<pid>/stat`; nil when there is no such process (any more).
  public static func read(_ pid: Int32) throws(FileError) -> ProcessStats? {
    let path = "/proc/\(pid)/stat"
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try FileSystem.read(path, maxBytes: 4096)
    } catch {
      // ESRCH: it ended between the open and the read.
      if error.isMissing || error.code == ESRCH { return nil }
      throw error
    }
    guard let stats = parse(bytes) else {
      throw FileError(path: path, operation: "parse", code: EBADMSG)
    }
    return stats
  }

  /// Takes the numbers out of a line of proc(5): fields 14 and 15 are ticks, 24 is pages.
  package static func parse(_ bytes: [UInt8]) -> ProcessStats? {
    // The name in parentheses may itself hold spaces and parentheses, so count from the last one.
    guard let nameEnd = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = bytes[(nameEnd + 1)...].split(separator: UInt8(ascii: " "))
    func field(_ number: Int) -> Int64? {
      // Field 3 is the first after the name.
      guard fields.indices.contains(number - 3) else { return nil }
      return Int64(String(decoding: fields[number - 3], as: UTF8.self))
    }
    let ticksPerSecond = Int64(sysconf(Int32(_SC_CLK_TCK)))
    let pageBytes = Int64(sysconf(Int32(_SC_PAGESIZE)))
    guard ticksPerSecond > 0, pageBytes > 0, let user = field(14), let system = field(15),
      let pages = field(24)
    else { return nil }
    let tickNanos = 1_000_000_000 / ticksPerSecond
    return ProcessStats(
      residentBytes: pages * pageBytes, userNanos: user * tickNanos, systemNanos: system * tickNanos)
  }
}
