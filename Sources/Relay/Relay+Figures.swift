import ActorKit
import Colony
import HostKit
import JSON5
import Platform
import ProcessHost
import Wire

// What a relay tells of itself: beats, RelayStatus, and the answers of its control port.

extension Relay {
  /// Publishers told of in one RelayStatus.
  static let mostPublishers = 512

  mutating func speak(atBootNanos now: Int64) {
    guard voice.isBeatDue(atBootNanos: now) || voice.isStatusDue(atBootNanos: now) else { return }
    let wall = Clock.wallNanos()
    guard voice.mayBegin(atWallNanos: wall) else { return voice.wait(fromBootNanos: now) }
    if voice.isBeatDue(atBootNanos: now) {
      voice.say(heartbeat(), to: downstream.socket, atBootNanos: now, wallNanos: wall)
      turnNanosMax = 0
    }
    if voice.isStatusDue(atBootNanos: now) {
      let publishers = ledger.publishers.prefix(Self.mostPublishers).map { publisher in
        RelayStatus.Publisher(
          component: publisher.number, framesCarried: publisher.framesCarried,
          framesMissed: publisher.framesMissed,
          lastFrameAgeNanos: publisher.lastBootNanos.map { max(0, now - $0) })
      }
      voice.say(status(), publishers, to: downstream.socket, atBootNanos: now, wallNanos: wall)
    }
  }

  /// The contract has no kind of its own for a relay: to the colony it is one who watches.
  private func heartbeat() -> Heartbeat {
    let usage = ProcessFigures.own() ?? ProcessFigures(residentBytes: 0, cpuNanos: 0)
    return Heartbeat(
      envelope: Envelope(origin: 0), component: configuration.number, kind: .monitor, state: state,
      turns: turns, received: ledger.framesCarried &+ ledger.framesMalformed,
      published: ledger.framesCarried, dropped: ledger.framesMalformed, loopLagMaxNanos: turnNanosMax,
      journalRows: 0, journalLagRows: 0, residentBytes: UInt64(usage.residentBytes),
      cpuNanos: UInt64(usage.cpuNanos), marketNanos: 0, intervalNanos: RelayVoice.beatNanos)
  }

  private func status() -> RelayStatus {
    RelayStatus(
      envelope: Envelope(origin: 0), component: configuration.number,
      observers: UInt32(clamping: downstream.connections),
      subscriptions: UInt32(clamping: subscriptions.count),
      subscriptionsRefused: subscriptions.refusedCount, framesCarried: ledger.framesCarried,
      bytesCarried: ledger.bytesCarried, framesUnread: ledger.framesUnread,
      framesMalformed: ledger.framesMalformed, framesMissed: ledger.framesMissed)
  }

  mutating func answer() {
    let figures = RelayFigures(
      name: configuration.name, colony: configuration.colony, epoch: voice.epoch, state: state,
      status: status(), strayCount: subscriptions.strayCount, controlDroppedCount: port.droppedCount,
      turns: turns)
    port.drain(atWallNanos: Clock.wallNanos(), status: figures.statusJSON, counters: figures.countersJSON)
  }
}
