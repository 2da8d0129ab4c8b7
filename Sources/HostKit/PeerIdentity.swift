import ActorKit

/// Who a peer says it is: which journal it keeps, and which incarnation of that journal this is.
package struct PeerIdentity: Equatable, Sendable {
  /// When the first incarnation of the journal began, ns UTC; copies keep it. 0 for a peer that does not say.
  package var lineage: UInt64
  package var epoch: UInt32

  package init(lineage: UInt64, epoch: UInt32) {
    self.lineage = lineage
    self.epoch = epoch
  }

  /// Whether a journal can have begun then.
  fileprivate func isFromTheFuture(wallNanos: Int64) -> Bool {
    let (latest, overflows) = max(0, wallNanos).addingReportingOverflow(EpochBound.maxAheadNanos)
    return lineage > (overflows ? UInt64(Int64.max) : UInt64(latest))
  }
}

/// Decides whether one who names itself as a peer is believed to be it.
///
/// *Known* is who a valid message has come from: that alone is journaled, so a Hello leaves no trace.
/// *Present* is who has the session now or had it last. Another journal is refused while the known one has
/// been heard lately; after that a younger one takes over, an older one never. Who has only said Hello stands
/// in the way of nobody longer than its session is open, and in the way of the known one not at all.
package struct PeerRecord {
  package enum Verdict: Equatable { case believed, oldEpoch, wrongLineage, epochJump }

  /// The known journal is waited for so long after its last word, or after our own start.
  package static let holdBackNanos: Int64 = 10 * .nanosPerSecond

  package private(set) var known: PeerIdentity?
  package private(set) var present: PeerIdentity?
  private var knownHeardBootNanos: Int64
  private var presentHeardBootNanos: Int64

  package init(known: PeerIdentity? = nil, startedAtBootNanos now: Int64) {
    self.known = known
    present = known
    knownHeardBootNanos = now
    presentHeardBootNanos = now
  }

  package func judge(
    _ candidate: PeerIdentity, isOpen: Bool, atBootNanos now: Int64, wallNanos: Int64
  ) -> Verdict {
    guard candidate.epoch != 0 else { return .oldEpoch }
    let isKnown = candidate.lineage == known?.lineage
    if !isKnown {
      guard !candidate.isFromTheFuture(wallNanos: wallNanos) else { return .wrongLineage }
      if let known {
        guard candidate.lineage > known.lineage else { return .wrongLineage }
        guard now - knownHeardBootNanos > Self.holdBackNanos else { return .wrongLineage }
      }
      if isOpen, let present, present.lineage != candidate.lineage { return .wrongLineage }
    }
    var last: UInt32 = isKnown ? known?.epoch ?? 0 : 0
    guard UInt64(candidate.epoch) <= EpochBound.greatest(after: last, wallNanos: wallNanos) else {
      return .epochJump
    }
    if let present, present.lineage == candidate.lineage,
      now - presentHeardBootNanos <= Self.holdBackNanos
    {
      last = max(last, present.epoch)
    }
    return candidate.epoch < last ? .oldEpoch : .believed
  }

  /// A candidate that is believed has the session.
  package mutating func admit(_ candidate: PeerIdentity, atBootNanos now: Int64) {
    present = candidate
    heard(atBootNanos: now)
  }

  /// A word in the open session.
  package mutating func heard(atBootNanos now: Int64) {
    presentHeardBootNanos = now
    if known == present { knownHeardBootNanos = now }
  }

  /// A message of a lane has been taken: from now on it is this one that is known.
  package mutating func confirm(atBootNanos now: Int64) {
    known = present
    heard(atBootNanos: now)
  }
}
