import HostKit
import Platform
import Wire

extension ProcessFigures {
  /// This process's; nil where the system does not tell.
  package static func own() -> ProcessFigures? {
    do throws(FileError) {
      guard let stats = try ProcessStats.read(ProcessStats.ownPID) else { return nil }
      return ProcessFigures(
        residentBytes: stats.residentBytes, cpuNanos: stats.userNanos + stats.systemNanos)
    } catch {
      // Without /proc the figures are missing, which the heartbeat shows as 0; nothing depends on them.
      return nil
    }
  }
}
