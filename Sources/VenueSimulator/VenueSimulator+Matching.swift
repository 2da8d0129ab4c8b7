import ActorKit
import Trading
import Wire

extension VenueSimulator {
  /// Trades as much of an order against the market as may be. What is left of it, the order then says.
  mutating func match(
    _ order: VenueOrder, _ account: Int, _ index: Int, cause: Cause, at now: Instant,
    into effects: inout Effects
  ) {
    // Once more when a resting order that was met may only trade less than it showed.
    var isAny = true
    while isAny {
      let quantity = fillable(current(order, account), account, index)
      guard quantity.isPositive else { return }
      isAny = take(order, quantity, account, index, cause: cause, at: now, into: &effects)
    }
  }

  /// Whether anything was met.
  private mutating func take(
    _ order: VenueOrder, _ quantity: Quantity, _ account: Int, _ index: Int, cause: Cause, at now: Instant,
    into effects: inout Effects
  ) -> Bool {
    let limit = order.type == .limit ? order.price : nil
    fills.removeAll(keepingCapacity: true)
    if recorded.isEmpty {
      _ = synthetic[index].book.take(order.side, limit: limit, quantity, into: &fills)
    } else {
      _ = recorded[index].take(order.side, limit: limit, quantity, into: &fills)
    }
    let taker = Taker(account: account, venueOrderId: order.venueOrderId, cause: cause)
    let isAny = !fills.isEmpty
    settle(index, aggressor: order.side, taker: taker, at: now, into: &effects)
    return isAny
  }

  /// One of our orders that crossed.
  struct Taker: Equatable, Sendable {
    var account: Int
    var venueOrderId: UInt64
    /// What its reports owe to the request.
    var cause: Cause
  }

  /// Books what `fills` holds, for those of either side who are ours. Synthetic trades are public at once.
  mutating func settle(
    _ index: Int, aggressor: Side, taker: Taker?, at now: Instant, into effects: inout Effects
  ) {
    let met = fills
    for whole in met {
      guard let fill = allowed(whole, taker: taker, index) else { continue }
      if recorded.isEmpty {
        publishTrade(fill, aggressor, index, into: &effects)
        stops[index].note(fill.price)
      }
      if fill.isOurs {
        book(fill, fill.account, fill.venueOrderId, .maker, cause: nil, at: now, into: &effects)
      }
      if let taker {
        book(
          fill, taker.account, taker.venueOrderId, .taker, cause: taker.cause, at: now, into: &effects)
      }
    }
    if !met.isEmpty {
      fills.removeAll(keepingCapacity: true)
      endSpent(index, at: now, into: &effects)
    }
    restAgain(met, index, into: &effects)
    if recorded.isEmpty { publishTicker(index, into: &effects) }
  }

  private mutating func book(
    _ fill: Fill, _ account: Int, _ venueOrderId: UInt64, _ liquidity: LiquidityIndicator, cause: Cause?,
    at now: Instant, into effects: inout Effects
  ) {
    guard let order = ledger.accounts[account].orders[venueOrderId],
      let index = ledger.instrumentIndex(order.instrument),
      let fee = configuration.instruments[index].fee(fill.price, fill.quantity, liquidity)
    else { preconditionFailure("a fill of \(fill.quantity) at \(fill.price) for order \(venueOrderId)") }
    let trade = VenueTrade(
      account: order.account, tradeSequence: ledger.accounts[account].tradeSequence + 1,
      execution: ExecID(high: UInt64(configuration.component), low: ledger.nextExecId),
      clOrdID: order.clOrdID,
      venueOrderId: venueOrderId, instrument: order.instrument, side: order.side, liquidity: liquidity,
      price: fill.price, quantity: fill.quantity, fee: fee, eventNanos: clockNanos, transactNanos: now.wall)
    record(.trade(trade), correlation: order.correlation, into: &effects)
    counters.trades += 1
    let cause = cause ?? Cause(correlation: order.correlation)
    send(report(of: trade, current(order, account), cause: cause, at: now), account)
    takeFromPartner(of: order, account, index, at: now, into: &effects)
  }

  /// Rests what is left of an order.
  mutating func rest(
    _ order: VenueOrder, _ left: Quantity, _ account: Int, _ index: Int, into effects: inout Effects
  ) {
    if recorded.isEmpty {
      let resting = PriceTimeBook.Order(
        venueOrderId: order.venueOrderId, account: account, price: order.price, leaves: left)
      synthetic[index].book.add(resting, order.side)
      publishTicker(index, into: &effects)
    } else {
      recorded[index].add(order.venueOrderId, account: account, order.side, order.price, left)
    }
  }

  /// Takes an order off the book. It may not be there: before the market begins, orders only wait.
  mutating func withdraw(_ order: VenueOrder, into effects: inout Effects) {
    guard let index = ledger.instrumentIndex(order.instrument) else { return }
    if order.type == .stop {
      stops[index].remove(order.venueOrderId)
    } else if recorded.isEmpty {
      synthetic[index].book.remove(order.venueOrderId, order.side)
      publishTicker(index, into: &effects)
    } else {
      recorded[index].remove(order.venueOrderId, order.side)
    }
  }

  /// Makes an order smaller in its place.
  mutating func reduce(_ order: VenueOrder, _ index: Int, into effects: inout Effects) {
    if recorded.isEmpty {
      synthetic[index].book.reduce(order.venueOrderId, order.side, to: order.leavesQuantity)
      publishTicker(index, into: &effects)
    } else {
      recorded[index].reduce(order.venueOrderId, order.side, to: order.leavesQuantity)
    }
  }
}
