import Platform
import Testing

@Test func exitCodesAreThoseOfTheTable() {
  #expect(ExitCode.allCases.map(\.rawValue) == [0, 1, 3, 4, 64, 74, 75, 78])
  #expect(ExitCode.finalOnes == [64, 75, 78])
}

@Test(
  arguments: [
    (0, true, false, 0), (0, false, false, 1), (0, true, true, 3), (0, false, true, 3), (1, true, false, 1),
    (1, true, true, 3), (3, true, false, 3), (75, true, true, 75), (74, false, true, 74),
  ] as [(Int32, Bool, Bool, Int32)])
func aRunEndsWithWhatAPersonMustActOn(
  supervisor: Int32, isReconciled: Bool, hasUnprotected: Bool, code: Int32
) {
  #expect(
    ExitCode.ofRun(supervisor: supervisor, isReconciled: isReconciled, hasUnprotected: hasUnprotected)
      == code)
}

@Test func aProcessIsKnownByItsStart() throws {
  let own = try #require(try ProcessIdentity.of(ProcessStats.ownPID))
  #expect(try own.isAlive)
  let child = try ChildProcess(["/bin/sleep", "60"], output: .discard)
  let identity = try #require(try ProcessIdentity.of(child.pid))
  #expect(try identity.isAlive && identity != own)
  let other = ProcessIdentity(pid: child.pid, startTicks: identity.startTicks + 1, boot: identity.boot)
  #expect(try !other.isAlive)
  // Nobody is signalled under a number that has become somebody else's.
  try other.send(signal: 9)
  #expect(child.poll() == nil)
  try identity.send(signal: 9)
  #expect(child.wait(untilBootNanos: Clock.bootNanos() + 30_000_000_000) == .signaled(signal: 9))
  #expect(try !identity.isAlive)
  try identity.send(signal: 9)
}
