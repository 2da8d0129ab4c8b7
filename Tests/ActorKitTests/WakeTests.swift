import ActorKit
import Testing

@Suite struct WakeTests {
  @Test func aWakeIsDueOnEitherClock() {
    let now = Instant(boot: 100, wall: 0, market: 50)
    #expect(Wake(boot: 100).isDue(at: now))
    #expect(!Wake(boot: 101).isDue(at: now))
    #expect(Wake(market: 50).isDue(at: now))
    #expect(!Wake(market: 51).isDue(at: now))
    #expect(!Wake.never.isDue(at: now))
  }

  @Test func whileTheMarketStandsStillItWakesNobody() {
    #expect(!Wake(market: 0).isDue(at: Instant(boot: 100, wall: 0, market: 0)))
    #expect(!Wake(market: .min).isDue(at: Instant(boot: 100, wall: 0, market: 0)))
  }

  @Test func theUnionIsTheEarlierOnEachClock() {
    #expect(Wake(boot: 3, market: 9).union(Wake(boot: 5, market: 7)) == Wake(boot: 3, market: 7))
    #expect(Wake.never.union(Wake(boot: 5)) == Wake(boot: 5))
  }
}
