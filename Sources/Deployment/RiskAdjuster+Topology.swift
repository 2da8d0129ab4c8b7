import RiskAdjuster
import Topology
import Trading

extension RiskAdjuster.Configuration {
  /// The risk owner as the topology describes it; nil if the component is of another kind.
  ///
  /// An account without limits gets none, and risk then refuses everything.
  public init?(_ component: Component, in topology: Topology) {
    guard case .risk(let role) = component.role,
      let account = topology.account(named: role.account),
      let executor = topology.component(named: role.executor)
    else { return nil }
    let limits = topology.limits(of: role.account)
    let instruments = topology.instruments(of: executor)
    self.init(
      component: component.number, executorComponent: executor.number, account: account.number,
      instruments: instruments, strategies: topology.strategies(tradingFor: account),
      signalComponents: topology.components(of: .signal).filter { signal in
        topology.risks(of: signal).contains { $0.risk.number == component.number }
      }.map(\.number),
      limits: limits.map { limits in
        RiskLimits(
          currency: account.currency,
          instruments: instruments.compactMap { instrument in
            guard let order = limits.maxOrderQuantity(of: instrument.name),
              let position = limits.maxPosition(of: instrument.name)
            else { return nil }
            return InstrumentLimits(
              instrument: instrument.number, maxOrderQuantity: order, maxPosition: position)
          },
          maxOrderNotional: limits.maxOrderNotional, priceCollar: limits.priceCollar,
          ordersPerSecond: Int64(limits.ordersPerSecond), burst: Int64(limits.burst),
          cancelReserve: Int64(limits.cancelReserve), maxLossPerTrade: limits.maxLossPerTrade,
          maxOpenIntents: limits.maxOpenIntents, minStopTicks: Int64(limits.minStopTicks),
          slippageAllowance: limits.slippageAllowance)
      })
    if let limits { maxDataAgeNanos = limits.maxDataAgeNanos }
  }
}
