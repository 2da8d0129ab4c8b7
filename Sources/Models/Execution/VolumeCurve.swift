/// Expected traded volume per bucket of an order's window. Only the window's buckets belong in it: volume
/// outside has no say in how the order is split.
public struct VolumeCurve: Equatable, Sendable {
  /// Volume per bucket in any one unit, ≥ 0, not all zero.
  public let volumes: [Double]
  /// Σ from each bucket to the end.
  let remaining: [Double]

  public init(volumes: [Double]) throws(ModelError) {
    try Domain.atLeast(1, volumes.count, "buckets")
    for volume in volumes { try Domain.nonNegative(volume, "volume of a bucket") }
    var sums = volumes
    for index in volumes.indices.dropLast().reversed() { sums[index] += sums[index + 1] }
    try Domain.finite(sums[0], "volume of the window")
    guard sums[0] > 0 else { throw .degenerate("no volume in the window") }
    self.volumes = volumes
    remaining = sums
  }

  /// The curve from past days of one type: per bucket the median of its share of its day's volume, normalised
  /// to sum to 1. Days need the same number of buckets and some volume each.
  public init(days: [[Double]]) throws(ModelError) {
    try Domain.atLeast(1, days.count, "days")
    let count = days[0].count
    try Domain.atLeast(1, count, "buckets")
    var shares: [[Double]] = []
    for day in days {
      try Domain.sameCount(day.count, count, "buckets of a day")
      let curve = try VolumeCurve(volumes: day)
      shares.append(day.map { $0 / curve.remaining[0] })
    }
    let medians = (0..<count).map { bucket in Self.median(shares.map { $0[bucket] }) }
    let total = medians.reduce(0, +)
    guard total > 0 else { throw .degenerate("no bucket has volume on most days") }
    try self.init(volumes: medians.map { $0 / total })
  }

  func check(bucket: Int, fraction: Double) throws(ModelError) {
    guard volumes.indices.contains(bucket) else {
      throw .outOfRange("bucket", value: Double(bucket), allowed: "0 ..< \(volumes.count)")
    }
    try Domain.within(fraction, 0...1, "fraction of the bucket")
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
