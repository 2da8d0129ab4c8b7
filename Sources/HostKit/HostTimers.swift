import ActorKit

/// When the host's own duties are due, boot clock.
package struct HostTimers {
  package init() {}

  package var heartbeat: Int64 = 0
  package var sequences: Int64 = 0
  package var health: Int64 = 0
  /// When the alarm of an impaired journal is raised next; never for a sound one.
  package var impairedAlarm = Int64.max
  /// When delivered messages must be out of the journal's outbox; never while there are none.
  package var outboxForget = Int64.max
  /// When the marks of events that are not durable must be in the journal; never while there are none.
  package var marks = Int64.max

  /// A publisher's topic counts are told this often.
  package static let sequencesNanos: Int64 = 100 * .nanosPerMilli
  package static let healthNanos: Int64 = .nanosPerSecond
  package static let impairedAlarmNanos: Int64 = 10 * .nanosPerSecond
  /// What can wait for another reason to write waits so long.
  package static let companyNanos: Int64 = 50 * .nanosPerMilli
  /// A snapshot of the state is journaled after this many rows.
  package static let snapshotRows: Int64 = 20_000
  /// Topics in one TopicSequences, and how many of them need not have changed.
  package static let sequencesPerMessage = 256
  package static let unchangedPerMessage = 8
}
