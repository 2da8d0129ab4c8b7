import ActorKit

/// When the host's own duties are due, boot clock.
package struct HostTimers {
  package init() {}

  package var heartbeat: Int64 = 0
  /// No beat for a change of state before this.
  package var stateBeat: Int64 = 0
  /// Pause after the next beat.
  package var beatPause: Int64 = Liveness.heartbeatNanos
  package var sequences: Int64 = 0
  /// When topic counts are told although no topic has changed.
  package var quietSequences: Int64 = 0
  package var health: Int64 = 0
  /// When the alarm of an impaired journal is raised next; never for a sound one.
  package var impairedAlarm = Int64.max
  /// When delivered messages must be out of the journal's outbox; never while there are none.
  package var outboxForget = Int64.max
  /// When the marks of events that are not durable must be in the journal; never while there are none.
  package var marks = Int64.max
  /// When facts that were told lazily must be in the journal; never while there are none.
  package var lazyFacts = Int64.max

  /// A snapshot of the state is journaled after this many rows.
  package var snapshotRows: Int64 = 20_000

  /// To the next beat: short after a change of state, then twice as long each time up to the usual time.
  package mutating func takeBeatPause() -> Int64 {
    defer { beatPause = min(2 * beatPause, Liveness.heartbeatNanos) }
    return beatPause
  }

  /// A publisher's topic counts are told this often.
  package static let sequencesNanos: Int64 = 100 * .nanosPerMilli
  /// Between two tellings of the counts while nothing changes: needed only when the last one was lost.
  package static let quietSequencesNanos: Int64 = .nanosPerSecond
  /// Least time between two beats for changes of state.
  package static let stateBeatNanos: Int64 = 20 * .nanosPerMilli
  package static let healthNanos: Int64 = .nanosPerSecond
  package static let impairedAlarmNanos: Int64 = 10 * .nanosPerSecond
  /// What can wait for another reason to write waits so long.
  package static let companyNanos: Int64 = 50 * .nanosPerMilli
  /// Topics in one TopicSequences, and how many of them need not have changed.
  package static let sequencesPerMessage = 256
  package static let unchangedPerMessage = 8
}
