import ActorKit
import HostKit
import Platform
import Synchronization

/// Dies at a named point, in builds made for tests only: debug builds, and those made with WAGGLE_TEST_BUILD
/// set, for which Package.swift defines WAGGLE_CRASH_POINTS. What users run contains none of this.
///
/// `WAGGLE_CRASH_AT=after_commit:120` kills the process the 120th time it comes there; with
/// `after_commit:120:trap` it dies of a trap instead, as of a bug. With
/// `WAGGLE_CRASH_DIR=FOLDER` a component looks at its start for a file of its name in there, which says the
/// same, and removes it: so each incarnation of each component can be sent to its own end, once.
package enum CrashPoints {
  #if WAGGLE_CRASH_POINTS
    package static let areHonoured = true

    package static func reach(_ point: CrashPoint) {
      let due = trigger.withLock { trigger in trigger?.comes(to: point) ?? false ? trigger : nil }
      guard let due else { return }
      precondition(!due.traps, "the trap that was asked for at \(point.rawValue)")
      ProcessControl.killSelf()
    }

    /// Called once, before anything else that the component does.
    static func arm(_ component: String) {
      guard let folder = Environment.value("WAGGLE_CRASH_DIR") else { return }
      let path = "\(folder)/\(component)"
      do throws(FileError) {
        guard try FileSystem.exists(path) else { return }
        let bytes = try FileSystem.read(path, maxBytes: 256)
        try FileSystem.remove(path)
        let text = String(decoding: bytes.prefix { $0 > UInt8(ascii: " ") }, as: UTF8.self)
        guard let directive = CrashTrigger(text) else {
          preconditionFailure("\(path) says \(text): \(usage)")
        }
        trigger.withLock { $0 = directive }
      } catch {
        preconditionFailure("WAGGLE_CRASH_DIR: \(error)")
      }
    }

    private static let usage = "write POINT:COUNT or POINT:COUNT:trap; points: \(CrashPoint.names)"

    private static let trigger = Mutex<CrashTrigger?>(
      Environment.value("WAGGLE_CRASH_AT").map { text in
        guard let trigger = CrashTrigger(text) else {
          preconditionFailure("WAGGLE_CRASH_AT=\(text): \(usage)")
        }
        return trigger
      })
  #else
    package static let areHonoured = false

    @inline(__always)
    static func arm(_ component: String) {}

    @inline(__always)
    package static func reach(_ point: CrashPoint) {}
  #endif
}
