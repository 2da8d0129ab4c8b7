import ActorKit
import Vocabulary
import Wire

/// Carries frames between actors in virtual time: ordered per link, nothing lost. Faults come with a later
/// step.
struct SimulatedBus {
  /// Every message takes this long. Two messages of one turn keep their order.
  static let latencyNanos: Int64 = 20 * .nanosPerMicro
  static let heartbeatNanos: Int64 = 250 * .nanosPerMilli

  var queue = EventQueue()
  private let plans: [ActorPlan]

  init(_ plans: [ActorPlan]) { self.plans = plans }

  /// The place of a component among the actors.
  func node(of component: UInt16) -> Int? { plans.firstIndex { $0.number == component } }

  mutating func publish(_ topic: Topic, _ frame: [UInt8], from sender: ActorPlan, at time: VirtualTime) {
    for (node, plan) in plans.enumerated() {
      let listens = plan.wiring.subscriptions.contains { subscription in
        subscription.component == sender.number && subscription.prefixes.contains { $0.covers(topic) }
      }
      guard listens else { continue }
      push(frame, Peer(component: sender.number, link: .stream), to: node, at: time)
    }
  }

  /// A call to a component's control port. Its answer finds the caller by the route: the caller's node plus
  /// one.
  mutating func call(_ component: UInt16, _ frame: [UInt8], from sender: ActorPlan, at time: VirtualTime) {
    guard let node = node(of: component), let caller = self.node(of: sender.number) else {
      preconditionFailure("\(sender.name) calls component \(component), which is not there")
    }
    let peer = Peer(component: sender.number, link: .control, route: UInt32(caller + 1))
    push(frame, peer, to: node, at: time)
  }

  mutating func answer(_ peer: Peer, _ frame: [UInt8], from sender: ActorPlan, at time: VirtualTime) {
    // Route 0: a command of the simulation itself; nobody waits for the answer.
    guard peer.route != 0 else { return }
    let isSnapshot = Inbound(frame.span.bytes)?.envelope.flagSet.contains(.snapshot) ?? false
    push(
      frame, Peer(component: sender.number, link: isSnapshot ? .stream : .link), to: Int(peer.route) - 1,
      at: time)
  }

  mutating func inSession(_ component: UInt16, _ frame: [UInt8], from sender: ActorPlan, at time: VirtualTime)
  {
    guard let node = node(of: component) else {
      preconditionFailure("\(sender.name) has a session with component \(component), which is not there")
    }
    push(frame, Peer(component: sender.number, link: .session), to: node, at: time)
  }

  /// News about a link, for the node's next turn.
  mutating func tell(_ news: LinkEvent, to node: Int, at time: VirtualTime) {
    queue.push(.link(news), to: node, atBoot: time.boot)
  }

  private mutating func push(_ frame: [UInt8], _ peer: Peer, to node: Int, at time: VirtualTime) {
    queue.push(
      .message(Delivery(frame: frame, peer: peer)), to: node, atBoot: time.boot + Self.latencyNanos)
  }
}
