import Platform
import Wire

/// This process's memory and processor time.
struct ProcessUsage {
  let residentBytes: Int64
  let cpuNanos: Int64

  /// Nil where the system does not tell.
  static func own() -> ProcessUsage? {
    do throws(FileError) {
      guard let stats = try ProcessStats.read(ProcessStats.ownPID) else { return nil }
      return ProcessUsage(residentBytes: stats.residentBytes, cpuNanos: stats.userNanos + stats.systemNanos)
    } catch {
      // Without /proc the figures are missing, which the heartbeat shows as 0; nothing depends on them.
      return nil
    }
  }
}

/// What this program calls itself in sessions.
enum Build {
  static let name: NameText = {
    guard let text = NameText("waggle 0.1.0") else { preconditionFailure("a build name is ASCII") }
    return text
  }()
}
