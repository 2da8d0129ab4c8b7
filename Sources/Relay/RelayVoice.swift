import ActorKit
import Vocabulary
import Wire
import ZeroMQ

/// What a relay says itself, under its own topics: that it turns its loop, and what it carries.
package struct RelayVoice: ~Copyable {
  package static let beatNanos: Int64 = 250_000_000
  package static let statusNanos: Int64 = 1_000_000_000

  package let epoch: UInt32
  private let component: UInt16
  private let beatTopic: Topic
  private let statusTopic: Topic
  private var beatSequence: UInt64 = 0
  private var statusSequence: UInt64 = 0
  private var frames = FrameWriter(capacity: 1 << 14)
  private(set) var nextBeatBootNanos = Int64.min
  private(set) var nextStatusBootNanos = Int64.min

  init(component: UInt16, epoch: UInt32) {
    self.component = component
    self.epoch = epoch
    beatTopic = Topics.heartbeat(component: component)
    statusTopic = Topics.relay(component: component)
  }

  /// There is no journal to count incarnations, so it is the second that begins next; nothing is said before
  /// that second, and so no other incarnation has the same.
  package static func epoch(atWallNanos now: Int64) -> UInt32 {
    UInt32(clamping: now / .nanosPerSecond + 1)
  }

  /// Whether its second has begun, by the wall clock.
  func mayBegin(atWallNanos now: Int64) -> Bool { now / .nanosPerSecond >= Int64(epoch) }

  var nextBootNanos: Int64 {
    // Before the first word the clock is looked at often enough.
    max(min(nextBeatBootNanos, nextStatusBootNanos), 0)
  }

  /// Waits a little longer for its second.
  mutating func wait(fromBootNanos now: Int64) {
    nextBeatBootNanos = now + 20_000_000
    nextStatusBootNanos = nextBeatBootNanos
  }

  func isBeatDue(atBootNanos now: Int64) -> Bool { now >= nextBeatBootNanos }
  func isStatusDue(atBootNanos now: Int64) -> Bool { now >= nextStatusBootNanos }

  mutating func say(
    _ beat: Heartbeat, to socket: borrowing Socket, atBootNanos now: Int64, wallNanos: Int64
  ) {
    nextBeatBootNanos = now + Self.beatNanos
    beatSequence += 1
    frames.reset()
    let range = beat.encode(into: &frames)
    frames.stamp(
      frameAt: range.lowerBound, sender: component, epoch: epoch, sequence: beatSequence, sent: wallNanos)
    _ = socket.send(topic: beatTopic.bytes, body: frames.bytes)
  }

  mutating func say(
    _ status: RelayStatus, _ publishers: [RelayStatus.Publisher], to socket: borrowing Socket,
    atBootNanos now: Int64, wallNanos: Int64
  ) {
    nextStatusBootNanos = now + Self.statusNanos
    statusSequence += 1
    frames.reset()
    let range = status.encode(
      into: &frames, publishersCount: publishers.count, publishers: { publishers[$0] })
    frames.stamp(
      frameAt: range.lowerBound, sender: component, epoch: epoch, sequence: statusSequence, sent: wallNanos)
    _ = socket.send(topic: statusTopic.bytes, body: frames.bytes)
  }
}
