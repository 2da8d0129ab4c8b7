/// The time of a turn, read once by the host and handed down: cores own no clock.
///
/// Three clocks, because they answer different questions (docs/ARCHITECTURE.md, section 4).
@frozen
public struct Instant: Equatable, Sendable {
  /// Nanoseconds of CLOCK_BOOTTIME: leases, timeouts, rates. Never goes back, also counts while suspended.
  public var boot: Int64
  /// Nanoseconds since 1970 UTC: expiry of messages, latency, records.
  public var wall: Int64
  /// Nanoseconds of the market clock: models, marks, the venue's matching. 0 while the clock stands still.
  public var market: Int64

  @inlinable
  public init(boot: Int64, wall: Int64, market: Int64) {
    self.boot = boot
    self.wall = wall
    self.market = market
  }
}

/// When a core next wants to be woken; whichever time comes first.
@frozen
public struct Wake: Equatable, Sendable {
  /// On the boot clock; `Int64.max` for never.
  public var boot: Int64
  /// On the market clock; `Int64.max` for never.
  public var market: Int64

  @inlinable
  public init(boot: Int64 = .max, market: Int64 = .max) {
    self.boot = boot
    self.market = market
  }

  /// Not before something arrives.
  public static let never = Wake()

  /// Whether either time has come.
  @inlinable
  public func isDue(at now: Instant) -> Bool { boot <= now.boot || (now.market != 0 && market <= now.market) }

  /// The earlier of two on each clock.
  @inlinable
  public func union(_ other: Wake) -> Wake {
    Wake(boot: min(boot, other.boot), market: min(market, other.market))
  }
}

extension Int64 {
  /// Nanoseconds in a millisecond and a second, so that durations read as what they are.
  public static let nanosPerMicro: Int64 = 1_000
  public static let nanosPerMilli: Int64 = 1_000_000
  public static let nanosPerSecond: Int64 = 1_000_000_000
}
