import ActorKit
import HostKit
import Platform
import Wire
import ZeroMQ

/// Sessions: opening, the two lanes, acknowledgements. The rules are `SessionEndpoint`'s; this moves the
/// bytes.
extension Reactor {
  /// A message on a session's way: the session's own business, a lane message, or a plain one.
  mutating func takeInSession(
    _ slot: Int, _ message: Inbound, _ envelope: Envelope, _ frame: RawSpan, link: Peer.Link,
    route: UInt32 = 0, at now: Instant
  ) {
    switch message {
    case .welcome(let welcome): openAsClient(slot, welcome.block, envelope, at: now)
    case _ where sessions[slot].endpoint.closeIfSuperseded(by: envelope.epoch, wallNanos: now.wall):
      log.warning("session", "component \(envelope.sender) has begun epoch \(envelope.epoch)")
      core.receive(.sessionClosed(component: envelope.sender), at: now, into: &effects)
    case _ where message.belongsToSession && envelope.epoch != sessions[slot].endpoint.peerEpoch:
      statistics.misplaced += 1
    case .acknowledge(let view):
      let acknowledge = view.block
      guard acknowledge.peerEpoch == journal.epoch else { return }
      sessions[slot].endpoint.heard(atBootNanos: now.boot)
      sessions[slot].endpoint.acknowledged(acknowledge.lane, sequence: acknowledge.sequence)
      tellDelivered(slot, at: now)
    case .heartbeat: sessions[slot].endpoint.heard(atBootNanos: now.boot)
    case .logout(let logout): takeLogout(slot, logout.block, at: now)
    default: takeLane(slot, message, envelope, frame, link: link, route: route, at: now)
    }
  }

  /// Session traffic of a peer that has not said Hello to this incarnation, or whose session has been closed:
  /// none of it reaches the core. The answer shows the peer our epoch, so that it says Hello at once.
  mutating func takeStray(_ message: Inbound, _ envelope: Envelope, route: UInt32, at now: Instant) {
    statistics.misplaced += 1
    // Once it has said Hello to us, silence is the answer: a beat would make it believe in a session that is
    // not.
    let isStranger = sessions.contains { $0.link == nil && $0.peer == envelope.sender && $0.route == 0 }
    guard isStranger else { return }
    let beat = heartbeat(at: now, isForSession: true)
    sendHostFrame(toRoute: route, at: now) { beat.encode(into: &$0) }
  }

  private mutating func takeLane(
    _ slot: Int, _ message: Inbound, _ envelope: Envelope, _ frame: RawSpan, link: Peer.Link,
    route: UInt32, at now: Instant
  ) {
    let flags = envelope.flagSet
    let verdict: SessionEndpoint.Verdict
    if flags.contains(.eventLane) {
      guard handles(message.template) || !expects(envelope, in: slot) else {
        return refuseEvent(slot, template: message.template.rawValue, envelope.sequence, at: now)
      }
      verdict = sessions[slot].endpoint.takeEvent(
        epoch: envelope.epoch, sequence: envelope.sequence, isDurable: flags.contains(.durable),
        atBootNanos: now.boot)
    } else if flags.contains(.stateLane) {
      verdict = sessions[slot].endpoint.takeState(
        epoch: envelope.epoch, sequence: envelope.sequence, atBootNanos: now.boot)
    } else {
      let peer = Peer(component: envelope.sender, link: link, route: route)
      deliver(message, envelope, frame, peer, at: now)
      return
    }
    switch verdict {
    case .deliver:
      deliver(message, envelope, frame, Peer(component: envelope.sender, link: .session), at: now)
    case .duplicate, .outOfOrder: statistics.duplicates += 1
    case .refused: statistics.misplaced += 1
    }
  }

  mutating func openAsServer(_ hello: Hello, _ envelope: Envelope, route: UInt32, at now: Instant) {
    let slot = sessions.firstIndex { $0.link == nil && $0.peer == hello.component }
    // A session's routing id is the component's own, so nobody takes a session over by mistake.
    guard let slot, envelope.sender == hello.component,
      routes.route(route)?.identity == HostSockets.routingID(hello.component)
    else {
      statistics.misplaced += 1
      welcome(route: route, nil, .notExpected, hello.opening, answering: envelope, at: now)
      return
    }
    let has = hello.peerEpoch == journal.epoch ? hello.lastReceived : 0
    let candidate = PeerIdentity(lineage: hello.lineage ?? 0, epoch: envelope.epoch)
    let opening = sessions[slot].endpoint.open(
      by: candidate, opening: hello.opening, peerFirst: hello.firstUnacknowledged, peerHas: has,
      atBootNanos: now.boot, wallNanos: now.wall)
    let refusal: WelcomeOutcome
    switch opening {
    case .opened, .repeated:
      routes.pin(route, insteadOf: sessions[slot].route)
      sessions[slot].route = route
      sessions[slot].schemaVersion = min(max(1, hello.schemaVersion), WireSchema.version)
      welcome(route: route, slot, .accepted, hello.opening, answering: envelope, at: now)
      return tellOpened(slot, opening, at: now)
    case .stale:
      statistics.misplaced += 1
      return
    case .oldEpoch: refusal = .oldEpoch
    case .impossible: refusal = .notExpected
    case .wrongLineage: refusal = .wrongLineage
    case .epochJump: refusal = .epochJump
    }
    statistics.misplaced += 1
    tellRefused(slot, candidate, refusal, at: now)
    welcome(route: route, nil, refusal, hello.opening, answering: envelope, at: now)
  }

  private mutating func openAsClient(
    _ slot: Int, _ welcome: Welcome, _ envelope: Envelope, at now: Instant
  ) {
    // An answer to an earlier incarnation of ours speaks of messages that are not these.
    guard sessions[slot].endpoint.role == .client, envelope.correlation == helloMark else {
      statistics.misplaced += 1
      return
    }
    guard welcome.outcome == .accepted else {
      sessions[slot].endpoint.refusedWelcome(atBootNanos: now.boot)
      guard sessions[slot].lastOutcome != welcome.outcome else { return }
      sessions[slot].lastOutcome = welcome.outcome
      log.error("session", "component \(envelope.sender) refuses the session: \(welcome.outcome)")
      return
    }
    let candidate = PeerIdentity(lineage: welcome.lineage ?? 0, epoch: envelope.epoch)
    let opening = sessions[slot].endpoint.open(
      by: candidate, opening: welcome.opening, peerFirst: welcome.firstUnacknowledged,
      peerHas: welcome.nextExpected &- 1, atBootNanos: now.boot, wallNanos: now.wall)
    switch opening {
    case .opened:
      sessions[slot].lastOutcome = .accepted
      sessions[slot].schemaVersion = min(max(1, welcome.schemaVersion), WireSchema.version)
      tellOpened(slot, opening, at: now)
    case .repeated, .stale, .oldEpoch: statistics.misplaced += 1
    case .impossible:
      statistics.misplaced += 1
      log.error("session", "component \(envelope.sender) names messages that cannot exist")
    case .wrongLineage, .epochJump:
      statistics.misplaced += 1
      sessions[slot].endpoint.refusedWelcome(atBootNanos: now.boot)
      tellRefused(slot, candidate, opening == .epochJump ? .epochJump : .wrongLineage, at: now)
    }
  }

  /// The correlation of our Hello, which Welcome repeats.
  private var helloMark: Correlation {
    Correlation(high: UInt64(configuration.number), low: UInt64(journal.epoch))
  }

  /// Every new opening is news for the core, also where the end of the one before had not been noticed.
  private mutating func tellOpened(_ slot: Int, _ opening: SessionEndpoint.Opening, at now: Instant) {
    guard case .opened(_, let wasClosed) = opening else { return }
    tellDelivered(slot, at: now)
    let (peer, epoch) = (sessions[slot].peer, sessions[slot].endpoint.peerEpoch)
    log.info(
      "session", "open with component \(peer), epoch \(epoch), opening \(sessions[slot].endpoint.opening)")
    if !wasClosed { core.receive(.sessionClosed(component: peer), at: now, into: &effects) }
    core.receive(.sessionOpened(component: peer, peerEpoch: epoch), at: now, into: &effects)
  }

  /// Hello, Welcome and Acknowledge say what the peer has taken in.
  private mutating func tellDelivered(_ slot: Int, at now: Instant) {
    for frame in sessions[slot].endpoint.takeDeliveredFrames() {
      guard let message = Inbound(frame.span.bytes) else {
        preconditionFailure("a frame of ours is no message")
      }
      core.receive(
        .acknowledged(
          component: sessions[slot].peer, template: message.template,
          correlation: message.envelope.correlation), at: now, into: &effects)
    }
  }

  private mutating func welcome(
    route: UInt32, _ slot: Int?, _ outcome: WelcomeOutcome, _ opening: UInt64?, answering hello: Envelope,
    at now: Instant
  ) {
    let endpoint = slot.map { sessions[$0].endpoint }
    let message = Welcome(
      envelope: Envelope(origin: 0, correlation: hello.correlation), component: configuration.number,
      outcome: outcome, schemaVersion: WireSchema.version,
      nextExpected: (endpoint?.acknowledgeable ?? 0) + 1,
      firstUnacknowledged: endpoint?.firstUnacknowledged ?? 1, lastSent: endpoint?.lastSequence ?? 0,
      build: Build.name, opening: opening, lineage: journal.lineage)
    sendHostFrame(toRoute: route, at: now) { message.encode(into: &$0) }
  }

  /// After the commit: tells peers what has been processed and journaled.
  mutating func acknowledge(at now: Instant) {
    for slot in sessions.indices {
      let owed = sessions[slot].endpoint.takeAcknowledgements()
      let epoch = sessions[slot].endpoint.peerEpoch
      if let sequence = owed.event { acknowledge(slot, .event, sequence, epoch, at: now) }
      for sequence in owed.states { acknowledge(slot, .state, sequence, epoch, at: now) }
    }
  }

  private mutating func acknowledge(
    _ slot: Int, _ lane: Lane, _ sequence: UInt64, _ epoch: UInt32, at now: Instant
  ) {
    let message = Acknowledge(
      envelope: Envelope(origin: 0), lane: lane, peerEpoch: epoch, sequence: sequence, key: 0)
    sendInSession(slot, at: now) { message.encode(into: &$0) }
  }

  /// Sends what waits in the outboxes, says Hello, keeps sessions alive, notices silence.
  mutating func runSessions(at now: Instant) {
    for slot in sessions.indices {
      if sessions[slot].endpoint.closeIfSilent(atBootNanos: now.boot) {
        let peer = sessions[slot].peer
        log.warning("session", "component \(peer) is silent")
        pendingEvents.append(.sessionClosed(component: peer))
      }
      if sessions[slot].endpoint.isDueToSpeak(atBootNanos: now.boot) { speak(slot, at: now) }
      flushSession(slot, at: now)
    }
  }

  private mutating func speak(_ slot: Int, at now: Instant) {
    if sessions[slot].endpoint.isOpen {
      sessions[slot].endpoint.said(atBootNanos: now.boot)
      let beat = heartbeat(at: now, isForSession: true)
      sendInSession(slot, at: now) { beat.encode(into: &$0) }
    } else {
      let opening = sessions[slot].endpoint.sayHello(atBootNanos: now.boot)
      let endpoint = sessions[slot].endpoint
      let hello = Hello(
        envelope: Envelope(origin: 0, correlation: helloMark), component: configuration.number,
        kind: Core.kind,
        schemaVersion: WireSchema.version, firstUnacknowledged: endpoint.firstUnacknowledged,
        lastSent: endpoint.lastSequence, lastReceived: endpoint.acknowledgeable,
        peerEpoch: endpoint.peerEpoch, build: Build.name, opening: opening, lineage: journal.lineage)
      sendInSession(slot, at: now) { hello.encode(into: &$0) }
    }
  }

  mutating func flushSession(_ slot: Int, at now: Instant) {
    guard sessions[slot].endpoint.isDueToSend(atBootNanos: now.boot) else { return }
    if sessions[slot].endpoint.undeliveredCount > 0 { CrashPoints.reach(.beforeOutboxSend) }
    // Taken out, so that marking messages as sent copies none of them.
    var endpoint = SessionEndpoint(peer: sessions[slot].peer, role: sessions[slot].endpoint.role)
    swap(&endpoint, &sessions[slot].endpoint)
    let sentNanos = Clock.wallNanos()
    endpoint.flush(atBootNanos: now.boot) { flags, sequence, frame in
      // Kept where it is, and nothing overtakes it, until a peer that can read it has the session.
      guard isReadable(frame, by: slot) else { return false }
      hostFrames.reset()
      _ = hostFrames.append(copying: frame.span.bytes)
      hostFrames.stamp(
        frameAt: 0, sender: configuration.number, flags: flags, epoch: journal.epoch, sequence: sequence,
        sent: sentNanos)
      return transmit(slot, count: frame.count) == .sent
    }
    swap(&endpoint, &sessions[slot].endpoint)
  }

  /// Hands the frame in `hostFrames` to the session's socket.
  private mutating func transmit(_ slot: Int, count: Int) -> SendOutcome {
    let frame = hostFrames.span(from: 0, count: count)
    if let link = sessions[slot].link { return sockets.links[link].socket.send(frame) }
    guard let route = routes.route(sessions[slot].route) else { return .noPeer }
    return sockets.control.send(to: route.identity, delimited: route.isDelimited, body: frame)
  }

  mutating func sendInSession(
    _ slot: Int, at now: Instant, _ encode: (inout FrameWriter) -> Void
  ) {
    stampHostFrame(encode)
    countOutcome(transmit(slot, count: hostFrames.count))
  }
}

extension Inbound {
  /// Whether a message has a meaning only inside a session.
  var belongsToSession: Bool {
    if !envelope.flagSet.isDisjoint(with: [.eventLane, .stateLane]) { return true }
    return switch self {
    case .hello, .welcome, .acknowledge, .heartbeat, .logout: true
    default: false
    }
  }
}
