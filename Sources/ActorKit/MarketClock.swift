import Wire

/// The market clock of a session: `market = t0 + (wall - w0) * speed`, told to everyone by SessionState.
///
/// In live and synthetic markets t0 equals w0 and the speed is 1; in a replay t0 is the recording's first
/// time.
@frozen
public struct MarketClock: Equatable, Sendable {
  /// Market time at `wallStartNanos`.
  public var marketStartNanos: Int64
  /// Wall time at which the clock was started.
  public var wallStartNanos: Int64
  /// Thousandths: 1,000 is real time.
  public var speedMilli: Int64

  @inlinable
  public init(marketStartNanos: Int64, wallStartNanos: Int64, speedMilli: Int64) {
    precondition(speedMilli > 0, "a market clock runs forward, not at \(speedMilli)/1000")
    self.marketStartNanos = marketStartNanos
    self.wallStartNanos = wallStartNanos
    self.speedMilli = speedMilli
  }

  /// The clock a session's state tells of; nil while it stands still, or when the numbers make no clock:
  /// times before 1970 or after 2200, or a speed that is not between a thousandth and a million times real
  /// time.
  public init?(_ state: SessionState) {
    let times: ClosedRange<Int64> = 0...7_258_118_400_000_000_000
    guard let start = state.marketStartNanos, let wall = state.wallStartNanos, times.contains(start),
      times.contains(wall), (1...1_000_000_000).contains(state.speedMilli)
    else { return nil }
    self.init(marketStartNanos: start, wallStartNanos: wall, speedMilli: Int64(state.speedMilli))
  }

  /// Market time at a wall time. Before the start it is the start: the market has not begun.
  @inlinable
  public func market(atWall wall: Int64) -> Int64 {
    guard wall > wallStartNanos else { return marketStartNanos }
    let (elapsed, isFar) = wall.subtractingReportingOverflow(wallStartNanos)
    let (product, overflow) = elapsed.multipliedReportingOverflow(by: speedMilli)
    let (market, isBeyond) = marketStartNanos.addingReportingOverflow(product / 1_000)
    guard isFar || overflow || isBeyond else { return market }
    // Months of real time, or a market that runs fast: exact all the same, in wide numbers.
    let wide = (Int128(wall) - Int128(wallStartNanos)) * Int128(speedMilli)
    return Int64(clamping: Int128(marketStartNanos) + wide / 1_000)
  }

  /// Wall time at which the market clock will show `market`, rounded up; `Int64.max` for never.
  @inlinable
  public func wall(atMarket market: Int64) -> Int64 {
    guard market != .max else { return .max }
    guard market > marketStartNanos else { return wallStartNanos }
    let elapsed = Int128(market) - Int128(marketStartNanos)
    let speed = Int128(speedMilli)
    return Int64(clamping: Int128(wallStartNanos) + (elapsed * 1_000 + speed - 1) / speed)
  }
}
