import ActorKit
import Wire

/// A permit as it came in, for the record: an order may carry only a time within one.
public struct TakenPermit: Equatable, Sendable {
  public var level: PermitLevel
  /// Wall time of the asking, from which it runs, ns UTC.
  public var askedNanos: Int64
  /// The same on our boot clock, as the queen's record has it, ns.
  public var askedBootNanos: Int64
  /// Full for so long; reducing for as long again, ns.
  public var lifeNanos: Int64

  public init(level: PermitLevel, askedNanos: Int64, askedBootNanos: Int64, lifeNanos: Int64) {
    self.level = level
    self.askedNanos = askedNanos
    self.askedBootNanos = askedBootNanos
    self.lifeNanos = lifeNanos
  }
}

extension TakenPermit {
  func write(to writer: inout SnapshotWriter) {
    writer.write(level.rawValue)
    writer.write(askedNanos)
    writer.write(askedBootNanos)
    writer.write(lifeNanos)
  }

  init(from reader: inout SnapshotReader) throws(RestoreError) {
    level = try reader.readChoice("level of a permit")
    askedNanos = try reader.read()
    askedBootNanos = try reader.read()
    lifeNanos = try reader.read()
  }
}
