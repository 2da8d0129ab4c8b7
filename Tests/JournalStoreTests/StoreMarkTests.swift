import JournalTestKit
import Foundation
import JournalStore
import Records
import Testing

/// The commit mark beside a journal: what it forbids, and what its own damage means.
@Suite struct StoreMarkTests {
  private func refusal(_ path: String, _ durability: Durability = .process) throws -> JournalError {
    try error { () throws(JournalError) in
      _ = try SQLiteJournalStore.openExecutor(path, durability)
    }
  }

  private func mark(_ folder: StoreFolder) -> String { folder.path("executor.journal-mark") }

  /// Keeps the journal's files as they are now.
  private func copy(_ folder: StoreFolder, _ suffixes: [String] = ["", "-wal", "-mark"]) throws -> [String:
    [UInt8]]
  {
    var files: [String: [UInt8]] = [:]
    for suffix in suffixes { files[suffix] = try bytes(of: folder.path() + suffix) }
    return files
  }

  private func restore(_ files: [String: [UInt8]], _ folder: StoreFolder) throws {
    for (suffix, bytes) in files { try write(bytes, to: folder.path() + suffix) }
  }

  @Test(arguments: [Durability.process, .power])
  func anOlderCopyOfAJournalIsRefusedWhileTheMarkIsThere(durability: Durability) throws {
    let folder = try StoreFolder()
    try writeTurns(5, to: folder.path(), durability)
    let older = try copy(folder, ["", "-wal"])
    try writeTurns(3, to: folder.path(), durability)
    try restore(older, folder)
    let refused = try refusal(folder.path(), durability)
    guard case .corrupt(_, _, let what) = refused else {
      Issue.record("\(refused)")
      return
    }
    #expect(what.contains("turns 6 to 8") && what.contains("move the mark away"))
    // What to do is said; done, it opens and says that there was none.
    try FileManager.default.removeItem(atPath: mark(folder))
    let store = try SQLiteJournalStore.openExecutor(folder.path(), durability)
    #expect(store.lastTurn == 5 && store.recovery.mark == .missing && !store.recovery.isClean)
  }

  @Test func anotherJournalsMarkIsRefused() throws {
    let folder = try StoreFolder()
    try writeTurns(5, to: folder.path())
    try writeTurns(5, to: folder.path("other.journal"))
    try write(try bytes(of: folder.path("other.journal-mark")), to: mark(folder))
    #expect("\(try refusal(folder.path()))".contains("another journal"))
  }

  @Test func aLostJournalIsNotMadeAnewBesideItsMark() throws {
    let folder = try StoreFolder()
    do {
      var store = try SQLiteJournalStore.openExecutor(folder.path())
      try store.record("told")
      try store.close()
    }
    for suffix in ["", "-wal"] { try FileManager.default.removeItem(atPath: folder.path() + suffix) }
    #expect("\(try refusal(folder.path()))".contains("the main file is gone"))
  }

  @Test func oneDamagedSlotIsNoTroubleAndTwoAreTold() throws {
    let folder = try StoreFolder()
    try writeTurns(5, to: folder.path())
    let sound = try copy(folder)
    for slot in [0, 4_096] {
      for offset in stride(from: slot, to: slot + 96, by: 5) {
        try restore(sound, folder)
        var damaged = sound["-mark"]!
        damaged[offset] ^= 8
        try write(damaged, to: mark(folder))
        let store = try SQLiteJournalStore.openExecutor(folder.path())
        #expect(store.lastTurn == 5 && store.recovery.isClean, "byte \(offset)")
      }
    }
    try restore(sound, folder)
    var damaged = sound["-mark"]!
    damaged[40] ^= 8
    damaged[4_096 + 40] ^= 8
    try write(damaged, to: mark(folder))
    #expect(try SQLiteJournalStore.openExecutor(folder.path()).recovery.mark == .unreadable)
    #expect(try SQLiteJournalStore.openExecutor(folder.path()).recovery.isClean, "the opening wrote it anew")
  }

  /// A loss of power tears both slots, of which the later was written before the earlier had reached the disk,
  /// and what tells the epoch in the log is damaged besides.
  @Test func noEpochComesAgainThoughBothSlotsAndTheLogAreDamaged() throws {
    let folder = try StoreFolder()
    try writeTurns(1, to: folder.path(), .power)
    let second = try bytes(of: folder.path() + "-wal").count
    let epoch: UInt32
    do {
      var store = try SQLiteJournalStore.openExecutor(folder.path(), .power)
      epoch = store.epoch
      try store.record("told")
    }
    for (suffix, offsets) in [("-mark", [40, 4_096 + 40]), ("-wal", [second + 24 + 100])] {
      var damaged = try bytes(of: folder.path() + suffix)
      for offset in offsets { damaged[offset] ^= 8 }
      try write(damaged, to: folder.path() + suffix)
    }
    let store = try SQLiteJournalStore.openExecutor(folder.path(), .power)
    #expect(store.epoch == epoch + 1 && store.recovery.mark == .unreadable)
    #expect(store.lastTurn == 1 && store.recovery.cutTurns > 0)
  }

  /// The log's end is damaged: at or below the mark it is refused; with an older mark it is cut off and told.
  @Test(arguments: [Durability.process, .power])
  func damageBelowTheMarkIsRefusedAndAboveItIsCutOff(durability: Durability) throws {
    let folder = try StoreFolder()
    var markAfter: [[UInt8]] = []
    do {
      var store = try SQLiteJournalStore.openExecutor(folder.path(), durability)
      for index in 1...6 {
        try store.record("row \(index)")
        markAfter.append(try bytes(of: mark(folder)))
      }
    }
    var sound = try copy(folder)
    // The last frame's page: turn 6.
    var log = sound["-wal"]!
    log[log.count - 50] ^= 1
    sound["-wal"] = log
    try restore(sound, folder)
    #expect("\(try refusal(folder.path(), durability))".contains("turn 6 cannot be read"))
    sound["-mark"] = markAfter[4]
    try restore(sound, folder)
    do {
      let store = try SQLiteJournalStore.openExecutor(folder.path(), durability)
      #expect(store.lastTurn == 5 && store.recovery == StoreRecovery(cutTurns: 1, mark: .sound))
      #expect(!store.recovery.mayHaveBeenTold)
      #expect(try store.texts().count == 5)
    }
    // Cut off once, it is not found again.
    let store = try SQLiteJournalStore.openExecutor(folder.path(), durability)
    #expect(store.recovery.isClean && store.lastTurn == 5)
  }

  /// With `process` a mark may outlive the turns it names when the power goes: another boot tells.
  @Test func afterAnotherBootWhatProcessLostIsCutOffAndTold() throws {
    let folder = try StoreFolder()
    try writeTurns(5, to: folder.path())
    let older = try copy(folder, ["", "-wal"])
    try writeTurns(3, to: folder.path())
    try restore(older, folder)
    let files = OtherBoot()
    let store = try SQLiteJournalStore.open(
      path: folder.path(), identity: executorIdentity, durability: .process, on: files)
    let expected = StoreRecovery(cutTurns: 3, toldTurns: 3, mark: .sound, isMarkOfAnotherBoot: true)
    #expect(store.lastTurn == 5 && store.recovery == expected)
    // Of one turn cut off a kill tells nobody; after another boot nobody can say.
    let one = StoreRecovery(cutTurns: 1, mark: .sound, isMarkOfAnotherBoot: true)
    #expect(one.mayHaveBeenTold && !StoreRecovery(cutTurns: 1, mark: .sound).mayHaveBeenTold)
    #expect(
      store.recovery.mayHaveBeenTold && StoreRecovery(cutTurns: 1, toldTurns: 1, mark: .sound).mayHaveBeenTold
    )
    #expect(store.epoch == 3, "the mark knows the epoch that the journal lost")
  }
}
