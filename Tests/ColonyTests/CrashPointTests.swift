import ActorKit
import Colony
import Foundation
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
}
