import ActorKit
import Trading
import Vocabulary
import Wire

extension VenueSimulator {
  /// All checks of a new order, right before matching; the order to be accepted.
  func admit(
    _ request: NewOrder, _ account: Int, at now: Instant
  ) throws(OrderRejection) -> (order: VenueOrder, instrument: Int) {
    try checkWindow(RecvWindow(requestNanos: request.requestNanos, windowNanos: request.recvWindowNanos), now)
    guard let index = ledger.instrumentIndex(request.instrument) else { throw .init(.unknownInstrument) }
    guard isOpen(index) else { throw .init(.marketClosed) }
    try checkId(request.clOrdID, account)
    var order = try draft(request)
    order.venueOrderId = ledger.nextOrderId
    order.priority = ledger.nextPriority
    order.acceptedNanos = clockNanos
    guard ledger.accounts[account].openIds.count < configuration.maxOpenOrders else {
      throw .init(.tooManyOrders)
    }
    let instrument = configuration.instruments[index]
    if order.type == .market {
      guard let best = bestPrice(order.side.opposite, index) else { throw .init(.noLiquidity) }
      try check(order, at: best, instrument)
    } else if order.type == .stop {
      // What it will take and cost is asked when it is triggered.
      try checkStop(order, instrument)
      try checkExposure(order, account, index, instead: nil)
      return (order, index)
    } else {
      try check(order, at: order.price, instrument)
    }
    try checkExposure(order, account, index, instead: nil)
    try checkTaking(order, index)
    try checkBalance(order, account, index, instead: nil)
    return (order, index)
  }

  /// The order to which a new one is to be linked; nil for none. It works on the same side, in no other pair,
  /// for at least as much: it may have been filled while the new one was on its way.
  func partner(
    of order: VenueOrder, _ id: ClOrdIDText, _ account: Int
  ) throws(OrderRejection) -> VenueOrder? {
    guard !id.isEmpty else { return nil }
    guard let partner = ledger.accounts[account].order(id), partner.status == .open,
      partner.instrument == order.instrument, partner.side == order.side
    else { throw .init(.unknownOrder) }
    let isFree = partner.pairedWith.flatMap { ledger.accounts[account].orders[$0] }?.status != .open
    // One waits outside the book and one rests in it: no event of the market can fill both.
    let isStopAndTarget = partner.type == .stop ? order.type == .limit : order.type == .stop
    guard isFree, isStopAndTarget, !partner.isTriggered, order.timeInForce == .gtc,
      partner.leavesQuantity >= order.quantity
    else { throw .init(.malformed) }
    return partner
  }

  /// All checks of a change, right before it; the order as it will be.
  func admit(
    _ request: ReplaceOrder, of order: VenueOrder, _ account: Int
  ) throws(OrderRejection) -> (order: VenueOrder, instrument: Int) {
    guard let index = ledger.instrumentIndex(order.instrument), isOpen(index) else {
      throw .init(.marketClosed)
    }
    try checkId(request.clOrdID, account)
    // A stop can only be cancelled and placed anew: a replace has no field for the stop price. Nor can one of
    // a pair be made larger than the other.
    guard configuration.capabilities.amend != .none, order.type != .stop, order.pairedWith == nil else {
      throw .init(.malformed)
    }
    var changed = order
    changed.clOrdID = request.clOrdID
    changed.price = Price(raw: request.price)
    changed.quantity = Quantity(raw: request.quantity)
    try check(changed, at: changed.price, configuration.instruments[index])
    // Less than is filled already is not possible: then nothing is left to work.
    changed.quantity = max(changed.quantity, order.cumQuantity)
    try checkExposure(changed, account, index, instead: order)
    if changed.price != order.price { try checkTaking(changed, index) }
    try checkBalance(changed, account, index, instead: order)
    let onlyFalls =
      configuration.capabilities.amend == .keepsPriority && changed.price == order.price
      && changed.quantity <= order.quantity
    changed.priority = onlyFalls ? order.priority : ledger.nextPriority
    return (changed, index)
  }

  /// Whether there is a market in an instrument now.
  func isOpen(_ index: Int) -> Bool {
    guard clockRuns, let beganNanos, !connector.hasEnded else { return false }
    return recorded.isEmpty || (recorded[index].isWhole && recordedNanos >= beganNanos)
  }

  func checkWindow(_ window: RecvWindow, _ now: Instant) throws(OrderRejection) {
    guard window.isOpen(atWall: now.wall, longest: configuration.capabilities.recvWindowNanos) else {
      throw .init(.outsideRecvWindow)
    }
  }

  private func checkId(_ id: ClOrdIDText, _ account: Int) throws(OrderRejection) {
    guard id.isWellFormed, !id.isEmpty else { throw .init(.malformed) }
    guard let known = ledger.accounts[account].order(id) else { return }
    if configuration.capabilities.clientIDs.rule == .uniqueEver || known.status == .open {
      throw .init(.duplicateClOrdID)
    }
  }

  /// Whether the venue takes orders of such a kind.
  private func isTaken(_ request: NewOrder, _ type: OrderType, _ timeInForce: TimeInForce) -> Bool {
    let capabilities = configuration.capabilities
    return capabilities.orderTypes.contains(Trading.VenueCapabilities.OrderTypes(type))
      && capabilities.timesInForce.contains(Trading.VenueCapabilities.TimesInForce(timeInForce))
      && request.execInst.isSubset(of: ExecInst(rawValue: capabilities.execInsts.rawValue))
      && (request.linkedClOrdID.isEmpty || capabilities.orderLists.contains(.pair))
  }

  /// The request as an order, its codes understood.
  private func draft(_ request: NewOrder) throws(OrderRejection) -> VenueOrder {
    guard let side = Side(request.side), let type = OrderType(request.ordType),
      let timeInForce = TimeInForce(request.timeInForce),
      isTaken(request, type, timeInForce)
    else { throw .init(.malformed) }
    let isPostOnly = request.execInst.contains(.postOnly)
    if isPostOnly && (type != .limit || timeInForce != .gtc) { throw .init(.malformed) }
    if type == .limit && request.price == nil { throw .init(.malformed) }
    if type == .stop {
      guard timeInForce == .gtc else { throw .init(.malformed) }
      guard request.stopPrice != nil else { throw .init(.invalidStop) }
    } else if request.stopPrice != nil {
      throw .init(.malformed)
    }
    return VenueOrder(
      account: request.account, instrument: request.instrument, venueOrderId: 0, clOrdID: request.clOrdID,
      side: side, type: type, timeInForce: timeInForce, isPostOnly: isPostOnly,
      isReduceOnly: request.execInst.contains(.reduceOnly),
      price: type == .limit ? Price(raw: request.price ?? 0) : .zero,
      stopPrice: request.stopPrice.map(Price.init(raw:)),
      quantity: Quantity(raw: request.quantity),
      priority: 0, acceptedNanos: 0, correlation: request.envelope.correlation)
  }

  /// The instrument's rules, and that the value fits in `Money`.
  private func check(
    _ order: VenueOrder, at price: Price, _ instrument: Instrument
  ) throws(OrderRejection) {
    switch instrument.validate(price, order.quantity) {
    case .priceNotPositive, .priceOffTick: throw .init(.priceNotOnTick)
    case .quantityNotPositive, .quantityOffLot: throw .init(.quantityNotOnLot)
    case .quantityTooSmall, .notionalTooSmall: throw .init(.belowMinimum)
    case .quantityTooLarge: throw .init(.malformed)
    case nil: break
    }
    guard Money(rounding: price * order.quantity) != nil else { throw .init(.malformed) }
  }

  /// A stop price that is one, and a value at it that is allowed.
  private func checkStop(_ order: VenueOrder, _ instrument: Instrument) throws(OrderRejection) {
    do throws(OrderRejection) {
      try check(order, at: order.stopPrice ?? .zero, instrument)
    } catch {
      throw error.reason == .priceNotOnTick ? .init(.invalidStop) : error
    }
  }

  /// The checks that a stop passes when it is triggered, for as much of it as may trade.
  func checkTriggered(_ order: VenueOrder, _ account: Int, _ index: Int) throws(OrderRejection) {
    let quantity = fillable(order, account, index)
    let cost = available(order.side, limit: nil, upTo: quantity, index).cost
    guard Money(rounding: cost) != nil else { throw .init(.malformed) }
    let instrument = configuration.instruments[index]
    let (currency, needed) =
      order.side == .buy ? (instrument.quote, instrument.payment(cost)) : (instrument.base, .base(quantity))
    guard needed <= ledger.accounts[account].holding(currency).available else {
      throw .init(.insufficientBalance)
    }
  }

  /// That position and open orders of the side still fit in a quantity, and that a reduce-only order finds
  /// something to reduce. It may be larger: what it does is looked at with each fill.
  private func checkExposure(
    _ order: VenueOrder, _ account: Int, _ index: Int, instead old: VenueOrder?
  ) throws(OrderRejection) {
    let state = ledger.accounts[account]
    let sign = Int128(order.side.sign)
    var worst = Int128(state.positions[index].raw) + sign * Int128(order.leavesQuantity.raw)
    for id in state.openIds where id != old?.venueOrderId {
      guard let other = state.orders[id], other.side == order.side, other.instrument == order.instrument
      else {
        continue
      }
      worst += sign * Int128(other.leavesQuantity.raw)
    }
    guard worst.magnitude <= UInt128(Int64.max.magnitude) else { throw .init(.malformed) }
    guard order.isReduceOnly else { return }
    let closable = ledger.accounts[account].closable(order.side, index)
    guard closable.isPositive else { throw .init(.reduceOnlyWouldOpen) }
    if order.timeInForce == .fok && closable < order.leavesQuantity { throw .init(.fillOrKillNotFillable) }
  }

  /// What the order would take at once: nothing if post-only, all if fill-or-kill, something if at any price.
  private func checkTaking(_ order: VenueOrder, _ index: Int) throws(OrderRejection) {
    let limit = order.type == .limit ? order.price : nil
    let (quantity, cost) = available(order.side, limit: limit, upTo: order.leavesQuantity, index)
    if order.isPostOnly && quantity.isPositive { throw .init(.postOnlyWouldTake) }
    if order.timeInForce == .fok && quantity < order.leavesQuantity { throw .init(.fillOrKillNotFillable) }
    if order.type == .market && quantity.isZero { throw .init(.noLiquidity) }
    guard Money(rounding: cost) != nil else { throw .init(.malformed) }
  }

  /// That the account can pay for all of it, fees included.
  private func checkBalance(
    _ order: VenueOrder, _ account: Int, _ index: Int, instead old: VenueOrder?
  ) throws(OrderRejection) {
    let instrument = configuration.instruments[index]
    var (currency, needed) = order.lock(instrument)
    if order.type == .market && order.side == .buy {
      let cost = available(order.side, limit: nil, upTo: order.quantity, index).cost
      (currency, needed) = (instrument.quote, instrument.payment(cost))
    }
    var free = ledger.accounts[account].holding(currency).available
    if let old { free += old.lock(instrument).1 }
    guard needed <= free else { throw .init(.insufficientBalance) }
  }

  func available(
    _ side: Side, limit: Price?, upTo quantity: Quantity, _ index: Int
  ) -> (quantity: Quantity, cost: Notional) {
    recorded.isEmpty
      ? synthetic[index].book.available(side, limit: limit, upTo: quantity)
      : recorded[index].available(side, limit: limit, upTo: quantity)
  }

  func bestPrice(_ side: Side, _ index: Int) -> Price? {
    recorded.isEmpty ? synthetic[index].book.best(side)?.price : recorded[index].bestPrice(side)
  }
}
