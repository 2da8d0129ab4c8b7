import ActorKit
import Trading

/// Orders on which nothing can happen any more, except what comes late: the newest `limit`, in the order in
/// which they ended. A report on an older one finds nothing; its fills are still known by the `FillLog`.
struct ClosedOrders: Equatable, Sendable {
  /// How many are kept.
  static let limit = 4_096

  /// A ring once it is full; `first` is the oldest.
  private var slots: [OwnOrder] = []
  private var first = 0
  private var places: [ClOrdID: Int] = [:]

  var count: Int { slots.count }

  subscript(id: ClOrdID) -> OwnOrder? { places[id].map { slots[$0] } }

  /// Changes an order that stays closed.
  mutating func replace(with order: OwnOrder) {
    guard let place = places[order.id] else {
      preconditionFailure("\(order.id) is not among the closed orders")
    }
    slots[place] = order
  }

  /// Adds one that just ended; the oldest goes if there are too many.
  mutating func append(_ order: OwnOrder) {
    if slots.count < Self.limit {
      places[order.id] = slots.count
      slots.append(order)
      return
    }
    places[slots[first].id] = nil
    slots[first] = order
    places[order.id] = first
    first = (first + 1) % Self.limit
  }

  /// Takes out one that turned out to be open. Rare, so the ring is simply laid out anew.
  mutating func remove(_ id: ClOrdID) {
    let kept = oldestFirst.filter { $0.id != id }
    self = ClosedOrders()
    for order in kept { append(order) }
  }

  var oldestFirst: [OwnOrder] { Array(slots[first...]) + Array(slots[..<first]) }

  init() {}

  init(oldestFirst orders: [OwnOrder]) throws(RestoreError) {
    for order in orders {
      guard places[order.id] == nil else { throw .invalid("the closed order \(order.id) twice") }
      append(order)
    }
  }

  /// Equal when they hold the same orders in the same order, wherever the ring begins.
  static func == (left: ClosedOrders, right: ClosedOrders) -> Bool { left.oldestFirst == right.oldestFirst }
}
