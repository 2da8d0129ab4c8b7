import JournalTestKit
import Foundation
import Journal
import Testing

/// Another process, killed with -9. Each exit test runs its body in a child and hands nothing back but files.
@Suite struct JournalKillTests {
  @Test(arguments: [Durability.process, .power])
  func everyAcknowledgedRowSurvivesAKill(durability: Durability) async throws {
    let folder = try JournalFolder()
    let path = folder.path()
    let raw = durability.rawValue
    for round in 1...5 {
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [path = path as String, raw = raw as Int64, round = round as Int] in
        var journal = try Journal.openExecutor(path, Durability(rawValue: raw)!)
        let acknowledged = open(path + ".acknowledged", O_WRONLY | O_CREAT, 0o600)
        var isKillerWaiting = false
        while true {
          try journal.begin()
          for _ in 0..<3 { try journal.append("round \(round) row \(journal.lastSequence + 1)") }
          try journal.commit()
          var last = journal.lastSequence
          pwrite(acknowledged, &last, 8, 0)
          if journal.needsCheckpoint { try journal.checkpoint() }
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
        .withUnsafeBytes { $0.loadUnaligned(as: Int64.self) }
      let reader = try JournalReader.open(path: path)
      try reader.verify()
      #expect(reader.lastSequence >= acknowledged && acknowledged >= 3 * round)
      #expect(reader.lastSequence % 3 == 0, "half a turn was kept")
      #expect(reader.epoch == UInt32(round))
    }
    let journal = try Journal.openExecutor(path)
    #expect(journal.epoch == 6)
    try journal.verify()
  }

  @Test func theEpochRisesEvenWhenNothingWasWritten() async throws {
    let folder = try JournalFolder()
    let path = folder.path()
    for round in UInt32(1)...4 {
      await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, round = round as UInt32] in
        let journal = try Journal.openExecutor(path)
        guard journal.epoch == round else { exit(1) }
        kill(getpid(), SIGKILL)
      }
    }
    #expect(try Journal.openExecutor(path).epoch == 5)
  }

  @Test func aSecondProcessIsToldWhoHolds() async throws {
    let folder = try JournalFolder()
    let path = folder.path()
    let journal = try Journal.openExecutor(path)
    let owner = getpid()
    await #expect(processExitsWith: .success) { [path = path as String, owner = owner as Int32] in
      let held = JournalError.heldByAnother(path: path, processID: owner)
      let opening = try error { () throws(JournalError) in
        _ = try Journal.open(path: path, identity: executorIdentity, durability: .process)
      }
      let reading = try error { () throws(JournalError) in _ = try JournalReader.open(path: path) }
      guard opening == held, reading == held else {
        print("opening: \(opening)\nreading: \(reading)")
        exit(1)
      }
    }
    #expect(journal.epoch == 1)
  }

  @Test func theFenceIsGivenBackByAKill() async throws {
    let folder = try JournalFolder()
    let path = AccountFence.path(folder: folder.url.path(percentEncoded: false), venue: "SIM", account: "a1")
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let holder = FenceHolder(processID: getpid(), runFolder: "var/paper/1", sinceNanos: 1)
      let fence = try AccountFence.take(path: path, holder: holder)
      guard fence.path == path else { exit(1) }
      kill(getpid(), SIGKILL)
    }
    let holder = FenceHolder(processID: getpid(), runFolder: "var/paper/2", sinceNanos: 2)
    let fence = try AccountFence.take(path: path, holder: holder)
    await #expect(processExitsWith: .success) { [path = path as String, owner = getpid() as Int32] in
      let expected = FenceHolder(processID: owner, runFolder: "var/paper/2", sinceNanos: 2)
      let refusal = try error { () throws(AccountFenceError) in
        _ = try AccountFence.take(path: path, holder: FenceHolder(processID: 1, runFolder: "", sinceNanos: 3))
      }
      guard refusal == .heldByAnother(path: path, holder: expected) else {
        print(refusal)
        exit(1)
      }
    }
    #expect(fence.path == path)
  }
}
