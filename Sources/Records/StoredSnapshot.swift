/// The state that all turns up to `turn` led to, as a store kept it.
public struct StoredSnapshot: Equatable, Sendable {
  public let turn: UInt64
  /// The last row of those turns.
  public let row: Int64
  /// The schema version that wrote the core's state.
  public let schemaVersion: Int32
  public let coreState: [UInt8]
  public let hostState: HostState
  /// The writer's wall time, nanoseconds UTC.
  public let wallNanos: Int64
  /// Newer snapshots that were damaged and passed over. Not zero is worth an alarm; nothing is lost, because
  /// the turns after `turn` are all there.
  public let damagedNewerCount: Int

  package init(
    turn: UInt64, row: Int64, schemaVersion: Int32, coreState: [UInt8], hostState: HostState,
    wallNanos: Int64, damagedNewerCount: Int
  ) {
    self.turn = turn
    self.row = row
    self.schemaVersion = schemaVersion
    self.coreState = coreState
    self.hostState = hostState
    self.wallNanos = wallNanos
    self.damagedNewerCount = damagedNewerCount
  }
}
