import ActorKit
import Colony
import Foundation
import JournalStore
import Records
import Platform
import ProcessHost
import Testing
import Wire

/// A journal that cannot be trusted or written: refused, or recovered as documented, never a silent loss.
@Suite struct RecoveryTests {
  typealias StrictLife = LedgerLife<Strict>
  typealias HardyLife = LedgerLife<Hardy>

  private static func files(_ folder: HostFolder) -> HostConfiguration { folder.server }

  /// Twenty rows with two snapshots, all of it in the main file.
  private static func makeJournal(_ configuration: HostConfiguration) throws {
    _ = try StrictLife(configuration)
    _ = try StrictLife(configuration)
    try identityChanged(configuration, schemaVersion: Int32(WireSchema.version))
  }

  /// Opens and closes the journal as somebody else.
  private static func identityChanged(
    _ configuration: HostConfiguration, colony: String? = nil, schemaVersion: Int32
  ) throws {
    let journal = try SQLiteJournalStore.open(
      path: configuration.journalPath,
      identity: JournalIdentity(
        colony: colony ?? configuration.colony, component: configuration.name, kind: "\(ComponentKind.feed)",
        schemaVersion: schemaVersion), durability: .process)
    try journal.close()
  }

  private static func damage(_ path: String, _ change: (inout [UInt8]) throws -> Void) throws {
    var bytes = try FileSystem.read(path, maxBytes: 1 << 24)
    try change(&bytes)
    try FileSystem.write(bytes, to: path)
  }

  private static func flip(number: UInt64, in bytes: inout [UInt8]) throws {
    let wanted = withUnsafeBytes(of: number.littleEndian) { Array($0) }
    let place = try #require((0..<bytes.count - 8).first { Array(bytes[$0..<$0 + 8]) == wanted })
    bytes[place] ^= 0x10
  }

  // MARK: The state reproduces itself

  @Test func aSoundJournalIsRecoveredAndNobodyIsTold() throws {
    let folder = try HostFolder()
    for round in UInt64(1)...4 {
      let life = try HardyLife(folder.server)
      #expect(life.core.count == 10 * round && life.core.impairments.isEmpty && life.epoch == UInt32(round))
    }
  }

  /// A program that saves more than its predecessor reproduces what that one saved.
  @Test func snapshotsOfAnOlderLayoutAreComparedAsThisProgramWouldSaveThem() throws {
    let folder = try HostFolder()
    try Self.makeJournal(folder.server)
    for round in UInt64(3)...5 { #expect(try StrictLife(folder.server, layout: 2).core.count == 10 * round) }
  }

  @Test func factsThatLeadElsewhereThanTheSnapshotEndTheProcess() throws {
    let folder = try HostFolder()
    try Self.makeJournal(folder.server)
    let failure = try #require(StrictLife.failure(folder.server, drift: 1))
    guard case .recovery(.notReproduced(10, 20, folder.server.journalPath)) = failure else {
      Issue.record("\(failure)")
      return
    }
    #expect(failure.exitCode == 78)
    #expect(StrictLife.failure(folder.server) == nil, "the right program goes on")
  }

  @Test func aCoreThatRunsWithoutJournalIsToldThatItsStateDiffersAgainAndAgain() throws {
    let folder = try HostFolder()
    try Self.makeJournal(folder.server)
    for _ in 1...3 {
      let life = try HardyLife(folder.server, turns: 5, drift: 1)
      #expect(life.core.impairments.count == 1)
      #expect(life.core.impairments[0].contains("does not reproduce"))
    }
    // It went on journaling on the state it had lived with, and saved none that would look sound.
    let life = try HardyLife(folder.server)
    #expect(life.core.impairments.isEmpty && life.core.count == 45)
  }

  // MARK: Damage

  @Test func aFlippedByteInARow() throws {
    let folder = try HostFolder()
    try Self.makeJournal(folder.server)
    try Self.damage(folder.server.journalPath) {
      try Self.flip(number: Ledger<Strict>.firstNumber + 14, in: &$0)
    }
    guard
      case .recovery(.journal(.corrupt(_, _, "turn 15: it does not fit the chain")))? =
        StrictLife.failure(folder.server)
    else {
      Issue.record("\(String(describing: StrictLife.failure(folder.server)))")
      return
    }
    let life = try HardyLife(folder.server)
    #expect(life.core.impairments.count == 1 && life.core.impairments[0].contains("turn 15"))
    #expect(life.core.count == 30, "the newest snapshot is sound, and the journal goes on")
  }

  @Test(arguments: [2, 3]) func aFileCutInTheMiddle(part: Int) throws {
    let folder = try HostFolder()
    try Self.makeJournal(folder.server)
    try Self.damage(folder.server.journalPath) { $0.removeLast($0.count / part) }
    let failure = try #require(StrictLife.failure(folder.server))
    #expect(failure.exitCode == 78, "\(failure)")
    let life = try HardyLife(folder.server)
    #expect(life.core.impairments.count == 1)
  }

  /// The ids of its orders would be those of the incarnation before.
  @Test func noIncarnationRunsWithoutAJournalInTheLastEpochTwice() throws {
    let folder = try HostFolder()
    try Self.makeJournal(folder.server)
    try Self.damage(folder.server.journalPath) { $0.removeLast($0.count / 2) }
    _ = try HardyLife(folder.server)
    // The crash mark's file remembers the epoch with its complement behind it.
    let path = folder.path + "/a.mark"
    var bytes = try FileSystem.read(path, maxBytes: 1 << 10)
    for place in 0..<8 { bytes[CrashMarkFile.trappedOffset - 8 + place] = place < 4 ? 0xFF : 0 }
    try FileSystem.write(bytes, to: path)
    let failure = try #require(HardyLife.failure(folder.server))
    #expect(failure.exitCode == 78 && "\(failure)".contains("last possible"), "\(failure)")
  }

  /// Going on with an older copy on purpose, its mark moved away: the incarnations it does not know of were
  /// there all the same.
  @Test func anOlderCopyIsGoneOnWithAboveAllEpochsThatWere() throws {
    let folder = try HostFolder()
    _ = try HardyLife(folder.server)
    let journal = folder.server.journalPath
    let older = try ["", "-wal"].map { try FileSystem.read(journal + $0, maxBytes: 1 << 24) }
    for _ in 0..<2 { _ = try HardyLife(folder.server) }
    for (suffix, bytes) in zip(["", "-wal"], older) { try FileSystem.write(bytes, to: journal + suffix) }
    try FileSystem.remove(journal + "-mark")
    let life = try HardyLife(folder.server, turns: 0)
    #expect(life.epoch == 4 && life.core.impairments.isEmpty && life.core.cuts.count == 1)
  }

  /// Twenty turns are in the log; the second half of it is replaced by noise.
  private static func makeCutLog(_ configuration: HostConfiguration) throws {
    _ = try HardyLife(configuration, turns: 20)
    try damage(configuration.journalPath + "-wal") { bytes in
      for index in bytes.count / 2..<bytes.count where index % 512 == 100 { bytes[index] ^= 0xFF }
    }
  }

  @Test func aLogThatLacksWhatTheCommitMarkNamesIsRefused() throws {
    let folder = try HostFolder()
    try Self.makeCutLog(folder.server)
    let failure = try #require(StrictLife.failure(folder.server))
    #expect(failure.exitCode == 78 && "\(failure)".contains("commit mark"), "\(failure)")
    for _ in 1...2 {
      let life = try HardyLife(folder.server, turns: 0)
      #expect(life.core.impairments.count == 1)
      #expect(life.core.impairments.first?.contains("commit mark") == true, "\(life.core.impairments)")
    }
  }

  /// Also to incarnations after it, until one has made it good.
  @Test func aLogCutInTheMiddleLosesTurnsAndTellsTheCore() throws {
    let folder = try HostFolder()
    try Self.makeCutLog(folder.server)
    // Somebody goes on with what is left, on purpose.
    try FileSystem.remove(folder.server.journalPath + "-mark")
    var lost: [UInt32] = []
    for round in 1...3 {
      let life = try HardyLife(folder.server, turns: 0, settles: round == 3)
      #expect(life.core.count < 20 && life.core.impairments.isEmpty && life.core.cuts.count == 1)
      lost += life.core.cuts
    }
    #expect(lost[0] > 1 && Set(lost).count == 1, "\(lost)")
    #expect(try HardyLife(folder.server, turns: 0).core.cuts.isEmpty)
  }

  /// The mark names turns up to the cut only: nothing at or below it is missing.
  @Test func turnsLostAboveTheCommitMarkAreToldAndTheRestGoesOn() throws {
    let folder = try HostFolder()
    _ = try HardyLife(folder.server, turns: 5)
    let mark = try FileSystem.read(folder.server.journalPath + "-mark", maxBytes: 1 << 16)
    try Self.makeCutLog(folder.server)
    let lagging = folder.server.journalPath + "-mark"
    try FileSystem.write(mark, to: lagging)
    let life = try HardyLife(folder.server, turns: 3)
    #expect(life.core.impairments.isEmpty && life.core.cuts.count == 1, "\(life.core.impairments)")
    #expect(life.core.count >= 8 && life.core.count < 28)
    // A core that places nothing goes on without being told.
    try FileSystem.remove(folder.path + "/a.mark")
    #expect(try StrictLife(folder.server, turns: 0).core.cuts.isEmpty)
  }

  @Test func aJournalOfANewerVersionOrOfAnother() throws {
    for isForeign in [false, true] {
      let folder = try HostFolder()
      if isForeign {
        try Self.identityChanged(folder.server, colony: "other", schemaVersion: 1)
      } else {
        try Self.identityChanged(folder.server, schemaVersion: 99)
      }
      let failure = try #require(StrictLife.failure(folder.server))
      #expect(failure.exitCode == 78, "\(failure)")
      let before = try FileSystem.read(folder.server.journalPath, maxBytes: 1 << 24)
      let life = try HardyLife(folder.server)
      #expect(life.core.impairments.count == 1 && life.core.impairments[0].contains("without a journal"))
      #expect(life.core.count == 10)
      #expect(try FileSystem.read(folder.server.journalPath, maxBytes: 1 << 24) == before)
    }
  }

  @Test func aJournalOfAnotherModeOrAnOlderVersionEndsEveryCore() throws {
    for isOlder in [false, true] {
      let folder = try HostFolder()
      var configuration = folder.server
      if isOlder {
        try Self.identityChanged(configuration, schemaVersion: Int32(WireSchema.version) - 1)
      } else {
        configuration.mode = "paper"
        configuration.account = "main (simulated)"
        _ = try HardyLife(configuration)
        configuration.mode = "live"
      }
      for failure in [StrictLife.failure(configuration), HardyLife.failure(configuration)] {
        #expect(failure?.exitCode == 78, "\(failure.map(String.init(describing:)) ?? "it runs")")
        let words = isOlder ? ["waggle journal convert"] : ["mode paper", "mode live", "begin a new run"]
        for word in words { #expect(failure.map { "\($0)".contains(word) } == true) }
      }
    }
  }

  // MARK: Places that cannot be written

  @Test func aFolderInPlaceOfTheFile() throws {
    let folder = try HostFolder()
    try FileSystem.createDirectory(folder.server.journalPath)
    #expect(StrictLife.failure(folder.server)?.exitCode == 78)
    let life = try HardyLife(folder.server)
    #expect(life.core.impairments.count == 1 && life.core.count == 10)
  }

  @Test func aRunFolderWhereNothingCanBeMade() throws {
    let folder = try HostFolder()
    var configuration = folder.server
    // Not even the superuser makes files here.
    configuration.runFolder = "/proc/self"
    #expect(StrictLife.failure(configuration)?.exitCode == 74)
    let life = try HardyLife(configuration)
    #expect(life.core.impairments.count == 1 && life.core.impairments[0].contains("cannot be written"))
  }

  @Test func aReadOnlyFolderKeepsTheStateReadable() throws {
    let folder = try HostFolder()
    try Self.makeJournal(folder.server)
    guard let mount = Mount(readOnly: folder.path) else {
      print("skipped: no read-only mount without the superuser's rights")
      return
    }
    var configuration = folder.server
    let sockets = try HostFolder()
    configuration.publishEndpoint = sockets.server.publishEndpoint
    configuration.controlEndpoint = sockets.server.controlEndpoint
    #expect(StrictLife.failure(configuration)?.exitCode == 74)
    let life = try HardyLife(configuration)
    #expect(life.core.impairments.count == 1 && life.core.count == 30)
    #expect(life.epoch > 3)
    mount.unmount()
    #expect(try HardyLife(folder.server).core.impairments.isEmpty)
  }

  // MARK: Epochs without a journal

  @Test func incarnationsWithoutAJournalNeverShareAnEpochAndTheMendedJournalGoesOnAbove() throws {
    let folder = try HostFolder()
    try Self.makeJournal(folder.server)
    let (path, kept) = (folder.server.journalPath, folder.path + "/kept")
    try FileManager.default.moveItem(atPath: path, toPath: kept)
    try FileSystem.createDirectory(path)
    var epochs: [UInt32] = [3]
    for _ in 1...3 { epochs.append(try HardyLife(folder.server, turns: 1).epoch) }
    try FileSystem.remove(path)
    try FileManager.default.moveItem(atPath: kept, toPath: path)
    for _ in 1...2 {
      let life = try HardyLife(folder.server, turns: 1)
      #expect(life.core.impairments.isEmpty)
      epochs.append(life.epoch)
    }
    #expect(zip(epochs, epochs.dropFirst()).allSatisfy { $0 < $1 }, "\(epochs)")
  }

  @Test func aJournalHeldByAnotherIsAFenceForEveryCore() throws {
    let folder = try HostFolder()
    let holder = try SQLiteJournalStore.open(
      path: folder.server.journalPath,
      identity: JournalIdentity(colony: "probes", component: "a", kind: "feed", schemaVersion: 1),
      durability: .process)
    #expect(StrictLife.failure(folder.server)?.exitCode == 75)
    #expect(HardyLife.failure(folder.server)?.exitCode == 75)
    #expect(holder.epoch == 1)
  }
}
