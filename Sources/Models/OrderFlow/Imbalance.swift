/// Order-book imbalance. The convention everywhere, also on the wire, is *signed*: −1 (only asks) … +1 (only
/// bids).
public enum Imbalance {
  /// Best level only: (bid − ask)/(bid + ask). Sizes ≥ 0 in one unit; throws `degenerate` when both are zero.
  public static func signed(bidSize: Double, askSize: Double) throws(ModelError) -> Double {
    2 * (try bidShare(bidSize: bidSize, askSize: askSize)) - 1
  }

  /// The bid's share of both best sizes, 0 … 1: the I of the micro-price literature.
  public static func bidShare(bidSize: Double, askSize: Double) throws(ModelError) -> Double {
    try Domain.nonNegative(bidSize, "bid size")
    try Domain.nonNegative(askSize, "ask size")
    let total = try Domain.finite(bidSize + askSize, "sum of both sizes")
    guard total > 0 else { throw .degenerate("both sides of the book are empty") }
    return bidSize / total
  }

  /// Over several levels once, for arrays: see `DepthImbalance`.
  public static func depth(
    bidSizes: [Double], askSizes: [Double], decayPerLevel: Double = 0.5
  ) throws(ModelError) -> Double {
    try DepthImbalance(decayPerLevel: decayPerLevel).signed(bidSizes: bidSizes.span, askSizes: askSizes.span)
  }
}
