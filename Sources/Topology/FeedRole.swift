/// Turns venue data into the colony's market data. Its `settings`:
public struct FeedRole: Sendable, Equatable {
  /// `volatilityHalfLifeSeconds`, 1…86400, default 60: memory of the volatility estimate.
  public let volatilityHalfLifeNanos: Int64
  /// `imbalanceLevels`, 1…50, default 5: book levels a side that count for the imbalance.
  public let imbalanceLevels: Int
  /// `staleAfterMillis`, 100…600000, default 2000: the longest silence of the link before its books are
  /// stale.
  public let staleAfterNanos: Int64

  static let keys = ["volatilityHalfLifeSeconds", "imbalanceLevels", "staleAfterMillis"]

  init?(_ section: Section) {
    let halfLife = section.nanos("volatilityHalfLifeSeconds", .seconds, in: 1...86_400, default: 60)
    let levels = section.integer("imbalanceLevels", in: 1...50, default: 5)
    let stale = section.nanos("staleAfterMillis", .milliseconds, in: 100...600_000, default: 2000)
    guard let halfLife, let levels, let stale else { return nil }
    volatilityHalfLifeNanos = halfLife.value
    imbalanceLevels = levels.value
    staleAfterNanos = stale.value
  }
}
