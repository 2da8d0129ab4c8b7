import Records
import Wire

/// A component's journal as its driver uses it: the store or, for a core that runs without one, nothing.
///
/// Impaired means that the core is told `journalImpaired`: the store is missing, or what it says cannot be
/// trusted.
package struct HostJournal<Store: JournalStore & ~Copyable>: ~Copyable {
  package let path: String
  /// This incarnation, above all earlier ones.
  package let epoch: UInt32
  /// Tells journals apart (`TurnSource.lineage`); of one that cannot be read, what was last known of it.
  package let lineage: UInt64
  /// Why the journal cannot be trusted or written; nil for a sound one.
  package private(set) var impairment: String?
  /// Turns cut off its end, now or at an earlier start, that the core has not made good; 0 for none.
  package var cutTurns: UInt32 = 0
  /// What all turns so far lead to, for the next snapshot and for the host's start.
  package private(set) var state: HostState

  /// What the opening found at the end of the store; nil without one.
  package let found: StoreRecovery?

  private var store: Store?

  package init(_ store: consuming Store, _ state: HostState) {
    path = store.path
    epoch = store.epoch
    lineage = store.lineage
    found = store.recovery
    self.state = state
    self.store = consume store
  }

  /// Without a store.
  package init(withoutFileAt path: String, lineage: UInt64, epoch: UInt32, _ state: HostState, why: String) {
    self.path = path
    self.lineage = lineage
    self.epoch = epoch
    self.state = state
    impairment = why
    found = nil
    store = nil
  }

  /// The first reason is the one to tell: later ones follow from it.
  package mutating func impair(why: String) {
    if impairment == nil { impairment = why }
  }

  package var isImpaired: Bool { impairment != nil }

  /// What the host must know of it.
  package var standing: JournalStanding {
    switch store {
    case .some(let store):
      JournalStanding(
        epoch: epoch, lineage: lineage, isStored: true, lastTurn: store.lastTurn, lastRow: store.lastRow,
        impairment: impairment, cutTurns: cutTurns)
    case .none:
      JournalStanding(
        epoch: epoch, lineage: lineage, isStored: false, lastTurn: 0, lastRow: 0, impairment: impairment,
        cutTurns: cutTurns)
    }
  }

  package var needsCheckpoint: Bool {
    switch store {
    case .some(let store): store.needsCheckpoint
    case .none: false
    }
  }
}

// MARK: - Turns

extension HostJournal where Store: ~Copyable {
  package mutating func append(_ turn: borrowing TurnRecord, flushing: Bool) throws(JournalError) {
    try store?.append(turn, flushing: flushing)
  }

  /// What a stored turn changes in the state of the host. Not needed before the turn's messages leave.
  package mutating func follow(_ turn: borrowing TurnRecord) throws(JournalError) {
    do throws(TurnRefusal) { try state.apply(try TurnView(turn.bytes)) } catch {
      throw .corrupt(path: path, atSequence: turn.lastRow, what: "\(error)")
    }
  }

  package mutating func saveSnapshot(of core: borrowing RawSpan, wallNanos: Int64) throws(JournalError) {
    try store?.saveSnapshot(coreState: core, hostState: state, wallNanos: wallNanos)
  }

  package mutating func checkpoint() throws(JournalError) { try store?.checkpoint() }

  /// Tidies up and gives the lock back; nothing is stored after that.
  package mutating func close() throws(JournalError) {
    guard let open = store.take() else { return }
    try open.close()
  }

  @discardableResult
  package func forEachRow(
    after: Int64, limit: Int, _ body: (JournalRow, RawSpan) throws(JournalError) -> Void
  ) throws(JournalError) -> Int64 {
    try store?.forEachRow(after: after, limit: limit, body) ?? after
  }
}
