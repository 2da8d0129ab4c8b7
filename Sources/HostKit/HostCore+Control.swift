import ActorKit
import Wire

/// What comes over links and to the control port: answers, requests, commands, sessions.
extension HostCore {
  /// What another component answers to our calls; how many messages it was.
  @discardableResult
  package mutating func takeFromLink(_ index: Int, _ frame: RawSpan, _ arrival: Arrival) -> Int {
    kept.fromLink(index, frame, arrival)
    guard FramePack.isPack(frame), wiring.links[index].hasSession else {
      takeAnswer(link: index, frame, arrival)
      return 1
    }
    return takeEach(of: frame) { $0.takeAnswer(link: index, $1, arrival) }
  }

  /// A request of anyone, sessions among them; how many messages it was.
  @discardableResult
  package mutating func takeFromCaller(
    _ caller: RawSpan, isDelimited: Bool, _ frame: RawSpan, _ arrival: Arrival
  ) -> Int {
    kept.fromCaller(caller, isDelimited: isDelimited, frame, arrival)
    guard FramePack.isPack(frame), isSessionName(caller) else {
      takeCall(caller, isDelimited: isDelimited, frame, arrival)
      return 1
    }
    return takeEach(of: frame) { $0.takeCall(caller, isDelimited: isDelimited, $1, arrival) }
  }

  private mutating func takeCall(
    _ caller: RawSpan, isDelimited: Bool, _ frame: RawSpan, _ arrival: Arrival
  ) {
    // Decoded first: bytes that are no message earn no place in the route table.
    guard let message = Inbound(frame) else {
      refuse(frame)
      return refuseFromCaller(caller, frame)
    }
    guard arrival.principal.mayBe(message.envelope.sender) else {
      statistics.misplaced += 1
      return
    }
    let route = routes.handle(for: caller, isDelimited: isDelimited)
    takeRequest(message, frame, route: route, arrival)
  }

  private mutating func takeAnswer(link index: Int, _ frame: RawSpan, _ arrival: Arrival) {
    guard let message = Inbound(frame) else {
      refuse(frame)
      if let slot = sessions.firstIndex(where: { $0.link == index }) { refuseInSession(slot, frame) }
      return
    }
    let envelope = message.envelope
    guard envelope.sender == wiring.links[index].component, arrival.principal.mayBe(envelope.sender) else {
      statistics.misplaced += 1
      return
    }
    if envelope.flagSet.contains(.snapshot) {
      takeSnapshot(message, envelope, frame, arrival)
    } else if let slot = sessions.firstIndex(where: { $0.link == index }) {
      takeInSession(slot, message, envelope, frame, link: .link, arrival)
    } else if message.belongsToSession {
      statistics.misplaced += 1
    } else {
      deliver(message, envelope, frame, Peer(component: envelope.sender, link: .link), arrival)
    }
  }

  private mutating func takeSnapshot(
    _ message: Inbound, _ envelope: Envelope, _ frame: RawSpan, _ arrival: Arrival
  ) {
    guard envelope.correlationHigh == requestMark,
      let topic = streams.requests.take(envelope.correlationLow, from: envelope.sender),
      let index = streams.receiver(of: envelope.sender)
    else {
      statistics.duplicates += 1
      return
    }
    if streams.receivers[index].adopt(epoch: envelope.epoch, atBootNanos: now.boot, wallNanos: now.wall) {
      statistics.streamRestarts += 1
      core.receive(.streamRestarted(sender: envelope.sender), at: now, into: &effects)
    }
    guard let waiting = streams.receivers[index].takeSnapshot(topic, envelope, atBootNanos: now.boot) else {
      statistics.duplicates += 1
      return
    }
    statistics.snapshotsTaken += 1
    let peer = Peer(component: envelope.sender, link: .stream)
    guard deliver(message, envelope, frame, peer, arrival) else {
      streams.receivers[index].lost(topic, atBootNanos: now.boot)
      return
    }
    for frame in waiting {
      // The receiver has read its number, so it is whole.
      guard let later = Inbound(frame.span.bytes) else { preconditionFailure("a held frame of \(topic)") }
      guard deliver(later, later.envelope, frame.span.bytes, peer, arrival) else {
        streams.receivers[index].lost(topic, atBootNanos: now.boot)
        return
      }
    }
  }

  /// Upper half of the correlation of our snapshot requests: an answer to an earlier incarnation is not ours.
  var requestMark: UInt64 { UInt64(identity.number) << 32 | UInt64(journal.epoch) }

  /// Of a caller with a session, an event that cannot be read closes it.
  private mutating func refuseFromCaller(_ identity: RawSpan, _ frame: RawSpan) {
    guard
      let slot = sessions.firstIndex(where: { slot in
        guard slot.link == nil, let route = routes.route(slot.route) else { return false }
        return identity.equals(route.identity)
      })
    else { return }
    refuseInSession(slot, frame)
  }

  private mutating func takeRequest(
    _ message: Inbound, _ frame: RawSpan, route: UInt32, _ arrival: Arrival
  ) {
    let envelope = message.envelope
    if case .hello(let hello) = message {
      openAsServer(hello.block, envelope, route: route)
      return
    }
    // Before any session: who has one gives commands like everybody else.
    if case .command(let command) = message {
      return takeCommand(message, command.block, frame, route: route, arrival)
    }
    if let slot = sessions.firstIndex(where: {
      $0.link == nil && $0.peer == envelope.sender && $0.route == route
    }) {
      takeInSession(slot, message, envelope, frame, link: .control, route: route, arrival)
      return
    }
    if message.belongsToSession {
      takeStray(message, envelope, route: route)
      return
    }
    if case .replayRequest(let request) = message {
      takeReplay(request.block, route: route)
      return
    }
    if case .snapshotRequest(let request) = message, answersNews(request.block, route: route) { return }
    let peer = Peer(component: envelope.sender, link: .control, route: route)
    deliver(message, envelope, frame, peer, arrival)
  }

  private mutating func takeCommand(
    _ message: Inbound, _ command: Command, _ frame: RawSpan, route: UInt32, _ arrival: Arrival
  ) {
    let envelope = command.envelope
    if refuses(command, envelope, route: route) { return }
    if answerFigures(command, envelope, route: route) { return }
    let peer = Peer(component: envelope.sender, link: .control, route: route)
    deliver(message, envelope, frame, peer, arrival)
  }

  /// Refuses a command that is meant for others, or too late; the core never sees it.
  private mutating func refuses(_ command: Command, _ envelope: Envelope, route: UInt32) -> Bool {
    guard let reason = identity.colony.refusal(of: command, atWallNanos: now.wall) else { return false }
    let text = "\(reason); this is component \(identity.name) of \(identity.colony)"
    outgoing.log(.warning, "command", "\(command.kind.name) refused: \(text)")
    let result = commandResult(command.kind, .refused, answering: envelope)
    sendHostFrame(toRoute: route) { result.encode(into: &$0, text: text.utf8) }
    return true
  }

  /// An answer of the host itself. It names colony and run, so that nobody is mistaken for somebody else.
  func commandResult(
    _ kind: CommandKind, _ outcome: CommandOutcome, answering envelope: Envelope
  ) -> CommandResult {
    CommandResult(
      envelope: Envelope(origin: 0, correlation: envelope.correlation), kind: kind, outcome: outcome,
      component: identity.number, colony: identity.colony.colony, run: identity.colony.run)
  }
}
