/// A component's durable history of turns: one writer, one thread.
///
/// Whoever opens one has it alone and enters the next epoch. When `append` returns, the turn is stored as the
/// `Durability` promises; only then may the owner send and acknowledge. After a failed write every later one
/// throws the same error: the process must end and recover.
///
/// `epoch` is this incarnation's number: 1 for a new journal, higher at every opening.
public protocol JournalStore: TurnSource, ~Copyable {
  /// What the opening found at the end. Not clean is worth an alarm and a reconciliation; what can be read is
  /// sound.
  var recovery: StoreRecovery { get }

  /// Stores a turn, which must be the next: number, first row and epoch follow from the store's. One that is
  /// not to be flushed survives a kill like any other; with durability `power` it may be lost with the power
  /// until the next flush, which comes after `UnflushedTurns.most` such turns at the latest.
  mutating func append(_ turn: borrowing TurnRecord, flushing: Bool) throws(JournalError)

  /// Saves the state that all turns so far lead to; the newest three are kept. It may be lost with the power;
  /// an older one, or none, only means more turns to go through.
  mutating func saveSnapshot(
    coreState: RawSpan, hostState: HostState, wallNanos: Int64
  ) throws(JournalError)

  /// The log has grown so far that `checkpoint` should be called at the next quiet moment.
  var needsCheckpoint: Bool { get }

  /// Tidies up between turns.
  mutating func checkpoint() throws(JournalError)

  /// Tidies up and gives the lock back. Never needed for safety: dropping the store, or a kill, loses
  /// nothing.
  consuming func close() throws(JournalError)
}

extension JournalStore where Self: ~Copyable {
  /// Stores a turn as the durability promises.
  public mutating func append(_ turn: borrowing TurnRecord) throws(JournalError) {
    try append(turn, flushing: true)
  }
}
