import JournalTestKit
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
      // The child gets every descriptor but those of the test itself, which would keep the test waiting.
      var actions = posix_spawn_file_actions_t()
      posix_spawn_file_actions_init(&actions)
      for descriptor in Int32(0)...2 {
        posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
      }
      for descriptor in try StoreKillTests.descriptors(of: getpid()) where descriptor.number > 2 {
        guard !descriptor.target.contains("executor.journal") else { continue }
        posix_spawn_file_actions_addclose(&actions, descriptor.number)
      }
      var child = pid_t()
      let arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("3600"), nil]
      guard posix_spawn(&child, "/bin/sleep", &actions, nil, arguments, environ) == 0 else { exit(1) }
      try write(Array("\(child)".utf8), to: path + ".child")
      try store.record("told too")
      // File, log and mark are open here, or there is nothing that a child could get.
      let own = try StoreKillTests.descriptors(of: getpid()).filter { $0.target.contains("executor.journal") }
      guard own.count >= 3 else { exit(2) }
      kill(getpid(), SIGKILL)
    }
    let child = try #require(pid_t(String(decoding: try bytes(of: path + ".child"), as: UTF8.self)))
    defer { kill(child, SIGKILL) }
    let found = try Self.descriptors(of: child)
    #expect(found.count >= 3, "the child has ended")
    #expect(!found.contains { $0.target.contains("executor.journal") })
    #expect(try SQLiteJournalStore.openExecutor(path, .power).lastTurn == 2)
  }

  private static func descriptors(of process: pid_t) throws -> [(number: Int32, target: String)] {
    let folder = "/proc/\(process)/fd"
    var found: [(Int32, String)] = []
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      guard let number = Int32(name) else { continue }
      var room = [CChar](repeating: 0, count: 4_096)
      let count = readlink("\(folder)/\(name)", &room, room.count)
      // The one that read the folder is closed by now.
      guard count >= 0 else { continue }
      let target = room.prefix(count).map(UInt8.init(bitPattern:))
      found.append((number, String(decoding: target, as: UTF8.self)))
    }
    return found
  }
}
