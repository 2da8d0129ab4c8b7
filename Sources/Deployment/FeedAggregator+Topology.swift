import FeedAggregator
import Topology
import Trading

extension FeedAggregator.Configuration {
  /// The feed as the topology describes it; nil if the component is of another kind or hears no venue.
  public init?(_ component: Component, in topology: Topology) {
    guard case .feed(let role) = component.role,
      let venue = component.inputs.lazy.compactMap({ topology.component(named: $0) }).first
    else { return nil }
    self.init(
      component: component.number, venueComponent: venue.number,
      instruments: topology.instruments(of: component),
      volatilityHalfLifeSeconds: Double(role.volatilityHalfLifeNanos) / 1e9,
      imbalanceLevels: role.imbalanceLevels, staleAfterNanos: role.staleAfterNanos, bookDepth: 5_000)
  }
}
