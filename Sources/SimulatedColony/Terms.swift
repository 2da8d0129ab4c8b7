import OrderExecutor
import RiskAdjuster
import Topology
import Trading

/// What a topology and a plan allow, as the judge goes by it.
struct Terms {
  /// What risk lets one order be.
  struct OrderLimits {
    let quantity: Quantity
    let notional: Notional
    /// What one trade may lose at its stop.
    let loss: Notional?
  }

  /// The most that the executor lets an account have.
  private(set) var caps: [VenueTruth.Holding: Quantity] = [:]
  /// Risk's own, which are narrower.
  private(set) var limits: [VenueTruth.Holding: Quantity] = [:]
  private(set) var orders: [VenueTruth.Holding: OrderLimits] = [:]
  /// What is less than this is dust: nobody protects or counts it.
  let dust: [UInt32: Quantity]
  /// Of each executor, by component numbers.
  private(set) var venues: [UInt16: UInt16] = [:]
  let instruments: [UInt32]
  /// The venue does not see to it that what closes does not open.
  let closesExits: Bool
  let guardsStops: Bool

  init(
    _ executors: [OrderExecutor.Configuration], _ risks: [RiskAdjuster.Configuration],
    _ topology: Topology, venue capabilities: Trading.VenueCapabilities
  ) {
    dust = Self.dust(topology)
    instruments = dust.keys.sorted()
    closesExits = !capabilities.hasReduceOnly
    guardsStops = capabilities.hasStops
    for executor in executors {
      venues[executor.component] = executor.venueComponent
      for cap in executor.caps {
        caps[.init(account: executor.account.number, instrument: cap.instrument)] = cap.maxPosition
      }
    }
    for risk in risks {
      guard let all = risk.limits else { continue }
      for limit in all.instruments {
        let holding = VenueTruth.Holding(account: risk.account, instrument: limit.instrument)
        limits[holding] = limit.maxPosition
        orders[holding] = OrderLimits(
          quantity: limit.maxOrderQuantity, notional: Notional(all.maxOrderNotional),
          loss: all.maxLossPerTrade.map { Notional($0) })
      }
    }
  }

  /// Twice what a venue takes at the least, at the price of the market's start.
  private static func dust(_ topology: Topology) -> [UInt32: Quantity] {
    var dust: [UInt32: Quantity] = [:]
    for instrument in topology.instruments {
      dust[instrument.number] = max(instrument.minQuantity, instrument.lotSize) + instrument.lotSize
      for component in topology.components {
        guard case .venue(let venue) = component.role, case .synthetic(let market) = venue.market,
          let mid = market.midPrice.first(where: { $0.instrument == instrument.name })?.value
        else { continue }
        let least = Double(instrument.minNotional.raw) / 1e17 / (Double(mid.raw) / 1e9)
        dust[instrument.number] = Quantity(raw: Int64(2 * least * 1e8)) + instrument.lotSize
      }
    }
    return dust
  }

  func dust(_ instrument: UInt32) -> Quantity { dust[instrument] ?? .zero }
}
