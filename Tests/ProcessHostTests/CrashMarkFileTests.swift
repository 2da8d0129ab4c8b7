import ActorKit
import Colony
import Foundation
import Platform
import ProcessHost
import Testing
import Wire

@Suite struct CrashMarkFileTests {
  private static let poison = CrashMark(sender: 4, template: 33, epoch: 2, sequence: 17)
  private static let other = CrashMark(sender: 4, template: 33, epoch: 2, sequence: 18)

  private enum End { case lives, trapped, killed }

  /// Lives once: whether the input was admitted.
  private static func live(_ path: String, _ mark: CrashMark, _ end: End) throws -> Bool {
    let isAdmitted: Bool
    do {
      let file = try CrashMarkFile(path: path)
      isAdmitted = file.admit(mark)
      if end == .lives { file.clear() }
    }
    if end == .trapped {
      // What the signal's handler does.
      var bytes = try FileSystem.read(path, maxBytes: 1 << 10)
      bytes[CrashMarkFile.trappedOffset] = 1
      try FileSystem.write(bytes, to: path)
    }
    return isAdmitted
  }

  private static func withPath(_ body: (String) throws -> Void) throws {
    let folder = try FileSystem.temporaryDirectory("waggle-mark")
    defer { #expect(throws: Never.self) { try FileSystem.remove(folder) } }
    try body("\(folder)/toy.mark")
  }

  @Test func anInputIsRefusedAfterTwoDeathsOnIt() throws {
    try Self.withPath { path in
      try #expect(Self.live(path, Self.poison, .trapped))
      try #expect(Self.live(path, Self.poison, .trapped))
      try #expect(!Self.live(path, Self.poison, .lives))
      try #expect(!Self.live(path, Self.poison, .lives), "refused from then on")
      try #expect(Self.live(path, Self.other, .lives), "others are not")
    }
  }

  @Test func oneDeathIsNotEnough() throws {
    try Self.withPath { path in
      try #expect(Self.live(path, Self.poison, .trapped))
      try #expect(Self.live(path, Self.poison, .lives))
      try #expect(Self.live(path, Self.poison, .lives))
    }
  }

  @Test func aKillNeverCountsAgainstTheInputInHand() throws {
    try Self.withPath { path in
      for _ in 0..<4 { try #expect(Self.live(path, Self.poison, .killed)) }
      try #expect(Self.live(path, Self.poison, .trapped))
      for _ in 0..<4 { try #expect(Self.live(path, Self.poison, .killed)) }
      // Nor does it clear the input of the trap before.
      try #expect(Self.live(path, Self.poison, .trapped))
      try #expect(!Self.live(path, Self.poison, .killed))
      try #expect(!Self.live(path, Self.poison, .lives))
    }
  }

  @Test func deathsOnDifferentInputsDoNotAddUp() throws {
    try Self.withPath { path in
      for _ in 0..<4 {
        try #expect(Self.live(path, Self.poison, .trapped))
        try #expect(Self.live(path, Self.other, .trapped))
      }
    }
  }

  @Test func trapsAreCountedAndKillsAreNot() async throws {
    let folder = try FileSystem.temporaryDirectory("waggle-mark")
    defer { #expect(throws: Never.self) { try FileSystem.remove(folder) } }
    let path = "\(folder)/toy.mark"
    for _ in 1...2 {
      await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
        let file = try CrashMarkFile(path: path)
        file.noteTraps()
        kill(getpid(), SIGKILL)
      }
    }
    #expect(try CrashMarkFile(path: path).recentTraps == 0)
    for deaths in 1...4 {
      await #expect(processExitsWith: .failure) { [path = path as String] in
        let file = try CrashMarkFile(path: path)
        file.noteTraps()
        preconditionFailure("a bug, with \(file.recentTraps) before")
      }
      #expect(try CrashMarkFile(path: path).recentTraps == min(deaths, CrashMarkFile.fatalTraps))
    }
  }

  @Test func aCoreThatRunsWithoutJournalIsToldOfItsCrashes() async throws {
    let folder = try HostFolder()
    for _ in 1...CrashMarkFile.fatalTraps {
      await #expect(processExitsWith: .failure) { [path = folder.path as String] in
        let reactor = try Reactor(
          HostFolder.server(path), core: Ledger<Hardy>(),
          stop: StopSignals())
        reactor.noteTraps()
        preconditionFailure("a bug in epoch \(reactor.epoch)")
      }
    }
    let life = try LedgerLife<Hardy>(folder.server)
    #expect(life.core.impairments.count == 1 && life.core.impairments[0].contains("crashed 3 times"))
    #expect(try LedgerLife<Strict>(folder.server).core.impairments.isEmpty)
  }

  @Test func aFileOfAnyBytesIsReadWithoutHarm() throws {
    try Self.withPath { path in
      try FileSystem.write([UInt8](repeating: 0xFF, count: 48), to: path)
      try #expect(Self.live(path, Self.poison, .lives))
    }
  }
}
