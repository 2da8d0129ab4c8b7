/// A fact as the journal keeps it: a kind number that is never reused, and bytes.
public protocol FactCoding: Equatable, Sendable {
  /// Which fact; stable for ever.
  var kind: UInt16 { get }

  /// Writes everything but the kind.
  func encode(into writer: inout SnapshotWriter)

  /// Reads what `encode` wrote for this kind.
  init(kind: UInt16, from reader: inout SnapshotReader) throws(RestoreError)
}
