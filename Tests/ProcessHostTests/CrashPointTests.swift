import ActorKit
import Colony
import Foundation
import HostKit
import JournalStore
import Records
import Platform
import ProcessHost
import Testing

@Suite struct CrashPointTests {
  @Test(arguments: CrashPoint.allCases) func theCountedArrivalIsTheOne(point: CrashPoint) throws {
    var trigger = try #require(CrashTrigger("\(point.rawValue):3"))
    var elsewhere = 0
    for other in CrashPoint.allCases where other != point && trigger.comes(to: other) { elsewhere += 1 }
    #expect(elsewhere == 0)
    let arrivals = (1...4).map { _ in trigger.comes(to: point) }
    #expect(arrivals == [false, false, true, false])
  }

  @Test func withoutACountTheFirstArrivalIsTheOne() throws {
    var trigger = try #require(CrashTrigger("after_commit"))
    let isDue = trigger.comes(to: .afterCommit)
    #expect(isDue)
  }

  @Test func aTriggerSaysHowToDie() throws {
    #expect(try #require(CrashTrigger("after_commit:3:trap")).traps)
    #expect(try !#require(CrashTrigger("after_commit:3")).traps)
  }

  @Test(.enabled(if: CrashPoints.areHonoured, "release builds contain no crash points"))
  func aTestBuildTrapsThereAndLeavesOneLine() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      FatalSignals.dieAtOnce()
      setenv("WAGGLE_CRASH_AT", "after_commit:1:trap", 1)
      CrashPoints.reach(.afterCommit)
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    // An optimised build keeps a precondition and drops its words; the line tells the place in both.
    #if DEBUG
      #expect(text.contains("the trap that was asked for at after_commit"))
    #endif
    #expect(text.contains("died of a bug, by SIG"))
    #expect(!text.contains("Backtrace"))
  }

  @Test(arguments: ["", "nowhere", "after_commit:0", "after_commit:-1", "after_commit:x", "after_commit:1:2"])
  func nonsenseIsNoTrigger(text: String) { #expect(CrashTrigger(text) == nil) }

  @Test(.enabled(if: CrashPoints.areHonoured, "release builds contain no crash points"))
  func aTestBuildDiesThere() async {
    await #expect(processExitsWith: .signal(SIGKILL)) {
      setenv("WAGGLE_CRASH_AT", "after_commit:2", 1)
      CrashPoints.reach(.afterCommit)
      CrashPoints.reach(.betweenSends)
      CrashPoints.reach(.afterCommit)
    }
  }

  @Test(.enabled(if: CrashPoints.areHonoured, "release builds contain no crash points"))
  func aDirectiveInTheFolderIsForOneComponentAndOneLife() async throws {
    let folder = try HostFolder()
    let directives = folder.path + "/crash"
    try FileSystem.createDirectory(directives)
    try FileSystem.write(Array("after_commit:3\n".utf8), to: directives + "/a")
    try FileSystem.write(Array("after_recovery".utf8), to: directives + "/b")
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = folder.path as String] in
      setenv("WAGGLE_CRASH_DIR", path + "/crash", 1)
      _ = try LedgerLife<Strict>(HostFolder.server(path))
    }
    #expect(try FileSystem.list(directives) == ["b"])
    let reader = try StoreReader.open(path: folder.server.journalPath)
    #expect((1...3).contains(reader.lastRow))
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      setenv("WAGGLE_CRASH_DIR", path + "/crash", 1)
      _ = try LedgerLife<Strict>(HostFolder.server(path))
    }
  }
}
