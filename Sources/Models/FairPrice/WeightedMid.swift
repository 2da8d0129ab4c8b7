/// The two simplest fair prices of a book: the middle, and the middle leaning towards the thinner side.
public enum WeightedMid {
  /// (bid + ask)/2. Throws unless 0 < bid ≤ ask; a locked book is its own mid, a crossed one is refused.
  public static func mid(bid: Double, ask: Double) throws(ModelError) -> Double {
    try check(bid, ask)
    return bid + (ask - bid) / 2
  }

  /// ask · I + bid · (1 − I) with I the bid's share of both sizes: the more is bid, the nearer the ask
  /// (Stoikov 2018 calls it the weighted mid). Throws as `mid` and `Imbalance.bidShare` do.
  public static func price(
    bid: Double, bidSize: Double, ask: Double, askSize: Double
  ) throws(ModelError) -> Double {
    try check(bid, ask)
    let share = try Imbalance.bidShare(bidSize: bidSize, askSize: askSize)
    return ask * share + bid * (1 - share)
  }

  @inline(__always)
  private static func check(_ bid: Double, _ ask: Double) throws(ModelError) {
    guard bid > 0 && ask >= bid && ask.isFinite else { throw refusal(bid, ask) }
  }

  private static func refusal(_ bid: Double, _ ask: Double) -> ModelError {
    if !bid.isFinite { return .nonFinite("bid") }
    if !ask.isFinite { return .nonFinite("ask") }
    return bid > 0
      ? .outOfRange("ask", value: ask, allowed: ">= the bid \(bid)")
      : .outOfRange("bid", value: bid, allowed: "> 0")
  }
}
