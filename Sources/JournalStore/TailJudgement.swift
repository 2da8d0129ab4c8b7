import Journal
import Records

/// Decides whether a journal whose end was read may be gone on with.
///
/// Up to the commit mark every turn must be there: one that is not is damage or a loss of what was told, and
/// the journal is refused. Above it, what cannot be read is cut off, and said. Without a mark the log alone
/// tells, as far as it can.
struct TailJudgement {
  let path: String
  let durability: Durability
  let fileID: FileID
  let boot: FileID
  let lastTurn: UInt64
  /// Turns after the last that were begun to be stored.
  let unreadable: Int

  /// With `power` a turn waits for the disk before the next is begun, and a snapshot may be stored without
  /// waiting, as may so many turns that hold nothing but lazy facts: no accident leaves more than these
  /// unreadable.
  private static let mostUnreadableOfPower = 2 + UnflushedTurns.most

  func judge(
    _ found: CommitMark.Found, chainAt: (UInt64) throws(JournalError) -> Digest
  ) throws(JournalError) -> StoreRecovery {
    switch found {
    case .nothing: return try judgeWithoutMark(lastTurn == 0 ? .sound : .missing)
    case .unreadable: return try judgeWithoutMark(.unreadable)
    case .mark(let mark): return try judge(mark, .sound, chainAt)
    case .opening(let mark):
      // What was told since is not known any more.
      try refuseTooMuch("neither slot of its commit mark can be read")
      return try judge(mark, .unreadable, chainAt)
    }
  }

  private func judge(
    _ mark: CommitMark, _ state: StoreRecovery.Mark, _ chainAt: (UInt64) throws(JournalError) -> Digest
  ) throws(JournalError) -> StoreRecovery {
    guard mark.fileID == fileID else {
      throw damaged("its commit mark \(path)-mark belongs to another journal's file")
    }
    if mark.turn <= lastTurn {
      guard try chainAt(mark.turn) == mark.chain else {
        throw damaged("turn \(mark.turn) is not the one that was told: the commit mark has another")
      }
      return StoreRecovery(cutTurns: unreadable, mark: state, isMarkOfAnotherBoot: mark.boot != boot)
    }
    // Without flushing, a mark may reach the disk before the turn it names; within one boot both are in the
    // system's memory.
    guard durability == .process, mark.boot != boot else {
      let missing = lastTurn + 1 == mark.turn ? "turn \(mark.turn)" : "turns \(lastTurn + 1) to \(mark.turn)"
      throw damaged(
        "\(missing) cannot be read, and the commit mark \(path)-mark says that it was told up to turn"
          + " \(mark.turn). To go on with an older copy on purpose, move the mark away and reconcile")
    }
    let told = Int(clamping: mark.turn - lastTurn)
    return StoreRecovery(
      cutTurns: max(told, unreadable), toldTurns: told, mark: state, isMarkOfAnotherBoot: true)
  }

  private func judgeWithoutMark(_ state: StoreRecovery.Mark) throws(JournalError) -> StoreRecovery {
    try refuseTooMuch("there is no commit mark")
    return StoreRecovery(cutTurns: unreadable, mark: state)
  }

  private func refuseTooMuch(_ why: String) throws(JournalError) {
    guard durability == .power, unreadable > Self.mostUnreadableOfPower else { return }
    throw damaged("\(unreadable) turns at its end cannot be read, and \(why)")
  }

  private func damaged(_ what: String) -> JournalError {
    .corrupt(path: path, atSequence: nil, what: what)
  }
}
