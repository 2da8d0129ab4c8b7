/// Whether a new quote is worth a message.
public enum Requote {
  /// |new − old| / mid above the threshold, basis points. Throws on non-finite prices, a mid ≤ 0 or a
  /// negative threshold.
  public static func isDue(old: Double, new: Double, mid: Double, thresholdBps: Double) throws(ModelError)
    -> Bool
  {
    try Domain.finite(old, "old quote")
    try Domain.finite(new, "new quote")
    try Domain.nonNegative(thresholdBps, "requote threshold")
    return try BpsConversion.distance((new - old).magnitude, of: mid) > thresholdBps
  }
}
