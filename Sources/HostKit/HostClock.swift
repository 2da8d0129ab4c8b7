import ActorKit

/// The three clocks of a turn, from the two that a driver reads.
package struct HostClock {
  /// Nil while the market stands still.
  package var market: MarketClock? {
    didSet { if market != oldValue { followed = nil } }
  }
  /// When the market time last was what the wall clock makes it.
  private var followed: (boot: Int64, market: Int64)?

  package init() {}

  /// The same moment by a market clock that has changed meanwhile.
  package mutating func adjusted(_ now: Instant) -> Instant { instant(boot: now.boot, wall: now.wall) }

  /// The wall clock may be set back. The market does not run backwards for that, nor does it stand, or
  /// nothing would grow stale: it goes on by the boot clock until the wall clock has caught up, a sixteenth
  /// slower, so that a clock set back by seconds catches up within minutes.
  package mutating func instant(boot: Int64, wall: Int64) -> Instant {
    guard let market else { return Instant(boot: boot, wall: wall, market: 0) }
    let told = market.market(atWall: wall)
    if let carried = carrying(market) {
      let elapsed = boot.saturatingSubtract(carried.wallStartNanos)
      let reached = carried.market(atWall: carried.wallStartNanos.saturatingAdd(elapsed - elapsed / 16))
      if reached > told { return Instant(boot: boot, wall: wall, market: reached) }
    }
    followed = (boot, told)
    return Instant(boot: boot, wall: wall, market: told)
  }

  /// The market on the boot clock, at full speed, from where it last followed the wall clock.
  private func carrying(_ market: MarketClock) -> MarketClock? {
    followed.map {
      MarketClock(marketStartNanos: $0.market, wallStartNanos: $0.boot, speedMilli: market.speedMilli)
    }
  }

  /// A wake-up time on the boot clock.
  package func bootNanos(of wake: Wake, at now: Instant) -> Int64 {
    guard let market, wake.market != .max else { return wake.boot }
    let wait = market.wall(atMarket: wake.market).saturatingSubtract(now.wall)
    let due = min(wake.boot, now.boot.saturatingAdd(max(0, wait)))
    guard market.market(atWall: now.wall) < now.market, let carried = carrying(market) else { return due }
    let elapsed = carried.wall(atMarket: wake.market).saturatingSubtract(carried.wallStartNanos)
    // Fifteen sixteenths of what passes must be so much.
    let slower = elapsed.saturatingAdd(elapsed / 15 + 1)
    return min(due, max(now.boot, carried.wallStartNanos.saturatingAdd(slower)))
  }
}
