import JournalStore
import Records
import Wire

/// What must hold after an opening.
extension HistoryRun where Store: ~Copyable {
  /// Where a byte was flipped.
  enum Flip { case journal, mark }

  /// Opens the store, which must succeed unless the disk is in trouble, and checks what it says.
  mutating func reopen() throws(HistoryFailure) {
    let mark = markOnDisk()
    if !oracle.lostPower, !oracle.wasKilledInside, !oracle.told.isEmpty,
      !(UInt64(oracle.marked)...UInt64(oracle.told.count)).contains(mark ?? .max)
    {
      throw failure("the mark says \(String(describing: mark)) after turn \(oracle.told.count) was told")
    }
    do throws(JournalError) { store = try open() } catch {
      guard drive.disk.isStopped || error.isDiskFull else { throw failure("not opened: \(error)") }
      oracle.wasKilledInside = true
      return
    }
    counts.openings += 1
    let wrong: String?
    do throws(JournalError) { wrong = try checkOpened(mark, nil) } catch {
      throw failure("not read: \(error)")
    }
    if let wrong { throw failure(wrong) }
    noteMark()
  }

  /// The newest turn that the mark's file on the disk names.
  func markOnDisk() -> UInt64? {
    guard let file = drive.disk.file(path + "-mark") else { return nil }
    return images.newest(in: drive.disk.content(of: file))
  }

  /// The promise that was broken; nil when all were kept. Throws what the store finds in reading.
  mutating func checkOpened(_ mark: UInt64?, _ flip: Flip?) throws(JournalError) -> String? {
    guard let last = lastNumbers() else { return "there is no store" }
    guard last.epoch > oracle.lastEpoch else { return "epoch \(last.epoch) after \(oracle.lastEpoch)" }
    oracle.lastEpoch = last.epoch
    var wrong: String?
    var recovery: StoreRecovery?
    var snapshots: [HistoryOracle.Snapshot] = []
    switch store {
    case .none: break
    case .some(let store):
      recovery = store.recovery
      wrong = try Self.turnsAreWrong(store, oracle)
      if wrong == nil { wrong = try Self.rowsAreWrong(store, oracle, random.next()) }
      if wrong == nil { wrong = try Self.snapshotsAreWrong(store, oracle, flip, &snapshots) }
    }
    if wrong == nil, let recovery { wrong = lossIsWrong(recovery, Int(last.turn), mark, flip) }
    if let wrong { return wrong }
    guard flip == nil else { return nil }
    oracle.noteOpened(turns: Int(last.turn), snapshots: snapshots)
    steps.append(.reopen(turns: Int(last.turn)))
    return nil
  }

  /// What is read is what was appended, without a hole.
  private static func turnsAreWrong(
    _ store: borrowing Store, _ oracle: HistoryOracle
  ) throws(JournalError) -> String? {
    var number = 0
    var wrong: String?
    try store.forEachTurn(after: 0) { (view) throws(JournalError) in
      number += 1
      guard let bytes = oracle.bytes(of: number), view.bytes.equals(bytes), view.turn == UInt64(number)
      else {
        wrong = wrong ?? "turn \(number) is not the one that was appended"
        return
      }
    }
    return wrong ?? (number == Int(store.lastTurn) ? nil : "\(number) turns are read of \(store.lastTurn)")
  }

  private mutating func lossIsWrong(
    _ recovery: StoreRecovery, _ turns: Int, _ mark: UInt64?, _ flip: Flip?
  ) -> String? {
    let told = oracle.told.count
    if recovery.cutTurns > 0 {
      counts.cuts += 1
      if flip == nil, !oracle.lostPower, !oracle.wasKilledInside { return "turns are cut without a cause" }
    }
    guard turns < told else {
      if turns > told { counts.inDoubtKept += 1 }
      return nil
    }
    let marked = Int(mark ?? 0)
    switch flip {
    case .mark:
      guard turns >= oracle.required else {
        return "turns \(turns + 1) to \(told) are lost for a flipped byte of the mark"
      }
    case .journal:
      guard marked <= turns else {
        return "damage at turn \(turns + 1) was not refused, below mark \(marked)"
      }
      // What stands above the mark of this boot nobody was told of.
      let isUntold = recovery.cutTurns > 0 && turns >= oracle.marked
      guard recovery.mayHaveBeenTold || isUntold || turns >= oracle.required else {
        return "turns \(turns + 1) to \(told) were cut and not told"
      }
      counts.flipsCutOff += 1
    case nil:
      guard turns >= oracle.required else {
        return "turns \(turns + 1) to \(told) are lost, \(oracle.required) must be there"
      }
      guard marked <= turns || recovery.cutTurns >= marked - turns else {
        return "turns \(turns + 1) to \(marked) are lost and not told, although the mark names them"
      }
      counts.turnsLostToPower += told - turns
    }
    return nil
  }

  /// A portion of rows, anywhere.
  private static func rowsAreWrong(
    _ store: borrowing Store, _ oracle: HistoryOracle, _ chance: UInt64
  ) throws(JournalError) -> String? {
    let after = Int64(chance % UInt64(store.lastRow + 1))
    let limit = Int(chance >> 32 % 9)
    var expected: [(JournalRow, [UInt8])] = []
    var number = 0
    while number < Int(store.lastTurn), let bytes = oracle.bytes(of: number + 1) {
      number += 1
      do throws(TurnRefusal) {
        // The array lives through the calls.
        try TurnView(unsafe bytes.span.bytes).forEachFact { row, body in
          if row.sequence > after, row.sequence <= after + Int64(limit) {
            expected.append((row, body.copiedBytes()))
          }
        }
      } catch {
        return "a turn of the history is none: \(error)"
      }
    }
    var found: [(JournalRow, [UInt8])] = []
    let last = try store.forEachRow(after: after, limit: limit) { (row, body) throws(JournalError) in
      found.append((row, body.copiedBytes()))
    }
    let isSame = found.elementsEqual(expected) { $0.0 == $1.0 && $0.1 == $1.1 }
    guard isSame, last == after + Int64(expected.count) else {
      return "rows after \(after), at most \(limit): \(found.count) instead of \(expected.count), or others"
    }
    return nil
  }

  private static func snapshotsAreWrong(
    _ store: borrowing Store, _ oracle: HistoryOracle, _ flip: Flip?,
    _ found: inout [HistoryOracle.Snapshot]
  ) throws(JournalError) -> String? {
    try store.checkTail()
    for snapshot in try store.validSnapshots(atMost: 3) {
      let read = HistoryOracle.Snapshot(
        turn: snapshot.turn, core: snapshot.coreState, host: snapshot.hostState)
      guard oracle.has(read, isFlipped: flip != nil) else {
        return "the snapshot after turn \(snapshot.turn) is another"
      }
      found.append(read)
    }
    found.reverse()
    guard flip == nil, !oracle.lostPower, !oracle.wasKilledInside else { return nil }
    let kept = oracle.snapshots.suffix(3).map(\.turn)
    return found.map(\.turn) == kept ? nil : "snapshots after \(found.map(\.turn)), not after \(kept)"
  }

  /// The store's own check of everything.
  func verify() throws(HistoryFailure) {
    do throws(JournalError) {
      switch store {
      case .none: return
      case .some(let store): try store.verify()
      }
    } catch {
      throw failure("not verified: \(error)")
    }
  }
}
