import JournalStore
import Records
import Wire

/// What an owner does in good order.
extension HistoryRun where Store: ~Copyable {
  func failure(_ what: String) -> HistoryFailure {
    HistoryFailure(store: storeName, seed: seed, steps: steps, what: what)
  }

  /// False when the store failed, which must be because the disk is in trouble.
  @discardableResult
  mutating func append() throws(HistoryFailure) -> Bool {
    guard let last = lastNumbers() else { return false }
    record.begin(turn: last.turn + 1, firstRow: last.row + 1, epoch: last.epoch, wallNanos: Int64(nextKey))
    fillRecord()
    let bytes = record.bytes.copiedBytes()
    // As hosts store what was told lazily, but with anything in it.
    let flushing = random.next() % 4 != 0
    steps.append(.append(bytes: bytes.count, flushing: flushing))
    oracle.attempt(bytes, flushing: flushing)
    do throws(JournalError) { try store?.append(record, flushing: flushing) } catch {
      guard drive.disk.isStopped || error.isDiskFull else { throw failure("append failed: \(error)") }
      guard lastNumbers()?.turn == last.turn else { throw failure("a failed turn was counted") }
      return false
    }
    oracle.acknowledge()
    counts.turns += 1
    noteMark()
    guard lastNumbers()?.turn == UInt64(oracle.told.count) else { throw failure("the turn was not counted") }
    return true
  }

  private mutating func fillRecord() {
    for _ in 0..<random.next() % 4 {
      let size = random.next() % 12 == 0 ? random.next() % 6_000 : random.next() % 60
      let byte = UInt8(truncatingIfNeeded: random.next())
      record.addFact(kind: UInt16(size), correlation: (random.next(), nextKey)) { buffer in
        buffer.append([UInt8](repeating: byte, count: Int(size)))
      }
    }
    let peer = UInt16(random.next() % 3)
    if random.next() % 2 == 0 {
      record.setMark(JournalMark(peer: peer, lane: 0, lineage: 1, epoch: 1, sequence: nextKey))
    }
    if random.next() % 3 == 0 {
      let frame = random.data(isText: false)
      // The array lives through the call.
      record.addMessage(peer: peer, key: nextKey, frame: unsafe frame.span.bytes)
    }
    if random.next() % 4 == 0 { record.forgetMessages(peer: peer, through: nextKey - min(nextKey, 3)) }
    nextKey += 1
  }

  func lastNumbers() -> (turn: UInt64, row: Int64, epoch: UInt32)? {
    switch store {
    case .some(let store): (store.lastTurn, store.lastRow, store.epoch)
    case .none: nil
    }
  }

  mutating func noteMark() {
    guard let file = drive.disk.file(path + "-mark") else { return }
    // A turn that was not flushed leaves the mark as it was, whose slots are known already.
    images.note(drive.disk.content(of: file), turn: UInt64(oracle.told.count))
  }

  @discardableResult
  mutating func snapshot() throws(HistoryFailure) -> Bool {
    let core = [UInt8](
      repeating: UInt8(truncatingIfNeeded: nextKey), count: Int(random.next() % 3) * 2_000 + 7)
    nextKey += 1
    steps.append(.snapshot)
    oracle.attemptSnapshot(core: core)
    do throws(JournalError) {
      // The array lives through the call.
      try store?.saveSnapshot(coreState: unsafe core.span.bytes, hostState: oracle.host, wallNanos: 3)
    } catch {
      guard drive.disk.isStopped || error.isDiskFull else { throw failure("snapshot failed: \(error)") }
      return false
    }
    oracle.acknowledgeSnapshot()
    return true
  }

  @discardableResult
  mutating func checkpoint() throws(HistoryFailure) -> Bool {
    steps.append(.checkpoint)
    do throws(JournalError) { try store?.checkpoint() } catch {
      guard drive.disk.isStopped || error.isDiskFull else { throw failure("checkpoint failed: \(error)") }
      return false
    }
    oracle.noteFlushed()
    return true
  }

  mutating func close() throws(HistoryFailure) {
    steps.append(.close)
    guard let open = store.take() else { return }
    do throws(JournalError) { try open.close() } catch { throw failure("close failed: \(error)") }
    oracle.noteFlushed()
  }
}
