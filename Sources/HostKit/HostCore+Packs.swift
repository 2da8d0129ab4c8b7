import ActorKit
import Wire

/// Several messages of a turn for one session leave in one frame, and are taken in as if each had come alone.
extension HostCore {
  /// Sends a message in a session: with the turn's others where the peer takes packs.
  ///
  /// What answers while the turn still takes in is sent alone, and so is what goes to a peer without an open
  /// session; nothing overtakes what waits for the pack.
  mutating func transmit(
    _ place: Range<Int>, inSession slot: Int, by outlet: Transmission.Outlet,
    _ concern: Transmission.Concern = .none, takesPacks: Bool
  ) {
    let transmission = Transmission(
      outlet: outlet, arena: .host, offset: place.lowerBound, count: place.count, concern: concern)
    guard takesPacks, outgoing.isPastRecord else {
      outgoing.sendHeld(session: slot)
      return outgoing.send(transmission)
    }
    outgoing.hold(transmission, session: slot)
  }

  /// Whether the peer takes several messages in a frame.
  func takesPacks(_ slot: Int) -> Bool {
    sessions[slot].endpoint.isOpen && sessions[slot].schemaVersion >= FramePack.sinceVersion
  }

  /// Everything that waited for company leaves, session by session: links first, so that what goes towards
  /// the venue is on its way before what asked for it is acknowledged. An older peer is acknowledged earlier.
  mutating func sendHeld() {
    let first = sessions.indices.first
    for slot in sessions.indices {
      outgoing.sendHeld(session: slot)
      if slot == first { outgoing.add(.pass(.afterAcknowledge)) }
    }
    if first == nil { outgoing.add(.pass(.afterAcknowledge)) }
  }
}

// MARK: - Receiving

extension HostCore {
  /// Takes each message of a pack, and tells how many there were. What makes no messages is refused, and what
  /// came before it counts.
  mutating func takeEach(of pack: RawSpan, _ take: (inout Self, RawSpan) -> Void) -> Int {
    var cursor = FramePack.Cursor()
    var count = 0
    // Ends: the cursor gives a bounded number of messages.
    while true {
      switch cursor.next(in: pack) {
      case .message(let place):
        take(&self, pack.extracting(place))
        count += 1
      case .end: return count
      case .refused(let reason):
        statistics.countRefused(reason)
        return max(1, count)
      }
    }
  }

  /// Whether a caller goes by the name of a component's session: only there frames hold several messages.
  func isSessionName(_ caller: RawSpan) -> Bool {
    sessions.contains { $0.link == nil && caller.equals(RouteTable.sessionName(of: $0.peer)) }
  }
}
