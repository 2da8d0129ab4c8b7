import ActorKit
import Vocabulary
import Wire

/// What comes over streams and from the device, and how a message gets to the core.
extension HostCore {
  /// A message some publisher has put on a topic. `isMarket` tells which of the two ways it came by: market
  /// data waits for the timers.
  package mutating func takePublished(
    topic: RawSpan, _ frame: RawSpan, isMarket: Bool, _ arrival: Arrival
  ) {
    kept.published(topic: topic, frame, isMarket: isMarket, arrival)
    if isMarket { mindTimers() }
    guard let topic = Topic(received: topic) else {
      statistics.malformedEnvelopes += 1
      return
    }
    takePublished(topic, frame, arrival)
  }

  /// Frames that make no message of the way they came by.
  package mutating func noteMalformed() {
    kept.malformed()
    statistics.malformedEnvelopes += 1
  }

  private mutating func takePublished(_ topic: Topic, _ frame: RawSpan, _ arrival: Arrival) {
    guard let message = Inbound(frame) else {
      refuse(frame)
      return
    }
    let envelope = message.envelope
    guard arrival.principal.mayBe(envelope.sender), let index = streams.receiver(of: envelope.sender) else {
      statistics.misplaced += 1
      return
    }
    if streams.receivers[index].adopt(epoch: envelope.epoch, atBootNanos: now.boot, wallNanos: now.wall) {
      statistics.streamRestarts += 1
      core.receive(.streamRestarted(sender: envelope.sender), at: now, into: &effects)
    }
    guard
      let verdict = streams.receivers[index].take(topic, envelope, frame: frame, atBootNanos: now.boot)
    else {
      statistics.tooManyTopics += 1
      return
    }
    switch verdict {
    case .duplicate: statistics.duplicates += 1
    case .held: break
    case .heldAfterGap: tellGap(topic, envelope.sender)
    case .deliverAfterGap:
      tellGap(topic, envelope.sender)
      deliverPublished(message, envelope, frame, arrival)
    case .deliver:
      guard !deliverPublished(message, envelope, frame, arrival) else { return }
      streams.receivers[index].lost(topic, atBootNanos: now.boot)
    }
  }

  private mutating func tellGap(_ topic: Topic, _ sender: UInt16) {
    statistics.streamGaps += 1
    outgoing.log(.warning, "gap", "messages of \(topic) are missing")
    core.receive(.streamGap(sender: sender, topic: topic), at: now, into: &effects)
  }

  /// What is the host's own is handled here; the rest goes to the core. False if it was refused as poisoned.
  @discardableResult
  private mutating func deliverPublished(
    _ message: Inbound, _ envelope: Envelope, _ frame: RawSpan, _ arrival: Arrival
  ) -> Bool {
    let peer = Peer(component: envelope.sender, link: .stream)
    switch message {
    case .heartbeat(let beat):
      if beat.kind == .queen { sessionEnd.heard(queen: beat.state) }
      let event = streams.liveness.beat(
        of: envelope.sender, epoch: envelope.epoch, intervalNanos: beat.intervalNanos, at: now.boot)
      if let event { core.receive(event, at: now, into: &effects) }
      guard wiring.deliversHeartbeats else { return true }
    case .topicSequences(let list):
      compareSequences(list, envelope.sender)
      return true
    default: break
    }
    return deliver(message, envelope, frame, peer, arrival)
  }

  private mutating func compareSequences(
    _ list: TopicSequencesView, _ sender: UInt16
  ) {
    guard let index = streams.receiver(of: sender) else { return }
    for entry in 0..<list.topicsCount {
      let told = list.topic(entry)
      guard let topic = Topic(told.topic) else { continue }
      streams.receivers[index].compare(topic, publishedSequence: told.sequence, atBootNanos: now.boot)
    }
  }

  /// Finds last messages that were lost before a silence.
  mutating func confirmSequences() {
    for index in streams.receivers.indices {
      for topic in streams.receivers[index].confirm(atBootNanos: now.boot) {
        tellGap(topic, streams.receivers[index].publisher)
      }
    }
  }

  /// The market clock of the session is the clock of everyone in it, so only the queen's counts, as she
  /// publishes it, and only when it can be one. False when it is not to be believed, or not yet: her state is
  /// then asked for again.
  private mutating func adoptMarketClock(_ state: SessionState, from peer: Peer) -> Bool {
    guard peer.link == .stream, peer.component == wiring.queen else {
      statistics.misplaced += 1
      return false
    }
    let verdict = clockCheck.judge(state, wallNanos: now.wall)
    guard verdict == .believed else {
      statistics.clocksRefused += 1
      outgoing.log(.warning, "clock", "the queen tells a market clock that is \(verdict)")
      return false
    }
    clock.market = MarketClock(state)
    progress.now = clock.adjusted(now)
    sessionEnd.heard(state.state, atBootNanos: now.boot)
    return true
  }

  /// Counts, times and hands a message to the core. False where it is refused: two incarnations have trapped
  /// on it, and the core has answered whoever must not wait for it for ever; or it is a clock that is not
  /// believed.
  @discardableResult
  mutating func deliver(
    _ message: Inbound, _ envelope: Envelope, _ frame: RawSpan, _ peer: Peer, _ arrival: Arrival
  ) -> Bool {
    guard isAdmitted(CrashMark(message.template, envelope, frame)) else {
      core.refusePoisoned(message, from: peer, at: now, into: &effects)
      return false
    }
    if case .sessionState(let state) = message, !adoptMarketClock(state.block, from: peer) {
      return false
    }
    statistics.countReceived(message.template, envelope, wallNanos: arrival.wallNanos)
    core.receive(message, from: peer, at: now, into: &effects)
    return true
  }

  private mutating func isAdmitted(_ mark: CrashMark) -> Bool {
    let isAdmitted = crashMarks.admit(mark)
    kept.asked(isAdmitted: isAdmitted)
    guard !isAdmitted else { return true }
    statistics.poisoned += 1
    let text = "refused: two incarnations trapped on it: \(mark)"
    outgoing.log(.error, "poisoned", text)
    let alarm = Alarm(
      envelope: Envelope(origin: 0), component: identity.number, code: .poisonedInput,
      severity: .critical, clOrdID: ClOrdIDText())
    publishHostFrame(publications.host.alarm) { alarm.encode(into: &$0, text: text.utf8) }
    return false
  }

  /// Counts a frame that is no message, by reason.
  mutating func refuse(_ frame: RawSpan) {
    if let reason = FrameRefusal.reason(for: frame) { statistics.countRefused(reason) }
  }

  /// A message of the device attached to this component.
  package mutating func takeFromDevice(_ frame: RawSpan, _ arrival: Arrival) {
    kept.fromDevice(frame, arrival)
    mindTimers()
    guard let message = Inbound(frame) else { return refuse(frame) }
    device.count += 1
    // A recording gives the same messages in the same order to every incarnation.
    let mark = CrashMark(
      sender: identity.number, template: message.template.rawValue, epoch: 0, sequence: device.count)
    guard isAdmitted(mark) else { return }
    core.receive(message, from: Peer(component: identity.number, link: .source), at: now, into: &effects)
  }

  /// The device has nothing more.
  package mutating func takeDeviceEnd() {
    kept.deviceEnd()
    mindTimers()
    outgoing.log(.info, "source", "no more data")
    core.receive(.sourceEnded, at: now, into: &effects)
  }
}
