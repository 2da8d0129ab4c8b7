import ActorKit
import Trading
import Wire

extension VenueSimulator {
  /// Trades up to a quantity of an order against the market. Returns what is left of the quantity.
  mutating func match(
    _ order: VenueOrder, _ quantity: Quantity, _ account: Int, _ index: Int, cause: Cause, at now: Instant,
    into effects: inout Effects
  ) -> Quantity {
    let limit = order.type == .limit ? order.price : nil
    fills.removeAll(keepingCapacity: true)
    let left =
      recorded.isEmpty
      ? synthetic[index].book.take(order.side, limit: limit, quantity, into: &fills)
      : recorded[index].take(order.side, limit: limit, quantity, into: &fills)
    let taker = Taker(account: account, venueOrderId: order.venueOrderId, cause: cause)
    settle(index, aggressor: order.side, taker: taker, at: now, into: &effects)
    return left
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
    for place in fills.indices {
      let fill = fills[place]
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
    fills.removeAll(keepingCapacity: true)
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
      execHigh: UInt64(configuration.component), execLow: ledger.nextExecId, clOrdID: order.clOrdID,
      venueOrderId: venueOrderId, instrument: order.instrument, side: order.side, liquidity: liquidity,
      price: fill.price, quantity: fill.quantity, fee: fee, eventNanos: clockNanos, transactNanos: now.wall)
    record(.trade(trade), correlation: order.correlation, into: &effects)
    counters.trades += 1
    let cause = cause ?? Cause(correlation: order.correlation)
    send(report(of: trade, current(order, account), cause: cause, at: now), account)
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
