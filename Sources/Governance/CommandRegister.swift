import ActorKit

/// Ids of the newest `limit` commands carried out, so that the same one again does nothing.
///
/// It is durable with its owner: a release repeated by the network after a restart must not undo a later
/// halt. Bound: the oldest id makes room.
public struct CommandRegister: Equatable, Sendable {
  public static let limit = 1_024

  private var ids: [Correlation] = []
  /// Where the next id goes once the register is full: the oldest one's place.
  private var cursor = 0

  public init() {}

  public var count: Int { ids.count }

  /// A command without an id cannot be known again.
  public func contains(_ id: Correlation) -> Bool { id != .none && ids.contains(id) }

  public mutating func insert(_ id: Correlation) {
    guard id != .none, !ids.contains(id) else { return }
    if ids.count < Self.limit {
      ids.append(id)
    } else {
      ids[cursor] = id
      cursor = (cursor + 1) % Self.limit
    }
  }
}

extension CommandRegister: RecordValue {
  /// Oldest first.
  public func write(to writer: inout SnapshotWriter) {
    writer.write(UInt32(ids.count))
    for step in ids.indices { ids[(cursor + step) % ids.count].write(to: &writer) }
  }

  public init(from reader: inout SnapshotReader) throws(RestoreError) {
    let count = try reader.read(UInt32.self)
    guard count <= Self.limit else { throw .invalid("\(count) ids of commands, more than \(Self.limit)") }
    for _ in 0..<count {
      let id = try Correlation(from: &reader)
      guard id != .none, !ids.contains(id) else { throw .invalid("an id of a command twice, or none") }
      ids.append(id)
    }
  }
}
