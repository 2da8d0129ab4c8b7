import Trading

/// One instrument of a recorded market, and our orders beside it.
///
/// The recording does not know our orders, so what they get is bounded by what it shows. Taking consumes
/// displayed quantity, remembered until the level's next update. A resting order waits behind the quantity
/// displayed when it came (`queueAhead`): trades at its price by the other side eat that first, a displayed
/// quantity below it lowers it; a trade through its price, or a book that crosses it, fills it. No trade and
/// no level ever fills more than it shows.
struct ReplayBook: Sendable {
  /// One of our resting orders.
  struct Queued: Equatable, Sendable {
    var venueOrderId: UInt64
    var account: Int
    var price: Price
    var leaves: Quantity
    /// Recorded quantity that goes before it at its price.
    var queueAhead: Quantity
  }

  /// The recorded book.
  private(set) var book: OrderBook
  /// Our resting orders, best price first, then oldest.
  private(set) var bids: [Queued] = []
  private(set) var asks: [Queued] = []
  /// Id of the last recorded update.
  private(set) var lastUpdateId: UInt64?
  /// Market time of the last recorded update.
  private(set) var lastEventNanos: Int64 = 0

  /// What we took from levels since their last update, sorted by price.
  private var consumedBids: [BookLevel] = []
  private var consumedAsks: [BookLevel] = []

  init(capacity: Int = 5_000) { book = OrderBook(capacity: capacity) }

  /// Whether there is a market to trade on.
  var isWhole: Bool { !book.bids.isEmpty && !book.asks.isEmpty }

  func queue(_ side: Side) -> [Queued] { side == .buy ? bids : asks }

  /// What is displayed at a price less what we have taken of it.
  func remaining(_ side: Side, _ price: Price) -> Quantity {
    let shown = book.quantity(side, price)
    guard let index = consumedIndex(side, price) else { return shown }
    return max(shown - consumed(side)[index].quantity, .zero)
  }
}

// MARK: - The recording

extension ReplayBook {
  /// Notes a recorded update of the levels.
  mutating func noteUpdate(_ id: UInt64?, at eventNanos: Int64) {
    lastUpdateId = id ?? lastUpdateId
    lastEventNanos = eventNanos
  }

  /// Sets a level as the recording has it now. What we had taken of it is forgotten: the recording says what
  /// is there.
  mutating func set(_ side: Side, _ price: Price, _ quantity: Quantity) {
    book.apply(side, price, quantity)
    forgetConsumed(side, price)
    lowerQueues(side, price, quantity)
  }

  /// Replaces the book by levels that are positive and in order, best first. What we had taken is forgotten;
  /// where the snapshot does not reach, our orders keep their places.
  mutating func load(bids: [BookLevel], asks: [BookLevel]) {
    for (side, levels) in [(Side.buy, bids), (.sell, asks)] {
      do throws(BookError) {
        try book.load(side, bestFirst: levels)
      } catch {
        preconditionFailure("a snapshot that was checked is no book: \(error)")
      }
      guard let worst = levels.last?.price else { continue }
      for order in queue(side) where !side.isBehind(order.price, worst) {
        lowerQueues(side, order.price, book.quantity(side, order.price))
      }
    }
    consumedBids.removeAll(keepingCapacity: true)
    consumedAsks.removeAll(keepingCapacity: true)
  }

  /// Fills our resting orders that the recorded book now crosses, at their own price, as far as what crosses
  /// goes.
  mutating func matchCrossed(into fills: inout [Fill]) {
    for side in [Side.buy, .sell] {
      while let order = queue(side).first, let level = firstRemaining(side.opposite),
        side.reaches(order.price, level.price)
      {
        let traded = min(order.leaves, level.quantity)
        consume(side.opposite, level.price, traded)
        fill(0, side, traded, into: &fills)
      }
    }
  }

  /// Fills our resting orders from a recorded trade: those with a better price first, then those at its price
  /// after the quantity queued before them.
  mutating func trade(_ price: Price, _ quantity: Quantity, aggressor: Side, into fills: inout [Fill]) {
    let side = aggressor.opposite
    var left = quantity
    while left.isPositive, let order = queue(side).first, side.isBehind(price, order.price) {
      let traded = min(order.leaves, left)
      left -= traded
      fill(0, side, traded, into: &fills)
    }
    var index = 0
    while index < queue(side).count, queue(side)[index].price == price {
      let order = queue(side)[index]
      let reach = left - min(order.queueAhead, left)
      setQueueAhead(index, side, order.queueAhead - min(order.queueAhead, left))
      let traded = min(order.leaves, reach)
      left -= traded
      if traded.isPositive { fill(index, side, traded, into: &fills) }
      if traded < order.leaves { index += 1 }
    }
  }
}

// MARK: - Our orders

extension ReplayBook {
  /// Trades an arriving order against what the recording displays. Returns what is left of it.
  mutating func take(
    _ side: Side, limit: Price?, _ quantity: Quantity, into fills: inout [Fill]
  ) -> Quantity {
    var left = quantity
    var depth = 0
    while left.isPositive, let level = level(side.opposite, depth) {
      if let limit, !side.reaches(limit, level.price) { break }
      let traded = min(left, remaining(side.opposite, level.price))
      if traded.isPositive {
        consume(side.opposite, level.price, traded)
        fills.append(Fill(account: Fill.notOurs, venueOrderId: 0, price: level.price, quantity: traded))
        left -= traded
      }
      depth += 1
    }
    return left
  }

  /// What an order would trade now and what that costs, up to a quantity.
  func available(_ side: Side, limit: Price?, upTo quantity: Quantity) -> (quantity: Quantity, cost: Notional)
  {
    var found = Quantity.zero
    var cost = Notional.zero
    var depth = 0
    while found < quantity, let level = level(side.opposite, depth) {
      if let limit, !side.reaches(limit, level.price) { break }
      let part = min(remaining(side.opposite, level.price), quantity - found)
      found += part
      cost += level.price * part
      depth += 1
    }
    return (found, cost)
  }

  /// The best price of a side at which anything is left.
  func bestPrice(_ side: Side) -> Price? { firstRemaining(side)?.price }

  /// Rests an order behind what is displayed at its price, and behind ours that are there.
  mutating func add(_ venueOrderId: UInt64, account: Int, _ side: Side, _ price: Price, _ leaves: Quantity) {
    precondition(leaves.isPositive, "an order of \(leaves) cannot rest")
    let order = Queued(
      venueOrderId: venueOrderId, account: account, price: price, leaves: leaves,
      queueAhead: remaining(side, price))
    let index = queue(side).firstIndex { side.isBehind($0.price, price) } ?? queue(side).count
    if side == .buy { bids.insert(order, at: index) } else { asks.insert(order, at: index) }
  }

  /// What rests here of an order.
  func leaves(of venueOrderId: UInt64, _ side: Side) -> Quantity {
    queue(side).first { $0.venueOrderId == venueOrderId }?.leaves ?? .zero
  }

  /// Takes an order out; false if it does not rest here.
  @discardableResult
  mutating func remove(_ venueOrderId: UInt64, _ side: Side) -> Bool {
    guard let index = queue(side).firstIndex(where: { $0.venueOrderId == venueOrderId }) else { return false }
    removeQueued(index, side)
    return true
  }

  /// Makes an order smaller in its place; false if it does not rest here.
  @discardableResult
  mutating func reduce(_ venueOrderId: UInt64, _ side: Side, to leaves: Quantity) -> Bool {
    guard let index = queue(side).firstIndex(where: { $0.venueOrderId == venueOrderId }) else { return false }
    precondition(leaves <= queue(side)[index].leaves, "order \(venueOrderId) can only become smaller here")
    if leaves.isZero {
      removeQueued(index, side)
    } else if side == .buy {
      bids[index].leaves = leaves
    } else {
      asks[index].leaves = leaves
    }
    return true
  }
}

// MARK: - Steps

extension ReplayBook {
  private func level(_ side: Side, _ depth: Int) -> BookLevel? {
    side == .buy ? book.bid(at: depth) : book.ask(at: depth)
  }

  private func firstRemaining(_ side: Side) -> BookLevel? {
    var depth = 0
    while let level = level(side, depth) {
      let left = remaining(side, level.price)
      if left.isPositive { return BookLevel(price: level.price, quantity: left) }
      depth += 1
    }
    return nil
  }

  private mutating func fill(_ index: Int, _ side: Side, _ quantity: Quantity, into fills: inout [Fill]) {
    let order = queue(side)[index]
    fills.append(
      Fill(
        account: order.account, venueOrderId: order.venueOrderId, price: order.price, quantity: quantity))
    if order.leaves == quantity {
      removeQueued(index, side)
    } else if side == .buy {
      bids[index].leaves -= quantity
    } else {
      asks[index].leaves -= quantity
    }
  }

  private mutating func removeQueued(_ index: Int, _ side: Side) {
    if side == .buy { bids.remove(at: index) } else { asks.remove(at: index) }
  }

  private mutating func setQueueAhead(_ index: Int, _ side: Side, _ quantity: Quantity) {
    if side == .buy { bids[index].queueAhead = quantity } else { asks[index].queueAhead = quantity }
  }

  private mutating func lowerQueues(_ side: Side, _ price: Price, _ shown: Quantity) {
    for index in queue(side).indices where queue(side)[index].price == price {
      setQueueAhead(index, side, min(queue(side)[index].queueAhead, shown))
    }
  }

  private func consumed(_ side: Side) -> [BookLevel] { side == .buy ? consumedBids : consumedAsks }

  private func consumedSlot(_ side: Side, _ price: Price) -> Int {
    let levels = consumed(side)
    var low = 0
    var high = levels.count
    while low < high {
      let middle = (low + high) / 2
      if levels[middle].price < price { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func consumedIndex(_ side: Side, _ price: Price) -> Int? {
    let levels = consumed(side)
    guard !levels.isEmpty else { return nil }
    let slot = consumedSlot(side, price)
    return slot < levels.count && levels[slot].price == price ? slot : nil
  }

  private mutating func consume(_ side: Side, _ price: Price, _ quantity: Quantity) {
    let slot = consumedSlot(side, price)
    let isThere = slot < consumed(side).count && consumed(side)[slot].price == price
    let level = BookLevel(price: price, quantity: quantity)
    switch (side, isThere) {
    case (.buy, true): consumedBids[slot].quantity += quantity
    case (.buy, false): consumedBids.insert(level, at: slot)
    case (.sell, true): consumedAsks[slot].quantity += quantity
    case (.sell, false): consumedAsks.insert(level, at: slot)
    }
  }

  private mutating func forgetConsumed(_ side: Side, _ price: Price) {
    guard let index = consumedIndex(side, price) else { return }
    if side == .buy { consumedBids.remove(at: index) } else { consumedAsks.remove(at: index) }
  }
}

extension Side {
  /// Whether a resting order of this side at `price` goes after one at `other`.
  func isBehind(_ price: Price, _ other: Price) -> Bool { self == .buy ? price < other : price > other }
}
