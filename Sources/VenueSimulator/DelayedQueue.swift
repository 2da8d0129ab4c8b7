/// Things that wait for their own time each, the earliest first, at one time the oldest.
///
/// Bound: `most`; what comes on top is not taken.
struct DelayedQueue<Element: Sendable>: Sendable {
  private var entries: [(dueNanos: Int64, element: Element)] = []

  static var most: Int { 1_024 }

  var isEmpty: Bool { entries.isEmpty }

  var firstDueNanos: Int64? { entries.first?.dueNanos }

  /// False if too many wait.
  mutating func insert(_ element: Element, dueNanos: Int64) -> Bool {
    guard entries.count < Self.most else { return false }
    let index = entries.firstIndex { $0.dueNanos > dueNanos } ?? entries.count
    entries.insert((dueNanos, element), at: index)
    return true
  }

  /// Takes the first out; there must be one.
  mutating func removeFirst() -> Element { entries.removeFirst().element }
}
