/// How the host stands with its journal: the incarnation it has begun there, and how far it goes.
package struct JournalStanding: Sendable {
  /// This incarnation, above all earlier ones.
  package let epoch: UInt32
  /// Tells journals apart; of one that cannot be read, what was last known of it.
  package let lineage: UInt64
  /// Whether turns are stored at all. Without a file a turn stores nothing and is counted.
  package let isStored: Bool
  /// Why the journal cannot be trusted or written; nil for a sound one.
  package let impairment: String?
  /// Turns cut off its end that the core has not made good; 0 for none.
  package let cutTurns: UInt32
  /// The number of the newest turn; 0 for none.
  package internal(set) var lastTurn: UInt64
  /// The number of the newest row; 0 for none.
  package internal(set) var lastRow: Int64
  /// Turns that should have been stored and were not, because there is no file.
  package internal(set) var skippedTurns: Int64 = 0

  package init(
    epoch: UInt32, lineage: UInt64, isStored: Bool, lastTurn: UInt64, lastRow: Int64, impairment: String?,
    cutTurns: UInt32 = 0
  ) {
    self.epoch = epoch
    self.lineage = lineage
    self.isStored = isStored
    self.lastTurn = lastTurn
    self.lastRow = lastRow
    self.impairment = impairment
    self.cutTurns = cutTurns
  }

  /// A turn has been gathered, with so many facts.
  mutating func note(rows: Int) {
    guard isStored else {
      skippedTurns += 1
      return
    }
    lastTurn += 1
    lastRow += Int64(rows)
  }
}
