/// Estimates A and k of the fill intensity A exp(−k δ) from trades: how deep into the book market orders
/// reach.
///
/// Time is cut into steps; of each step only the deepest trade counts, and a quote at depth δ would have been
/// filled in the step iff that depth was reached. With arrivals Poisson the chance is 1 − exp(−λ(δ) · step),
/// so λ(δ) is the negative logarithm of the steps *not* reaching δ; a line through ln λ(δ) gives ln A and −k.
/// Use one per side. The fit should span the near range only: far depths are rare and follow another law.
///
/// `record` and `advance` do not allocate. Depths are in the caller's price unit, and so is 1/k: state it.
/// (Half ticks taken for ticks halve k.)
public struct FillIntensity: Equatable, Sendable {
  public let stepNanos: Int64
  /// Depths are counted at 0, width, 2 width, …
  public let binWidth: Double
  /// Steps whose deepest trade lay in [i, i + 1) widths.
  private var deepest: [Int]
  private var stepStartNanos: Int64?
  private var stepDepth = -1.0
  /// Whole steps seen, with or without trades.
  public private(set) var stepCount = 0

  /// - stepNanos: > 0. - binWidth: price units, > 0. - binCount: 3 … 10 000.
  public init(stepNanos: Int64, binWidth: Double, binCount: Int) throws(ModelError) {
    guard stepNanos > 0 else { throw .outOfRange("step", value: Double(stepNanos), allowed: "> 0 ns") }
    guard binCount >= 3 && binCount <= 10_000 else {
      throw .outOfRange("number of bins", value: Double(binCount), allowed: "3 ... 10000")
    }
    self.stepNanos = stepNanos
    self.binWidth = try Domain.positive(binWidth, "bin width")
    deepest = Array(repeating: 0, count: binCount)
  }

  /// A trade that reached `depth` from the mid as it stood before; a depth below zero (inside the mid) counts
  /// as no reach. Throws on NaN and on time running backwards, and then changes nothing.
  public mutating func record(depth: Double, atNanos nanos: Int64) throws(ModelError) {
    try Domain.finite(depth, "depth of the trade")
    try advance(toNanos: nanos)
    stepDepth = max(stepDepth, depth)
  }

  /// Time passes without a trade: closes the steps that ended. Call it at the end of the observation too.
  public mutating func advance(toNanos nanos: Int64) throws(ModelError) {
    guard let start = stepStartNanos else {
      stepStartNanos = nanos
      return
    }
    guard nanos >= start else { throw .outOfOrder("time of the trade", at: 0) }
    let (elapsed, overflow) = nanos.subtractingReportingOverflow(start)
    guard !overflow else {
      throw .outOfRange("time since the last step", value: .infinity, allowed: "Int64 ns")
    }
    let steps = elapsed / stepNanos
    guard steps > 0 else { return }
    if stepDepth >= 0 {
      let bin = stepDepth / binWidth
      deepest[bin < Double(deepest.count) ? Int(bin) : deepest.count - 1] += 1
    }
    stepDepth = -1
    let (sum, isTooMany) = stepCount.addingReportingOverflow(Int(steps))
    stepCount = isTooMany ? .max : sum
    stepStartNanos = start + steps * stepNanos
  }

  /// A, k and how well the law holds.
  public struct Fit: Equatable, Sendable {
    /// A, fills per second at depth zero.
    public let fillsPerSecond: Double
    /// k, 1 / price unit.
    public let fillDecayPerOffset: Double
    /// Weighted coefficient of determination of ln λ on depth.
    public let rSquared: Double
  }

  /// λ at the near edge of a bin, 1/s; `nil` where no or every step reached it (λ unknown or unbounded).
  public func intensity(bin: Int) -> Double? {
    guard deepest.indices.contains(bin), stepCount > 0 else { return nil }
    let reached = deepest[bin...].reduce(0, +)
    guard reached > 0 && reached < stepCount else { return nil }
    return -Math.log1p(-Double(reached) / Double(stepCount)) / (Double(stepNanos) * 1e-9)
  }

  /// How many steps reached the near edge of a bin.
  public func reachedCount(bin: Int) -> Int {
    deepest.indices.contains(bin) ? deepest[bin...].reduce(0, +) : 0
  }

  /// The weighted least-squares line through ln λ over `bins`, leaving out those reached fewer than
  /// `minimumCount` times or always; weights are the counts, the inverse variance of ln λ. Throws `tooFew`
  /// with under three usable bins, `degenerate` when deeper is not rarer.
  public func fit(bins: Range<Int>, minimumCount: Int = 5) throws(ModelError) -> Fit {
    var line = WeightedLine()
    for bin in bins.clamped(to: 0..<deepest.count) {
      let count = reachedCount(bin: bin)
      guard count >= max(1, minimumCount), let lambda = intensity(bin: bin) else { continue }
      line.add(x: Double(bin) * binWidth, y: Math.log(lambda), weight: Double(count))
    }
    try Domain.atLeast(3, line.count, "depths reached often enough")
    let fit = try line.solve()
    guard fit.slope < 0 else { throw .degenerate("deeper depths are not reached less often") }
    return try Fit(
      fillsPerSecond: Domain.positive(Math.exp(fit.intercept), "fill rate A"),
      fillDecayPerOffset: Domain.positive(-fit.slope, "fill decay k"), rSquared: fit.rSquared)
  }
}
