import ActorKit
import Wire

/// Drives one core as a host would, in virtual time and without a network: messages in as bytes, effects out
/// decoded.
///
/// ```swift
/// let bench = CoreBench(OrderExecutor(configuration))
/// bench.start(epoch: 1)
/// bench.deliver(from: Peer(component: 9, link: .link)) { report.encode(into: &$0) }
/// let turn = bench.conclude()
/// #expect(turn.all(NewOrder.self, to: .link(component: 9)).count == 1)
/// ```
///
/// A turn is what lies between two calls of `conclude`: inputs first, then `wake` if it is due, then the
/// core's `conclude`. Facts of all turns are kept, so that a test can rebuild the core from them at any
/// point.
public final class CoreBench<Core: ActorCore> {
  public private(set) var core: Core
  /// The time of the next call into the core; a test sets it or moves it with `advance` and `run`.
  public var now: Instant
  /// Facts recorded since the bench was made, in order.
  public private(set) var facts: [RecordedFact] = []
  /// Why the core asked its host to stop; nil while it has not.
  public private(set) var stopReason: String?
  private var effects = Effects()

  public init(_ core: Core, at now: Instant = .testStart) {
    self.core = core
    self.now = now
  }

  /// Starts the core; the effects come with the first turn's.
  public func start(epoch: UInt32) { core.start(epoch: epoch, at: now, into: &effects) }

  /// Encodes a message and hands it to the core. A frame that cannot be read back is a mistake of the test
  /// and traps.
  public func deliver(from peer: Peer, _ encode: (inout FrameWriter) -> Void) {
    var inbox = FrameWriter(capacity: 4_096)
    encode(&inbox)
    guard let message = Inbound(inbox.bytes) else { preconditionFailure("the test's frame cannot be read") }
    core.receive(message, from: peer, at: now, into: &effects)
  }

  /// Encodes a message and tells the core that its host refuses it: incarnations trapped on it.
  public func poison(from peer: Peer, _ encode: (inout FrameWriter) -> Void) {
    var inbox = FrameWriter(capacity: 4_096)
    encode(&inbox)
    guard let message = Inbound(inbox.bytes) else { preconditionFailure("the test's frame cannot be read") }
    core.refusePoisoned(message, from: peer, at: now, into: &effects)
  }

  /// Hands bytes to the core, as kept from another core's effects.
  public func deliver(_ frame: [UInt8], from peer: Peer) {
    guard let message = Inbound(frame.span.bytes) else { preconditionFailure("the frame cannot be read") }
    core.receive(message, from: peer, at: now, into: &effects)
  }

  /// Tells the core news about a link.
  public func deliver(_ event: LinkEvent) { core.receive(event, at: now, into: &effects) }

  /// Ends the turn and gives what it did.
  @discardableResult
  public func conclude() -> Turn {
    if core.nextWake.isDue(at: now) { core.wake(at: now, into: &effects) }
    core.conclude(at: now, into: &effects)
    let turn = Turn(effects)
    facts += turn.facts
    if let reason = effects.stopReason { stopReason = reason }
    effects.reset()
    return turn
  }

  /// Moves all clocks forward by the same time; the market clock only if it runs. Nothing is called.
  public func advance(nanos: Int64) {
    now.boot += nanos
    now.wall += nanos
    if now.market != 0 { now.market += nanos }
  }

  /// Lets time pass and wakes the core whenever it asked to be woken; gives all that it did on the way.
  ///
  /// A core that asks to be woken at once, over and over, would spin on a host: more than `most` wakes trap.
  @discardableResult
  public func run(nanos: Int64, most: Int = 100_000) -> Turn {
    let end = now.boot + nanos
    var all = Turn()
    var wakes = 0
    while let step = stepToNextWake(), now.boot + step <= end {
      wakes += 1
      precondition(wakes <= most, "the core asked to be woken \(wakes) times within \(nanos) ns")
      advance(nanos: max(step, 1))
      all.append(conclude())
    }
    if now.boot < end { advance(nanos: end - now.boot) }
    return all
  }

  /// Nanoseconds until the core wants to be woken; nil for never.
  private func stepToNextWake() -> Int64? {
    let wake = core.nextWake
    var step = Int64.max
    if wake.boot != .max { step = wake.boot - now.boot }
    if wake.market != .max, now.market != 0 { step = min(step, wake.market - now.market) }
    return step == .max ? nil : max(step, 0)
  }
}

extension CoreBench {
  /// The durable state as bytes: equal bytes, equal state.
  public var savedState: [UInt8] { Self.savedState(of: core) }

  /// The durable state of a core as bytes.
  public static func savedState(of core: Core) -> [UInt8] {
    var writer = SnapshotWriter()
    core.save(into: &writer)
    return writer.bytes
  }

  /// A fresh core to which the recorded facts have been applied, as a host does at recovery: every fact is
  /// decoded from the bytes the journal would hold.
  public func rebuilt(on fresh: Core) throws(RestoreError) -> Core {
    var core = fresh
    for fact in facts {
      var reader = SnapshotReader(fact.bytes)
      let known = try Core.Fact(kind: fact.kind, from: &reader)
      try reader.finish()
      try core.check(known)
      core.apply(known)
    }
    return core
  }

  /// A bench with a core restored from the saved state, at the same time: the process died and came back with
  /// a snapshot that held everything.
  public func restored(on fresh: Core) throws(RestoreError) -> CoreBench {
    var core = fresh
    var reader = SnapshotReader(savedState)
    try core.restore(from: &reader)
    try reader.finish()
    return CoreBench(core, at: now)
  }

  /// A bench with a core rebuilt from the recorded facts, at the same time: the process died and came back.
  public func restarted(on fresh: Core) throws(RestoreError) -> CoreBench {
    let next = CoreBench(try rebuilt(on: fresh), at: now)
    next.facts = facts
    return next
  }
}

extension Instant {
  /// Where benches begin: different numbers on every clock, so that a test sees them mixed up.
  public static let testStart = Instant(
    boot: 1_000 * .nanosPerSecond, wall: 1_700_000_000 * .nanosPerSecond,
    market: 1_600_000_000 * .nanosPerSecond)
}
