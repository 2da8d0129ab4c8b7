import ActorKit
import Platform
import Synchronization

/// Dies at a named point, in builds made for tests only: debug builds, and those made with WAGGLE_TEST_BUILD
/// set, for which Package.swift defines WAGGLE_CRASH_POINTS. What users run contains none of this.
///
/// `WAGGLE_CRASH_AT=after_commit:120` kills the process the 120th time it comes there.
package enum CrashPoints {
  #if WAGGLE_CRASH_POINTS
    package static let areHonoured = true

    package static func reach(_ point: CrashPoint) {
      let isDue = trigger.withLock { trigger in trigger?.comes(to: point) ?? false }
      if isDue { ProcessControl.killSelf() }
    }

    private static let trigger = Mutex<CrashTrigger?>(
      Environment.value("WAGGLE_CRASH_AT").map { text in
        guard let trigger = CrashTrigger(text) else {
          preconditionFailure("WAGGLE_CRASH_AT=\(text): write POINT:COUNT; points: \(CrashPoint.names)")
        }
        return trigger
      })
  #else
    package static let areHonoured = false

    @inline(__always)
    package static func reach(_ point: CrashPoint) {}
  #endif
}
