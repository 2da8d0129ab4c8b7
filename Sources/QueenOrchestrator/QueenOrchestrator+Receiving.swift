import ActorKit
import Vocabulary
import Wire

// What comes in.
extension QueenOrchestrator {
  public mutating func receive(
    _ message: Inbound, from peer: Peer, at now: Instant, into effects: inout Effects
  ) {
    switch (message, peer.link) {
    case (.heartbeat(let view), .stream): onHeartbeat(view.block, from: peer, at: now)
    case (.connectorHealth(let view), .stream):
      onConnectorHealth(view.block, from: peer, at: now, into: &effects)
    case (.permit(let view), .control): onPermit(view.block, to: peer, at: now, into: &effects)
    case (.command(let view), .control): onCommand(view, from: peer, at: now, into: &effects)
    case (.snapshotRequest(let view), .control):
      onSnapshotRequest(view.block, to: peer, at: now, into: &effects)
    // Answers of executors to commands handed on; the one who commanded sees the executor's own words in its
    // log.
    case (.commandResult, .link): break
    default: counters.drop(.unexpected)
    }
  }

  func memberPlace(_ component: UInt16) -> Int? {
    members.firstIndex { $0.member.number == component }
  }

  private mutating func onHeartbeat(_ beat: Heartbeat, from peer: Peer, at now: Instant) {
    guard let place = memberPlace(peer.component) else { return counters.drop(.unknownSender) }
    guard beat.envelope.epoch >= members[place].epoch else { return counters.drop(.late) }
    hear(place, epoch: beat.envelope.epoch, at: now)
    members[place].state = beat.state
    if members[place].isUnfit { miss(place, at: now) }
  }

  /// Of the source that makes the market's time.
  private mutating func onConnectorHealth(
    _ health: ConnectorHealth, from peer: Peer, at now: Instant, into effects: inout Effects
  ) {
    let isSource =
      configuration.marketSource.map { $0 == peer.component }
      ?? members.contains { $0.member.number == peer.component && $0.member.kind == .venue }
    guard isSource else { return counters.drop(.unknownSender) }
    if let first = health.firstMarketNanos {
      guard MarketClock.isPlausible(first) else { return counters.drop(.malformed) }
      firstMarketNanos = first
    }
    if health.state == .endOfData, books.state != .shutdown {
      change(to: .shutdown, because: .endOfData, at: now, into: &effects)
    }
  }

  public mutating func receive(_ event: LinkEvent, at now: Instant, into effects: inout Effects) {
    switch event {
    case .peerHeard(let component, let epoch):
      guard let place = memberPlace(component) else { return }
      hear(place, epoch: epoch, at: now)
      oweHalts(to: component)
    case .peerSuspect(let component):
      guard let place = memberPlace(component) else { return }
      miss(place, at: now)
    case .peerSilent(let component):
      guard let place = memberPlace(component) else { return }
      miss(place, at: now)
      members[place].isHeard = false
      members[place].isLoss = true
    // A halt of the account reaches its executor as a permit that allows nothing, one of a strategy or an
    // instrument only by being told again.
    case .notSent(let component, .command, _, _): oweHalts(to: component)
    case .notSent: break
    case .streamGap, .streamRestarted, .sessionOpened, .sessionClosed, .acknowledged, .sourceReady,
      .sourceEnded, .journalImpaired, .journalCut:
      break
    }
  }

  private mutating func hear(_ place: Int, epoch: UInt32, at now: Instant) {
    // The host falls back to a lower epoch when a higher one has been silent for long.
    guard epoch >= members[place].epoch || !members[place].isHeard else { return counters.drop(.late) }
    if epoch > members[place].epoch {
      if members[place].epoch != 0 {
        // Another process: what the last one said counts no more.
        members[place].state = .starting
        miss(place, at: now)
        members[place].isLoss = true
      }
      members[place].epoch = epoch
    }
    members[place].isHeard = true
  }

  private mutating func miss(_ place: Int, at now: Instant) {
    if members[place].absentSinceBoot == nil { members[place].absentSinceBoot = now.boot }
  }
}
