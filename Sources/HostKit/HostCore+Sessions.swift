import ActorKit
import Wire

/// Sessions: opening, the two lanes, acknowledgements. The rules are `SessionEndpoint`'s; this moves the
/// bytes.
extension HostCore {
  /// A message on a session's way: the session's own business, a lane message, or a plain one.
  mutating func takeInSession(
    _ slot: Int, _ message: Inbound, _ envelope: Envelope, _ frame: RawSpan, link: Peer.Link,
    route: UInt32 = 0, _ arrival: Arrival
  ) {
    switch message {
    case .welcome(let welcome): openAsClient(slot, welcome.block, envelope)
    case _ where sessions[slot].endpoint.closeIfSuperseded(by: envelope.epoch, wallNanos: now.wall):
      outgoing.log(.warning, "session", "component \(envelope.sender) has begun epoch \(envelope.epoch)")
      core.receive(.sessionClosed(component: envelope.sender), at: now, into: &effects)
    case _ where message.belongsToSession && envelope.epoch != sessions[slot].endpoint.peerEpoch:
      statistics.misplaced += 1
    case .acknowledge(let view):
      let acknowledge = view.block
      guard acknowledge.peerEpoch == journal.epoch else { return }
      sessions[slot].endpoint.heard(atBootNanos: now.boot)
      sessions[slot].endpoint.acknowledged(acknowledge.lane, sequence: acknowledge.sequence)
      tellDelivered(slot)
    case .heartbeat: sessions[slot].endpoint.heard(atBootNanos: now.boot)
    case .logout(let logout): takeLogout(slot, logout.block)
    default: takeLane(slot, message, envelope, frame, link: link, route: route, arrival)
    }
  }

  /// Session traffic of a peer that has not said Hello to this incarnation, or whose session has been closed:
  /// none of it reaches the core. The answer shows the peer our epoch, so that it says Hello at once.
  mutating func takeStray(_ message: Inbound, _ envelope: Envelope, route: UInt32) {
    statistics.misplaced += 1
    // Once it has said Hello to us, silence is the answer: a beat would make it believe in a session that is
    // not.
    let isStranger = sessions.contains { $0.link == nil && $0.peer == envelope.sender && $0.route == 0 }
    guard isStranger else { return }
    let beat = heartbeat(isForSession: true)
    sendHostFrame(toRoute: route) { beat.encode(into: &$0) }
  }

  private mutating func takeLane(
    _ slot: Int, _ message: Inbound, _ envelope: Envelope, _ frame: RawSpan, link: Peer.Link,
    route: UInt32, _ arrival: Arrival
  ) {
    let flags = envelope.flagSet
    let verdict: SessionEndpoint.Verdict
    if flags.contains(.eventLane) {
      guard handles(message.template) || !expects(envelope, in: slot) else {
        return refuseEvent(slot, template: message.template.rawValue, envelope.sequence)
      }
      verdict = sessions[slot].endpoint.takeEvent(
        epoch: envelope.epoch, sequence: envelope.sequence, isDurable: flags.contains(.durable),
        atBootNanos: now.boot)
    } else if flags.contains(.stateLane) {
      verdict = sessions[slot].endpoint.takeState(
        epoch: envelope.epoch, sequence: envelope.sequence, atBootNanos: now.boot)
    } else {
      let peer = Peer(component: envelope.sender, link: link, route: route)
      deliver(message, envelope, frame, peer, arrival)
      return
    }
    switch verdict {
    case .deliver:
      deliver(message, envelope, frame, Peer(component: envelope.sender, link: .session), arrival)
    case .duplicate, .outOfOrder: statistics.duplicates += 1
    case .refused: statistics.misplaced += 1
    }
  }

  mutating func openAsServer(_ hello: Hello, _ envelope: Envelope, route: UInt32) {
    let slot = sessions.firstIndex { $0.link == nil && $0.peer == hello.component }
    // A session's routing id is the component's own, so nobody takes a session over by mistake.
    guard let slot, envelope.sender == hello.component,
      routes.route(route)?.identity == RouteTable.sessionName(of: hello.component)
    else {
      statistics.misplaced += 1
      welcome(route: route, nil, .notExpected, hello.opening, answering: envelope)
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
      welcome(route: route, slot, .accepted, hello.opening, answering: envelope)
      return tellOpened(slot, opening)
    case .stale:
      statistics.misplaced += 1
      return
    case .oldEpoch: refusal = .oldEpoch
    case .impossible: refusal = .notExpected
    case .wrongLineage: refusal = .wrongLineage
    case .epochJump: refusal = .epochJump
    }
    statistics.misplaced += 1
    tellRefused(slot, candidate, refusal)
    welcome(route: route, nil, refusal, hello.opening, answering: envelope)
  }

  private mutating func openAsClient(
    _ slot: Int, _ welcome: Welcome, _ envelope: Envelope
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
      outgoing.log(.error, "session", "component \(envelope.sender) refuses the session: \(welcome.outcome)")
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
      tellOpened(slot, opening)
    case .repeated, .stale, .oldEpoch: statistics.misplaced += 1
    case .impossible:
      statistics.misplaced += 1
      outgoing.log(.error, "session", "component \(envelope.sender) names messages that cannot exist")
    case .wrongLineage, .epochJump:
      statistics.misplaced += 1
      sessions[slot].endpoint.refusedWelcome(atBootNanos: now.boot)
      tellRefused(slot, candidate, opening == .epochJump ? .epochJump : .wrongLineage)
    }
  }

  /// The correlation of our Hello, which Welcome repeats.
  private var helloMark: Correlation {
    Correlation(high: UInt64(identity.number), low: UInt64(journal.epoch))
  }

  /// Every new opening is news for the core, also where the end of the one before had not been noticed.
  private mutating func tellOpened(_ slot: Int, _ opening: SessionEndpoint.Opening) {
    guard case .opened(_, let wasClosed) = opening else { return }
    tellDelivered(slot)
    let (peer, epoch) = (sessions[slot].peer, sessions[slot].endpoint.peerEpoch)
    outgoing.log(
      .info, "session",
      "open with component \(peer), epoch \(epoch), opening \(sessions[slot].endpoint.opening)")
    if !wasClosed { core.receive(.sessionClosed(component: peer), at: now, into: &effects) }
    core.receive(.sessionOpened(component: peer, peerEpoch: epoch), at: now, into: &effects)
  }

  /// Hello, Welcome and Acknowledge say what the peer has taken in.
  private mutating func tellDelivered(_ slot: Int) {
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
    route: UInt32, _ slot: Int?, _ outcome: WelcomeOutcome, _ opening: UInt64?, answering hello: Envelope
  ) {
    let endpoint = slot.map { sessions[$0].endpoint }
    let message = Welcome(
      envelope: Envelope(origin: 0, correlation: hello.correlation), component: identity.number,
      outcome: outcome, schemaVersion: WireSchema.version,
      nextExpected: (endpoint?.acknowledgeable ?? 0) + 1,
      firstUnacknowledged: endpoint?.firstUnacknowledged ?? 1, lastSent: endpoint?.lastSequence ?? 0,
      build: identity.build, opening: opening, lineage: journal.lineage)
    sendHostFrame(toRoute: route) { message.encode(into: &$0) }
  }

  /// After the commit: tells peers what has been processed and journaled.
  mutating func acknowledge() {
    for slot in sessions.indices {
      let owed = sessions[slot].endpoint.takeAcknowledgements()
      let epoch = sessions[slot].endpoint.peerEpoch
      if let sequence = owed.event { acknowledge(slot, .event, sequence, epoch) }
      for sequence in owed.states { acknowledge(slot, .state, sequence, epoch) }
    }
  }

  private mutating func acknowledge(
    _ slot: Int, _ lane: Lane, _ sequence: UInt64, _ epoch: UInt32
  ) {
    let message = Acknowledge(
      envelope: Envelope(origin: 0), lane: lane, peerEpoch: epoch, sequence: sequence, key: 0)
    sendInSession(slot) { message.encode(into: &$0) }
  }

  /// Sends what waits in the outboxes, says Hello, keeps sessions alive, notices silence.
  mutating func runSessions() {
    for slot in sessions.indices {
      if sessions[slot].endpoint.closeIfSilent(atBootNanos: now.boot) {
        let peer = sessions[slot].peer
        outgoing.log(.warning, "session", "component \(peer) is silent")
        progress.news.append(.sessionClosed(component: peer))
      }
      if sessions[slot].endpoint.isDueToSpeak(atBootNanos: now.boot) { speak(slot) }
      flushSession(slot)
    }
  }

  private mutating func speak(_ slot: Int) {
    if sessions[slot].endpoint.isOpen {
      sessions[slot].endpoint.said(atBootNanos: now.boot)
      let beat = heartbeat(isForSession: true)
      sendInSession(slot) { beat.encode(into: &$0) }
    } else {
      let opening = sessions[slot].endpoint.sayHello(atBootNanos: now.boot)
      let endpoint = sessions[slot].endpoint
      let hello = Hello(
        envelope: Envelope(origin: 0, correlation: helloMark), component: identity.number,
        kind: Core.kind,
        schemaVersion: WireSchema.version, firstUnacknowledged: endpoint.firstUnacknowledged,
        lastSent: endpoint.lastSequence, lastReceived: endpoint.acknowledgeable,
        peerEpoch: endpoint.peerEpoch, build: identity.build, opening: opening, lineage: journal.lineage)
      sendInSession(slot) { hello.encode(into: &$0) }
    }
  }

  mutating func flushSession(_ slot: Int) {
    guard sessions[slot].endpoint.isDueToSend(atBootNanos: now.boot) else { return }
    let (outlet, takesPacks) = (outlet(slot), takesPacks(slot))
    if sessions[slot].endpoint.undeliveredCount > 0 { outgoing.add(.pass(.beforeOutboxSend)) }
    // Taken out, so that marking messages as sent copies none of them.
    var endpoint = SessionEndpoint(peer: sessions[slot].peer, role: sessions[slot].endpoint.role)
    swap(&endpoint, &sessions[slot].endpoint)
    endpoint.flush(atBootNanos: now.boot) { flags, sequence, frame in
      // Kept for a peer that can read it: this one, of an older schema, took the place of such a one.
      if flags.contains(.stateLane), !isReadable(frame, by: slot) { return true }
      // Kept where it is, and nothing overtakes it, until a peer that can read it has the session. What a
      // turn has no room for waits as if the way were blocked.
      guard let outlet, outgoing.frames.count + outgoing.heldBytes < 2 * Self.bytesLimit,
        isReadable(frame, by: slot)
      else { return false }
      let place = encode(flags: flags, sequence: sequence) { _ = $0.append(copying: frame.span.bytes) }
      let lane = Transmission.Concern.lane(
        session: slot, flags.contains(.stateLane) ? .state : .event, sequence: sequence,
        wasSent: flags.contains(.possDup))
      // A repetition leaves alone: it may be that the peer could not read the pack.
      transmit(
        place, inSession: slot, by: outlet, lane, takesPacks: takesPacks && !flags.contains(.possDup))
      return true
    }
    swap(&endpoint, &sessions[slot].endpoint)
  }

  /// The way out of a session; nil while its caller is not known.
  private func outlet(_ slot: Int) -> Transmission.Outlet? {
    if let link = sessions[slot].link { return .link(link) }
    return routes.route(sessions[slot].route) == nil ? nil : .caller(sessions[slot].route)
  }

  mutating func sendInSession(_ slot: Int, _ message: (inout FrameWriter) -> Void) {
    guard let outlet = outlet(slot) else {
      statistics.withoutPeer += 1
      return
    }
    transmit(encode(message), inSession: slot, by: outlet, takesPacks: takesPacks(slot))
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
