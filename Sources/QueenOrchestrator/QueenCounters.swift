import ActorKit
import Wire

/// What the queen counts since boot.
struct QueenCounters: Sendable {
  var interruptions = 0
  /// By the member's kind.
  var degradations = [Int](repeating: 0, count: ComponentKind.allCases.count)
  var failsafes = 0
  var permits = 0
  /// By kind, whatever became of them.
  var commands = [Int](repeating: 0, count: CommandKind.allCases.count)
  var safetyEvents = 0
  var alarms = 0
  var dropped = [Int](repeating: 0, count: Dropped.allCases.count)

  /// Why an input was not taken in.
  enum Dropped: Int, CaseIterable {
    /// Not a message for us, or not by this way.
    case unexpected
    /// Not from a member.
    case unknownSender
    /// Older than what is known.
    case late
    /// A request for a permit that makes no sense.
    case permit
    /// A request for a permit from an executor that has a younger successor.
    case fenced
    /// A snapshot of a topic that has none.
    case topic
    /// A time that cannot be.
    case malformed
  }

  mutating func drop(_ reason: Dropped) { dropped[reason.rawValue] += 1 }

  mutating func count(degradationOf kind: ComponentKind) {
    guard let index = ComponentKind.allCases.firstIndex(of: kind) else { return }
    degradations[index] += 1
  }

  mutating func count(_ kind: CommandKind) {
    guard let index = CommandKind.allCases.firstIndex(of: kind) else { return }
    commands[index] += 1
  }

  func report(into counters: inout CounterReport) {
    counters.add("interruptions", interruptions)
    for (kind, count) in zip(ComponentKind.allCases, degradations) where kind != .unrecognized {
      counters.add("degradations.\(kind.name)", count)
    }
    counters.add("failsafes", failsafes)
    counters.add("permits", permits)
    for (kind, count) in zip(CommandKind.allCases, commands) { counters.add("commands.\(kind.name)", count) }
    counters.add("safetyEvents", safetyEvents)
    counters.add("alarms", alarms)
    for reason in Dropped.allCases { counters.add("dropped.\(reason)", dropped[reason.rawValue]) }
  }
}
