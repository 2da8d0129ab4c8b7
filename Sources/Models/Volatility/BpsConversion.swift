/// Conversions between basis points, prices and horizons. A basis point is 1e-4 of the price.
public enum BpsConversion {
  public static let perUnit = 1e4

  /// A variance of logarithmic returns per second as σ in bps/√s. Throws unless it is a finite number ≥ 0.
  public static func volatility(variancePerSecond: Double) throws(ModelError) -> Double {
    try Domain.nonNegative(variancePerSecond, "variance per second")
    return perUnit * variancePerSecond.squareRoot()
  }

  /// A distance in bps of `price` as a distance in price units: price · bps · 1e-4.
  public static func price(bps: Double, of price: Double) throws(ModelError) -> Double {
    try Domain.finite(bps, "basis points")
    try Domain.positive(price, "price")
    return try Domain.finite(price * bps / perUnit, "price distance")
  }

  /// A distance in price units as bps of `reference`.
  public static func distance(_ priceDistance: Double, of reference: Double) throws(ModelError) -> Double {
    try Domain.finite(priceDistance, "price distance")
    try Domain.positive(reference, "reference price")
    return try Domain.finite(perUnit * priceDistance / reference, "basis points")
  }

  /// σ per √second as σ per √horizon, for independent returns: σ √seconds. Works in any price unit.
  public static func volatility(
    perRootSecond sigma: Double, overSeconds seconds: Double
  ) throws(ModelError) -> Double {
    try Domain.nonNegative(sigma, "volatility")
    try Domain.nonNegative(seconds, "seconds")
    return try Domain.finite(sigma * seconds.squareRoot(), "volatility over the horizon")
  }
}
