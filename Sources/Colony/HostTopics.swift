import Vocabulary
import Wire

/// The topics every host publishes itself, behind the core's.
struct HostTopics {
  let heartbeat: Int
  let sequences: Int
  let health: Int
  /// The core's own topic for alarms, if it has one: numbering is by topic, so there must be one only.
  let alarm: Int
  private let ownsAlarm: Bool

  init(beside coreTopics: [Topic]) {
    heartbeat = coreTopics.count
    sequences = coreTopics.count + 1
    health = coreTopics.count + 2
    ownsAlarm = !coreTopics.contains(Topics.alarm)
    alarm = coreTopics.firstIndex(of: Topics.alarm) ?? coreTopics.count + 3
  }

  /// Those not of the core, in the order of the indices above.
  func names(component: UInt16) -> [Topic] {
    [
      Topics.heartbeat(component: component), Topics.sequences(component: component),
      Topics.health(component: component),
    ] + (ownsAlarm ? [Topics.alarm] : [])
  }
}

/// When the host's own duties are due, boot clock.
struct HostTimers {
  var heartbeat: Int64 = 0
  var sequences: Int64 = 0
  var health: Int64 = 0
  /// Topics are told in turn when more changed than fit.
  var sequenceCursor = 0
  var journalRowAtSnapshot: Int64 = 0
  /// When the alarm of an impaired journal is raised next; never for a sound one.
  var impairedAlarm = Int64.max
  /// When delivered messages must be out of the journal's outbox; never while there are none.
  var outboxForget = Int64.max
  /// When the marks of events that are not durable must be in the journal; never while there are none.
  var marks = Int64.max

  /// A publisher's topic counts are told this often.
  static let sequencesNanos: Int64 = 100 * .nanosPerMilli
  static let healthNanos: Int64 = .nanosPerSecond
  static let impairedAlarmNanos: Int64 = 10 * .nanosPerSecond
  /// What can wait for another reason to write waits so long.
  static let companyNanos: Int64 = 50 * .nanosPerMilli
  /// A snapshot of the state is journaled after this many rows.
  static let snapshotRows: Int64 = 20_000
  /// Topics in one TopicSequences, and how many of them need not have changed.
  static let sequencesPerMessage = 256
  static let unchangedPerMessage = 8
}
