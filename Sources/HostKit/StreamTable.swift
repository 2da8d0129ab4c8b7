import ActorKit
import Wire

/// The publishers a component listens to: their streams, whether they beat, and what was asked of them.
struct StreamTable {
  var receivers: [StreamReceiver]
  var liveness: Liveness
  var requests = SnapshotRequests()

  init(_ wiring: Wiring) {
    let linked = wiring.links.map(\.component)
    receivers = wiring.subscriptions.map {
      StreamReceiver(publisher: $0.component, canAsk: linked.contains($0.component))
    }
    liveness = Liveness(watching: wiring.subscriptions.map(\.component))
  }

  func receiver(of publisher: UInt16) -> Int? { receivers.firstIndex { $0.publisher == publisher } }

  /// Names the topics whose state is wanted from the start.
  mutating func expect(_ wiring: Wiring, atBootNanos now: Int64) {
    for (index, subscription) in wiring.subscriptions.enumerated() {
      for topic in subscription.expected { receivers[index].expect(topic, atBootNanos: now) }
    }
  }

  /// When something is to be asked for or looked at, boot clock.
  var dueBootNanos: Int64 {
    receivers.reduce(.max) { min($0, $1.nextRequestBootNanos, $1.nextConfirmBootNanos) }
  }
}
