import Vocabulary
import Wire

/// The topics every host publishes itself, behind the core's.
package struct HostTopics {
  package let heartbeat: Int
  package let sequences: Int
  package let health: Int
  /// The core's own topic for alarms, if it has one: numbering is by topic, so there must be one only.
  package let alarm: Int
  /// The core's own topic for safety events, if it has one.
  package let safety: Int?
  private let ownsAlarm: Bool

  package init(beside coreTopics: [Topic]) {
    heartbeat = coreTopics.count
    sequences = coreTopics.count + 1
    health = coreTopics.count + 2
    ownsAlarm = !coreTopics.contains(Topics.alarm)
    safety = coreTopics.firstIndex(of: Topics.safety)
    alarm = coreTopics.firstIndex(of: Topics.alarm) ?? coreTopics.count + 3
  }

  /// Whether people are told something on this topic.
  package func isNews(_ topic: Int) -> Bool { topic == alarm || topic == safety }

  /// Those not of the core, in the order of the indices above.
  package func names(component: UInt16) -> [Topic] {
    [
      Topics.heartbeat(component: component), Topics.sequences(component: component),
      Topics.health(component: component),
    ] + (ownsAlarm ? [Topics.alarm] : [])
  }
}
