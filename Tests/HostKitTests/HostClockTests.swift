import ActorKit
import HostKit
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
    #expect(clock.instant(boot: 1, wall: 1_000_100).market == 6_000)
    #expect(clock.instant(boot: 90, wall: 1_000_600).market == 6_200)
  }

  /// Else nothing would be stale or silent for as long as the clock was set back.
  @Test func theMarketGoesOnByTheBootClockWhileTheWallClockIsBehind() {
    var clock = HostClock()
    clock.market = Self.start
    #expect(clock.instant(boot: 1_000, wall: 1_001_000).market == 7_000)
    let set = clock.instant(boot: 1_160, wall: 900_000)
    #expect(set.market == 7_300, "twice fifteen sixteenths of what has passed")
    let later = clock.instant(boot: 17_000, wall: 915_840)
    #expect(later.market == 37_000)
    #expect(clock.instant(boot: 17_000, wall: 1_015_999).market == 37_000, "still behind")
    #expect(clock.instant(boot: 17_000, wall: 1_016_001).market == 37_002, "caught up")
  }

  @Test func aWallClockSetBackByASecondHasCaughtUpWithinMinutes() {
    var clock = HostClock()
    let second: Int64 = 1_000_000_000
    clock.market = MarketClock(marketStartNanos: 0, wallStartNanos: 0, speedMilli: 1_000)
    #expect(clock.instant(boot: second, wall: 100 * second).market == 100 * second)
    #expect(clock.instant(boot: 9 * second, wall: 107 * second).market == 107 * second + second / 2)
    #expect(clock.instant(boot: 17 * second, wall: 115 * second).market == 115 * second)
    #expect(clock.instant(boot: 33 * second, wall: 131 * second).market == 131 * second)
  }

  /// Woken by the wall clock alone, nobody would notice a silence for as long as it is behind.
  @Test func aWakeOnTheMarketComesByTheBootClockWhileTheWallClockIsBehind() {
    var clock = HostClock()
    clock.market = Self.start
    _ = clock.instant(boot: 1_000, wall: 1_001_000)
    let now = clock.instant(boot: 1_160, wall: 900_000)
    let due = clock.bootNanos(of: Wake(market: 8_500), at: now)
    #expect((1_800...1_802).contains(due))
    #expect(clock.instant(boot: due, wall: 900_640).market >= 8_500)
    #expect(clock.bootNanos(of: Wake(boot: 1_200, market: 8_500), at: now) == 1_200)
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
