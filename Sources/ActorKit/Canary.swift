#if CANARIES
  import Synchronization
#endif

/// A deliberate mistake of the order path. A simulator that does not find it is blind where it stands
/// (docs/SIMULATION.md, section 1).
///
/// Only a build with `WAGGLE_CANARIES` holds them, and there one at a time can be chosen; in any other none
/// ever sings.
public enum Canary: String, CaseIterable, Sendable {
  /// A message of a session that comes twice is delivered twice, and an intent that is over is carried out
  /// again: risk goes back to an older position, and one signal opens two.
  case deduplicationRemoved = "deduplication-removed"
  /// In one millisecond of four the record of a turn without calls is not stored, and its messages leave all
  /// the same: after a restart the books are not those that were told.
  case journalWriteSkipped = "journal-write-skipped"
  /// What was taken in is acknowledged before the turn is stored: a death in between loses for good what the
  /// sender has forgotten.
  case acknowledgeBeforeCommit = "acknowledge-before-commit"
  /// A successor with a journal of its own may hold an account after half a permit's life without its
  /// predecessor, not after two: both trade.
  case fenceShortened = "fence-shortened"
  /// A hole in a stream's numbers is passed over: a book with a change missing is traded on.
  case gapRepairOff = "gap-repair-off"
  /// How far a durable lane was taken in is stored later than what followed from it, as for messages that may
  /// be lost: a death in between has the message delivered once more.
  case durableMarkLazy = "durable-mark-lazy"
  /// A permit that has run out still lets orders pass: nobody who is cut off from the queen stops by itself.
  case stalePermitAccepted = "stale-permit-accepted"
  /// A halt is forgotten when a state is restored from a snapshot: what a person stopped trades again.
  case haltNotInSnapshot = "halt-not-in-snapshot"
  /// A fill told after its order's end is not booked: a position that nobody protects, until books and venue
  /// are compared and the account is quarantined.
  case lateFillIgnored = "late-fill-ignored"
  /// Where the venue has no reduce-only orders, a stop's successor is placed while the stop may still fill:
  /// both fill, and the position is turned around.
  case stopReplacedBeforeCancel = "stop-replaced-before-cancel"
  /// A new incarnation begins its keys of durable messages at 1: they come behind those that its predecessor
  /// has not delivered, and the journal cannot be read any more.
  case outboxKeyReused = "outbox-key-reused"
  /// A new incarnation, but an executor's, goes by its predecessor's epoch: what it says counts as said
  /// before, and its ids are given twice.
  case epochNotRaised = "epoch-not-raised"
  /// What open intents may still fill is not counted in the worst case: several together are more than the
  /// limits allow.
  case intentsLeftOutOfSum = "intents-left-out-of-sum"
  /// Orders without an answer count as over in an executor's snapshot: after a restart from it nobody asks
  /// about them, and what they may fill counts nowhere.
  case snapshotWithoutFlights = "snapshot-without-flights"
  /// The reconciler believes a difference that the venue's first answer shows: one that lags quarantines the
  /// account.
  case firstAnswerBelieved = "first-answer-believed"
}

#if CANARIES
  extension Canary {
    private static let inOrder = allCases
    /// The place of the chosen one, from 1; 0 for none.
    private static let chosenPlace = Atomic<UInt8>(0)

    /// Has one sing in the whole process from now on, in place of the one before; nil for none.
    public static func choose(_ canary: Canary?) {
      let index = canary.flatMap { inOrder.firstIndex(of: $0) }
      chosenPlace.store(index.map { UInt8($0 + 1) } ?? 0, ordering: .relaxed)
    }

    /// Whether the mistake is to be made.
    public static func isSinging(_ canary: Canary) -> Bool {
      let place = Int(chosenPlace.load(ordering: .relaxed))
      return place > 0 && inOrder[place - 1] == canary
    }
  }
#else
  extension Canary {
    /// Whether the mistake is to be made: never in this build.
    @inlinable @inline(__always) public static func isSinging(_ canary: Canary) -> Bool { false }
  }
#endif
