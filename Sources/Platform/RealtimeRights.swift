import Glibc

/// What this process may do about its scheduling, and what keeps the host alive if it goes wrong.
public struct RealtimeRights: Sendable, Equatable {
  /// How the kernel bounds all real-time threads together, so that others get to run.
  public enum Throttle: Sendable, Equatable {
    case off
    case on(runtimeMicros: Int64, periodMicros: Int64)
    /// The kernel does not say.
    case unknown
  }

  /// RLIMIT_RTPRIO: the highest priority without further right; 0 is none.
  public var priorityLimit: UInt64
  /// CAP_SYS_NICE: any priority.
  public var hasSysNice: Bool
  public var throttle: Throttle

  public init(priorityLimit: UInt64, hasSysNice: Bool, throttle: Throttle) {
    self.priorityLimit = priorityLimit
    self.hasSysNice = hasSysNice
    self.throttle = throttle
  }

  /// What this process has.
  public static func own() throws(SystemError) -> RealtimeRights {
    var limit = rlimit()
    // unsafe: the C call fills the local struct.
    guard unsafe getrlimit(__rlimit_resource_t(__RLIMIT_RTPRIO.rawValue), &limit) == 0 else {
      throw SystemError(operation: "getrlimit(RLIMIT_RTPRIO)", code: errno)
    }
    let status: [UInt8]
    do throws(FileError) { status = try FileSystem.read("/proc/self/status", maxBytes: 1 << 16) } catch {
      throw SystemError(operation: "read /proc/self/status", code: error.code)
    }
    return RealtimeRights(
      priorityLimit: UInt64(limit.rlim_cur),
      hasSysNice: hasSysNice(in: String(decoding: status, as: UTF8.self)),
      throttle: throttle(
        runtime: kernelSetting("sched_rt_runtime_us"), period: kernelSetting("sched_rt_period_us")))
  }

  /// Whether the effective capabilities of a `/proc/PID/status` hold CAP_SYS_NICE, which is bit 23.
  package static func hasSysNice(in status: String) -> Bool {
    for line in status.split(separator: "\n") where line.hasPrefix("CapEff:") {
      guard let digits = line.split(whereSeparator: { $0 == "\t" || $0 == " " }).last else { return false }
      return (UInt64(digits, radix: 16) ?? 0) >> 23 & 1 == 1
    }
    return false
  }

  /// The kernel's two numbers as what they mean: a runtime of -1, or as long as the period, bounds nothing.
  package static func throttle(runtime: Int64?, period: Int64?) -> Throttle {
    guard let runtime, let period, period > 0 else { return .unknown }
    return runtime < 0 || runtime >= period ? .off : .on(runtimeMicros: runtime, periodMicros: period)
  }

  private static func kernelSetting(_ name: String) -> Int64? {
    do throws(FileError) {
      let bytes = try FileSystem.read("/proc/sys/kernel/\(name)", maxBytes: 64)
      return Int64(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    } catch {
      // A container may hide it; then it is not known, which is said.
      return nil
    }
  }
}

extension RealtimeRights {
  /// Processors on which an unbounded runaway would leave nothing to log in with.
  static let fewProcessors = 2

  /// Why nothing may be run with SCHED_FIFO up to `priority` on so many processors; nil when it may.
  public func refusal(ofPriority priority: Int32, processors: Int) -> String? {
    if !hasSysNice, priorityLimit < UInt64(max(priority, 0)) {
      return Self.missingRight(priority, priorityLimit)
    }
    guard throttle == .off, processors <= Self.fewProcessors else { return nil }
    return """
      the kernel puts no bound on real-time programs (kernel.sched_rt_runtime_us), and with \
      \(processors == 1 ? "one processor" : "\(processors) processors") one that runs away would lock this \
      machine: `sysctl kernel.sched_rt_runtime_us=950000` leaves the others 5 % of each second
      """
  }

  /// The words for somebody who has to give the right.
  public static func missingRight(_ priority: Int32, _ limit: UInt64) -> String {
    """
    the right to real-time scheduling is missing: it needs SCHED_FIFO up to priority \(priority), this user \
    may have \(limit == 0 ? "none" : "up to \(limit)") (RLIMIT_RTPRIO) and has no CAP_SYS_NICE. One of these \
    gives it:
      a line "USER - rtprio \(priority)" in /etc/security/limits.d/waggle.conf, and a new login
      LimitRTPRIO=\(priority) in the systemd unit
      setcap cap_sys_nice=ep on the program waggle
    """
  }

  /// What a person should know of the kernel's bound.
  public var throttleText: String {
    switch throttle {
    case .on(let runtime, let period):
      "the kernel leaves other programs \((period - runtime) * 100 / period) % of each "
        + "\(period / 1_000) ms (kernel.sched_rt_runtime_us \(runtime))"
    case .off:
      "NOTE: the kernel puts no bound on real-time programs (kernel.sched_rt_runtime_us): as many as "
        + "there are processors, run away, lock this machine"
    case .unknown:
      "NOTE: the kernel does not say whether it bounds real-time programs (kernel.sched_rt_runtime_us)"
    }
  }
}
