import ActorKit

/// Who has been heard and who has missed beats. Pure: the host feeds it heartbeats and the time.
///
/// Beats come from the peers' own loops, so a hung loop misses them although its sockets live.
package struct Liveness {
  package struct Member {
    package let component: UInt16
    package var epoch: UInt32 = 0
    /// 0 until first heard.
    package var lastHeardBootNanos: Int64 = 0
    package var intervalNanos: Int64 = Liveness.heartbeatNanos
    package var stage = Stage.unknown
  }

  package enum Stage { case unknown, heard, suspect, silent }

  /// Every component beats this often (docs/ARCHITECTURE.md, table of numbers).
  package static let heartbeatNanos: Int64 = 250 * .nanosPerMilli
  /// Missed beats after which a peer is suspect, and silent. Half a beat of slack for scheduling.
  package static let suspectBeats: Int64 = 2
  package static let silentBeats: Int64 = 4

  package private(set) var members: [Member]

  package init(watching components: [UInt16]) { members = components.map { Member(component: $0) } }

  /// A beat arrived. The event to tell the core, if the peer is new, back, or restarted.
  package mutating func beat(of component: UInt16, epoch: UInt32, intervalNanos: Int64, at now: Int64)
    -> LinkEvent?
  {
    guard let index = members.firstIndex(where: { $0.component == component }) else { return nil }
    // The streams fall back to a lower epoch when a higher one has been silent for long; so does this.
    guard epoch >= members[index].epoch || members[index].stage == .silent else { return nil }
    let isNews = members[index].stage != .heard || members[index].epoch != epoch
    members[index].epoch = epoch
    members[index].lastHeardBootNanos = now
    // Remote input: an absurd interval would hide a death.
    members[index].intervalNanos = min(max(intervalNanos, Self.heartbeatNanos / 10), 4 * Self.heartbeatNanos)
    members[index].stage = .heard
    return isNews ? .peerHeard(component: component, epoch: epoch) : nil
  }

  /// What time alone has brought to light.
  package mutating func check(at now: Int64) -> [LinkEvent] {
    var events: [LinkEvent] = []
    for index in members.indices {
      let member = members[index]
      let age = now - member.lastHeardBootNanos
      let slack = member.intervalNanos / 2
      if member.stage == .heard, age > Self.suspectBeats * member.intervalNanos + slack {
        members[index].stage = .suspect
        events.append(.peerSuspect(component: member.component))
      }
      if members[index].stage == .suspect, age > Self.silentBeats * member.intervalNanos + slack {
        members[index].stage = .silent
        events.append(.peerSilent(component: member.component))
      }
    }
    return events
  }
}
