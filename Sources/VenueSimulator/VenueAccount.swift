import ActorKit
import Trading
import Wire

/// A spot account: what it holds, what it has ordered, what it has traded. Changes only by facts.
///
/// Bounds: `endedOrdersKept` to a quarter more ended orders stay queryable, and `tradesKept` trades listed;
/// the oldest go first. Balances and positions do not depend on them.
struct VenueAccount: Sendable {
  let number: UInt16
  /// The currency it is reported in.
  let currency: Currency
  let endedOrdersKept: Int

  /// Sorted by currency; every currency of the venue's instruments is there.
  private(set) var holdings: [Holding]
  /// Net traded quantity, by the instrument's index in the configuration.
  private(set) var positions: [Quantity]
  /// Open and recently ended orders by their venue's number. Never iterated.
  private(set) var orders: [UInt64: VenueOrder] = [:]
  /// Open orders, oldest first.
  private(set) var openIds: [UInt64] = []
  /// Ended orders still known, in the order in which they ended.
  private(set) var endedIds: [UInt64] = []
  /// The trades still listed.
  private(set) var trades: NewestRing<VenueTrade>
  private(set) var tradeSequence: UInt64 = 0
  private(set) var deadMan: VenueFact.DeadMan?
  /// The order that a client id means: the newest that had it. Never iterated.
  private var ids: [ClOrdIDText: UInt64] = [:]

  /// An amount of a currency. Exact to 1e-17; only reports round.
  struct Holding: Equatable, Sendable {
    let currency: Currency
    var total: Notional
    /// Held by open orders.
    var locked: Notional = .zero

    var available: Notional { total - locked }
  }

  init(
    number: UInt16, currency: Currency, balances: [(Currency, Money)], currencies: [Currency],
    instrumentCount: Int, endedOrdersKept: Int, tradesKept: Int
  ) {
    self.number = number
    self.currency = currency
    self.endedOrdersKept = endedOrdersKept
    trades = NewestRing(capacity: tradesKept)
    let known = (currencies + balances.map(\.0)).sorted()
    var holdings: [Holding] = []
    for currency in known where holdings.last?.currency != currency {
      let given = balances.first { $0.0 == currency }?.1 ?? .zero
      holdings.append(Holding(currency: currency, total: Notional(given)))
    }
    self.holdings = holdings
    positions = Array(repeating: .zero, count: instrumentCount)
  }

  /// Whether an order that is not found may have ended so long ago that it is forgotten. Told by the list, so
  /// that a restart tells it too: once one was forgotten, as many are kept.
  var mayHaveForgotten: Bool { endedIds.count >= endedOrdersKept }

  /// The order that a client id means, open or ended.
  func order(_ id: ClOrdIDText) -> VenueOrder? { ids[id].flatMap { orders[$0] } }

  /// What an account has of a currency. Every currency of a known instrument is there.
  func holding(_ currency: Currency) -> Holding {
    guard let holding = holdings.first(where: { $0.currency == currency }) else {
      preconditionFailure("account \(number) holds no \(currency)")
    }
    return holding
  }
}

extension VenueAccount {
  mutating func accept(_ order: VenueOrder, _ instrument: Instrument) {
    precondition(orders[order.venueOrderId] == nil, "order \(order.venueOrderId) is accepted twice")
    orders[order.venueOrderId] = order
    openIds.append(order.venueOrderId)
    ids[order.clOrdID] = order.venueOrderId
    changeLock(of: order, instrument, by: 1)
  }

  mutating func book(_ trade: VenueTrade, _ instrument: Instrument, at index: Int) {
    let notional = trade.price * trade.quantity
    let sign = trade.side.sign
    update(trade.venueOrderId, instrument) { order in
      order.cumQuantity += trade.quantity
      precondition(order.cumQuantity <= order.quantity, "order \(order.venueOrderId) is overfilled")
      if order.cumQuantity == order.quantity { order.status = .filled }
    }
    takeFromPartner(of: trade, instrument)
    change(instrument.base) { $0.total += Notional.base(Quantity(raw: sign * trade.quantity.raw)) }
    change(instrument.quote) { $0.total -= Notional(raw: Int128(sign) * notional.raw) + Notional(trade.fee) }
    positions[index] += Quantity(raw: sign * trade.quantity.raw)
    precondition(
      trade.tradeSequence == tradeSequence + 1,
      "trade \(trade.tradeSequence) of account \(number) after \(tradeSequence)")
    tradeSequence = trade.tradeSequence
    trades.append(trade)
  }

  /// What one of a pair filled the other may not. That nothing is left of it, its end says.
  private mutating func takeFromPartner(of trade: VenueTrade, _ instrument: Instrument) {
    guard let partner = orders[trade.venueOrderId]?.pairedWith, orders[partner]?.status == .open else {
      return
    }
    update(partner, instrument) { order in
      order.quantity = max(order.quantity - trade.quantity, order.cumQuantity)
    }
  }

  mutating func pair(_ pair: VenueFact.Pair) {
    precondition(
      orders[pair.venueOrderId]?.status == .open && orders[pair.partner] != nil,
      "orders \(pair.venueOrderId) and \(pair.partner) of account \(number) are paired and not there")
    orders[pair.venueOrderId]?.pairedWith = pair.partner
    orders[pair.partner]?.pairedWith = pair.venueOrderId
  }

  /// How much an order of a side may trade before it opens a position of its own.
  func closable(_ side: Side, _ index: Int) -> Quantity {
    let signed = -Int128(side.sign) * Int128(positions[index].raw)
    return Quantity(raw: Int64(clamping: max(0, signed)))
  }

  mutating func end(_ ending: VenueFact.Ending, _ instrument: Instrument) {
    update(ending.venueOrderId, instrument) { order in
      order.status = ending.status
      order.endReason = ending.reason
    }
  }

  mutating func trigger(_ trigger: VenueFact.Trigger, _ instrument: Instrument) {
    update(trigger.venueOrderId, instrument) { order in
      precondition(order.type == .stop, "order \(order.venueOrderId) is triggered and no stop")
      order.isTriggered = true
    }
  }

  mutating func replace(_ replacement: VenueFact.Replacement, _ instrument: Instrument) {
    var forgotten = ClOrdIDText()
    update(replacement.venueOrderId, instrument) { order in
      forgotten = order.previousClOrdID
      order.previousClOrdID = order.clOrdID
      order.clOrdID = replacement.clOrdID
      order.price = replacement.price
      order.quantity = replacement.quantity
      order.priority = replacement.priority
      if order.cumQuantity >= order.quantity { order.status = .filled }
    }
    forget(forgotten, of: replacement.venueOrderId)
    ids[replacement.clOrdID] = replacement.venueOrderId
  }

  mutating func set(_ deadMan: VenueFact.DeadMan) {
    self.deadMan = deadMan.afterSilenceNanos > 0 ? deadMan : nil
  }

  /// Changes an open order and keeps its lock and its list right.
  private mutating func update(
    _ id: UInt64, _ instrument: Instrument, _ body: (inout VenueOrder) -> Void
  ) {
    guard var order = orders[id], order.status == .open else {
      preconditionFailure("a change of order \(id) of account \(number), which is not open")
    }
    changeLock(of: order, instrument, by: -1)
    body(&order)
    changeLock(of: order, instrument, by: 1)
    orders[id] = order
    guard order.status != .open else { return }
    openIds.removeAll { $0 == id }
    endedIds.append(id)
    dropOldestEnded()
  }

  private mutating func dropOldestEnded() {
    guard endedIds.count > endedOrdersKept + endedOrdersKept / 4 else { return }
    let count = endedIds.count - endedOrdersKept
    for id in endedIds.prefix(count) {
      guard let order = orders.removeValue(forKey: id) else { continue }
      forget(order.clOrdID, of: id)
      forget(order.previousClOrdID, of: id)
    }
    endedIds.removeFirst(count)
  }

  /// Unless a newer order has the id by now.
  private mutating func forget(_ clOrdID: ClOrdIDText, of id: UInt64) {
    if !clOrdID.isEmpty, ids[clOrdID] == id { ids[clOrdID] = nil }
  }

  private mutating func changeLock(of order: VenueOrder, _ instrument: Instrument, by sign: Int128) {
    let (currency, amount) = order.lock(instrument)
    change(currency) { $0.locked += Notional(raw: sign * amount.raw) }
  }

  private mutating func change(_ currency: Currency, _ body: (inout Holding) -> Void) {
    guard let index = holdings.firstIndex(where: { $0.currency == currency }) else {
      preconditionFailure("account \(number) holds no \(currency)")
    }
    body(&holdings[index])
  }
}

// The state in a snapshot, as `records.xml` describes it.
extension VenueAccount {
  var state: VenueAccountState {
    VenueAccountState(
      number: number, balances: holdings.map { VenueBalance(currency: $0.currency, total: $0.total) },
      positions: positions, open: listed(openIds), ended: listed(endedIds),
      links: listed(openIds).compactMap { order in
        order.pairedWith.map { VenueLink(venueOrderId: order.venueOrderId, partner: $0) }
      }, tradeSequence: tradeSequence, trades: trades.oldestFirst, deadMan: deadMan)
  }

  private func listed(_ numbers: [UInt64]) -> [VenueOrder] {
    numbers.map { id in
      guard let order = orders[id] else { preconditionFailure("order \(id) is listed but not held") }
      return order
    }
  }

  mutating func restore(_ state: VenueAccountState, _ instruments: [Instrument]) throws(RestoreError) {
    for balance in state.balances {
      guard let index = holdings.firstIndex(where: { $0.currency == balance.currency }) else {
        throw .invalid("a balance of \(balance.currency), which account \(number) no longer has")
      }
      holdings[index] = Holding(currency: balance.currency, total: balance.total)
    }
    guard state.positions.count == positions.count else {
      throw .invalid("positions in other instruments than the configuration has")
    }
    positions = state.positions
    (orders, ids) = ([:], [:])
    openIds = try take(state.open)
    endedIds = try take(state.ended)
    indexOrders()
    for link in state.links {
      guard orders[link.venueOrderId]?.status == .open else {
        throw .invalid("a pair of order \(link.venueOrderId), which is not open")
      }
      orders[link.venueOrderId]?.pairedWith = link.partner
    }
    for order in state.open {
      guard let instrument = instruments.first(where: { $0.number == order.instrument })
      else { throw .invalid("an open order of an instrument that the configuration does not have") }
      changeLock(of: order, instrument, by: 1)
    }
    tradeSequence = state.tradeSequence
    trades = NewestRing(capacity: trades.capacity)
    for trade in state.trades { trades.append(trade) }
    deadMan = state.deadMan
  }

  private mutating func take(_ listed: [VenueOrder]) throws(RestoreError) -> [UInt64] {
    for order in listed where orders.updateValue(order, forKey: order.venueOrderId) != nil {
      throw .invalid("order \(order.venueOrderId) twice")
    }
    return listed.map(\.venueOrderId)
  }

  /// An id means the last order that had it: it can be given again only when its order has ended.
  private mutating func indexOrders() {
    for id in endedIds + openIds {
      guard let order = orders[id] else { continue }
      if !order.previousClOrdID.isEmpty { ids[order.previousClOrdID] = id }
      ids[order.clOrdID] = id
    }
  }
}

extension VenueOrder {
  /// What the open order holds of which currency: the base it may deliver, or the quote it may pay with the
  /// larger of the two fees. A market order to buy holds nothing: it is paid at once. Nor does a stop, as at
  /// venues whose conditional orders occupy nothing before the trigger: what protects a position would else
  /// hold it a second time beside the order that takes its profit. Whether it can be paid is asked when it is
  /// triggered.
  func lock(_ instrument: Instrument) -> (Currency, Notional) {
    guard type != .stop else { return (side == .buy ? instrument.quote : instrument.base, .zero) }
    guard side == .buy else { return (instrument.base, .base(leavesQuantity)) }
    guard type == .limit else { return (instrument.quote, .zero) }
    return (instrument.quote, instrument.payment(price * leavesQuantity))
  }
}

extension Notional {
  /// A quantity of the base currency as an exact amount of it.
  static func base(_ quantity: Quantity) -> Notional { Notional(Money(raw: quantity.raw)) }
}

extension Instrument {
  /// The amount and the larger fee on it, for amounts that fit in `Money`.
  func payment(_ notional: Notional) -> Notional {
    guard let fee = notional * max(makerFee, takerFee, .zero) else {
      preconditionFailure("the fee on \(notional) does not fit")
    }
    return notional + fee
  }
}
