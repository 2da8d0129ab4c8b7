import ActorKit
import Wire

/// Runs cores in one process in virtual time: the same cores as in `ProcessHost`, as fast as they go,
/// repeatable.
///
/// `Cast` holds the actors, one array per kind, and finds them by node number; nothing here depends on which
/// they are.
public struct Simulation<Cast: SimulatedCast>: ~Copyable {
  public private(set) var cast: Cast
  private var turn: SimulatedTurn
  private var nextBeat: Int64
  /// Wake-ups already in the queue, per node, so that none is put in twice.
  private var scheduled: [Int64]

  public var time: VirtualTime { turn.time }

  /// Puts the cast on stage: sessions open, states asked for, every core started, in node order.
  public init(_ cast: Cast, at time: VirtualTime = VirtualTime()) throws(DeviceError) {
    self.cast = cast
    let plans = cast.plans
    turn = SimulatedTurn(time: time, bus: SimulatedBus(plans))
    scheduled = Array(repeating: .max, count: plans.count)
    nextBeat = time.boot
    for node in plans.indices {
      self.cast.start(node, in: &turn)
      try finish(node)
      open(plans[node], node)
    }
  }

  private mutating func open(_ plan: ActorPlan, _ node: Int) {
    let soon = time.boot + SimulatedBus.latencyNanos
    for peer in plan.wiring.sessionPeers {
      turn.bus.queue.push(.link(.sessionOpened(component: peer, peerEpoch: 1)), to: node, atBoot: soon)
    }
    for subscription in plan.wiring.subscriptions {
      let heard = LinkEvent.peerHeard(component: subscription.component, epoch: 1)
      turn.bus.queue.push(.link(heard), to: node, atBoot: soon)
      for topic in subscription.expected {
        var frames = FrameWriter(capacity: 256)
        let request = SnapshotRequest(envelope: Envelope(origin: 0), topic: topic.text)
        _ = request.encode(into: &frames)
        turn.bus.call(subscription.component, frames.bytes.copiedBytes(), from: plan, at: time)
      }
    }
  }

  /// Runs until the virtual time, or until `isDone` says so after a turn. Gives the number of turns.
  @discardableResult
  public mutating func run(
    untilBoot end: Int64, until isDone: (Cast) -> Bool = { _ in false }
  ) throws(DeviceError) -> Int {
    var turns = 0
    while true {
      let next = min(turn.bus.queue.nextBoot ?? .max, nextBeat)
      guard next <= end else {
        turn.time.boot = max(time.boot, end)
        return turns
      }
      turn.time.boot = max(time.boot, next)
      if nextBeat <= time.boot {
        for node in scheduled.indices { cast.beat(node, in: &turn) }
        nextBeat += SimulatedBus.heartbeatNanos
        continue
      }
      try takeTurn()
      turns += 1
      if isDone(cast) { return turns }
    }
  }

  /// Hands a message to a component's control port, as an operator would.
  public mutating func command(_ component: UInt16, _ encode: (inout FrameWriter) -> Void) {
    deliver(to: component, from: Peer(component: 0, link: .control, route: 0), encode)
  }

  /// Hands a message to a component as if a peer had sent it.
  mutating func deliver(to component: UInt16, from peer: Peer, _ encode: (inout FrameWriter) -> Void) {
    guard let node = turn.bus.node(of: component) else {
      preconditionFailure("no component \(component) in the simulation")
    }
    var frames = FrameWriter(capacity: 1_024)
    encode(&frames)
    let delivery = Delivery(frame: frames.bytes.copiedBytes(), peer: peer)
    turn.bus.queue.push(.message(delivery), to: node, atBoot: time.boot + SimulatedBus.latencyNanos)
  }

  /// Everything due for one node at one time, at most 256 inputs, is one turn.
  private mutating func takeTurn() throws(DeviceError) {
    guard let node = turn.bus.queue.nextNode else { return }
    for _ in 0..<256 {
      guard let boot = turn.bus.queue.nextBoot, boot <= time.boot, turn.bus.queue.nextNode == node,
        let event = turn.bus.queue.pop()
      else { break }
      switch event.what {
      case .message(let delivery): cast.take(node, delivery, in: &turn)
      case .link(let news): cast.take(node, news, in: &turn)
      case .wake: if scheduled[node] <= event.boot { scheduled[node] = .max }
      }
    }
    try finish(node)
  }

  private mutating func finish(_ node: Int) throws(DeviceError) {
    try cast.finish(node, in: &turn)
    let wake = max(cast.nextWakeBoot(node, at: time), time.boot)
    if wake < scheduled[node], wake != .max {
      scheduled[node] = wake
      turn.bus.queue.push(.wake, to: node, atBoot: wake)
    }
  }
}
