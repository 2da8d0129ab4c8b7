import Trading

/// How other participants behave in one instrument: independent Poisson streams of limit orders, market
/// orders and cancels around an efficient mid that walks at random.
///
/// The number of resting orders settles near `limitOrdersPerSecond / cancelsPerOrderPerSecond`.
public struct SyntheticFlow: Equatable, Sendable {
  /// Number of the instrument.
  public var instrument: UInt32
  /// The efficient mid when the market clock starts. It stays within a tenth and ten times of it.
  public var startPrice: Price
  /// Standard deviation of the mid's change over a second, in basis points.
  public var volatilityBps: Double
  /// How far from the mid a limit order stands at least, in basis points.
  public var halfSpreadBps: Double
  /// How far beyond that it stands on average, in basis points.
  public var depthBps: Double
  /// Mean size of an order.
  public var meanQuantity: Quantity
  public var limitOrdersPerSecond: Double
  public var marketOrdersPerSecond: Double
  /// Rate at which each resting order is cancelled.
  public var cancelsPerOrderPerSecond: Double
  /// Most resting orders of others; a further one makes a random one go.
  public var maxOrders: Int

  public init(
    instrument: UInt32, startPrice: Price, volatilityBps: Double = 1, halfSpreadBps: Double = 0.5,
    depthBps: Double = 5, meanQuantity: Quantity, limitOrdersPerSecond: Double = 40,
    marketOrdersPerSecond: Double = 4, cancelsPerOrderPerSecond: Double = 0.2, maxOrders: Int = 1_000
  ) {
    self.instrument = instrument
    self.startPrice = startPrice
    self.volatilityBps = volatilityBps
    self.halfSpreadBps = halfSpreadBps
    self.depthBps = depthBps
    self.meanQuantity = meanQuantity
    self.limitOrdersPerSecond = limitOrdersPerSecond
    self.marketOrdersPerSecond = marketOrdersPerSecond
    self.cancelsPerOrderPerSecond = cancelsPerOrderPerSecond
    self.maxOrders = maxOrders
  }

  /// What is wrong with the figures, nil if nothing is.
  public var problem: String? {
    if !startPrice.isPositive { return "the start price \(startPrice) is not positive" }
    if !meanQuantity.isPositive { return "the mean quantity \(meanQuantity) is not positive" }
    if !(10...Self.mostOrders).contains(maxOrders) {
      return "at most \(maxOrders) orders; allowed are 10 to \(Self.mostOrders)"
    }
    let figures: [(String, Double, ClosedRange<Double>)] = [
      ("volatilityBps", volatilityBps, 0...1_000), ("halfSpreadBps", halfSpreadBps, 0...1_000),
      ("depthBps", depthBps, 0.001...5_000), ("limitOrdersPerSecond", limitOrdersPerSecond, 0.001...10_000),
      ("marketOrdersPerSecond", marketOrdersPerSecond, 0...10_000),
      ("cancelsPerOrderPerSecond", cancelsPerOrderPerSecond, 0...100),
    ]
    for (name, value, range) in figures where !range.contains(value) {
      return "\(name) is \(value); allowed are \(range.lowerBound) to \(range.upperBound)"
    }
    return nil
  }

  static let mostOrders = 4_000
}
