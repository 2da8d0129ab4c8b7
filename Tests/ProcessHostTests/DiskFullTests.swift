import ActorKit
import Colony
import Foundation
import Platform
import ProcessHost
import Testing

/// A disk without room, on a disk of the test's own.
@Suite struct DiskFullTests {
  private static let diskBytes = 12 << 20

  /// Runs the body with a run folder on a small disk; not at all where none can be mounted.
  private static func withDisk(_ body: (HostConfiguration) throws -> Void) throws {
    let folder = try HostFolder()
    let disk = folder.path + "/disk"
    try FileSystem.createDirectory(disk)
    guard let mount = Mount(diskAt: disk, bytes: diskBytes) else {
      print("skipped: no disk of its own without the superuser's rights")
      return
    }
    defer { mount.unmount() }
    var configuration = folder.server
    configuration.runFolder = disk
    try body(configuration)
  }

  /// Takes all room that is left, but for so many bytes.
  private static func fill(_ configuration: HostConfiguration, butFor rest: Int = 0) throws {
    let path = configuration.runFolder + "/filler"
    let file = fopen(path, "a")
    defer { fclose(file) }
    setvbuf(file, nil, _IONBF, 0)
    let page = [UInt8](repeating: 1, count: 4_096)
    while fwrite(page, 1, page.count, file) == page.count {}
    truncate(path, ftell(file) - rest)
  }

  private static func empty(_ configuration: HostConfiguration) throws {
    try FileSystem.remove(configuration.runFolder + "/filler")
  }

  @Test func aCoreThatNeedsItsJournalEndsWithCode74() throws {
    try Self.withDisk { configuration in
      let before = try LedgerLife<Strict>(configuration)
      try Self.fill(configuration)
      #expect(LedgerLife<Strict>.failure(configuration, turns: 50_000)?.exitCode == 74)
      try Self.empty(configuration)
      let after = try LedgerLife<Strict>(configuration, turns: 0)
      #expect(after.core.count >= before.core.count)
    }
  }

  /// Dying at the first failed write, or finding no room at the start: in both cases the reserve is given up,
  /// and the incarnation that runs on its room says so.
  @Test(arguments: [1 << 20, 0])
  func theReserveLetsTheNextIncarnationJournalWhatItEnds(room: Int) throws {
    try Self.withDisk { configuration in
      let reserve = configuration.runFolder + "/a.reserve"
      _ = try LedgerLife<Hardy>(configuration)
      #expect(try FileSystem.status(reserve)?.bytes == 4 << 20)
      try Self.fill(configuration, butFor: room)
      if room > 0 {
        #expect(LedgerLife<Hardy>.failure(configuration, turns: 50_000)?.exitCode == 74)
        #expect(try FileSystem.status(reserve) == nil, "the room is given up")
      }
      let impaired = try LedgerLife<Hardy>(configuration, turns: 5)
      #expect(try FileSystem.status(reserve) == nil)
      #expect(impaired.core.impairments.count == 1)
      #expect(impaired.core.impairments.first?.contains("disk full") == true, "\(impaired.core.impairments)")
      #expect(impaired.epoch == (room > 0 ? 3 : 2), "the journal is open")
      // With room again it is sound, and what was journaled meanwhile is there.
      try Self.empty(configuration)
      let sound = try LedgerLife<Hardy>(configuration, turns: 0)
      #expect(sound.core.impairments.isEmpty && sound.core.count == impaired.core.count)
      #expect(sound.epoch == impaired.epoch + 1)
      #expect(try FileSystem.status(reserve)?.bytes == 4 << 20)
    }
  }

  @Test func withoutAnyRoomAtAllItRunsWithoutAJournal() throws {
    try Self.withDisk { configuration in
      _ = try LedgerLife<Hardy>(configuration)
      try FileSystem.remove(configuration.runFolder + "/a.reserve")
      try Self.fill(configuration)
      let life = try LedgerLife<Hardy>(configuration, turns: 5)
      #expect(life.core.impairments.count == 1 && life.core.count == 15)
      #expect(life.core.impairments[0].contains("without a journal"), "\(life.core.impairments)")
      try Self.empty(configuration)
      let sound = try LedgerLife<Hardy>(configuration, turns: 0)
      #expect(sound.core.impairments.isEmpty && sound.core.count == 10)
      #expect(sound.epoch > life.epoch)
    }
  }
}
