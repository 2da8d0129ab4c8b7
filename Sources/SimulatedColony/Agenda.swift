/// What is to happen, in order of its moment; things of one moment in the order in which they were put in.
///
/// A binary heap: the order depends on nothing but moments and insertion, so a run repeats to the bit.
package struct Agenda<Item> {
  package struct Entry {
    package let moment: Int64
    package let item: Item
  }

  /// A place in the heap; the item lies still elsewhere, because it is dear to move.
  private struct Place {
    let moment: Int64
    let order: UInt64
    let slot: Int

    func precedes(_ other: Place) -> Bool { (moment, order) < (other.moment, other.order) }
  }

  private var heap: [Place] = []
  private var items: [Item?] = []
  private var free: [Int] = []
  private var count: UInt64 = 0

  package init() {}

  package var nextMoment: Int64? { heap.first?.moment }

  package mutating func add(_ item: Item, at moment: Int64) {
    count += 1
    let slot = free.popLast() ?? items.count
    if slot == items.count { items.append(item) } else { items[slot] = item }
    heap.append(Place(moment: moment, order: count, slot: slot))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].precedes(heap[parent]) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  package mutating func next() -> Entry? {
    guard let first = heap.first, let item = items[first.slot].take() else { return nil }
    free.append(first.slot)
    let last = heap.removeLast()
    if !heap.isEmpty { sink(last) }
    return Entry(moment: first.moment, item: item)
  }

  private mutating func sink(_ last: Place) {
    heap[0] = last
    var parent = 0
    while true {
      var best = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if heap[child].precedes(heap[best]) { best = child }
      }
      guard best != parent else { return }
      heap.swapAt(parent, best)
      parent = best
    }
  }
}
