import ActorKit
import CAllocationCounter
import Platform
import Simulation
import Wire

/// Gives one fresh core what its tape holds, in the same turns, as fast as it takes them in.
///
/// Timed and counted is what a host does through the core: reading the frames' headers, `receive`, `wake`,
/// `conclude`. Sockets and journal are not in it.
struct TapePlayer<Core: ActorCore>: ~Copyable {
  private(set) var core: Core
  private let deliversHeartbeats: Bool
  private var market: MarketClock?
  private var effects = Effects()

  /// What one turn cost and did.
  struct Cost {
    var nanos: Int64
    var allocations: Int64
    var facts: Int
  }

  init(_ core: Core, deliversHeartbeats: Bool) {
    self.core = core
    self.deliversHeartbeats = deliversHeartbeats
  }

  /// Plays a turn; `sent` gets the kinds of its messages.
  mutating func play(_ turn: Tape.Turn, of tape: borrowing Tape, sent: inout [UInt16]) -> Cost {
    let allocations = allocation_count_of_this_thread()
    let start = Clock.bootNanos()
    var now = instant(turn.time)
    for place in turn.inputs {
      switch tape.inputs[place] {
      case .start: core.start(epoch: 1, at: now, into: &effects)
      case .event(let event): core.receive(event, at: now, into: &effects)
      case .message(let offset, let count, let peer):
        let frame = tape.bytes.span.bytes.extracting(offset..<offset + count)
        guard let message = Inbound(frame) else { preconditionFailure("a frame that cannot be read") }
        if case .sessionState(let state) = message {
          market = MarketClock(state.block)
          now = instant(turn.time)
        }
        if case .heartbeat = message, !deliversHeartbeats { continue }
        core.receive(message, from: peer, at: now, into: &effects)
      }
    }
    if core.nextWake.isDue(at: now) { core.wake(at: now, into: &effects) }
    core.conclude(at: now, into: &effects)
    let cost = Cost(
      nanos: Clock.bootNanos() - start, allocations: allocation_count_of_this_thread() - allocations,
      facts: effects.records.count)
    for sending in effects.sendings { sent.append(effects.frames.templateId(frameAt: sending.offset)) }
    effects.reset()
    return cost
  }

  private func instant(_ time: VirtualTime) -> Instant {
    Instant(boot: time.boot, wall: time.wall, market: market?.market(atWall: time.wall) ?? 0)
  }
}
