import ActorKit
import HostKit
import Topology
import Vocabulary
import Wire

/// What an observer has heard of its colony, by the publishers' own numbers: which messages are new, which
/// state is void because its publisher began anew or messages are missing, and what is to be asked for.
///
/// PUB/SUB loses silently, and a publisher that comes back says its state before anybody has connected to it
/// again. Whoever shows what it hears must therefore forget what a former incarnation said, and ask. Pure:
/// frames and times come in. Bounds: the topology's topics; questions are repeated after 100 ms to 2 s.
package struct ObservedStreams {
  /// What a frame is to an observer.
  package struct Verdict: Equatable {
    /// Whether it is to be shown: neither heard before nor of a former incarnation.
    package var isShown: Bool
    /// Whether it is the first of another incarnation: all that is known of its sender is void.
    package var isRestart = false
  }

  /// A topic and who publishes it.
  package struct Place: Equatable, Sendable {
    package let topic: Topic
    package let publisher: UInt16

    package init(topic: Topic, publisher: UInt16) {
      self.topic = topic
      self.publisher = publisher
    }
  }

  private struct Publisher {
    var receiver: StreamReceiver
    /// Of alarms and of safety events.
    var ledgers = [AlarmLedger(), AlarmLedger()]
    /// Counts told that are beyond ours, and when they must have been reached.
    var told: [UInt64] = [0, 0]
    var checkAtBootNanos = Int64.max
  }

  /// Topics whose newest messages are kept by their publisher, in the order of `Publisher.ledgers`.
  private static let news = [Topics.alarm, Topics.safety]
  /// A publisher of an older build keeps no alarms: after so many questions it is not asked again.
  package static let maxAsks = 30

  private var publishers: [Publisher] = []
  private let topics: ObservedTopics

  /// Of these publishers, the state behind what an observer shows; markets only where it shows them.
  package init(_ topology: Topology, hasMarkets: Bool, atBootNanos now: Int64) {
    topics = ObservedTopics(topology)
    for component in topology.publishers {
      var publisher = Publisher(receiver: StreamReceiver(publisher: component.number, canAsk: true))
      for topic in ObservedTopics.state(of: component, topology, hasMarkets: hasMarkets) + [Topics.alarm] {
        publisher.receiver.expect(topic, atBootNanos: now)
      }
      if component.kind == .queen { publisher.receiver.expect(Topics.safety, atBootNanos: now) }
      publishers.append(publisher)
    }
  }

  private func index(of publisher: UInt16) -> Int? {
    publishers.firstIndex { $0.receiver.publisher == publisher }
  }
}

// MARK: - Messages

extension ObservedStreams {
  /// Judges a frame that was published. What no known publisher says is left to the observer.
  package mutating func take(
    _ message: borrowing Inbound, _ frame: RawSpan, atBootNanos now: Int64, wallNanos: Int64
  ) -> Verdict {
    let envelope = message.envelope
    guard let index = index(of: envelope.sender) else { return Verdict(isShown: true) }
    let isRestart = adopt(envelope.epoch, index, atBootNanos: now, wallNanos: wallNanos)
    guard publishers[index].receiver.epoch == envelope.epoch else { return Verdict(isShown: false) }
    if case .topicSequences(let list) = copy message {
      for entry in 0..<list.topicsCount { compare(list.topic(entry), index, atBootNanos: now) }
    }
    guard let topic = topics.topic(of: message) else {
      return Verdict(isShown: true, isRestart: isRestart)
    }
    if let place = Self.news.firstIndex(of: topic) {
      if publishers[index].ledgers[place].isGap(before: envelope.sequence) {
        publishers[index].receiver.expect(topic, atBootNanos: now)
      }
      let isNew = publishers[index].ledgers[place].take(envelope.sequence)
      return Verdict(isShown: isNew, isRestart: isRestart)
    }
    let verdict = publishers[index].receiver.take(topic, envelope, frame: frame, atBootNanos: now)
    return Verdict(isShown: verdict != .duplicate, isRestart: isRestart)
  }

  /// Judges an answer to a question about a topic. Of kept alarms each is to be judged as if it had been
  /// published (`take`).
  package mutating func takeSnapshot(
    of place: Place, _ message: borrowing Inbound, atBootNanos now: Int64, wallNanos: Int64
  ) -> Verdict {
    let envelope = message.envelope
    guard envelope.sender == place.publisher, let index = index(of: place.publisher) else {
      return Verdict(isShown: false)
    }
    let isRestart = adopt(envelope.epoch, index, atBootNanos: now, wallNanos: wallNanos)
    let isTaken = publishers[index].receiver.takeSnapshot(place.topic, envelope, atBootNanos: now) != nil
    if isTaken, let news = Self.news.firstIndex(of: place.topic) {
      publishers[index].ledgers[news].note(last: envelope.sequence)
    }
    return Verdict(isShown: isTaken, isRestart: isRestart)
  }

  private mutating func adopt(
    _ epoch: UInt32, _ index: Int, atBootNanos now: Int64, wallNanos: Int64
  ) -> Bool {
    guard publishers[index].receiver.adopt(epoch: epoch, atBootNanos: now, wallNanos: wallNanos) else {
      return false
    }
    for place in Self.news.indices {
      publishers[index].ledgers[place].begin()
      publishers[index].told[place] = 0
      if publishers[index].receiver[Self.news[place]] != nil {
        publishers[index].receiver.expect(Self.news[place], atBootNanos: now)
      }
    }
    publishers[index].checkAtBootNanos = .max
    return true
  }

  private mutating func compare(
    _ told: TopicSequences.Topic, _ index: Int, atBootNanos now: Int64
  ) {
    guard let topic = Topic(told.topic) else { return }
    guard let place = Self.news.firstIndex(of: topic) else {
      return publishers[index].receiver.compare(topic, publishedSequence: told.sequence, atBootNanos: now)
    }
    publishers[index].told[place] = max(publishers[index].told[place], told.sequence)
    if told.sequence > publishers[index].ledgers[place].newest,
      publishers[index].checkAtBootNanos == .max
    {
      publishers[index].checkAtBootNanos = now + StreamReceiver.confirmNanos
    }
  }
}

// MARK: - What is missing

extension ObservedStreams {
  /// State that is void because its last message never came. To be asked when the sockets are empty: counts
  /// may overtake what they count.
  package mutating func confirm(atBootNanos now: Int64) -> [Place] {
    var lost: [Place] = []
    for index in publishers.indices {
      let publisher = publishers[index].receiver.publisher
      for topic in publishers[index].receiver.confirm(atBootNanos: now) {
        lost.append(Place(topic: topic, publisher: publisher))
      }
      guard publishers[index].checkAtBootNanos <= now else { continue }
      publishers[index].checkAtBootNanos = .max
      for place in Self.news.indices
      where publishers[index].told[place] > publishers[index].ledgers[place].newest {
        publishers[index].receiver.expect(Self.news[place], atBootNanos: now)
      }
    }
    return lost
  }

  /// What is to be asked for now.
  package mutating func takeDue(atBootNanos now: Int64) -> [Place] {
    var due: [Place] = []
    for index in publishers.indices {
      let publisher = publishers[index].receiver.publisher
      for topic in publishers[index].receiver.dueRequests(atBootNanos: now) {
        let asks = publishers[index].receiver[topic]?.asks ?? 0
        guard !Self.news.contains(topic) || asks <= Self.maxAsks else { continue }
        due.append(Place(topic: topic, publisher: publisher))
      }
    }
    return due
  }

  /// When something is to be asked for or looked at, boot clock.
  package var dueBootNanos: Int64 {
    publishers.reduce(.max) {
      min($0, $1.receiver.nextRequestBootNanos, $1.receiver.nextConfirmBootNanos, $1.checkAtBootNanos)
    }
  }

  /// Alarms and safety events of a publisher that never came, as far as is known: while its answer is awaited
  /// none are told.
  package func missed(of publisher: UInt16) -> UInt64 {
    guard let index = index(of: publisher) else { return 0 }
    let isAsking = Self.news.contains { topic in
      guard let stream = publishers[index].receiver[topic] else { return false }
      return stream.askAtBootNanos != .max && stream.asks <= Self.maxAsks
    }
    return isAsking ? 0 : publishers[index].ledgers.reduce(0) { $0 + $1.missed }
  }
}
