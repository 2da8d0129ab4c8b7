import ActorKit
import HostKit
import Testing

@Suite struct LivenessTests {
  private static let beat = Liveness.heartbeatNanos

  @Test func aPeerNeverHeardIsNeitherSuspectNorSilent() {
    var liveness = Liveness(watching: [7])
    #expect(liveness.check(at: 100 * Self.beat).isEmpty)
  }

  @Test func aPeerIsSuspectAfterTwoBeatsAndSilentAfterFour() {
    var liveness = Liveness(watching: [7])
    #expect(
      liveness.beat(of: 7, epoch: 1, intervalNanos: Self.beat, at: 0) == .peerHeard(component: 7, epoch: 1))
    #expect(liveness.beat(of: 7, epoch: 1, intervalNanos: Self.beat, at: Self.beat) == nil)
    let last = Self.beat
    #expect(liveness.check(at: last + 2 * Self.beat + Self.beat / 2).isEmpty)
    #expect(liveness.check(at: last + 2 * Self.beat + Self.beat / 2 + 1) == [.peerSuspect(component: 7)])
    #expect(liveness.check(at: last + 3 * Self.beat).isEmpty)
    #expect(liveness.check(at: last + 5 * Self.beat) == [.peerSilent(component: 7)])
    #expect(liveness.check(at: last + 50 * Self.beat).isEmpty)
    #expect(
      liveness.beat(of: 7, epoch: 1, intervalNanos: Self.beat, at: last + 60 * Self.beat)
        == .peerHeard(component: 7, epoch: 1))
  }

  @Test func aLongPauseTellsBothStagesInOrder() {
    var liveness = Liveness(watching: [7])
    _ = liveness.beat(of: 7, epoch: 1, intervalNanos: Self.beat, at: 0)
    #expect(liveness.check(at: 90 * Self.beat) == [.peerSuspect(component: 7), .peerSilent(component: 7)])
  }

  @Test func aRestartIsNewsAndAnOlderIncarnationIsNotHeard() {
    var liveness = Liveness(watching: [7])
    _ = liveness.beat(of: 7, epoch: 2, intervalNanos: Self.beat, at: 0)
    #expect(
      liveness.beat(of: 7, epoch: 3, intervalNanos: Self.beat, at: 1) == .peerHeard(component: 7, epoch: 3))
    #expect(liveness.beat(of: 7, epoch: 2, intervalNanos: Self.beat, at: 10 * Self.beat) == nil)
    #expect(!liveness.check(at: 10 * Self.beat).isEmpty, "the dead incarnation's beat did not count")
  }

  @Test func anAbsurdIntervalHidesNoDeath() {
    for interval in [Int64.max, Int64.min, 0, -1, .nanosPerSecond * 1_000] {
      var liveness = Liveness(watching: [7])
      _ = liveness.beat(of: 7, epoch: 1, intervalNanos: interval, at: 0)
      #expect(liveness.check(at: 60 * .nanosPerSecond).count == 2, "interval \(interval)")
    }
  }

  @Test func strangersAreNotWatched() {
    var liveness = Liveness(watching: [7])
    #expect(liveness.beat(of: 8, epoch: 1, intervalNanos: Self.beat, at: 0) == nil)
    #expect(liveness.members.count == 1)
  }
}
