import Testing
import Topology
import Wire
import waggle_monitor

/// What the monitor shows of the relay it listens to.
@Suite struct RelayViewTests {
  private static let second: Int64 = 1_000_000_000

  private func status(from sender: UInt16, observers: UInt32, refused: UInt64 = 0) -> [UInt8] {
    let status = RelayStatus(
      envelope: Envelope(origin: 0), component: sender, observers: observers, subscriptions: 3,
      subscriptionsRefused: refused, framesCarried: 700, bytesCarried: 1, framesUnread: 0,
      framesMalformed: 0, framesMissed: 4)
    var frames = FrameWriter(capacity: 1 << 10)
    let range = status.encode(into: &frames, publishersCount: 0, publishers: { _ in preconditionFailure() })
    frames.stamp(frameAt: range.lowerBound, sender: sender, epoch: 1, sequence: 1, sent: 1)
    return frames.bytes.copiedBytes()
  }

  private func table(_ view: ColonyView, atBootNanos now: Int64) -> String {
    MonitorTable.lines(view, atBootNanos: now, wallNanos: 0).joined(separator: "\n")
  }

  @Test("The newest status of a relay is shown, and nobody else can tell of one")
  func shown() throws {
    var view = ColonyView(try withFakeColony(hasRelay: true) { $0.topology }, through: 7)
    view.take(status(from: 7, observers: 1).span.bytes, atBootNanos: 1)
    view.take(status(from: 7, observers: 2, refused: 5).span.bytes, atBootNanos: 2)
    view.take(status(from: 99, observers: 8).span.bytes, atBootNanos: 3)
    #expect(view.relays.count == 1)
    let shown = table(view, atBootNanos: 4)
    #expect(
      shown.contains("relay: 2 observers, 3 subscriptions, 5 refused, 700 messages carried, 4 missed"),
      "\(shown)")
  }

  @Test("A relay that is not heard is named with the way around it, and only where it is listened to")
  func silent() throws {
    let topology = try withFakeColony(hasRelay: true) { $0.topology }
    let way = "relay is not heard, and all comes through it: waggle-monitor --direct"
    #expect(table(ColonyView(topology, through: 7), atBootNanos: 1).contains(way))
    let direct = table(ColonyView(topology), atBootNanos: 1)
    #expect(!direct.contains(way) && direct.contains("relay             not listened to"), "\(direct)")
  }
}
