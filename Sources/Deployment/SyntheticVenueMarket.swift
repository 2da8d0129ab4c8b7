import VenueSimulator

// In a file of its own, because the topology's settings of a synthetic market have the same name as the
// venue's.
extension VenueSimulator.Market {
  static func synthetic(
    seed: UInt64, flows: [SyntheticFlow], depthUpdateNanos: Int64
  ) -> VenueSimulator.Market {
    .synthetic(SyntheticMarket(seed: seed, flows: flows, depthUpdateNanos: depthUpdateNanos))
  }
}
