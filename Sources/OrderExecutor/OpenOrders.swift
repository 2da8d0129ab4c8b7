import Trading

/// Orders that may still be executed, by id, hence by age.
///
/// Beside each order lies its outline: what decisions ask of all of them, in plain numbers. A look through
/// the orders themselves copies every one with the arrays inside it, and with hundreds open and several looks
/// for each new order that would be most of an executor's work.
struct OpenOrders: Equatable, Sendable {
  private(set) var orders: [OwnOrder] = []
  /// In the same places.
  private(set) var outlines: [OrderOutline] = []

  func place(of id: ClOrdID) -> Int? {
    let place = lowestPlace(notBelow: id)
    return place < outlines.count && outlines[place].id == id ? place : nil
  }

  mutating func insert(_ order: OwnOrder) {
    let place = lowestPlace(notBelow: order.id)
    precondition(place == outlines.count || outlines[place].id != order.id, "order \(order.id) is open twice")
    orders.insert(order, at: place)
    outlines.insert(OrderOutline(order), at: place)
  }

  /// Changes an order. One that is over then is taken out and given back.
  mutating func update(_ place: Int, _ change: (inout OwnOrder) -> Void) -> OwnOrder? {
    change(&orders[place])
    guard orders[place].isOpen else {
      outlines.remove(at: place)
      return orders.remove(at: place)
    }
    outlines[place] = OrderOutline(orders[place])
    return nil
  }

  private func lowestPlace(notBelow id: ClOrdID) -> Int {
    // A new order has the highest id.
    guard let last = outlines.last, last.id >= id else { return outlines.count }
    var low = 0
    var high = outlines.count
    while low < high {
      let middle = (low + high) / 2
      if outlines[middle].id < id { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The outlines follow from the orders.
  static func == (left: OpenOrders, right: OpenOrders) -> Bool { left.orders == right.orders }
}
