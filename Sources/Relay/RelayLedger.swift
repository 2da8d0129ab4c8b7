import ActorKit
import Wire

/// What a relay has carried, from whom, and what never came.
///
/// Pure: frames and times come in. Bound: the topology's publishers, and the numbers of `mostTopics` topics.
package struct RelayLedger: Sendable {
  package struct Publisher: Sendable, Equatable {
    package let number: UInt16
    package var framesCarried: UInt64 = 0
    package var framesMissed: UInt64 = 0
    /// Nil before its first frame.
    package var lastBootNanos: Int64?
  }

  /// Topics whose numbers are followed; of more nothing is known to be missing.
  package static let mostTopics = 16_384
  /// A number that leaps by more is a liar's or another count: nothing is counted as missing.
  static let mostMissedAtOnce: UInt64 = 1 << 26

  /// By number.
  package private(set) var publishers: [Publisher]
  package private(set) var framesCarried: UInt64 = 0
  package private(set) var bytesCarried: UInt64 = 0
  /// Carried, though no message that can be read.
  package private(set) var framesUnread: UInt64 = 0
  /// Of other than two frames: not carried.
  package private(set) var framesMalformed: UInt64 = 0
  package private(set) var framesMissed: UInt64 = 0
  /// What the queen's last beat says of her.
  package private(set) var isQueenFinished = false

  private struct Head {
    var sender: UInt16
    var epoch: UInt32
    var sequence: UInt64
  }

  /// The last number of each topic, while somebody subscribes to it without a break.
  private var heads: [Topic: Head] = [:]
  private let places: [UInt16: Int]
  private let queen: UInt16

  package init(publishers numbers: [UInt16], queen: UInt16) {
    self.queen = queen
    publishers = numbers.sorted().map { Publisher(number: $0) }
    places = Dictionary(
      publishers.enumerated().map { ($0.element.number, $0.offset) }, uniquingKeysWith: { first, _ in first })
  }

  /// A message is handed on. `isWanted` says whether a subscription covers its topic: what comes behind the
  /// end of one is no beginning of a count.
  package mutating func carry(
    _ topic: RawSpan, _ body: RawSpan, atBootNanos now: Int64, isWanted: (RawSpan) -> Bool
  ) {
    framesCarried &+= 1
    bytesCarried &+= UInt64(topic.byteCount + body.byteCount)
    guard let message = Inbound(body) else {
      framesUnread &+= 1
      return
    }
    let envelope = message.envelope
    guard let place = places[envelope.sender] else { return }
    if envelope.sender == queen, case .heartbeat(let beat) = message {
      isQueenFinished = beat.state == .finished
    }
    publishers[place].framesCarried &+= 1
    publishers[place].lastBootNanos = now
    guard envelope.sequence > 0, !envelope.flagSet.contains(.snapshot), let name = Topic(received: topic)
    else { return }
    let missed = follow(name, envelope, isWanted: { isWanted(topic) })
    publishers[place].framesMissed &+= missed
    framesMissed &+= missed
  }

  package mutating func refuseMalformed() { framesMalformed &+= 1 }

  /// A subscription has ended: what does not come any more is not missing.
  package mutating func forgetNumbers() { heads.removeAll(keepingCapacity: true) }

  /// Takes a topic's number down; how many before it never came.
  private mutating func follow(_ topic: Topic, _ envelope: Envelope, isWanted: () -> Bool) -> UInt64 {
    let next = Head(sender: envelope.sender, epoch: envelope.epoch, sequence: envelope.sequence)
    guard let head = heads[topic] else {
      if heads.count < Self.mostTopics, isWanted() { heads[topic] = next }
      return 0
    }
    guard head.sender == next.sender, head.epoch == next.epoch else {
      heads[topic] = next
      return 0
    }
    guard next.sequence > head.sequence else { return 0 }
    heads[topic] = next
    let missed = next.sequence - head.sequence - 1
    return missed <= Self.mostMissedAtOnce ? missed : 0
  }
}
