import Colony
import Console
import Platform
import Topology
import Vocabulary
import Wire
import ZeroMQ

/// Where the monitor's messages come from: the relay, or everyone's PUB sockets; and once, at the start, from
/// the publishers' control ports the state behind topics that may stay quiet for long.
final class MonitorEar {
  static let tablePrefixes =
    ["session", "heartbeat", "health", "alarm", "safety", "error"].map { "colony.\($0)." }
    + ["colony.relay.", "market.top.", "market.metrics.", "market.status.", "execution.position."]

  /// Frames taken in per call; more wait for the next.
  static let batchLimit = 4096

  private let socket: Socket
  private var snapshots: [ControlClient]

  /// With a relay only that one is listened to: it carries what all others publish.
  init(_ place: ColonyPlace, relay: Component?, prefixes: [String]) throws(CommandFailure) {
    do throws(ZeroMQError) {
      let socket = try Socket(.sub, .stream)
      for component in relay.map({ [$0] }) ?? place.topology.publishers {
        let endpoint = place.topology.publishEndpoint(of: component, seenFrom: place.host)
        try socket.connect(endpoint.text(runtimeDirectory: place.runtimeDirectory))
      }
      for prefix in prefixes { socket.subscribe(prefix) }
      self.socket = socket
      snapshots = []
      for (topic, owner) in Self.quietTopics(place.topology) {
        snapshots.append(try ControlClient(.snapshot(of: topic), to: place.controlEndpoint(of: owner)))
      }
    } catch {
      throw CommandFailure(.environment, "\(error)")
    }
  }

  /// Positions change only with fills, and a feed's state only with trouble.
  private static func quietTopics(_ topology: Topology) -> [(Topic, Component)] {
    var topics: [(Topic, Component)] = []
    for executor in topology.components(of: .executor) {
      guard let account = executor.account.flatMap({ topology.account(named: $0) }) else { continue }
      for instrument in topology.instruments(of: executor) {
        topics.append((Topics.position(account: account.number, instrument.name), executor))
      }
    }
    for feed in topology.components(of: .feed) {
      for instrument in topology.instruments(of: feed) {
        topics.append((Topics.feedStatus(instrument.name), feed))
      }
    }
    return topics
  }

  func wait(_ signals: borrowing SignalSource, untilBootNanos deadline: Int64) {
    var poller = Poller(capacity: 2)
    _ = poller.add(socket)
    _ = poller.add(fileDescriptor: signals.fileDescriptor)
    // While snapshots are outstanding their sockets are looked at every 50 ms.
    let look = snapshots.isEmpty ? deadline : min(deadline, Clock.bootNanos() + 50_000_000)
    _ = poller.wait(untilBootNanos: look)
  }

  func drain(_ take: (_ topic: RawSpan, _ body: RawSpan) -> Void) {
    var topic = Message()
    var body = Message()
    for _ in 0..<Self.batchLimit {
      switch socket.receive(topic: &topic, body: &body) {
      case .empty: return
      case .malformed: continue
      case .received: take(topic.bytes, body.bytes)
      }
    }
  }

  /// Snapshots that have come since the last call.
  func takeSnapshots(atBootNanos now: Int64) -> [[UInt8]] {
    for client in snapshots { client.advance(atBootNanos: now) }
    let frames = snapshots.compactMap(\.answer)
    snapshots.removeAll { $0.stage == .answered }
    return frames
  }
}
