import ActorKit
import HostKit
import Vocabulary
import Wire

/// When a program's next turn is, and how it stands with its supervisor.
struct ProgramShift {
  /// The turn that counts; one set earlier is void.
  var ticket: UInt64 = 0
  var dueMoment = Int64.max
  /// The last turn takes so long.
  var busyUntil: Int64 = 0
  /// It is stopped until then.
  var pausedUntil: Int64 = 0
  /// A turn that writes takes so much longer.
  var writeNanos: Int64 = 0
  var toldState: ComponentState?
  var restarts = SupervisorRestarts(intensity: 8, windowNanos: 10 * .nanosPerSecond)

  var freeMoment: Int64 { max(busyUntil, pausedUntil) }
}
