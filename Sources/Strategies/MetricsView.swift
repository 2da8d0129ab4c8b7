import Trading
import Wire

/// The feed's figures as last told; nil is not known, or not a finite number.
public struct MetricsView: Equatable, Sendable {
  public let mid: Price
  public let microPrice: Price
  public let spreadBps: Double?
  /// Bps per square root of a second.
  public let volatilityBps: Double?
  /// Standard error of it, same unit.
  public let volatilityUncertaintyBps: Double?
  /// In [-1, 1], positive when bids outweigh.
  public let imbalance: Double?
  public let adverseSelectionBps: Double?
  /// Trades a second begun by buyers and by sellers.
  public let buyArrivalRate: Double?
  public let sellArrivalRate: Double?
  public let state: FeedState
  public let eventNanos: Int64

  package init(_ metrics: MarketMetrics) {
    func known(_ value: Double) -> Double? { value.isFinite ? value : nil }
    mid = Price(raw: metrics.mid)
    microPrice = Price(raw: metrics.microPrice)
    spreadBps = known(metrics.spreadBps)
    volatilityBps = known(metrics.volatilityBps)
    volatilityUncertaintyBps = known(metrics.volatilityUncertaintyBps)
    imbalance = known(metrics.imbalance)
    adverseSelectionBps = known(metrics.adverseSelectionBps)
    buyArrivalRate = known(metrics.buyArrivalRate)
    sellArrivalRate = known(metrics.sellArrivalRate)
    state = metrics.state
    eventNanos = metrics.eventNanos
  }
}
