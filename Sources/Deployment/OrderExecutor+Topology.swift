import OrderExecutor
import Topology
import Trading

extension OrderExecutor.Configuration {
  /// The executor as the topology describes it; nil if the component is of another kind.
  public init?(_ component: Component, in topology: Topology) {
    guard case .executor(let role) = component.role,
      let account = topology.account(named: role.account),
      let venue = topology.component(named: role.venue),
      let risk = topology.risk(of: role.account)
    else { return nil }
    let settings = role.settings
    let limits = topology.limits(of: role.account)
    let caps = topology.instruments(of: component).compactMap { instrument -> InstrumentCaps? in
      guard let order = settings.maxOrderQuantity(of: instrument.name),
        let position = settings.maxPosition(of: instrument.name)
      else { return nil }
      return InstrumentCaps(
        instrument: instrument.number, maxOrderQuantity: order, maxPosition: position,
        collar: PriceCollar(
          limit: settings.priceCollar, band: settings.priceCollar,
          maxAgeNanos: limits?.maxDataAgeNanos ?? Self.dataAgeWithoutLimitsNanos))
    }
    let rate = Int64(settings.ordersPerSecond)
    // The caps have no burst of their own: two seconds' worth, a fifth of it for cancels.
    let burst = max(5, 2 * rate)
    self.init(
      component: component.number, venueComponent: venue.number, queenComponent: topology.queen.number,
      riskComponent: risk.number,
      account: AccountIdentity(number: account.number, currency: account.currency),
      instruments: topology.instruments(of: component), caps: caps,
      messageRate: MessageRate(perSecond: rate, burst: burst, cancelReserve: burst / 5),
      maxOpenOrders: settings.maxOpenOrders,
      exits: ExitPricing(slippage: settings.exitSlippage, cap: settings.exitCap),
      orderTimeoutNanos: settings.orderTimeoutNanos, cancelTimeoutNanos: settings.cancelTimeoutNanos,
      stuckAfterNanos: settings.stuckAfterNanos)
    if case .venue(let its) = venue.role { self.venue = its.capabilities }
    closesOwnerless = settings.ownerless == .close
    startsHalted = account.isLive
    flattensAtEnd = topology.session.atEnd == .flatten
    if case .queen(let queen) = topology.queen.role { assumedPermitLifeNanos = queen.permitLifeNanos }
  }

  /// Without limits nothing is traded; the figure only has to be some figure.
  private static let dataAgeWithoutLimitsNanos: Int64 = 1_500_000_000
}
