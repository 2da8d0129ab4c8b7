/// Disorder of returns: the Shannon entropy of the last W bar returns, binned in units of a baseline
/// volatility that stays frozen for the session, with the temperature beside it.
///
/// Frozen, unbounded bins make high entropy mean danger: adaptive bins are blind to scale, and open outer
/// bins make the entropy *fall* in the worst crash. Entropy does not see where the bins are (returns
/// flickering between ±10 σ have entropy ln 2), which is why `temperature` must be read with it.
public struct ReturnEntropy: Equatable, Sendable {
  /// W, bars.
  public let windowBars: Int
  /// With fewer bars the readings are `nil`: unknown, not calm.
  public let minimumBars: Int
  /// Width of a bin in baseline volatilities.
  public let binWidth: Double

  private var bins: [Int32]
  private var squares: [Double]
  private var next = 0
  /// Bars in the window.
  public private(set) var count = 0
  /// How many distinct bins hold exactly c bars, for every c; the entropy is a sum over these.
  private var binsHolding: [Int32]
  /// c ln c for c = 0 … W.
  private let countLogs: [Double]

  /// Bins are clamped here only against overflow of the integer; nothing on a market reaches it.
  private static let outermostBin = 100_000.0
  /// What a slot without a bar holds: no bin.
  private static let emptySlot = Int32.max

  /// - windowBars: 2 … 100 000. - minimumBars: 1 … windowBars. - binWidth: > 0; 1.5 is calibrated so that a
  ///   Gaussian reads 1.10 at the baseline volatility and 1.73 at twice that.
  public init(windowBars: Int = 120, minimumBars: Int = 60, binWidth: Double = 1.5) throws(ModelError) {
    guard windowBars >= 2 && windowBars <= 100_000 else {
      throw .outOfRange("window", value: Double(windowBars), allowed: "2 ... 100000 bars")
    }
    guard minimumBars >= 1 && minimumBars <= windowBars else {
      throw .outOfRange("minimum", value: Double(minimumBars), allowed: "1 ... \(windowBars) bars")
    }
    self.windowBars = windowBars
    self.minimumBars = minimumBars
    self.binWidth = try Domain.positive(binWidth, "bin width")
    bins = Array(repeating: Self.emptySlot, count: windowBars)
    squares = Array(repeating: 0, count: windowBars)
    binsHolding = Array(repeating: 0, count: windowBars + 1)
    countLogs = (0...windowBars).map { $0 == 0 ? 0 : Double($0) * Math.log(Double($0)) }
  }

  /// Takes in the return of a bar, in the same unit as `baseline`, the volatility σ₀ > 0 of such a bar frozen
  /// for the session. Returns of several instruments may be pooled, each with its own baseline. Throws,
  /// changing nothing, when either is no number.
  public mutating func update(barReturn: Double, baseline: Double) throws(ModelError) {
    try Domain.finite(barReturn, "bar return")
    try Domain.positive(baseline, "baseline volatility")
    let z = try Domain.finite(barReturn / baseline, "standardised return")
    let square = try Domain.finite(z * z, "squared standardised return")
    let position = (z / binWidth + 0.5).rounded(.down)
    let bin = Int32(min(max(position, -Self.outermostBin), Self.outermostBin))
    if count == windowBars {
      let leaving = holding(bins[next])
      binsHolding[leaving] -= 1
      binsHolding[leaving - 1] += 1
      count -= 1
      bins[next] = Self.emptySlot
    }
    let joining = holding(bin)
    binsHolding[joining] -= 1
    binsHolding[joining + 1] += 1
    bins[next] = bin
    squares[next] = square
    next = next + 1 == windowBars ? 0 : next + 1
    count += 1
  }

  /// How many bars of the window lie in a bin.
  private func holding(_ bin: Int32) -> Int {
    var result = 0
    let span = bins.span
    for index in span.indices where span[index] == bin { result += 1 }
    return result
  }
}

// MARK: - Reading

extension ReturnEntropy {
  /// S_R in nats, the plug-in estimate without correction; `nil` with fewer than the minimum of bars.
  public var entropy: Double? {
    guard count >= minimumBars else { return nil }
    var sum = 0.0
    for size in 1...count { sum += Double(binsHolding[size]) * countLogs[size] }
    return max(0, countLogs[count] / Double(count) - sum / Double(count))
  }

  /// T, the mean squared return in baseline units: 1 on a normal day; `nil` with fewer than the minimum of
  /// bars.
  public var temperature: Double? {
    guard count >= minimumBars else { return nil }
    var sum = 0.0
    for index in 0..<count { sum += squares[index] }
    return sum / Double(count)
  }
}
