import ActorKit
import Simulation
import Wire

/// A colony to whose cores more is said than its components say: behind some of the frames that reach a core
/// come copies in which one number or another is the largest, the smallest, none, or nonsense.
///
/// The copies come from whom the frame came, by the way it came, so that they pass every check of origin.
struct ExtremeCast: SimulatedCast {
  var colony: ColonyCast
  private(set) var framesSaid = 0
  /// Nothing is said before the colony trades.
  var fromBootNanos: Int64
  private var random: SampleRandom
  /// One frame in so many has copies.
  private let share: UInt64

  init(_ colony: ColonyCast, seed: UInt64, fromBootNanos: Int64, share: UInt64 = 8) {
    self.colony = colony
    self.fromBootNanos = fromBootNanos
    self.share = share
    random = SampleRandom(seed: seed)
  }

  var plans: [ActorPlan] { colony.plans }

  mutating func take(_ node: Int, _ delivery: Delivery, in turn: inout SimulatedTurn) {
    colony.take(node, delivery, in: &turn)
    guard turn.time.boot >= fromBootNanos, random.next() % share == 0 else { return }
    for _ in 0..<3 {
      let frame = extreme(delivery.frame)
      guard Inbound(frame.span.bytes) != nil else { continue }
      framesSaid += 1
      colony.take(node, Delivery(frame: frame, peer: delivery.peer), in: &turn)
    }
  }

  /// One to three numbers replaced, anywhere behind the header and the sender.
  private mutating func extreme(_ frame: [UInt8]) -> [UInt8] {
    var changed = frame
    for _ in 0...random.next() % 3 {
      let first = FrameHeader.byteCount + 2
      guard changed.count > first else { return changed }
      let place = first + Int(random.next() % UInt64(changed.count - first))
      let pattern = ExtremeNumbers.patterns[Int(random.next() % UInt64(ExtremeNumbers.patterns.count))]
      for (offset, byte) in pattern.enumerated() where place + offset < changed.count {
        changed[place + offset] = byte
      }
    }
    return changed
  }

  mutating func start(_ node: Int, in turn: inout SimulatedTurn) { colony.start(node, in: &turn) }
  mutating func take(_ node: Int, _ event: LinkEvent, in turn: inout SimulatedTurn) {
    colony.take(node, event, in: &turn)
  }
  mutating func finish(_ node: Int, in turn: inout SimulatedTurn) throws(DeviceError) {
    try colony.finish(node, in: &turn)
  }
  mutating func beat(_ node: Int, in turn: inout SimulatedTurn) { colony.beat(node, in: &turn) }
  func nextWakeBoot(_ node: Int, at time: VirtualTime) -> Int64 { colony.nextWakeBoot(node, at: time) }
}

/// The bytes of numbers at the ends of what the wire carries, little end first.
enum ExtremeNumbers {
  static let patterns: [[UInt8]] =
    [Int64.min, .max, 0, -1, 1, .min + 1, .max - 1, 1 << 62, -1 << 62].map(bytes)
    + [Int32.min, .max, 0, -1].map(bytes) + [Int16.min, .max, 0, -1].map(bytes) + [[0], [1], [0xFF], [0x80]]
    + [Double.nan, .infinity, -.infinity, .greatestFiniteMagnitude, -0.0, .leastNonzeroMagnitude]
    .map { bytes($0.bitPattern) }

  private static func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> Number($0 * 8)) }
  }
}
