/// Outlines of open orders, the oldest first; they stay as they are when the books change.
package struct OrderOutlines: RandomAccessCollection, Sendable {
  private let sketched: [OrderOutline]
  /// Of its orders among all that are open.
  let slots: ArraySlice<Int32>

  init(_ sketched: [OrderOutline], _ slots: ArraySlice<Int32>) {
    self.sketched = sketched
    self.slots = slots
  }

  package var startIndex: Int { slots.startIndex }

  package var endIndex: Int { slots.endIndex }

  package subscript(index: Int) -> OrderOutline { sketched[Int(slots[index])] }
}
