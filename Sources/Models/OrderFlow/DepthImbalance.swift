/// Order-book imbalance over several levels, best first: Σ w (b − a) / Σ w (b + a) with w = exp(−decay ·
/// level). Signed, −1 (only asks) … +1 (only bids). Made once, read on every update without allocation.
public struct DepthImbalance: Equatable, Sendable {
  /// What a level weighs relative to the one before it.
  public let levelWeight: Double

  /// - decayPerLevel: ≥ 0; 0.5 is customary, 0 weighs all levels alike.
  public init(decayPerLevel: Double = 0.5) throws(ModelError) {
    levelWeight = Math.exp(-(try Domain.nonNegative(decayPerLevel, "decay per level")))
  }

  /// A side with fewer levels counts as empty there. Throws on a negative or non-finite size, and
  /// `degenerate` when the whole book is empty.
  public func signed(bidSizes: Span<Double>, askSizes: Span<Double>) throws(ModelError) -> Double {
    var (weight, difference, total) = (1.0, 0.0, 0.0)
    let common = min(bidSizes.count, askSizes.count)
    for level in 0..<common {
      let bid = bidSizes[level]
      let ask = askSizes[level]
      // One comparison refuses what is negative and, failing on both orders, NaN.
      guard bid >= 0 && ask >= 0 else { throw Self.refusal(of: bid >= 0 ? ask : bid) }
      difference += weight * (bid - ask)
      total += weight * (bid + ask)
      weight *= levelWeight
    }
    if bidSizes.count != askSizes.count {
      let isBid = bidSizes.count > common
      for level in common..<max(bidSizes.count, askSizes.count) {
        let size = isBid ? bidSizes[level] : askSizes[level]
        guard size >= 0 else { throw Self.refusal(of: size) }
        difference += weight * (isBid ? size : -size)
        total += weight * size
        weight *= levelWeight
      }
    }
    // An infinite size makes the sum infinite.
    guard total.isFinite else { throw .nonFinite("size of a level") }
    guard total > 0 else { throw .degenerate("both sides of the book are empty") }
    return difference / total
  }

  private static func refusal(of size: Double) -> ModelError {
    size.isFinite
      ? .outOfRange("size of a level", value: size, allowed: ">= 0") : .nonFinite("size of a level")
  }
}
