import ActorKit
import Wire

/// The topics a component publishes and how far each has been numbered: the core's first, then the host's.
struct Publications {
  let topics: [Topic]
  let host: HostTopics
  private(set) var sequences: [UInt64]
  private var isChanged: [Bool]
  /// Whether a topic has a number that has not been told.
  private(set) var hasChanged = false
  /// Topics are told in turn when more changed than fit.
  private var cursor = 0

  init(core topics: [Topic], component: UInt16) {
    host = HostTopics(beside: topics)
    self.topics = topics + host.names(component: component)
    sequences = Array(repeating: 0, count: self.topics.count)
    isChanged = Array(repeating: false, count: self.topics.count)
  }

  /// The next number of a topic.
  mutating func next(_ topic: Int) -> UInt64 {
    sequences[topic] += 1
    isChanged[topic] = true
    // Only the core's topics are told.
    if topic < host.heartbeat { hasChanged = true }
    return sequences[topic]
  }

  /// The last sequences of the core's topics that changed, at most 256 a time, and of some others in turn:
  /// what tells them can be lost too.
  mutating func takeChanged() -> [TopicSequences.Topic] {
    var chosen: [TopicSequences.Topic] = []
    var rest = HostTimers.unchangedPerMessage
    let start = cursor
    for step in 0..<host.heartbeat where chosen.count < HostTimers.sequencesPerMessage {
      let topic = (start + step) % host.heartbeat
      guard sequences[topic] > 0 else { continue }
      if !isChanged[topic] {
        guard rest > 0 else { continue }
        rest -= 1
        cursor = (topic + 1) % host.heartbeat
      }
      chosen.append(TopicSequences.Topic(topic: topics[topic].text, sequence: sequences[topic]))
      isChanged[topic] = false
    }
    hasChanged = isChanged[..<host.heartbeat].contains(true)
    return chosen
  }
}
