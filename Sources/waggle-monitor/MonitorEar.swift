import Colony
import Console
import Platform
import Topology
import Vocabulary
import Wire
import ZeroMQ

/// Where the monitor's messages come from: the relay, or everyone's PUB sockets; and, where the state behind
/// a topic is not known, the publishers' control ports.
final class MonitorEar {
  static let tablePrefixes =
    ["session", "heartbeat", "sequences", "health", "alarm", "safety", "error"].map { "colony.\($0)." }
    + ["colony.relay.", "market.top.", "market.metrics.", "market.status.", "execution.position."]

  /// Frames taken in per call; more wait for the next.
  static let batchLimit = 4096

  private let socket: Socket
  private let questions: SnapshotAsking

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
      questions = SnapshotAsking { number in
        place.topology.component(number: number).map { place.controlEndpoint(of: $0) }
      }
    } catch {
      throw CommandFailure(.environment, "\(error)")
    }
  }

  func wait(_ signals: borrowing SignalSource, untilBootNanos deadline: Int64) {
    var poller = Poller(capacity: 2)
    _ = poller.add(socket)
    _ = poller.add(fileDescriptor: signals.fileDescriptor)
    // While answers are outstanding their sockets are looked at every 50 ms.
    let look = questions.isAsking ? min(deadline, Clock.bootNanos() + 50_000_000) : deadline
    _ = poller.wait(untilBootNanos: look)
  }

  /// False where more waits.
  @discardableResult
  func drain(_ take: (_ topic: RawSpan, _ body: RawSpan) -> Void) -> Bool {
    var topic = Message()
    var body = Message()
    for _ in 0..<Self.batchLimit {
      switch socket.receive(topic: &topic, body: &body) {
      case .empty: return true
      case .malformed: continue
      case .received: take(topic.bytes, body.bytes)
      }
    }
    return false
  }

  func ask(_ places: [ObservedStreams.Place], atBootNanos now: Int64) {
    questions.ask(places, atBootNanos: now)
  }

  /// Answers that have come since the last call.
  func takeAnswers(atBootNanos now: Int64) -> [(place: ObservedStreams.Place, frame: [UInt8])] {
    questions.takeAnswers(atBootNanos: now)
  }
}
