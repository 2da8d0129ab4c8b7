import HostKit
import Journal
import Platform
import Wire

/// A session with its way out: over a link we opened, or to a caller of our control port.
struct SessionSlot {
  var endpoint: SessionEndpoint
  /// Index in the reactor's links (client).
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

  /// The sessions a configuration names, with what the journal says was already processed and what was not
  /// yet delivered. For a core that runs without a journal, what cannot be read impairs it instead.
  static func make(
    _ configuration: HostConfiguration, _ journal: inout HostJournal, canDoWithout: Bool
  ) throws(HostError) -> [SessionSlot] {
    var marks: [JournalMark] = []
    do throws(JournalError) { marks = try journal.marks() } catch {
      guard canDoWithout else { throw .journal(error) }
      journal.impair(why: "\(error)")
    }
    var slots = make(configuration, marks)
    for index in slots.indices {
      do throws(JournalError) { try slots[index].recoverOutbox(from: journal) } catch {
        guard canDoWithout else { throw .journal(error) }
        journal.impair(why: "\(error)")
      }
    }
    return slots
  }

  /// What earlier incarnations could not deliver goes first, in its order, before anything new.
  private mutating func recoverOutbox(from journal: borrowing HostJournal) throws(JournalError) {
    try journal.forEachOutboxMessage(peer: peer) { key, frame in
      endpoint.enqueueDurable(key: key, frame.copiedBytes(), isRecovered: true)
    }
  }

  private static func make(_ configuration: HostConfiguration, _ marks: [JournalMark]) -> [SessionSlot] {
    let now = Clock.bootNanos()
    func endpoint(_ peer: UInt16, _ role: SessionEndpoint.Role) -> SessionEndpoint {
      let progress = marks.first { $0.peer == peer }.map { mark in
        SessionEndpoint.Progress(
          peer: PeerIdentity(lineage: mark.lineage, epoch: mark.epoch), sequence: mark.sequence)
      }
      return SessionEndpoint(peer: peer, role: role, processed: progress, startedAtBootNanos: now)
    }
    var slots: [SessionSlot] = []
    for (index, link) in configuration.links.enumerated() where link.hasSession {
      slots.append(SessionSlot(endpoint: endpoint(link.component, .client), link: index))
    }
    for peer in configuration.sessionClients {
      slots.append(SessionSlot(endpoint: endpoint(peer, .server)))
    }
    for (index, slot) in slots.enumerated() {
      // Marks and destinations name the peer alone.
      let isAlone = !slots[..<index].contains { $0.peer == slot.peer }
      precondition(isAlone, "\(configuration.name) has two sessions with component \(slot.peer)")
    }
    return slots
  }
}

/// Snapshots that have been asked for, so that answers find their topic. Bound: `capacity`, oldest first out.
struct SnapshotRequests {
  static let capacity = 1_024

  private var open: [(id: UInt64, publisher: UInt16, topic: Topic)] = []
  private var lastID: UInt64 = 0

  mutating func add(_ topic: Topic, of publisher: UInt16) -> UInt64 {
    lastID += 1
    if open.count == Self.capacity { open.removeFirst() }
    open.append((lastID, publisher, topic))
    return lastID
  }

  mutating func take(_ id: UInt64, from publisher: UInt16) -> Topic? {
    guard let index = open.firstIndex(where: { $0.id == id && $0.publisher == publisher }) else { return nil }
    return open.remove(at: index).topic
  }
}
