import ActorKit
import Wire

/// The topics a component publishes and how far each has been numbered: the core's first, then the host's.
package struct Publications {
  package let topics: [Topic]
  package let host: HostTopics
  private(set) var sequences: [UInt64]
  private var isChanged: [Bool]
  /// Topics that are told in turn before every count has been told once more since the last change: a telling
  /// can be lost, and the message that it counts with it.
  private var unsettled = 0
  /// Topics are told in turn when more changed than fit.
  private var cursor = 0

  package init(core topics: [Topic], component: UInt16) {
    host = HostTopics(beside: topics)
    self.topics = topics + host.names(component: component)
    sequences = Array(repeating: 0, count: self.topics.count)
    isChanged = Array(repeating: false, count: self.topics.count)
  }

  /// The next number of a topic.
  @discardableResult package mutating func next(_ topic: Int) -> UInt64 {
    sequences[topic] += 1
    isChanged[topic] = true
    // Only the core's topics are told.
    if topic < host.heartbeat { unsettled = host.heartbeat }
    return sequences[topic]
  }

  /// Whether every count has been told again since the last change.
  package var isSettled: Bool { unsettled == 0 }

  /// The last sequences of the core's topics that changed, at most 256 a time, and of some others in turn:
  /// what tells them can be lost too.
  package mutating func takeChanged() -> [TopicSequences.Topic] {
    var chosen: [TopicSequences.Topic] = []
    var rest = HostTimers.unchangedPerMessage
    let start = cursor
    var (walked, lastStep, isNews) = (0, 0, false)
    for step in 0..<host.heartbeat where chosen.count < HostTimers.sequencesPerMessage {
      let topic = (start + step) % host.heartbeat
      guard sequences[topic] > 0 else { continue }
      if !isChanged[topic] {
        guard rest > 0 else { continue }
        rest -= 1
        walked = step + 1
      }
      chosen.append(TopicSequences.Topic(topic: topics[topic].text, sequence: sequences[topic]))
      isNews = isNews || isChanged[topic]
      isChanged[topic] = false
      lastStep = step
    }
    if chosen.count == HostTimers.sequencesPerMessage {
      // More has changed than fits: what comes behind it is next.
      walked = max(walked, lastStep + 1)
    } else if rest > 0 {
      walked = host.heartbeat
    }
    if host.heartbeat > 0 { cursor = (start + walked) % host.heartbeat }
    unsettled = isNews ? host.heartbeat : max(0, unsettled - walked)
    return chosen
  }
}
