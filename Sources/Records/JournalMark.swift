/// How far a session's inbox has been taken in: the highest sequence of a peer's lane.
public struct JournalMark: Equatable, Sendable {
  /// The peer's component number in the topology.
  public let peer: UInt16
  public let lane: UInt8
  /// The peer's epoch in which `sequence` was counted.
  public let epoch: UInt32
  /// The lineage of the journal to which that epoch belongs (`Journal.lineage`); 0 where the peer tells none.
  public let lineage: UInt64
  public let sequence: UInt64

  public init(peer: UInt16, lane: UInt8, lineage: UInt64, epoch: UInt32, sequence: UInt64) {
    self.peer = peer
    self.lane = lane
    self.lineage = lineage
    self.epoch = epoch
    self.sequence = sequence
  }
}
