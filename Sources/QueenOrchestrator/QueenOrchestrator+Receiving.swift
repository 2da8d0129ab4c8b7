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

  func memberIndex(_ component: UInt16) -> Int? {
    members.firstIndex { $0.member.number == component }
  }

  private mutating func onHeartbeat(_ beat: Heartbeat, from peer: Peer, at now: Instant) {
    guard let index = memberIndex(peer.component) else { return counters.drop(.unknownSender) }
    guard beat.envelope.epoch >= members[index].epoch else { return counters.drop(.late) }
    hear(index, epoch: beat.envelope.epoch, at: now)
    members[index].state = beat.state
    if members[index].isUnfit { miss(index, at: now) }
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
      guard let index = memberIndex(component) else { return }
      hear(index, epoch: epoch, at: now)
      oweHalts(to: component)
    case .peerSuspect(let component):
      guard let index = memberIndex(component) else { return }
      miss(index, at: now)
    case .peerSilent(let component):
      guard let index = memberIndex(component) else { return }
      miss(index, at: now)
      members[index].isHeard = false
      members[index].isLoss = true
    // A halt of the account reaches its executor as a permit that allows nothing, one of a strategy or an
    // instrument only by being told again.
    case .notSent(let component, .command, _, _): oweHalts(to: component)
    case .notSent: break
    case .streamGap, .streamRestarted, .sessionOpened, .sessionClosed, .acknowledged, .sourceReady,
      .sourceEnded, .journalImpaired, .journalCut:
      break
    }
  }

  private mutating func hear(_ index: Int, epoch: UInt32, at now: Instant) {
    // The host falls back to a lower epoch when a higher one has been silent for long.
    guard epoch >= members[index].epoch || !members[index].isHeard else { return counters.drop(.late) }
    if epoch > members[index].epoch {
      if members[index].epoch != 0 {
        // Another process: what the last one said counts no more.
        members[index].state = .starting
        miss(index, at: now)
        members[index].isLoss = true
      }
      members[index].epoch = epoch
    }
    members[index].isHeard = true
  }

  private mutating func miss(_ index: Int, at now: Instant) {
    if members[index].absentSinceBoot == nil { members[index].absentSinceBoot = now.boot }
  }
}
