/// A saved state: everything the rows up to `sequence` had done.
public struct JournalSnapshot: Equatable, Sendable {
  public let sequence: Int64
  /// The schema version that wrote `state`; not above the opener's.
  public let schemaVersion: Int32
  public let state: [UInt8]
  /// Newer snapshots that were damaged and passed over. Not zero is worth an alarm; nothing is lost, because
  /// the rows after `sequence` are all there.
  public let damagedNewerCount: Int
}
