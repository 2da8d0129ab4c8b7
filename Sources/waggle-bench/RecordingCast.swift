import ActorKit
import Simulation

/// The colony in the simulation, with a tape of each component's inputs.
struct RecordingCast: SimulatedCast {
  private(set) var cast: ColonyCast
  /// By node.
  private(set) var tapes: [Tape]

  init(_ cast: ColonyCast) {
    self.cast = cast
    tapes = Array(repeating: Tape(), count: cast.plans.count)
  }

  var plans: [ActorPlan] { cast.plans }

  mutating func start(_ node: Int, in turn: inout SimulatedTurn) {
    tapes[node].start()
    cast.start(node, in: &turn)
  }

  mutating func take(_ node: Int, _ delivery: Delivery, in turn: inout SimulatedTurn) {
    tapes[node].take(delivery)
    cast.take(node, delivery, in: &turn)
  }

  mutating func take(_ node: Int, _ event: LinkEvent, in turn: inout SimulatedTurn) {
    tapes[node].take(event)
    cast.take(node, event, in: &turn)
  }

  mutating func finish(_ node: Int, in turn: inout SimulatedTurn) throws(DeviceError) {
    tapes[node].finish(at: turn.time)
    try cast.finish(node, in: &turn)
  }

  mutating func beat(_ node: Int, in turn: inout SimulatedTurn) { cast.beat(node, in: &turn) }

  func nextWakeBoot(_ node: Int, at time: VirtualTime) -> Int64 { cast.nextWakeBoot(node, at: time) }
}
