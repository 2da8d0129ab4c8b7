/// How long quotes may stand that nobody renews.
public enum QuoteLife {
  /// The longest that a strategy may ask for. Risk and executor keep to it by their own clocks, whatever time
  /// a message names.
  public static let longestNanos: Int64 = 60_000_000_000
}
