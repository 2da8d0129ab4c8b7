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

  /// The end of the year 2199. No market time is later, whatever the wall clock shows, so that a time and any
  /// duration make a time again.
  public static let latestNanos: Int64 = 7_258_118_400_000_000_000

  @inlinable
  public init(marketStartNanos: Int64, wallStartNanos: Int64, speedMilli: Int64) {
    precondition(speedMilli > 0, "a market clock runs forward, not at \(speedMilli)/1000")
    self.marketStartNanos = marketStartNanos
    self.wallStartNanos = wallStartNanos
    self.speedMilli = speedMilli
  }

  /// The clock a session's state tells of; nil while it stands still, or when the numbers make no clock: no
  /// plausible times, or a speed that is not between a thousandth and a million times real time.
  public init?(_ state: SessionState) {
    guard let start = state.marketStartNanos, let wall = state.wallStartNanos, Self.isPlausible(start),
      Self.isPlausible(wall), (1...1_000_000_000).contains(state.speedMilli)
    else { return nil }
    self.init(marketStartNanos: start, wallStartNanos: wall, speedMilli: Int64(state.speedMilli))
  }

  /// Whether a clock can start at a time: not before 1970 nor after 2199.
  public static func isPlausible(_ nanos: Int64) -> Bool { (0...latestNanos).contains(nanos) }

  /// Market time at a wall time, at most `latestNanos`. Before the start it is the start: the market has not
  /// begun.
  @inlinable
  public func market(atWall wall: Int64) -> Int64 {
    guard wall > wallStartNanos else { return min(marketStartNanos, Self.latestNanos) }
    let (elapsed, isFar) = wall.subtractingReportingOverflow(wallStartNanos)
    let (product, overflow) = elapsed.multipliedReportingOverflow(by: speedMilli)
    let (market, isBeyond) = marketStartNanos.addingReportingOverflow(product / 1_000)
    guard isFar || overflow || isBeyond else { return min(market, Self.latestNanos) }
    // Months of real time, or a market that runs fast: exact all the same, in wide numbers.
    let wide = (Int128(wall) - Int128(wallStartNanos)) * Int128(speedMilli)
    return min(Int64(clamping: Int128(marketStartNanos) + wide / 1_000), Self.latestNanos)
  }

  /// Wall time at which the market clock will show `market`, rounded up; `Int64.max` for never.
  @inlinable
  public func wall(atMarket market: Int64) -> Int64 {
    guard market <= Self.latestNanos else { return .max }
    guard market > marketStartNanos else { return wallStartNanos }
    let elapsed = Int128(market) - Int128(marketStartNanos)
    let speed = Int128(speedMilli)
    return Int64(clamping: Int128(wallStartNanos) + (elapsed * 1_000 + speed - 1) / speed)
  }
}

extension MarketClock: RecordValue {
  public func write(to writer: inout SnapshotWriter) {
    writer.write(marketStartNanos)
    writer.write(wallStartNanos)
    writer.write(speedMilli)
  }

  public init(from reader: inout SnapshotReader) throws(RestoreError) {
    let market = try reader.read(Int64.self)
    let wall = try reader.read(Int64.self)
    let speed = try reader.read(Int64.self)
    guard (1...Int64(UInt32.max)).contains(speed) else {
      throw .invalid("a market clock's speed of \(speed)")
    }
    guard Self.isPlausible(market), Self.isPlausible(wall) else {
      throw .invalid("a market clock that starts at \(market), wall clock \(wall)")
    }
    self.init(marketStartNanos: market, wallStartNanos: wall, speedMilli: speed)
  }
}
