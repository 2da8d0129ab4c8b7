/// Percentage of volume: own trades are to be a rate p of all trades *including our own*, i.e. p/(1 − p) of
/// the others'. Catching up after a pause is limited to a multiple of the rate, so that a burst of our own
/// never follows.
public struct POV: Equatable, Sendable {
  /// p, strictly between 0 and 1.
  public let rate: Double
  /// The highest participation allowed in the recent interval while behind: min(catch-up · p, maximum).
  public let highestRate: Double

  /// - catchUp: ≥ 1. - maximumRate: p … below 1.
  public init(rate: Double, catchUp: Double = 1.5, maximumRate: Double = 0.5) throws(ModelError) {
    self.rate = try Domain.openUnit(rate, "participation rate")
    try Domain.finite(catchUp, "catch-up")
    guard catchUp >= 1 else { throw .outOfRange("catch-up", value: catchUp, allowed: ">= 1") }
    try Domain.openUnit(maximumRate, "maximum participation")
    guard maximumRate >= rate else {
      throw .outOfRange("maximum participation", value: maximumRate, allowed: ">= the rate \(rate)")
    }
    highestRate = min(catchUp * rate, maximumRate)
  }

  /// Own lots that make `othersLots` (≥ 0) a market of participation `rate`.
  public static func ownLots(othersLots: Double, rate: Double) throws(ModelError) -> Double {
    try Domain.nonNegative(othersLots, "volume of others")
    try Domain.openUnit(rate, "participation rate")
    return try Domain.finite(rate / (1 - rate) * othersLots, "own volume")
  }

  /// What to send now: up to the target for the others' volume since the start, at most what the highest rate
  /// allows for their volume since the last child, at most what is left. All volumes in lots; whole lots,
  /// rounded down.
  public func childLots(
    totalLots: Int64, executedLots: Int64, inFlightLots: Int64, othersLotsSinceStart: Double,
    othersLotsSinceLastChild: Double
  ) throws(ModelError) -> Int64 {
    guard totalLots >= 0 && totalLots <= 1 << 53 else {
      throw .outOfRange("total", value: Double(totalLots), allowed: "0 ... 2^53 lots")
    }
    let committed = try Commitment.check(total: totalLots, executed: executedLots, inFlight: inFlightLots)
    let target = try Self.ownLots(othersLots: othersLotsSinceStart, rate: rate)
    let burst = try Self.ownLots(othersLots: othersLotsSinceLastChild, rate: highestRate)
    let wanted = min(target - Double(committed), burst, Double(totalLots - committed))
    // 0.1/(1 − 0.1) · 9000 is a hair above 1000: forgive rounding of the last place in either direction.
    return wanted <= 0 ? 0 : min(totalLots - committed, Int64((wanted * (1 + 1e-12)).rounded(.down)))
  }
}
