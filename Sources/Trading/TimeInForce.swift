/// How long an order stands. The raw values are those of FIX field 59.
@frozen public enum TimeInForce: UInt8, CaseIterable, Hashable, Sendable {
  /// Until filled or cancelled.
  case gtc = 1
  /// Whatever trades at once; the rest is cancelled.
  case ioc = 3
  /// All of it at once or nothing.
  case fok = 4
}
