import ActorKit
import Platform
import Wire
import ZeroMQ

extension Reactor {
  /// Carries out the turn's sendings: calls on links first, each destination in its order. The facts behind
  /// them are journaled.
  mutating func performEffects(at now: Instant) {
    let sentNanos = Clock.wallNanos()
    // What is called for goes first: an order must not wait for the reports about it. Each link keeps its
    // order.
    for index in effects.sendings.indices {
      let sending = effects.sendings[index]
      guard case .link(let component) = sending.destination else { continue }
      stamp(sending, flags: [], sequence: 0, sentNanos)
      call(component, sending)
    }
    var durable = 0
    for index in effects.sendings.indices {
      let sending = effects.sendings[index]
      switch sending.destination {
      case .topic(let topic): publish(topic, sending, sentNanos)
      case .snapshot(let topic, let peer):
        stamp(sending, flags: .snapshot, sequence: topicSequences[topic], sentNanos)
        answer(peer, sending)
      case .reply(let peer):
        stamp(sending, flags: [], sequence: 0, sentNanos)
        answer(peer, sending)
      case .link: break
      case .event(let component): enqueue(component, sending, key: nil)
      case .durable(let component):
        if let key = outboxKeys[durable] { enqueueDurable(component, sending, key: key) }
        durable += 1
      case .state(let component, let key): enqueue(component, sending, key: key)
      }
      if index == 0 { CrashPoints.reach(.betweenSends) }
    }
    runSessions(at: now)
  }

  private mutating func stamp(
    _ sending: Effects.Sending, flags: EnvelopeFlags, sequence: UInt64, _ sentNanos: Int64
  ) {
    effects.frames.stamp(
      frameAt: sending.offset, sender: configuration.number, flags: flags, epoch: journal.epoch,
      sequence: sequence, sent: sentNanos)
    statistics.countSent(templateId: effects.frames.templateId(frameAt: sending.offset))
  }

  private mutating func publish(_ topic: Int, _ sending: Effects.Sending, _ sentNanos: Int64) {
    topicSequences[topic] += 1
    topicsChanged[topic] = true
    stamp(sending, flags: [], sequence: topicSequences[topic], sentNanos)
    let outcome = sockets.publisher.send(
      topic: topics[topic].bytes, body: effects.frames.span(from: sending.offset, count: sending.count))
    // PUB never blocks: it drops for a subscriber that does not keep up, who sees the gap in the numbers.
    if outcome == .sent { statistics.publishedCount += 1 }
    countOutcome(outcome)
  }

  private mutating func answer(_ peer: Peer, _ sending: Effects.Sending) {
    guard let route = routes.route(peer.route) else {
      statistics.withoutPeer += 1
      tellNotSent(peer.component, sending, .noPeer)
      return
    }
    let outcome =
      sign((sending.offset, sending.count))
      ? sockets.control.send(to: route.identity, delimited: route.isDelimited, body: hostFrames.bytes)
      : sockets.control.send(
        to: route.identity, delimited: route.isDelimited,
        body: effects.frames.span(from: sending.offset, count: sending.count))
    countOutcome(outcome)
    tell(outcome, peer.component, sending)
  }

  private mutating func call(_ component: UInt16, _ sending: Effects.Sending) {
    if asksForSnapshot(component, sending) { return }
    guard let link = sockets.links.first(where: { $0.component == component }) else {
      preconditionFailure("\(configuration.name) has no link to component \(component)")
    }
    let outcome = link.socket.send(effects.frames.span(from: sending.offset, count: sending.count))
    countOutcome(outcome)
    tell(outcome, component, sending)
  }

  /// A core that has found a hole in the data itself asks for a snapshot. The host then holds the topic's
  /// messages back and asks, as after a hole in the numbering, so that snapshot and deltas fit together.
  private mutating func asksForSnapshot(_ component: UInt16, _ sending: Effects.Sending) -> Bool {
    guard effects.frames.templateId(frameAt: sending.offset) == SnapshotRequest.templateId,
      let topic = requestedTopic(sending),
      let index = receivers.firstIndex(where: { $0.publisher == component })
    else { return false }
    receivers[index].lost(topic, atBootNanos: Clock.bootNanos())
    return true
  }

  private func requestedTopic(_ sending: Effects.Sending) -> Topic? {
    guard
      case .snapshotRequest(let request)? = Inbound(
        effects.frames.span(from: sending.offset, count: sending.count))
    else { return nil }
    return Topic(request.topic)
  }

  private mutating func enqueue(_ component: UInt16, _ sending: Effects.Sending, key: UInt64?) {
    let slot = sessionSlot(component)
    let frame = effects.frames.span(from: sending.offset, count: sending.count).copiedBytes()
    guard !sessions[slot].endpoint.isOpen || isReadable(frame, by: slot) else {
      return tellNotSent(component, sending, .peerTooOld)
    }
    statistics.countSent(templateId: effects.frames.templateId(frameAt: sending.offset))
    let sequence =
      key.map { sessions[slot].endpoint.enqueueState(key: $0, frame) }
      ?? sessions[slot].endpoint.enqueueEvent(frame)
    if sequence == nil {
      statistics.backPressured += 1
      tellNotSent(component, sending, .backPressured)
    }
  }

  /// What the commit has put into the journal's outbox is queued; it cannot be refused any more.
  private mutating func enqueueDurable(_ component: UInt16, _ sending: Effects.Sending, key: UInt64) {
    let slot = sessionSlot(component)
    let frame = effects.frames.span(from: sending.offset, count: sending.count).copiedBytes()
    statistics.countSent(templateId: effects.frames.templateId(frameAt: sending.offset))
    sessions[slot].admitted -= 1
    sessions[slot].endpoint.enqueueDurable(key: key, frame)
  }

  func sessionSlot(_ component: UInt16) -> Int {
    guard let slot = sessions.firstIndex(where: { $0.peer == component }) else {
      preconditionFailure("\(configuration.name) has no session with component \(component)")
    }
    return slot
  }

  private mutating func tell(_ outcome: SendOutcome, _ component: UInt16, _ sending: Effects.Sending) {
    switch outcome {
    case .sent: break
    case .backPressured: tellNotSent(component, sending, .backPressured)
    case .noPeer: tellNotSent(component, sending, .noPeer)
    }
  }

  /// The core learns in the next turn that a message definitely did not leave.
  private mutating func tellNotSent(_ component: UInt16, _ sending: Effects.Sending, _ reason: NotSent) {
    let event = notSent(component, sending, reason)
    pendingEvents.append(event)
  }

  func notSent(_ component: UInt16, _ sending: Effects.Sending, _ reason: NotSent) -> LinkEvent {
    guard let message = Inbound(effects.frames.span(from: sending.offset, count: sending.count)) else {
      preconditionFailure("an effect that is no message, to \(sending.destination)")
    }
    return .notSent(
      component: component, template: message.template, correlation: message.envelope.correlation,
      reason: reason)
  }

  mutating func countOutcome(_ outcome: SendOutcome) {
    switch outcome {
    case .sent: break
    case .backPressured: statistics.backPressured += 1
    case .noPeer: statistics.withoutPeer += 1
    }
  }

  /// Encodes and stamps a message of the host itself, unnumbered.
  mutating func stampHostFrame(
    flags: EnvelopeFlags = [], sequence: UInt64 = 0, _ encode: (inout FrameWriter) -> Void
  ) {
    hostFrames.reset()
    encode(&hostFrames)
    hostFrames.stamp(
      frameAt: 0, sender: configuration.number, flags: flags, epoch: journal.epoch, sequence: sequence,
      sent: Clock.wallNanos())
  }

  mutating func sendHostFrame(
    toRoute handle: UInt32, at now: Instant, _ encode: (inout FrameWriter) -> Void
  ) {
    stampHostFrame(encode)
    guard let route = routes.route(handle) else {
      statistics.withoutPeer += 1
      return
    }
    countOutcome(
      sockets.control.send(to: route.identity, delimited: route.isDelimited, body: hostFrames.bytes))
  }

  /// Publishes a message of the host itself on one of its topics.
  mutating func publishHostFrame(_ topic: Int, _ encode: (inout FrameWriter) -> Void) {
    topicSequences[topic] += 1
    stampHostFrame(sequence: topicSequences[topic], encode)
    countOutcome(sockets.publisher.send(topic: topics[topic].bytes, body: hostFrames.bytes))
  }
}
