/// The newest values of a sequence, as many as it has slots; the oldest makes room for a new one.
///
/// Bound: `capacity`. All its memory is taken with the first value, so that a history which takes hours to
/// fill does not look like a leak meanwhile, and one that never has a value costs nothing.
public struct NewestRing<Element: Sendable>: Sendable {
  public let capacity: Int
  public private(set) var count = 0
  /// None, or `capacity` of them.
  private var slots: [Element] = []
  /// The oldest value's slot.
  private var first = 0

  public init(capacity: Int) {
    precondition(capacity > 0, "a ring of \(capacity) values")
    self.capacity = capacity
  }

  /// Adds a value; gives the slot that it is in until it is dropped, and what was dropped for it.
  @discardableResult
  public mutating func append(_ value: Element) -> (slot: Int, dropped: Element?) {
    if slots.isEmpty { slots = Array(repeating: value, count: capacity) }
    let slot = (first + count) % capacity
    guard count == capacity else {
      slots[slot] = value
      count += 1
      return (slot, nil)
    }
    let dropped = slots[slot]
    slots[slot] = value
    first = (first + 1) % capacity
    return (slot, dropped)
  }

  /// By age: 0 is the oldest, `count - 1` the newest.
  public subscript(age index: Int) -> Element {
    precondition(index >= 0 && index < count, "value \(index) of \(count)")
    return slots[(first + index) % capacity]
  }

  /// By the slot that `append` gave.
  public subscript(slot index: Int) -> Element {
    get { slots[index] }
    set { slots[index] = newValue }
  }

  public var oldest: Element? { count == 0 ? nil : self[age: 0] }

  public var oldestFirst: [Element] { (0..<count).map { self[age: $0] } }
}
