/// Open, high, low and close of one interval of trading.
public struct Bar: Equatable, Sendable {
  public let open: Double
  public let high: Double
  public let low: Double
  public let close: Double

  /// Throws unless all four are positive numbers with low ≤ open, close ≤ high.
  public init(open: Double, high: Double, low: Double, close: Double) throws(ModelError) {
    self.open = try Domain.positive(open, "open")
    self.high = try Domain.positive(high, "high")
    self.low = try Domain.positive(low, "low")
    self.close = try Domain.positive(close, "close")
    guard high >= max(open, close) else {
      throw .outOfRange("high", value: high, allowed: ">= open \(open) and close \(close)")
    }
    guard low <= min(open, close) else {
      throw .outOfRange("low", value: low, allowed: "<= open \(open) and close \(close)")
    }
  }

  var logRange: Double { Math.log(high / low) }
  var logBody: Double { Math.log(close / open) }

  /// ln(H/C) ln(H/O) + ln(L/C) ln(L/O): Rogers and Satchell's variance of this bar.
  var rogersSatchell: Double {
    Math.log(high / close) * Math.log(high / open) + Math.log(low / close) * Math.log(low / open)
  }
}
