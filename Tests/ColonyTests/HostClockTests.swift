import ActorKit
import Colony
import Testing

@Suite struct HostClockTests {
  private static let start = MarketClock(
    marketStartNanos: 5_000, wallStartNanos: 1_000_000, speedMilli: 2_000)

  @Test func theMarketStandsStillAtZero() {
    var clock = HostClock()
    #expect(clock.instant(boot: 1, wall: 2).market == 0)
    clock.market = Self.start
    #expect(clock.instant(boot: 1, wall: 1_000_100).market == 5_200)
    clock.market = nil
    #expect(clock.instant(boot: 1, wall: 1_000_200).market == 0)
  }

  @Test func theMarketDoesNotRunBackwardsWhenTheWallClockIsSetBack() {
    var clock = HostClock()
    clock.market = Self.start
    #expect(clock.instant(boot: 1, wall: 1_000_500).market == 6_000)
    #expect(clock.instant(boot: 2, wall: 1_000_100).market == 6_000)
    #expect(clock.instant(boot: 3, wall: 1_000_600).market == 6_200)
  }

  @Test func anotherMarketMayBeginEarlier() {
    var clock = HostClock()
    clock.market = Self.start
    _ = clock.instant(boot: 1, wall: 1_000_500)
    clock.market = Self.start
    #expect(clock.instant(boot: 1, wall: 1_000_400).market == 6_000, "told again, the same clock runs on")
    clock.market = MarketClock(marketStartNanos: 1, wallStartNanos: 1_000_500, speedMilli: 1_000)
    #expect(clock.instant(boot: 2, wall: 1_000_500).market == 1)
  }

  @Test func aWakeIsTheEarlierOfBothClocks() {
    var clock = HostClock()
    let still = clock.instant(boot: 100, wall: 1_000_000)
    #expect(clock.bootNanos(of: Wake(market: 7_000), at: still) == .max, "the market stands still")
    clock.market = Self.start
    let now = clock.instant(boot: 100, wall: 1_000_000)
    #expect(clock.bootNanos(of: Wake(market: 7_000), at: now) == 1_100)
    #expect(clock.bootNanos(of: Wake(boot: 600, market: 7_000), at: now) == 600)
    #expect(clock.bootNanos(of: Wake(market: 4_000), at: now) == 100, "the past is now")
    #expect(clock.bootNanos(of: .never, at: now) == .max)
  }
}
