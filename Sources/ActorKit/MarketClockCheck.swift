import Wire

/// Tells a market clock that leaps from a new truth.
///
/// Everyone's market time is what the queen's last SessionState says, and a venue lives through whatever time
/// passes: one wrong number would cost it years of work, or stop its market for as long. A clock that would
/// take the market far from where it is counts for nothing until it is told a second time, which happens
/// within a beat when it is meant: a new session of a recording begins where the recording does.
public struct MarketClockCheck: Equatable, Sendable {
  /// The farthest a clock may take the market from where the one before has it, now or soon.
  public static let mostLeapNanos: Int64 = 3_600_000_000_000
  /// A clock that runs away is found out this much later, wall time.
  static let soonNanos: Int64 = 10_000_000_000

  private var believed: MarketClock?
  private var doubted: MarketClock?

  public enum Verdict: Sendable {
    case believed
    /// Not to be believed yet.
    case doubted
    /// No clock at all: half of one, or numbers that make none.
    case impossible
  }

  public init() {}

  /// Judges what a SessionState says of the clock. One that stands still says nothing that could be wrong.
  public mutating func judge(_ state: SessionState, wallNanos now: Int64) -> Verdict {
    guard state.marketStartNanos != nil || state.wallStartNanos != nil else { return .believed }
    guard let clock = MarketClock(state) else { return .impossible }
    if let believed, leaps(clock, from: believed, now), clock != doubted {
      doubted = clock
      return .doubted
    }
    believed = clock
    doubted = nil
    return .believed
  }

  private func leaps(_ clock: MarketClock, from other: MarketClock, _ now: Int64) -> Bool {
    [now, now.saturatingAdd(Self.soonNanos)].contains { wall in
      let step = clock.market(atWall: wall).saturatingSubtract(other.market(atWall: wall))
      return !(-Self.mostLeapNanos...Self.mostLeapNanos).contains(step)
    }
  }
}
