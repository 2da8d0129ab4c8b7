import ActorKit
import Wire

/// Where the core's frames leave, in the order in which destinations are served. Each destination keeps the
/// order of the core's own sequence.
extension HostCore {
  /// Calls on links: orders and cancels must not wait for the reports about them.
  mutating func sendCalls() {
    for index in effects.sendings.indices {
      let sending = effects.sendings[index]
      guard case .link(let component) = sending.destination else { continue }
      if asksForSnapshot(component, sending) { continue }
      guard let link = wiring.links.firstIndex(where: { $0.component == component }) else {
        preconditionFailure("\(identity.name) has no link to component \(component)")
      }
      transmit(index, by: .link(link), .core(component: component))
      if index == 0 { outgoing.add(.pass(.betweenSends)) }
    }
  }

  /// Answers to callers, what goes into sessions, and what goes to the device.
  mutating func sendAnswers() {
    var durable = 0
    for index in effects.sendings.indices {
      let sending = effects.sendings[index]
      switch sending.destination {
      case .topic, .link: continue
      case .snapshot(let topic, let peer):
        answer(peer, index, flags: .snapshot, sequence: lastSequence(of: topic, before: index))
      case .reply(let peer): answer(peer, index)
      case .event(let component): enqueue(component, sending, key: nil)
      case .durable(let component):
        if let key = admission.admitted[durable] { enqueueDurable(component, sending, key: key) }
        durable += 1
      case .state(let component, let key): enqueue(component, sending, key: key)
      case .device:
        transmit(index, by: .device, .core(component: identity.number))
      }
      if index == 0 { outgoing.add(.pass(.betweenSends)) }
    }
  }

  /// The last number of a topic that a snapshot includes: what the core has published before it in this turn
  /// is numbered when it leaves, after the answers.
  private func lastSequence(of topic: Int, before index: Int) -> UInt64 {
    let published = effects.sendings[..<index].count { $0.destination == .topic(topic) }
    return publications.sequences[topic] + UInt64(published)
  }

  mutating func sendPublications() {
    for index in effects.sendings.indices {
      let sending = effects.sendings[index]
      guard case .topic(let topic) = sending.destination else { continue }
      statistics.publishedCount += 1
      let sequence = publications.next(topic)
      if publications.host.isNews(topic) {
        let frame = effects.frames.span(from: sending.offset, count: sending.count).copiedBytes()
        noteNews(topic, frame, sequence)
      }
      transmit(index, by: .topic(topic), .none, sequence: sequence)
      if index == 0 { outgoing.add(.pass(.betweenSends)) }
    }
  }

  /// Stamps a frame where it lies and has it sent. One that shares its bytes with the sending before it
  /// (`Effects.alsoSend`) gets bytes of its own, because each destination has its own numbers.
  private mutating func transmit(
    _ index: Int, by outlet: Transmission.Outlet, _ concern: Transmission.Concern,
    flags: EnvelopeFlags = [], sequence: UInt64 = 0
  ) {
    let sending = effects.sendings[index]
    statistics.countSent(templateId: effects.frames.templateId(frameAt: sending.offset))
    if index > 0, effects.sendings[index - 1].offset == sending.offset {
      let start = outgoing.copy(effects, sending)
      outgoing.frames.stamp(
        frameAt: start, sender: identity.number, flags: flags, epoch: journal.epoch, sequence: sequence,
        sent: 0)
      return transmit(start..<start + sending.count, by: outlet, concern)
    }
    effects.frames.stamp(
      frameAt: sending.offset, sender: identity.number, flags: flags, epoch: journal.epoch,
      sequence: sequence, sent: 0)
    outgoing.send(
      Transmission(
        outlet: outlet, arena: .core, offset: sending.offset, count: sending.count, concern: concern))
  }

  private mutating func answer(
    _ peer: Peer, _ index: Int, flags: EnvelopeFlags = [], sequence: UInt64 = 0
  ) {
    let sending = effects.sendings[index]
    guard routes.route(peer.route) != nil else {
      statistics.withoutPeer += 1
      return progress.news.append(notSent(peer.component, sending, .noPeer))
    }
    let concern = Transmission.Concern.core(component: peer.component)
    guard let (result, text) = commandResult(sending) else {
      return transmit(index, by: .caller(peer.route), concern, flags: flags, sequence: sequence)
    }
    statistics.countSent(templateId: CommandResult.templateId)
    transmit(encode { result.encode(into: &$0, text: text.utf8) }, by: .caller(peer.route), concern)
  }

  /// A core's answer to a command with colony and run, which the core does not know; nil for another message.
  private func commandResult(_ sending: Effects.Sending) -> (CommandResult, String)? {
    guard effects.frames.templateId(frameAt: sending.offset) == CommandResult.templateId,
      let view = CommandResultView(effects.frames.span(from: sending.offset, count: sending.count))
    else { return nil }
    var result = view.block
    result.colony = identity.colony.colony
    result.run = identity.colony.run
    return (result, view.textString)
  }

  /// A core that has found a hole in the data itself asks for a snapshot. The host then holds the topic's
  /// messages back and asks, as after a hole in the numbering, so that snapshot and deltas fit together.
  private mutating func asksForSnapshot(_ component: UInt16, _ sending: Effects.Sending) -> Bool {
    guard effects.frames.templateId(frameAt: sending.offset) == SnapshotRequest.templateId,
      let topic = requestedTopic(sending), let index = streams.receiver(of: component)
    else { return false }
    streams.receivers[index].lost(topic, atBootNanos: now.boot)
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
      return progress.news.append(notSent(component, sending, .peerTooOld))
    }
    statistics.countSent(templateId: effects.frames.templateId(frameAt: sending.offset))
    let sequence =
      key.map { sessions[slot].endpoint.enqueueState(key: $0, frame) }
      ?? sessions[slot].endpoint.enqueueEvent(frame)
    if sequence == nil {
      statistics.backPressured += 1
      progress.news.append(notSent(component, sending, .backPressured))
    }
  }

  /// What the turn's record has put into the outbox is queued; it cannot be refused any more.
  private mutating func enqueueDurable(_ component: UInt16, _ sending: Effects.Sending, key: UInt64) {
    let slot = sessionSlot(component)
    let frame = effects.frames.span(from: sending.offset, count: sending.count).copiedBytes()
    statistics.countSent(templateId: effects.frames.templateId(frameAt: sending.offset))
    sessions[slot].admitted -= 1
    sessions[slot].endpoint.enqueueDurable(key: key, frame)
  }

  func sessionSlot(_ component: UInt16) -> Int {
    guard let slot = sessions.firstIndex(where: { $0.peer == component }) else {
      preconditionFailure("\(identity.name) has no session with component \(component)")
    }
    return slot
  }

  func notSent(_ component: UInt16, _ sending: Effects.Sending, _ reason: NotSent) -> LinkEvent {
    notSent(component, effects.frames.span(from: sending.offset, count: sending.count), reason)
  }

  private func notSent(_ component: UInt16, _ frame: RawSpan, _ reason: NotSent) -> LinkEvent {
    guard let message = Inbound(frame) else { preconditionFailure("a frame of ours is no message") }
    return .notSent(
      component: component, template: message.template, correlation: message.envelope.correlation,
      reason: reason)
  }
}

// MARK: - Frames of the host itself

extension HostCore {
  /// Encodes and stamps a message of the host itself; its place in the host's arena.
  mutating func encode(
    flags: EnvelopeFlags = [], sequence: UInt64 = 0, _ encode: (inout FrameWriter) -> Void
  ) -> Range<Int> {
    let start = outgoing.frames.count
    encode(&outgoing.frames)
    outgoing.frames.stamp(
      frameAt: start, sender: identity.number, flags: flags, epoch: journal.epoch, sequence: sequence,
      sent: 0)
    return start..<outgoing.frames.count
  }

  mutating func transmit(
    _ place: Range<Int>, by outlet: Transmission.Outlet, _ concern: Transmission.Concern = .none
  ) {
    outgoing.send(
      Transmission(
        outlet: outlet, arena: .host, offset: place.lowerBound, count: place.count, concern: concern))
  }

  mutating func sendHostFrame(toRoute handle: UInt32, _ message: (inout FrameWriter) -> Void) {
    guard routes.route(handle) != nil else {
      statistics.withoutPeer += 1
      return
    }
    transmit(encode(message), by: .caller(handle))
  }

  /// Publishes a message of the host itself on one of its topics.
  mutating func publishHostFrame(_ topic: Int, _ message: (inout FrameWriter) -> Void) {
    let sequence = publications.next(topic)
    let place = encode(sequence: sequence, message)
    if publications.host.isNews(topic) {
      noteNews(
        topic, outgoing.frames.span(from: place.lowerBound, count: place.count).copiedBytes(), sequence)
    }
    transmit(place, by: .topic(topic))
  }
}

// MARK: - What did not leave

extension HostCore {
  /// A transmission that found no way out: definitely not delivered. Told by the driver once all effects are
  /// carried out and before the next turn begins, in their order.
  package mutating func noteRefused(_ transmission: Transmission, _ reason: NotSent) {
    if kept.isOn, let effect = outgoing.index(of: transmission) { kept.refused(effect: effect, reason) }
    guard case .pack(let first, let count) = transmission.concern else {
      return mindRefused(transmission, reason)
    }
    for message in outgoing.packed[first..<first + count] { mindRefused(message, reason) }
  }

  private mutating func mindRefused(_ transmission: Transmission, _ reason: NotSent) {
    switch reason {
    case .backPressured: statistics.backPressured += 1
    case .noPeer, .peerTooOld: statistics.withoutPeer += 1
    }
    switch transmission.concern {
    case .none, .pack: break
    case .core(let component):
      progress.news.append(
        transmission.arena == .core
          ? notSent(
            component, effects.frames.span(from: transmission.offset, count: transmission.count), reason)
          : notSent(
            component, outgoing.frames.span(from: transmission.offset, count: transmission.count), reason))
    case .lane(let slot, let lane, let sequence, let wasSent):
      sessions[slot].endpoint.noteRefused(
        isState: lane == .state, sequence: sequence, wasSent: wasSent, atBootNanos: now.boot)
    case .row(let row): replays.noteRefused(row: row, reason, atBootNanos: now.boot)
    }
  }
}
