import ActorKit
import Records
import Wire

/// A session with its way out: over a link we opened, or to a caller of our control port.
struct SessionSlot {
  var endpoint: SessionEndpoint
  /// Index in `Wiring.links` (client).
  var link: Int?
  /// Handle in the route table, once the peer has said Hello (server).
  var route: UInt32 = 0
  /// Durable messages up to this key are acknowledged; the journal's outbox still holds them.
  var forgettableKey: UInt64?
  /// Durable messages of the present turn that are admitted and not yet queued.
  var admitted = 0

  var peer: UInt16 { endpoint.peer }

  /// Identities that were refused and told in an alarm, so that each is told once.
  var refusedIdentities: [PeerIdentity] = []
  /// Bound of those: a stranger that tries lineages must not fill memory or the alarms.
  static let maxRefusedIdentities = 16
  /// What the peer last answered Hello with, for the log.
  var lastOutcome = WelcomeOutcome.accepted
  /// The smaller of the two schema versions in the present session.
  var schemaVersion = WireSchema.version

  /// The sessions a wiring names, with what the journal says was already processed and what was not yet
  /// delivered: that goes first, in its order, before anything new.
  static func make(
    _ wiring: Wiring, _ recovered: HostState, tracked: [Template], atBootNanos now: Int64
  ) -> [SessionSlot] {
    var slots: [SessionSlot] = []
    func endpoint(_ peer: UInt16, _ role: SessionEndpoint.Role) -> SessionEndpoint {
      precondition(!slots.contains { $0.peer == peer }, "two sessions with component \(peer)")
      let progress = recovered.mark(peer: peer, lane: Lane.event.rawValue).map { mark in
        SessionEndpoint.Progress(
          peer: PeerIdentity(lineage: mark.lineage, epoch: mark.epoch), sequence: mark.sequence)
      }
      var endpoint = SessionEndpoint(peer: peer, role: role, processed: progress, startedAtBootNanos: now)
      endpoint.tracked = tracked
      for message in recovered.messages(for: peer) {
        endpoint.enqueueDurable(key: message.key, message.frame, isRecovered: true)
      }
      return endpoint
    }
    for (index, link) in wiring.links.enumerated() where link.hasSession {
      slots.append(SessionSlot(endpoint: endpoint(link.component, .client), link: index))
    }
    for peer in wiring.sessionClients { slots.append(SessionSlot(endpoint: endpoint(peer, .server))) }
    return slots
  }
}
