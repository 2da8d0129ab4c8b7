import JournalStore
import Records
import Wire

/// Kills, losses of power, flipped bytes and full disks.
extension HistoryRun where Store: ~Copyable {
  /// Nothing that the store does from here on reaches the disk; it is dropped, and a new process may come.
  mutating func kill() {
    steps.append(.kill)
    drive.disk.stop()
    store = nil
    drive.disk.restart()
    counts.kills += 1
  }

  mutating func losePower() {
    steps.append(.losePower)
    drive.disk.losePower(seed: random.next())
    oracle.lostPower = true
    counts.powerLosses += 1
  }

  /// Somewhere in what the store does to the disk, the opening included; sometimes with the power.
  mutating func killInside() throws(HistoryFailure) {
    let inOpening = random.next() % 4 == 0
    if inOpening { kill() }
    let change = Int(1 + random.next() % 12)
    steps.append(.killIn(change: change))
    drive.disk.stop(after: change, keeping: random.next())
    if inOpening { try reopen() }
    oracle.wasKilledInside = true
    for _ in 0..<12 where !drive.disk.isStopped && hasStore {
      switch random.next() % 8 {
      case 0: try snapshot()
      case 1: try checkpoint()
      default: try append()
      }
    }
    counts.killsInside += 1
    kill()
    if random.next() % 2 == 0 { losePower() }
    try reopen()
  }

  var hasStore: Bool {
    switch store {
    case .some: true
    case .none: false
    }
  }

  /// A byte of the journal, its log or its mark, while nobody has it open. Afterwards it is mended, and all
  /// must be as it was.
  mutating func flip() throws(HistoryFailure) {
    kill()
    // What a loss of power took with durability `process` could not be told from what the flip took.
    if oracle.durability == .power, random.next() % 3 == 0 { losePower() }
    let sound = drive.disk
    let before = oracle
    let suffix = ["", "-wal", "-wal", "-mark"][Int(random.next() % 4)]
    guard let file = sound.file(path + suffix), sound.byteCount(of: file) > 0 else {
      try reopen()
      return
    }
    let offset = Int(random.next() % UInt64(sound.byteCount(of: file)))
    let mask = UInt8(1) << UInt8(random.next() % 8)
    steps.append(.flip(file: "journal" + suffix, at: offset, mask: mask))
    guard drive.disk.flip(path + suffix, at: offset, mask: mask) else { throw failure("nothing was flipped") }
    counts.flips += 1
    // The opening writes the mark anew.
    let mark = markOnDisk()
    var wrong: String?
    do throws(JournalError) {
      store = try open()
      wrong = try checkOpened(mark, suffix == "-mark" ? .mark : .journal)
    } catch {
      // A mark that is damaged takes no turn with it.
      guard suffix != "-mark" else { throw failure("refused for a flipped byte of its mark: \(error)") }
      steps.append(.refuse("\(error)"))
      if hasStore { counts.flipsFoundInReading += 1 } else { counts.flipsRefused += 1 }
    }
    if let wrong { throw failure(wrong) }
    steps.append(.mend)
    drive.disk.stop()
    store = nil
    drive.disk = sound
    oracle = before
    try reopen()
  }
}

extension HistoryRun where Store: ~Copyable {
  /// A new journal appears complete or not at all.
  mutating func killInCreation() throws(HistoryFailure) {
    let change = Int(1 + random.next() % 40)
    steps.append(.killIn(change: change))
    drive.disk.stop(after: change, keeping: random.next())
    try reopen()
    oracle.wasKilledInside = true
    kill()
    if random.next() % 2 == 0 { losePower() }
  }

  /// Writes until there is no room, and once more; sometimes opens without room, too.
  mutating func fillDisk() throws(HistoryFailure) {
    let room = Int(random.next() % 30_000)
    steps.append(.fill(room: room))
    drive.disk.capacityBytes = drive.disk.usedBytes + room
    counts.fullDisks += 1
    for _ in 0..<12 {
      let went =
        switch random.next() % 6 {
        case 0: try snapshot()
        case 1: try checkpoint()
        default: try append()
        }
      guard !went else { continue }
      guard try failsAgain() else { throw failure("a store that had failed took a turn") }
      break
    }
    oracle.wasKilledInside = true
    kill()
    if random.next() % 2 == 0 { try reopen() }
    drive.disk.capacityBytes = .max
    oracle.wasKilledInside = true
    kill()
    try reopen()
  }

  /// The next turn, whatever has failed.
  private mutating func failsAgain() throws(HistoryFailure) -> Bool {
    guard let last = lastNumbers() else { return true }
    record.begin(turn: last.turn + 1, firstRow: last.row + 1, epoch: last.epoch, wallNanos: 0)
    do throws(JournalError) { try store?.append(record) } catch { return true }
    return false
  }
}
