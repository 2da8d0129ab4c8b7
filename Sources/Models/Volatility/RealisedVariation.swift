/// How much of a session's variation came in jumps: realised variance Σ r², bipower variation (π/2) Σ
/// |rᵢ||rᵢ₋₁|, which jumps hardly touch, and the ratio test between them (Barndorff-Nielsen and Shephard
/// 2004, 2006; tripower quarticity). Streaming: five sums, no history.
public struct RealisedVariation: Equatable, Sendable {
  public private(set) var count = 0
  private var squares = 0.0
  private var neighbours = 0.0
  private var tripower = 0.0
  private var last = 0.0
  private var beforeLast = 0.0

  public init() {}

  /// All returns of an array at once.
  public init(returns: [Double]) throws(ModelError) {
    for value in returns { try update(logReturn: value) }
  }

  /// Takes in the next return; throws `nonFinite`, changing nothing, when a sum would overflow.
  public mutating func update(logReturn: Double) throws(ModelError) {
    let size = try Domain.finite(logReturn, "return").magnitude
    try Domain.finite(squares + size * size, "realised variance")
    squares += size * size
    if count >= 1 { neighbours += size * last }
    if count >= 2 {
      let product = size * last * beforeLast
      tripower += product * Math.cbrt(product)
    }
    (beforeLast, last) = (last, size)
    count += 1
  }

  /// Σ r²; at least one return.
  public func realisedVariance() throws(ModelError) -> Double {
    try Domain.atLeast(1, count, "returns")
    return squares
  }

  /// (π/2) Σ |rᵢ||rᵢ₋₁|; at least two returns. `corrected` multiplies by n/(n − 1) for the missing first
  /// product.
  public func bipowerVariation(corrected: Bool = false) throws(ModelError) -> Double {
    try Domain.atLeast(2, count, "returns")
    let plain = Double.pi / 2 * neighbours
    return corrected ? plain * Double(count) / Double(count - 1) : plain
  }

  /// max(RV − BV, 0)/RV with the corrected BV: the share of jumps, 0 … 1. Throws `degenerate` when nothing
  /// moved.
  public func jumpShare() throws(ModelError) -> Double {
    let bipower = try bipowerVariation(corrected: true)
    guard squares > 0 else { throw .degenerate("no return differs from zero") }
    return max(0, squares - bipower) / squares
  }

  /// The ratio statistic, standard normal without jumps and large with them (2.33 is one chance in a
  /// hundred); at least three returns, `degenerate` when neighbouring returns were never both different from
  /// zero.
  public func jumpStatistic() throws(ModelError) -> Double {
    try Domain.atLeast(3, count, "returns")
    let bipower = try bipowerVariation()
    guard squares > 0 && bipower > 0 else { throw .degenerate("too few returns differ from zero") }
    let n = Double(count)
    let quarticity = n * tripower / (tripowerMoment * tripowerMoment * tripowerMoment)
    let scale = (Double.pi * Double.pi / 4 + Double.pi - 5) / n * max(1, quarticity / (bipower * bipower))
    return try Domain.finite((squares - bipower) / squares / scale.squareRoot(), "jump statistic")
  }
}

/// E|Z|^(4/3) of a standard normal Z: 2^(2/3) Γ(7/6)/Γ(1/2).
private let tripowerMoment = 0.830_860_925_029_559_2
