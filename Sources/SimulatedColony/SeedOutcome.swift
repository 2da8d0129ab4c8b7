/// What came out of a seed.
public struct SeedOutcome: Sendable {
  public let seed: UInt64
  /// Over everything that was stored and sent: equal for equal runs.
  public let hash: UInt64
  public let judgement: Judgement
  /// Faults that struck, by kind.
  public let struck: [Fault.Kind: Int]
  public let network: NetworkCounts
  /// Time that passed in the simulation, ns.
  public let virtualNanos: Int64
  public let turns: Int
  public let orders: Int
  public let trades: Int

  public var isSound: Bool { judgement.violations.isEmpty }
}
