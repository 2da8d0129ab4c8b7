import Trading

/// A market made of seeded order flow: what the venue shows when it has no recording.
public struct SyntheticMarket: Equatable, Sendable {
  /// All randomness of the market comes from it.
  public var seed: UInt64
  /// One per instrument of the venue, in any order.
  public var flows: [SyntheticFlow]
  /// Depth is published this often, market time.
  public var depthUpdateNanos: Int64

  public init(seed: UInt64, flows: [SyntheticFlow], depthUpdateNanos: Int64 = 100_000_000) {
    self.seed = seed
    self.flows = flows
    self.depthUpdateNanos = depthUpdateNanos
  }
}
