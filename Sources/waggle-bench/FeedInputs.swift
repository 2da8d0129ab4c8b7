import ActorKit
import Topology
import Vocabulary
import Wire

/// The ways by which the feed's process would have got what its tape holds.
struct FeedInputs {
  enum Way {
    /// The core's own start.
    case start
    /// On a topic, by its index in `topics`.
    case published(topic: Int, isMarket: Bool)
    /// A request at the control port.
    case call
    /// What its host makes itself: news of links, answers to requests that the host sends.
    case none
  }

  /// By place in the tape's inputs.
  private(set) var ways: [Way] = []
  /// The first frames of published messages.
  private(set) var topics: [[UInt8]] = []

  /// Nil for a tape with a message that no publisher of the topology puts on a topic.
  init?(_ tape: Tape, in topology: Topology) {
    var names: [Topic] = []
    for input in tape.inputs {
      switch input {
      case .start: ways.append(.start)
      case .event: ways.append(.none)
      case .message(let offset, let count, let peer):
        let frame = tape.bytes.span.bytes.extracting(offset..<offset + count)
        guard let message = Inbound(frame) else { return nil }
        if peer.link == .control {
          ways.append(.call)
        } else if peer.link != .stream || message.envelope.flagSet.contains(.snapshot) {
          ways.append(.none)
        } else {
          guard let topic = Self.topic(of: message, in: topology) else { return nil }
          let index = names.firstIndex(of: topic) ?? names.count
          if index == names.count {
            names.append(topic)
            topics.append(Array(topic.description.utf8))
          }
          // As the process sorts its subscriptions to two sockets.
          ways.append(.published(topic: index, isMarket: message.template == .venueMarketData))
        }
      }
    }
  }

  private static func topic(of message: Inbound, in topology: Topology) -> Topic? {
    switch message {
    case .venueMarketData(let data):
      topology.instrument(number: data.block.instrument).map { Topics.venueMarket($0.name) }
    case .heartbeat(let beat): Topics.heartbeat(component: beat.component)
    case .sessionState: Topics.session
    case .connectorHealth: Topics.connector(component: message.envelope.sender)
    default: nil
    }
  }
}
