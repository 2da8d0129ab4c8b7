import ActorKit
import Wire

/// Snapshots that have been asked for, so that answers find their topic. Bound: `capacity`, oldest first out.
struct SnapshotRequests {
  static let capacity = 1_024

  private var open: [(id: UInt64, publisher: UInt16, topic: Topic)] = []
  private var lastID: UInt64 = 0

  mutating func add(_ topic: Topic, of publisher: UInt16) -> UInt64 {
    lastID += 1
    if open.count == Self.capacity { open.removeFirst() }
    open.append((lastID, publisher, topic))
    return lastID
  }

  mutating func take(_ id: UInt64, from publisher: UInt16) -> Topic? {
    guard let index = open.firstIndex(where: { $0.id == id && $0.publisher == publisher }) else { return nil }
    return open.remove(at: index).topic
  }
}
