/// Volume-weighted execution along a volume curve: child = (remaining − in flight) · u_k / Σ_{j ≥ k} u_j,
/// with the part of the bucket that is left in both places. Executed share and forecast volume share stay
/// equal, whatever happened before, and the last bucket with volume takes everything (Konishi 2002 for the
/// curve's optimality).
public struct VWAP: Equatable, Sendable {
  public let totalLots: Int64
  public let curve: VolumeCurve

  /// - totalLots: 0 … 2^53, so that shares are exact in `Double`.
  public init(totalLots: Int64, curve: VolumeCurve) throws(ModelError) {
    guard totalLots >= 0 && totalLots <= 1 << 53 else {
      throw .outOfRange("total", value: Double(totalLots), allowed: "0 ... 2^53 lots")
    }
    self.totalLots = totalLots
    self.curve = curve
  }

  /// What to send for the rest of a bucket of which `fraction` (0 … 1) has passed; never negative, never more
  /// than is left. Where neither this nor a later bucket expects volume, everything that is left.
  public func childLots(
    bucket: Int, fraction: Double = 0, executedLots: Int64, inFlightLots: Int64
  ) throws(ModelError) -> Int64 {
    try curve.check(bucket: bucket, fraction: fraction)
    let committed = try Commitment.check(total: totalLots, executed: executedLots, inFlight: inFlightLots)
    let free = totalLots - committed
    let now = curve.volumes[bucket] * (1 - fraction)
    let later = bucket + 1 < curve.volumes.count ? curve.remaining[bucket + 1] : 0
    guard later > 0 else { return free }
    let share = Double(free) * (now / (now + later))
    return min(free, Int64(share.rounded(.toNearestOrEven)))
  }
}
