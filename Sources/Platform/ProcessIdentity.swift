import Glibc

/// A process, told apart from a later one with the same number: by the time it was started, and by the boot
/// of the machine that time counts from.
public struct ProcessIdentity: Sendable, Equatable {
  public let pid: Int32
  /// Clock ticks from the boot to its start, field 22 of proc(5).
  public let startTicks: Int64
  /// The kernel's random id of this boot; empty where the system does not tell it.
  public let boot: String

  public init(pid: Int32, startTicks: Int64, boot: String) {
    self.pid = pid
    self.startTicks = startTicks
    self.boot = boot
  }

  /// The process that has this number now; nil when none has, or only the remains of one that has ended.
  public static func of(_ pid: Int32) throws(FileError) -> ProcessIdentity? {
    guard pid > 0 else { return nil }
    do throws(FileError) {
      let bytes = try FileSystem.read("/proc/\(pid)/stat", maxBytes: 4096)
      guard let ticks = startTicks(bytes) else { return nil }
      return ProcessIdentity(pid: pid, startTicks: ticks, boot: try bootID())
    } catch {
      // ESRCH: it ended between the open and the read.
      if error.isMissing || error.code == ESRCH { return nil }
      throw error
    }
  }

  /// Whether this very process still runs.
  public var isAlive: Bool {
    get throws(FileError) { try ProcessIdentity.of(pid) == self }
  }

  /// Sends a signal to it, or to the group it leads. Does nothing when it has ended: its number may by now
  /// be somebody else's.
  public func send(signal: Int32, toGroup: Bool = false) throws(SystemError) {
    do throws(FileError) { guard try isAlive else { return } } catch {
      throw SystemError(operation: "looking for process \(pid)", code: error.code)
    }
    guard kill(toGroup ? -pid : pid, signal) != 0 else { return }
    if errno == ESRCH { return }
    throw SystemError(operation: "kill(\(toGroup ? -pid : pid), \(signalName(signal)))", code: errno)
  }

  /// Field 22; nil for a zombie, which runs no more, and for what is no line of proc(5).
  package static func startTicks(_ bytes: [UInt8]) -> Int64? {
    // The name in parentheses may itself hold spaces and parentheses, so count from the last one.
    guard let nameEnd = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = bytes[(nameEnd + 1)...].split(separator: UInt8(ascii: " "))
    guard fields.count > 19, let state = fields.first?.first, state != UInt8(ascii: "Z"),
      state != UInt8(ascii: "X")
    else { return nil }
    return Int64(String(decoding: fields[19], as: UTF8.self))
  }

  private static func bootID() throws(FileError) -> String {
    do throws(FileError) {
      let bytes = try FileSystem.read("/proc/sys/kernel/random/boot_id", maxBytes: 64)
      return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    } catch {
      if error.isMissing || error.code == EACCES { return "" }
      throw error
    }
  }
}
