import ActorKit
import Wire

/// The actors of a simulation, addressed by node number. A cast keeps one array per kind of core, so that
/// every call is to a known type, and switches on the node's kind.
public protocol SimulatedCast {
  /// One per node, in node order. Does not change.
  var plans: [ActorPlan] { get }

  mutating func start(_ node: Int, in turn: inout SimulatedTurn)
  mutating func take(_ node: Int, _ delivery: Delivery, in turn: inout SimulatedTurn)
  mutating func take(_ node: Int, _ event: LinkEvent, in turn: inout SimulatedTurn)
  /// Throws when a recording cannot be read on.
  mutating func finish(_ node: Int, in turn: inout SimulatedTurn) throws(DeviceError)
  mutating func beat(_ node: Int, in turn: inout SimulatedTurn)
  func nextWakeBoot(_ node: Int, at time: VirtualTime) -> Int64
}

/// What a node has in hand during its turn: the time, its effects so far, and the bus they go to.
public struct SimulatedTurn: ~Copyable {
  public internal(set) var time: VirtualTime
  var effects = Effects()
  var bus: SimulatedBus

  init(time: VirtualTime, bus: SimulatedBus) {
    self.time = time
    self.bus = bus
  }
}
