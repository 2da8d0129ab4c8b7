import Topology
import Trading
import VenueSimulator

extension VenueSimulator.Configuration {
  /// The venue as the topology describes it; nil if the component is of another kind.
  public init?(_ component: Component, in topology: Topology) {
    guard case .venue(let role) = component.role else { return nil }
    let market: VenueSimulator.Market
    switch role.market {
    case .capture: market = .replay
    case .synthetic(let synthetic):
      market = .synthetic(
        seed: synthetic.seed, flows: Self.flows(synthetic, topology),
        depthUpdateNanos: synthetic.depthUpdateNanos)
    }
    let accounts = topology.accounts.filter { $0.venue == component.name }
    self.init(
      component: component.number, instruments: topology.instruments(of: component),
      accounts: accounts.map { account in
        VenueSimulator.Account(
          number: account.number, currency: account.currency,
          balances: account.balances.map { VenueSimulator.Balance(currency: $0.currency, amount: $0.amount) },
          executorComponent: topology.executor(of: account.name)?.number)
      }, market: market,
      orderLatencyNanos: role.orderLatencyNanos, reportLatencyNanos: role.reportLatencyNanos,
      latencyJitterNanos: role.jitterNanos, capabilities: role.capabilities,
      faults: role.faults.map(AnswerFaults.init) ?? AnswerFaults())
    if let most = role.capabilities.counts.openOrders { maxOpenOrders = most }
    if case .synthetic(let synthetic) = role.market { latencySeed = synthetic.seed }
  }
}

extension VenueSimulator.Configuration {
  private static func flows(_ market: SyntheticSettings, _ topology: Topology) -> [SyntheticFlow] {
    market.midPrice.compactMap { mid in
      guard let instrument = topology.instrument(named: mid.instrument),
        let quantity = market.meanOrderQuantity.first(where: { $0.instrument == mid.instrument })
      else { return nil }
      return SyntheticFlow(
        instrument: instrument.number, startPrice: mid.value,
        volatilityBps: market.volatilityBpsPerSqrtSecond, halfSpreadBps: market.halfSpreadBps,
        depthBps: market.depthBps, meanQuantity: quantity.value,
        limitOrdersPerSecond: market.limitOrdersPerSecond,
        marketOrdersPerSecond: market.marketOrdersPerSecond,
        cancelsPerOrderPerSecond: market.cancelsPerOrderPerSecond)
    }
  }
}
