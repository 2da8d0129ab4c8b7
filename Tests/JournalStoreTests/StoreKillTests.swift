import Foundation
import JournalStore
import Records
import Testing

/// Another process, killed with -9. Each exit test runs its body in a child and hands nothing back but files.
@Suite struct StoreKillTests {
  @Test(arguments: [Durability.process, .power])
  func everyAcknowledgedTurnSurvivesAKill(durability: Durability) async throws {
    let folder = try StoreFolder()
    let path = folder.path()
    let raw = durability.rawValue
    for round in 1...5 {
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [path = path as String, raw = raw as Int64, round = round as Int] in
        var store = try SQLiteJournalStore.openExecutor(path, Durability(rawValue: raw)!)
        let acknowledged = open(path + ".acknowledged", O_WRONLY | O_CREAT, 0o600)
        var isKillerWaiting = false
        while true {
          try store.record("a", "b", "c")
          var last = store.lastTurn
          pwrite(acknowledged, &last, 8, 0)
          if store.lastTurn % 40 == 0 { try store.saveText("state") }
          if store.needsCheckpoint { try store.checkpoint() }
          if !isKillerWaiting {
            // Killed from a second thread, wherever the writer then happens to be.
            isKillerWaiting = true
            Thread.detachNewThread {
              usleep(UInt32(round * 7_000))
              kill(getpid(), SIGKILL)
            }
          }
        }
      }
      let acknowledged = try Data(contentsOf: URL(filePath: path + ".acknowledged"))
        .withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
      let reader = try StoreReader.open(path: path)
      try reader.verify()
      #expect(reader.lastTurn >= acknowledged && reader.lastTurn <= acknowledged + 1)
      #expect(acknowledged >= UInt64(round) && reader.lastRow == 3 * Int64(reader.lastTurn))
      #expect(reader.epoch == UInt32(round))
      #expect((try #require(reader.recovery)).cutTurns <= 1)
    }
    let store = try SQLiteJournalStore.openExecutor(path, durability)
    #expect(store.epoch == 6)
    try store.verify()
  }

  @Test func theEpochRisesEvenWhenNothingWasWritten() async throws {
    let folder = try StoreFolder()
    let path = folder.path()
    for round in UInt32(1)...4 {
      await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, round = round as UInt32] in
        let store = try SQLiteJournalStore.openExecutor(path)
        guard store.epoch == round else { exit(1) }
        kill(getpid(), SIGKILL)
      }
    }
    #expect(try SQLiteJournalStore.openExecutor(path).epoch == 5)
  }

  @Test func aSecondProcessIsToldWhoHolds() async throws {
    let folder = try StoreFolder()
    let path = folder.path()
    let store = try SQLiteJournalStore.openExecutor(path)
    let owner = getpid()
    await #expect(processExitsWith: .success) { [path = path as String, owner = owner as Int32] in
      let held = JournalError.heldByAnother(path: path, processID: owner)
      let opening = try error { () throws(JournalError) in
        _ = try SQLiteJournalStore.openExecutor(path)
      }
      let reading = try error { () throws(JournalError) in _ = try StoreReader.open(path: path) }
      guard opening == held, reading == held else {
        print("opening: \(opening)\nreading: \(reading)")
        exit(1)
      }
    }
    #expect(store.epoch == 1)
  }

  /// A program that the owner has started outlives it; neither the lock nor a descriptor goes to it.
  @Test func aLingeringChildHoldsNothing() async throws {
    let folder = try StoreFolder()
    let path = folder.path()
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      var store = try SQLiteJournalStore.openExecutor(path, .power)
      try store.record("told")
      var child = pid_t()
      // Only the journal's descriptors are of interest: those of the test would keep it waiting.
      let words = ["sh", "-c", "exec sleep 60 </dev/null >/dev/null 2>&1"]
      let arguments = words.map { strdup($0) } + [nil]
      guard posix_spawn(&child, "/bin/sh", nil, nil, arguments, environ) == 0 else { exit(1) }
      try write(Array("\(child)".utf8), to: path + ".child")
      try store.record("told too")
      kill(getpid(), SIGKILL)
    }
    let child = try #require(pid_t(String(decoding: try bytes(of: path + ".child"), as: UTF8.self)))
    defer { kill(child, SIGKILL) }
    #expect(kill(child, 0) == 0, "the child has ended")
    let held = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(child)/fd").filter { name in
      let target = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(child)/fd/\(name)")
      return target.contains("executor.journal")
    }
    #expect(held.isEmpty)
    #expect(try SQLiteJournalStore.openExecutor(path, .power).lastTurn == 2)
  }
}
