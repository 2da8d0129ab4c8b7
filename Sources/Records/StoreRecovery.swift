/// What the opening of a store found at its end.
public struct StoreRecovery: Equatable, Sendable {
  /// What is known of the commit mark, which says up to which turn all must be there.
  public enum Mark: Equatable, Sendable {
    /// It names a turn, and that turn is there.
    case sound
    /// There is no mark beside a journal with turns: a copy that left it behind, or a loss. Nothing but the
    /// journal itself then tells what must be there.
    case missing
    /// The mark's file is there and none of its slots can be read: flushing it may lag when the power goes.
    case unreadable
  }

  /// Turns at the end that were begun to be stored and cannot be read; they are cut off. One is what a kill
  /// in the middle of an append leaves: nobody was told of it. Two or more may have been told.
  public let cutTurns: Int
  /// Those of them of which the commit mark says that others were told.
  public let toldTurns: Int
  public let mark: Mark
  /// The mark was written before the machine was last started, so it may lag behind what was told.
  public let isMarkOfAnotherBoot: Bool

  package init(cutTurns: Int, toldTurns: Int = 0, mark: Mark, isMarkOfAnotherBoot: Bool = false) {
    self.cutTurns = cutTurns
    self.toldTurns = toldTurns
    self.mark = mark
    self.isMarkOfAnotherBoot = isMarkOfAnotherBoot
  }

  /// Whether the world may know of what was cut off. Of one turn without a word of the mark it does not: a
  /// kill inside an append leaves it. Where the mark may lag, or there is none, nobody knows what is missing.
  public var mayHaveBeenTold: Bool {
    cutTurns > (isMarkOfAnotherBoot ? 0 : 1) || toldTurns > 0 || mark != .sound
  }

  /// Nothing to tell anyone.
  public var isClean: Bool { cutTurns == 0 && mark == .sound }
}
