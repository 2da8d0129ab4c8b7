import ActorKit
import Platform

/// Reads the three clocks once per turn.
package struct HostClock {
  /// Nil while the market stands still.
  package var market: MarketClock? {
    didSet { if market != oldValue { latestMarketNanos = 0 } }
  }
  /// The wall clock may be set back; the market does not run backwards for that.
  private var latestMarketNanos: Int64 = 0

  package init() {}

  mutating func now() -> Instant { instant(boot: Clock.bootNanos(), wall: Clock.wallNanos()) }

  /// The same moment by a market clock that has changed meanwhile.
  package mutating func adjusted(_ now: Instant) -> Instant { instant(boot: now.boot, wall: now.wall) }

  package mutating func instant(boot: Int64, wall: Int64) -> Instant {
    guard let market else { return Instant(boot: boot, wall: wall, market: 0) }
    latestMarketNanos = max(latestMarketNanos, market.market(atWall: wall))
    return Instant(boot: boot, wall: wall, market: latestMarketNanos)
  }

  /// A wake-up time on the boot clock.
  package func bootNanos(of wake: Wake, at now: Instant) -> Int64 {
    guard let market, wake.market != .max else { return wake.boot }
    let wait = market.wall(atMarket: wake.market).saturatingSubtract(now.wall)
    return min(wake.boot, now.boot.saturatingAdd(max(0, wait)))
  }
}
