import ActorKit
import Wire

/// A permit as it was granted.
public struct GrantedPermit: Equatable, Sendable {
  public var account: UInt16
  /// The executor and its incarnation.
  public var component: UInt16
  public var holderEpoch: UInt32
  /// Tells it from another process of the same epoch; 0 where it did not say.
  public var instance: UInt64
  /// Of its journal; 0 where it did not say.
  public var lineage: UInt64
  public var level: PermitLevel
  /// When it asked, on its own boot clock, ns; the permit runs from there.
  public var askedBootNanos: Int64
  public var lifeNanos: Int64

  public init(
    account: UInt16, component: UInt16, holderEpoch: UInt32, instance: UInt64, lineage: UInt64 = 0,
    level: PermitLevel, askedBootNanos: Int64, lifeNanos: Int64
  ) {
    self.account = account
    self.component = component
    self.holderEpoch = holderEpoch
    self.instance = instance
    self.lineage = lineage
    self.level = level
    self.askedBootNanos = askedBootNanos
    self.lifeNanos = lifeNanos
  }
}

extension GrantedPermit {
  func write(to writer: inout SnapshotWriter) {
    writer.write(account)
    writer.write(component)
    writer.write(holderEpoch)
    writer.write(instance)
    writer.write(lineage)
    writer.write(level.rawValue)
    writer.write(askedBootNanos)
    writer.write(lifeNanos)
  }

  init(from reader: inout SnapshotReader) throws(RestoreError) {
    account = try reader.read()
    component = try reader.read()
    holderEpoch = try reader.read()
    instance = try reader.read()
    lineage = try reader.read()
    level = try reader.readChoice("a level of a permit")
    askedBootNanos = try reader.read()
    lifeNanos = try reader.read()
  }
}
