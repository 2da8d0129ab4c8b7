import Trading
import Wire

/// The executor's truth about one instrument, and what it may lead to.
///
/// Open orders count at worst case: everything on a side is executed, nothing on the other. Quantities are
/// raw units (1e-8) in 128 bits, so that no figure of a peer can overflow.
package struct Exposure: Equatable, Sendable {
  /// Long positive; nil while the executor has told nothing that makes sense.
  package private(set) var position: Int64?
  package private(set) var workingBuys: Int64 = 0
  package private(set) var workingSells: Int64 = 0
  /// Part of the working quantity that may be orders in doubt, as far as the account report tells.
  private(set) var doubtfulBuys: Int64 = 0
  private(set) var doubtfulSells: Int64 = 0
  /// The instrument's fills when the position last changed, as far as heard of; a signal must have seen them.
  private(set) var lastFillSequence: UInt64 = 0
  /// The instrument's fills that are in `position`: only a position that was taken over raises it, never a
  /// report about an order, which may come while the position behind it is lost.
  private(set) var countedFills: UInt64 = 0
  /// The executor counts fills by instrument. One of a schema below 3 counts those of the account: then
  /// nothing shows which fills of the instrument are in `position`, and nothing may be opened on it.
  private(set) var isCounted = true

  init() {}

  /// Takes over a report of the executor; false when it cannot be. `isDoubtful`: some working orders, nobody
  /// says which, are in doubt. Without a `fillSequence` the executor does not count by instrument.
  mutating func replace(
    position: Int64, workingBuys: Int64, workingSells: Int64, fillSequence told: UInt64?, isDoubtful: Bool
  ) -> Bool {
    isCounted = told != nil
    let fillSequence = told ?? 0
    let isFill = self.position.map { $0 != position } ?? false
    guard update(position: position, workingBuys: workingBuys, workingSells: workingSells) else {
      return false
    }
    if isFill { noteFill(fillSequence) }
    countedFills = fillSequence
    // The whole truth: executor's books that have fewer fills than we heard of are other books.
    lastFillSequence = min(lastFillSequence, fillSequence)
    doubtfulBuys = isDoubtful ? workingBuys : 0
    doubtfulSells = isDoubtful ? workingSells : 0
    return true
  }

  /// Takes over a change; false when it cannot be.
  mutating func change(position: Int64, workingBuys: Int64, workingSells: Int64, fillSequence: UInt64) -> Bool
  {
    let isFill = self.position != position
    guard update(position: position, workingBuys: workingBuys, workingSells: workingSells) else {
      return false
    }
    if isFill { noteFill(fillSequence) }
    countedFills = fillSequence
    return true
  }

  private mutating func update(position: Int64, workingBuys: Int64, workingSells: Int64) -> Bool {
    guard workingBuys >= 0, workingSells >= 0 else {
      self.position = nil
      return false
    }
    self.position = position
    self.workingBuys = workingBuys
    self.workingSells = workingSells
    doubtfulBuys = min(doubtfulBuys, workingBuys)
    doubtfulSells = min(doubtfulSells, workingSells)
    return true
  }

  mutating func noteFill(_ sequence: UInt64) { lastFillSequence = max(lastFillSequence, sequence) }

  /// Any working order may be in doubt.
  mutating func doubtAll() {
    doubtfulBuys = workingBuys
    doubtfulSells = workingSells
  }

  func working(_ side: Side) -> Int64 { side == .buy ? workingBuys : workingSells }

  func doubtful(_ side: Side) -> Int64 { side == .buy ? doubtfulBuys : doubtfulSells }
}

/// What one side of an instrument already counts for, apart from what is about to be decided. In its own
/// direction: a short position is positive for sells.
package struct SideExposure: Equatable, Sendable {
  /// The position, positive in the side's direction.
  package var position: Int128
  /// Open on this side and not replaced by the decision.
  package var committed: Int128

  package init(position: Int128, committed: Int128) {
    self.position = position
    self.committed = committed
  }

  /// The position if all of it were executed.
  package var worst: Int128 { position + committed }
  /// What may be executed besides and still only close the position.
  package var closing: Int128 { max(0, 0 - position - committed) }
}
