import Records

/// The turns at the end of a store of durability `power` for which the disk was not waited.
///
/// Bound: at most `most` in a row, then one is flushed after all. So a loss of power takes a second of what
/// was told lazily, and a start knows how many turns may be unreadable without any fault of the disk.
struct UnflushedTurns {
  static let most = 16

  private let durability: Durability
  private var count = 0

  init(_ durability: Durability) { self.durability = durability }

  /// Whether the store waits for the disk with the next turn.
  func mustFlush(_ isWanted: Bool) -> Bool {
    durability == .power && (isWanted || count == Self.most)
  }

  /// Whether the commit mark may name the turn: with `power` it never leads the journal on the disk.
  func isMarked(wasFlushed: Bool) -> Bool { durability == .process || wasFlushed }

  mutating func note(wasFlushed: Bool) { count = wasFlushed ? 0 : count + 1 }
}
