import Trading

/// The orders of one instrument in price-time priority, ours and those of other participants in one queue.
///
/// Each side is one array, the best order last and at one price the oldest last, so that matching pops from
/// the end. Beside it stand the quantities by price as the public sees them, and the list of prices changed
/// since the last publication. Never crossed: whatever could trade on arrival has traded.
struct PriceTimeBook: Sendable {
  /// One resting order.
  struct Order: Equatable, Sendable {
    /// Its number at the venue if it is ours, 0 otherwise.
    var venueOrderId: UInt64
    /// Its account's index in the ledger, or `Fill.notOurs`.
    var account: Int
    var price: Price
    var leaves: Quantity

    var isOurs: Bool { account >= 0 }
  }

  /// A price of which the quantity changed.
  struct Change: Equatable, Comparable, Sendable {
    var side: Side
    var price: Price

    static func < (left: Change, right: Change) -> Bool {
      (left.side.rawValue, left.price) < (right.side.rawValue, right.price)
    }
  }

  private(set) var bids: [Order] = []
  private(set) var asks: [Order] = []
  /// Quantities by price.
  private(set) var levels: OrderBook
  /// Resting orders that are not ours.
  private(set) var othersCount = 0
  /// Counts changes of levels: the public update id, without its base.
  private(set) var updateCount: UInt64 = 0
  private(set) var changes: [Change] = []

  /// Room for so many orders, ours included; the callers keep to it.
  init(capacity: Int) {
    levels = OrderBook(capacity: capacity)
    bids.reserveCapacity(capacity)
    asks.reserveCapacity(capacity)
    changes.reserveCapacity(1_024)
  }

  func orders(_ side: Side) -> [Order] { side == .buy ? bids : asks }

  func count(_ side: Side) -> Int { side == .buy ? bids.count : asks.count }

  /// The best order of a side.
  func best(_ side: Side) -> Order? { side == .buy ? bids.last : asks.last }

  /// Rests an order behind all others at its price. It must not cross; what crosses is taken first.
  mutating func add(_ order: Order, _ side: Side) {
    precondition(order.leaves.isPositive, "an order of \(order.leaves) cannot rest")
    if let best = best(side.opposite) {
      precondition(!side.reaches(order.price, best.price), "an order at \(order.price) crosses \(best.price)")
    }
    let index = insertionIndex(order.price, side)
    if side == .buy { bids.insert(order, at: index) } else { asks.insert(order, at: index) }
    if !order.isOurs { othersCount += 1 }
    changeLevel(side, order.price, by: order.leaves.raw)
  }

  /// Trades an arriving order against the opposite side, best price first, then oldest. Returns what is left
  /// of it. `limit` nil takes at any price.
  mutating func take(
    _ side: Side, limit: Price?, _ quantity: Quantity, into fills: inout [Fill]
  ) -> Quantity {
    let opposite = side.opposite
    var left = quantity
    while left.isPositive, let best = best(opposite) {
      if let limit, !side.reaches(limit, best.price) { break }
      let traded = min(left, best.leaves)
      fills.append(
        Fill(
          account: best.account, venueOrderId: best.venueOrderId, price: best.price, quantity: traded))
      left -= traded
      reduceOrder(at: count(opposite) - 1, opposite, by: traded)
    }
    return left
  }

  /// What an order would trade now and what that costs, up to a quantity.
  func available(_ side: Side, limit: Price?, upTo quantity: Quantity) -> (quantity: Quantity, cost: Notional)
  {
    var found = Quantity.zero
    var cost = Notional.zero
    for order in orders(side.opposite).reversed() {
      guard found < quantity else { break }
      if let limit, !side.reaches(limit, order.price) { break }
      let part = min(order.leaves, quantity - found)
      found += part
      cost += order.price * part
    }
    return (found, cost)
  }

  /// What rests here of one of our orders.
  func leaves(of venueOrderId: UInt64, _ side: Side) -> Quantity {
    index(of: venueOrderId, side).map { orders(side)[$0].leaves } ?? .zero
  }

  /// Takes one of our orders out; false if it does not rest here.
  @discardableResult
  mutating func remove(_ venueOrderId: UInt64, _ side: Side) -> Bool {
    guard let index = index(of: venueOrderId, side) else { return false }
    removeOrder(at: index, side)
    return true
  }

  /// Makes one of our orders smaller without moving it; false if it does not rest here.
  @discardableResult
  mutating func reduce(_ venueOrderId: UInt64, _ side: Side, to leaves: Quantity) -> Bool {
    guard let index = index(of: venueOrderId, side) else { return false }
    let order = orders(side)[index]
    precondition(leaves <= order.leaves, "order \(venueOrderId) can only become smaller in its place")
    reduceOrder(at: index, side, by: order.leaves - leaves)
    return true
  }

  /// Cancels the order of another participant at or after an index counted over both sides.
  mutating func removeOther(from start: Int) {
    let total = bids.count + asks.count
    for step in 0..<total {
      let counted = (start + step) % total
      let side: Side = counted < bids.count ? .buy : .sell
      let index = side == .buy ? counted : counted - bids.count
      if !orders(side)[index].isOurs {
        removeOrder(at: index, side)
        return
      }
    }
  }

  /// Takes all orders out. The public learns of it by a snapshot.
  mutating func clear() {
    bids.removeAll(keepingCapacity: true)
    asks.removeAll(keepingCapacity: true)
    levels.clear()
    othersCount = 0
    updateCount += 1
    clearChanges()
  }

  /// Forgets the list of changes: they have been published. Sorted and without repetitions before.
  mutating func clearChanges() { changes.removeAll(keepingCapacity: true) }

  /// Puts the changed prices in order, each once.
  mutating func sortChanges() {
    changes.sort()
    var kept = 0
    for index in changes.indices where kept == 0 || changes[index] != changes[kept - 1] {
      changes[kept] = changes[index]
      kept += 1
    }
    changes.removeLast(changes.count - kept)
  }
}

extension PriceTimeBook {
  private func index(of venueOrderId: UInt64, _ side: Side) -> Int? {
    let orders = orders(side)
    return orders.lastIndex { $0.venueOrderId == venueOrderId && $0.isOurs }
  }

  /// Before the first order that goes before it: better, or as good and older.
  private func insertionIndex(_ price: Price, _ side: Side) -> Int {
    let orders = side == .buy ? bids : asks
    var low = 0
    var high = orders.count
    while low < high {
      let middle = (low + high) / 2
      let there = orders[middle].price
      let isWorse = side == .buy ? there < price : there > price
      if isWorse { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private mutating func reduceOrder(at index: Int, _ side: Side, by quantity: Quantity) {
    let order = orders(side)[index]
    if order.leaves == quantity {
      removeOrder(at: index, side)
      return
    }
    if side == .buy { bids[index].leaves -= quantity } else { asks[index].leaves -= quantity }
    changeLevel(side, order.price, by: 0 - quantity.raw)
  }

  private mutating func removeOrder(at index: Int, _ side: Side) {
    let order = side == .buy ? bids.remove(at: index) : asks.remove(at: index)
    if !order.isOurs { othersCount -= 1 }
    changeLevel(side, order.price, by: 0 - order.leaves.raw)
  }

  /// What rests at a price, counted anew, at most what a quantity holds.
  private func total(_ side: Side, _ price: Price) -> Int64 {
    let sum = orders(side).reduce(Int128(0)) { $0 + ($1.price == price ? Int128($1.leaves.raw) : 0) }
    return Int64(clamping: sum)
  }

  private mutating func changeLevel(_ side: Side, _ price: Price, by quantity: Int64) {
    let before = levels.quantity(side, price).raw
    let (sum, overflow) = before.addingReportingOverflow(quantity)
    // Orders of several accounts may be more together than a quantity holds. Then the largest stands for it.
    let now = overflow || before == .max ? total(side, price) : sum
    levels.apply(side, price, Quantity(raw: now))
    updateCount += 1
    let change = Change(side: side, price: price)
    if changes.last != change { changes.append(change) }
  }
}

extension Side {
  /// Whether an order of this side with a limit meets a price of the other side.
  func reaches(_ limit: Price, _ price: Price) -> Bool { self == .buy ? limit >= price : limit <= price }
}
