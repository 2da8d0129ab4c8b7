/// Counts of Int64 values (nanoseconds, bytes, …) in buckets whose width grows with the value.
///
/// A log-linear layout in the manner of HdrHistogram: values up to 255 are exact; above, every power of two
/// is cut into 128 equal buckets, so a percentile is at most 1/128 (0.79 %) above the true value and never
/// below it. One fixed layout covers all of Int64: `record` never allocates, clamps or fails, and any two
/// histograms merge exactly, across threads, processes and epochs. A histogram takes 58 KB.
///
/// Negative values are real (a latency measured between two clocks) and are counted apart: in percentiles
/// they stand below every other value with the value `min`.
public struct Histogram: Sendable, Equatable {
  /// How many values were recorded.
  public private(set) var count: Int64 = 0
  /// How many of them were below zero.
  public private(set) var belowZeroCount: Int64 = 0
  /// The smallest value, exactly; nil when nothing was recorded.
  public var min: Int64? { count == 0 ? nil : smallest }
  /// The largest value, exactly; nil when nothing was recorded.
  public var max: Int64? { count == 0 ? nil : largest }
  /// The sum of all values, exactly.
  public private(set) var sum: Int128 = 0

  package private(set) var buckets: [Int64]
  private var smallest = Int64.max
  private var largest = Int64.min

  public init() {
    buckets = [Int64](repeating: 0, count: Self.bucketCount)
  }

  /// Counts `value` once, or `times` times (≥ 1). Constant time, no allocation.
  public mutating func record(_ value: Int64, times: Int64 = 1) {
    precondition(times >= 1, "a value recorded \(times) times")
    count += times
    sum += Int128(value) * Int128(times)
    smallest = Swift.min(smallest, value)
    largest = Swift.max(largest, value)
    if value < 0 {
      belowZeroCount += times
    } else {
      buckets[Self.index(of: value)] += times
    }
  }

  /// Adds everything `other` counted, as if it had been recorded here.
  public mutating func merge(_ other: Histogram) {
    count += other.count
    belowZeroCount += other.belowZeroCount
    sum += other.sum
    smallest = Swift.min(smallest, other.smallest)
    largest = Swift.max(largest, other.largest)
    for index in buckets.indices { buckets[index] += other.buckets[index] }
  }

  /// Forgets everything, keeps the memory.
  public mutating func reset() {
    count = 0
    belowZeroCount = 0
    sum = 0
    smallest = .max
    largest = .min
    for index in buckets.indices { buckets[index] = 0 }
  }

  /// The value that `percent` (0…100) of the recorded values do not exceed, by nearest rank: the upper edge
  /// of the bucket of the ⌈percent/100 · count⌉-th smallest value, within `min`…`max`. Nil when nothing was
  /// recorded.
  public func percentile(_ percent: Double) -> Int64? {
    precondition((0...100).contains(percent), "percentile \(percent) is not within 0…100")
    guard count > 0 else { return nil }
    let rank = Swift.max(1, rankOf(percent))
    var passed = belowZeroCount
    if rank <= passed { return smallest }
    for index in buckets.indices where buckets[index] > 0 {
      passed += buckets[index]
      if passed >= rank { return Swift.min(Self.upperEdge(of: index), largest) }
    }
    preconditionFailure("buckets hold \(passed) of \(count) values")
  }

  /// ⌈percent/100 · count⌉ in whole numbers, with percent taken to seven decimals: in Double, 7 % of 100
  /// values is 7.000000000000001, and would be the eighth.
  private func rankOf(_ percent: Double) -> Int64 {
    let parts = Int128(Int64(percent * 10_000_000 + 0.5))
    return Int64((Int128(count) * parts + 999_999_999) / 1_000_000_000)
  }

  /// The arithmetic mean; nil when nothing was recorded.
  public var mean: Double? { count == 0 ? nil : Double(sum) / Double(count) }
}

// MARK: - The layout

extension Histogram {
  private static let bucketsPerDoubling = 128
  private static let bitsPerDoubling = 7
  /// 256 exact values, then 55 doublings up to 2^63 - 1.
  package static let bucketCount = 256 + 55 * bucketsPerDoubling

  /// The bucket of a value ≥ 0.
  package static func index(of value: Int64) -> Int {
    let highestBit = 63 - (value | 1).leadingZeroBitCount
    let shift = Swift.max(0, highestBit - bitsPerDoubling)
    return shift * bucketsPerDoubling + Int(value >> Int64(shift))
  }

  /// The largest value that falls into a bucket.
  package static func upperEdge(of index: Int) -> Int64 {
    let shift = Swift.max(0, index / bucketsPerDoubling - 1)
    let step = Int64(index - shift * bucketsPerDoubling)
    // The last bucket ends at Int64.max: added to the lower edge, the width minus one cannot overflow.
    return (step << Int64(shift)) + ((1 << Int64(shift)) - 1)
  }

  /// Puts back saved counts; the caller has checked them against each other.
  init(
    buckets saved: [(index: Int, count: Int64)], belowZeroCount: Int64, min: Int64, max: Int64, sum: Int128
  ) {
    self.init()
    for bucket in saved {
      buckets[bucket.index] += bucket.count
      count += bucket.count
    }
    count += belowZeroCount
    self.belowZeroCount = belowZeroCount
    self.sum = sum
    smallest = min
    largest = max
  }
}
