import ActorKit
import Simulation

/// Everything one component took in during a simulated session, turn by turn.
struct Tape {
  enum Input {
    case start
    /// A frame by its place in `bytes`.
    case message(offset: Int, count: Int, peer: Peer)
    case event(LinkEvent)
  }

  struct Turn {
    var time: VirtualTime
    /// Place of its inputs.
    var inputs: Range<Int>
  }

  private(set) var turns: [Turn] = []
  private(set) var inputs: [Input] = []
  /// All frames, one after the other.
  private(set) var bytes: [UInt8] = []
  private var firstOfTurn = 0

  mutating func start() { inputs.append(.start) }

  mutating func take(_ delivery: Delivery) {
    inputs.append(.message(offset: bytes.count, count: delivery.frame.count, peer: delivery.peer))
    bytes += delivery.frame
  }

  mutating func take(_ event: LinkEvent) { inputs.append(.event(event)) }

  mutating func finish(at time: VirtualTime) {
    turns.append(Turn(time: time, inputs: firstOfTurn..<inputs.count))
    firstOfTurn = inputs.count
  }
}
