import ActorKit
import Testing
import Trading
import Wire

@Suite struct MarketClockTests {
  private static func state(start: Int64?, wall: Int64?, speed: UInt32) -> SessionState {
    SessionState(
      envelope: Envelope(origin: 0), revision: 1, state: .live, cause: .none, permit: .open, halted: 0,
      degradations: 0, interruptions: 0, sinceNanos: 0, marketStartNanos: start, wallStartNanos: wall,
      speedMilli: speed)
  }

  @Test func inRealTimeBothClocksRunTogether() {
    let clock = MarketClock(marketStartNanos: 700, wallStartNanos: 700, speedMilli: 1_000)
    for time in [Int64(700), 701, 1_000_000, 1_700_000_000_000_000_000] {
      #expect(clock.market(atWall: time) == time)
      #expect(clock.wall(atMarket: time) == time)
    }
  }

  @Test func beforeTheStartTheMarketHasNotBegun() {
    let clock = MarketClock(marketStartNanos: 5_000, wallStartNanos: 1_000, speedMilli: 3_000)
    #expect(clock.market(atWall: 0) == 5_000)
    #expect(clock.market(atWall: .min) == 5_000)
    #expect(clock.wall(atMarket: 0) == 1_000)
    #expect(clock.wall(atMarket: .min) == 1_000)
  }

  @Test func neverStaysNever() {
    let clock = MarketClock(marketStartNanos: 5_000, wallStartNanos: 1_000, speedMilli: 3_000)
    #expect(clock.wall(atMarket: .max) == .max)
  }

  /// The wall time of a market time is the first at which the market shows it: a wake-up set by it is never
  /// early, and at most one nanosecond late.
  @Test(arguments: UInt64(0)..<20) func roundTripsAreNeverEarly(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for _ in 0..<300 {
      let clock = MarketClock(
        marketStartNanos: Int64(random.below(1 << 61)), wallStartNanos: Int64(random.below(1 << 61)),
        speedMilli: 1 + Int64(random.below([2, 1_000, 100_000, 1_000_000_000][Int(random.below(4))])))
      // Within 100 days of market time, where thousandths of nanoseconds are kept.
      let market = clock.marketStartNanos + Int64(random.below(100 * 86_400 * 1_000_000_000))
      let wall = clock.wall(atMarket: market)
      // A slow market reaches some times only after the year 2262, which is never.
      guard wall != .max else { continue }
      #expect(clock.market(atWall: wall) >= market, "seed \(seed), \(clock), \(market)")
      #expect(
        wall == clock.wallStartNanos || clock.market(atWall: wall - 1) < market, "seed \(seed), \(clock)")
    }
  }

  @Test func timesBeyondTheRangeSaturateInsteadOfTrapping() {
    let extremes: [Int64] = [.min, -1, 0, 1, 1 << 40, 1 << 62, .max - 1, .max]
    for start in extremes {
      for wall in extremes {
        for speed in [Int64(1), 999, 1_000, 1_000_000_000, .max] {
          let clock = MarketClock(marketStartNanos: start, wallStartNanos: wall, speedMilli: speed)
          for time in extremes {
            #expect(clock.market(atWall: time) >= min(start, MarketClock.latestNanos))
            #expect(clock.market(atWall: time) <= MarketClock.latestNanos)
            #expect(clock.wall(atMarket: time) >= wall)
          }
        }
      }
    }
  }

  /// A market a million times as fast would be past all numbers in days: cores add durations to its time.
  @Test func noMarketTimeIsLaterThan2200() throws {
    let clock = try #require(MarketClock(Self.state(start: 9, wall: 7, speed: 1_000_000_000)))
    #expect(clock.market(atWall: 1_700_000_000_000_000_000) == MarketClock.latestNanos)
    #expect(clock.wall(atMarket: MarketClock.latestNanos) < .max)
    #expect(clock.wall(atMarket: MarketClock.latestNanos + 1) == .max)
  }

  @Test func aSessionsStateMakesAClockOnlyIfItsNumbersDo() {
    let clock = MarketClock(Self.state(start: 9, wall: 7, speed: 2_000))
    #expect(clock == MarketClock(marketStartNanos: 9, wallStartNanos: 7, speedMilli: 2_000))
    #expect(MarketClock(Self.state(start: nil, wall: 7, speed: 2_000)) == nil)
    #expect(MarketClock(Self.state(start: 9, wall: nil, speed: 2_000)) == nil)
    #expect(MarketClock(Self.state(start: 9, wall: 7, speed: 0)) == nil)
    #expect(MarketClock(Self.state(start: 9, wall: 7, speed: .max)) == nil)
    #expect(MarketClock(Self.state(start: -1, wall: 7, speed: 1_000)) == nil)
    #expect(MarketClock(Self.state(start: 9, wall: .max, speed: 1_000)) == nil)
  }
}
