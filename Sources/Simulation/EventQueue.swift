import ActorKit

/// What is to happen, in order of virtual time; things of the same time in the order they were put in.
///
/// A binary heap over plain values: the order depends on nothing but times and insertion, so a run repeats
/// exactly.
package struct EventQueue {
  package struct Event {
    package var boot: Int64
    package var order: UInt64
    package var node: Int
    package var what: What
  }

  package enum What {
    case message(Delivery)
    case link(LinkEvent)
    case wake
  }

  private var heap: [Event] = []
  private var nextOrder: UInt64 = 0

  package init() {}

  package var isEmpty: Bool { heap.isEmpty }
  package var nextBoot: Int64? { heap.first?.boot }
  package var nextNode: Int? { heap.first?.node }

  package mutating func push(_ what: What, to node: Int, atBoot boot: Int64) {
    nextOrder += 1
    heap.append(Event(boot: boot, order: nextOrder, node: node, what: what))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard Self.precedes(heap[child], heap[parent]) else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  package mutating func pop() -> Event? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var parent = 0
    while true {
      var best = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if Self.precedes(heap[child], heap[best]) { best = child }
      }
      guard best != parent else { return first }
      heap.swapAt(parent, best)
      parent = best
    }
  }

  private static func precedes(_ left: Event, _ right: Event) -> Bool {
    (left.boot, left.order) < (right.boot, right.order)
  }
}

/// A frame on its way.
public struct Delivery: Sendable {
  public var frame: [UInt8]
  public var peer: Peer

  public init(frame: [UInt8], peer: Peer) {
    self.frame = frame
    self.peer = peer
  }
}
