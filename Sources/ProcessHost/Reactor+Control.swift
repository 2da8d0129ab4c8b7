import ActorKit
import Platform
import Wire
import ZeroMQ

extension Reactor {
  /// Takes in what other components answer to our calls.
  mutating func drainLink(_ index: Int, _ body: inout Message, at now: Instant) {
    for _ in 0..<Self.batchLimit where hasRoom {
      guard case .received(let more) = sockets.links[index].socket.receive(into: &body) else { return }
      guard !more else {
        // A ROUTER of ours never sends more than one frame here.
        statistics.malformedEnvelopes += 1
        continue
      }
      takeAnswer(link: index, body.bytes, at: now)
    }
  }

  private mutating func takeAnswer(link index: Int, _ frame: RawSpan, at now: Instant) {
    guard let message = Inbound(frame) else {
      refuse(frame)
      if let slot = sessions.firstIndex(where: { $0.link == index }) { refuseInSession(slot, frame, at: now) }
      return
    }
    let envelope = message.envelope
    guard envelope.sender == sockets.links[index].component else {
      statistics.misplaced += 1
      return
    }
    if envelope.flagSet.contains(.snapshot) {
      takeSnapshot(message, envelope, frame, at: now)
    } else if let slot = sessions.firstIndex(where: { $0.link == index }) {
      takeInSession(slot, message, envelope, frame, link: .link, at: now)
    } else if message.belongsToSession {
      statistics.misplaced += 1
    } else {
      deliver(message, envelope, frame, Peer(component: envelope.sender, link: .link), at: now)
    }
  }

  private mutating func takeSnapshot(
    _ message: Inbound, _ envelope: Envelope, _ frame: RawSpan, at now: Instant
  ) {
    guard envelope.correlationHigh == requestMark,
      let topic = snapshotRequests.take(envelope.correlationLow, from: envelope.sender),
      let index = receivers.firstIndex(where: { $0.publisher == envelope.sender })
    else {
      statistics.duplicates += 1
      return
    }
    if receivers[index].adopt(epoch: envelope.epoch, atBootNanos: now.boot, wallNanos: now.wall) {
      statistics.streamRestarts += 1
      core.receive(.streamRestarted(sender: envelope.sender), at: now, into: &effects)
    }
    guard let waiting = receivers[index].takeSnapshot(topic, envelope, atBootNanos: now.boot) else {
      statistics.duplicates += 1
      return
    }
    statistics.snapshotsTaken += 1
    let peer = Peer(component: envelope.sender, link: .stream)
    guard deliver(message, envelope, frame, peer, at: now) else {
      receivers[index].lost(topic, atBootNanos: now.boot)
      return
    }
    for frame in waiting {
      // The receiver has read its number, so it is whole.
      guard let later = Inbound(frame.span.bytes) else { preconditionFailure("a held frame of \(topic)") }
      guard deliver(later, later.envelope, frame.span.bytes, peer, at: now) else {
        receivers[index].lost(topic, atBootNanos: now.boot)
        return
      }
    }
  }

  /// Upper half of the correlation of our snapshot requests: an answer to an earlier incarnation is not ours.
  var requestMark: UInt64 { UInt64(configuration.number) << 32 | UInt64(journal.epoch) }

  /// Takes in requests of anyone, sessions among them.
  mutating func drainControl(_ head: inout Message, _ body: inout Message, at now: Instant) {
    for _ in 0..<Self.batchLimit where hasRoom {
      switch sockets.control.receive(identity: &head, body: &body) {
      case .empty: return
      case .malformed: statistics.malformedEnvelopes += 1
      case .received(let delimited):
        // Decoded first: bytes that are no message earn no place in the route table.
        guard Inbound(body.bytes) != nil else {
          refuse(body.bytes)
          refuseFromCaller(head.bytes, body.bytes, at: now)
          continue
        }
        let route = routes.handle(for: head.bytes, isDelimited: delimited)
        takeRequest(body.bytes, route: route, at: now)
      }
    }
  }

  /// Of a caller with a session, an event that cannot be read closes it.
  private mutating func refuseFromCaller(_ identity: RawSpan, _ frame: RawSpan, at now: Instant) {
    guard
      let slot = sessions.firstIndex(where: { slot in
        guard slot.link == nil, let route = routes.route(slot.route) else { return false }
        return identity.equals(route.identity)
      })
    else { return }
    refuseInSession(slot, frame, at: now)
  }

  private mutating func takeRequest(_ frame: RawSpan, route: UInt32, at now: Instant) {
    guard let message = Inbound(frame) else { return }
    let envelope = message.envelope
    if case .hello(let hello) = message {
      openAsServer(hello.block, envelope, route: route, at: now)
      return
    }
    // Before any session: who has one gives commands like everybody else.
    if case .command(let command) = message {
      return takeCommand(message, command.block, frame, route: route, at: now)
    }
    if let slot = sessions.firstIndex(where: {
      $0.link == nil && $0.peer == envelope.sender && $0.route == route
    }) {
      takeInSession(slot, message, envelope, frame, link: .control, route: route, at: now)
      return
    }
    if message.belongsToSession {
      takeStray(message, envelope, route: route, at: now)
      return
    }
    if case .replayRequest(let request) = message {
      takeReplay(request.block, route: route)
      return
    }
    let peer = Peer(component: envelope.sender, link: .control, route: route)
    deliver(message, envelope, frame, peer, at: now)
  }

  private mutating func takeCommand(
    _ message: Inbound, _ command: Command, _ frame: RawSpan, route: UInt32, at now: Instant
  ) {
    let envelope = command.envelope
    if refuses(command, envelope, route: route, at: now) { return }
    if answerFigures(command, envelope, route: route, at: now) { return }
    let peer = Peer(component: envelope.sender, link: .control, route: route)
    deliver(message, envelope, frame, peer, at: now)
  }
}
