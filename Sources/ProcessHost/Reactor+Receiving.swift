import ActorKit
import Platform
import Vocabulary
import Wire
import ZeroMQ

extension Reactor {
  enum StreamSocket { case market, other }

  /// Takes in a bounded batch of published messages. Whether there is nothing more.
  mutating func drainStream(
    _ which: StreamSocket, _ head: inout Message, _ body: inout Message, at now: Instant
  ) -> Bool {
    for _ in 0..<Self.batchLimit where hasRoom {
      let outcome =
        which == .market
        ? sockets.marketStream.receive(topic: &head, body: &body)
        : sockets.otherStream.receive(topic: &head, body: &body)
      switch outcome {
      case .empty: return true
      case .malformed: statistics.malformedEnvelopes += 1
      case .received:
        guard let topic = Topic(received: head.bytes) else {
          statistics.malformedEnvelopes += 1
          continue
        }
        takePublished(topic, body.bytes, at: now)
      }
    }
    return false
  }

  private mutating func takePublished(_ topic: Topic, _ frame: RawSpan, at now: Instant) {
    guard let message = Inbound(frame) else {
      refuse(frame)
      return
    }
    let envelope = message.envelope
    guard let index = receivers.firstIndex(where: { $0.publisher == envelope.sender }) else {
      statistics.misplaced += 1
      return
    }
    if receivers[index].adopt(epoch: envelope.epoch, atBootNanos: now.boot, wallNanos: now.wall) {
      statistics.streamRestarts += 1
      core.receive(.streamRestarted(sender: envelope.sender), at: now, into: &effects)
    }
    guard
      let verdict = receivers[index].take(topic, envelope, frame: frame, atBootNanos: now.boot)
    else {
      statistics.tooManyTopics += 1
      return
    }
    switch verdict {
    case .duplicate: statistics.duplicates += 1
    case .held: break
    case .heldAfterGap: tellGap(topic, envelope.sender, at: now)
    case .deliverAfterGap:
      tellGap(topic, envelope.sender, at: now)
      deliverPublished(message, envelope, frame, at: now)
    case .deliver:
      guard !deliverPublished(message, envelope, frame, at: now) else { return }
      receivers[index].lost(topic, atBootNanos: now.boot)
    }
  }

  private mutating func tellGap(_ topic: Topic, _ sender: UInt16, at now: Instant) {
    statistics.streamGaps += 1
    log.warning("gap", "messages of \(topic) are missing")
    core.receive(.streamGap(sender: sender, topic: topic), at: now, into: &effects)
  }

  /// What is the host's own is handled here; the rest goes to the core. False if it was refused as poisoned.
  @discardableResult
  private mutating func deliverPublished(
    _ message: Inbound, _ envelope: Envelope, _ frame: RawSpan, at now: Instant
  ) -> Bool {
    let peer = Peer(component: envelope.sender, link: .stream)
    switch message {
    case .heartbeat(let beat):
      if beat.kind == .queen { sessionEnd.heard(queen: beat.state) }
      let event = liveness.beat(
        of: envelope.sender, epoch: envelope.epoch, intervalNanos: beat.intervalNanos, at: now.boot)
      if let event { core.receive(event, at: now, into: &effects) }
      guard configuration.deliversHeartbeats else { return true }
    case .topicSequences(let list):
      compareSequences(list, envelope.sender, at: now)
      return true
    default: break
    }
    return deliver(message, envelope, frame, peer, at: now)
  }

  private mutating func compareSequences(
    _ list: TopicSequencesView, _ sender: UInt16, at now: Instant
  ) {
    guard let index = receivers.firstIndex(where: { $0.publisher == sender }) else { return }
    for entry in 0..<list.topicsCount {
      let told = list.topic(entry)
      guard let topic = Topic(told.topic) else { continue }
      receivers[index].compare(topic, publishedSequence: told.sequence, atBootNanos: now.boot)
    }
  }

  /// Finds last messages that were lost before a silence.
  mutating func confirmSequences(at now: Instant) {
    for index in receivers.indices {
      for topic in receivers[index].confirm(atBootNanos: now.boot) {
        tellGap(topic, receivers[index].publisher, at: now)
      }
    }
  }

  /// The market clock of the session is the clock of everyone in it, so only the queen's counts, as she
  /// publishes it, and only when it can be one. False when it is not to be believed, or not yet: her state is
  /// then asked for again.
  private mutating func adoptMarketClock(_ state: SessionState, from peer: Peer, at now: Instant) -> Bool {
    guard peer.link == .stream, peer.component == configuration.queen else {
      statistics.misplaced += 1
      return false
    }
    let verdict = clockCheck.judge(state, wallNanos: now.wall)
    guard verdict == .believed else {
      statistics.clocksRefused += 1
      log.warning("clock", "the queen tells a market clock that is \(verdict)")
      return false
    }
    clock.market = MarketClock(state)
    sessionEnd.heard(state.state, atBootNanos: now.boot)
    return true
  }

  /// Counts, times and hands a message to the core. False where it is refused: two incarnations have trapped
  /// on it, and the core has answered whoever must not wait for it for ever; or it is a clock that is not
  /// believed.
  @discardableResult
  mutating func deliver(
    _ message: Inbound, _ envelope: Envelope, _ frame: RawSpan, _ peer: Peer, at now: Instant
  ) -> Bool {
    guard isAdmitted(CrashMark(message.template, envelope, frame)) else {
      core.refusePoisoned(message, from: peer, at: clock.adjusted(now), into: &effects)
      return false
    }
    if case .sessionState(let state) = message, !adoptMarketClock(state.block, from: peer, at: now) {
      return false
    }
    statistics.countReceived(message.template, envelope, wallNanos: Clock.wallNanos())
    core.receive(message, from: peer, at: clock.adjusted(now), into: &effects)
    return true
  }

  private mutating func isAdmitted(_ mark: CrashMark) -> Bool {
    guard !crashMark.admit(mark) else { return true }
    statistics.poisoned += 1
    let text = "refused: two incarnations trapped on it: \(mark)"
    log.error("poisoned", text)
    let alarm = Alarm(
      envelope: Envelope(origin: 0), component: configuration.number, code: .poisonedInput,
      severity: .critical, clOrdID: ClOrdIDText())
    publishHostFrame(hostTopics.alarm) { alarm.encode(into: &$0, text: text.utf8) }
    return false
  }

  /// Counts a frame that is no message, by reason.
  mutating func refuse(_ frame: RawSpan) {
    if let reason = FrameRefusal.reason(for: frame) { statistics.countRefused(reason) }
  }

  /// News that arose at the end of the last turn. Before all that comes in now: a session that closed then
  /// may be opened by the first message.
  mutating func takePendingEvents(at now: Instant) {
    for event in pendingEvents { core.receive(event, at: now, into: &effects) }
    pendingEvents.removeAll(keepingCapacity: true)
  }

  /// Beats that did not come.
  mutating func takeMissedBeats(at now: Instant) {
    for event in liveness.check(at: now.boot) {
      log.warning("peer", "\(event)")
      core.receive(event, at: now, into: &effects)
    }
  }

  /// Reads the attached source up to the market clock, a bounded batch at a time.
  mutating func drainSource(_ frames: inout FrameWriter, at now: Instant) throws(HostError) {
    guard sourceState == .waiting || sourceState == .reading, now.market != 0 else { return }
    sourceState = .reading
    for _ in 0..<Self.batchLimit where hasRoom {
      guard let next = source.nextMarketNanos else {
        sourceState = .ended
        log.info("source", "no more data")
        core.receive(.sourceEnded, at: now, into: &effects)
        return
      }
      guard next <= now.market else { return }
      frames.reset()
      do throws(InputSourceError) { _ = try source.read(into: &frames) } catch { throw .source(error) }
      guard frames.count > 0, let message = Inbound(frames.bytes) else { continue }
      sourceCount += 1
      // A recording gives the same messages in the same order to every incarnation.
      let mark = CrashMark(
        sender: configuration.number, template: message.template.rawValue, epoch: 0, sequence: sourceCount)
      guard isAdmitted(mark) else { continue }
      core.receive(
        message, from: Peer(component: configuration.number, link: .source), at: now, into: &effects)
    }
  }
}
