import ActorKit
import Trading
import Vocabulary
import Wire

// The orders that stop and target are made of.
extension OrderExecutor {
  /// Orders of one leg before they become one.
  private static let mostLegOrders = 4

  /// The executor guards targets: the venue takes stops and can neither keep a target from opening nor link
  /// the two.
  var guardsTargets: Bool {
    configuration.venueHasStops && !configuration.venueHasReduceOnly && !configuration.venueHasPairs
  }

  /// Stop and target are linked by the venue, which lets only one of them fill.
  private var linksLegs: Bool {
    configuration.venueHasStops && !configuration.venueHasReduceOnly && configuration.venueHasPairs
  }

  /// An order whose request got lost, as far as the venue can tell already. It counts as one that may fill,
  /// and not as one that protects.
  func isLost(_ order: OwnOrder) -> Bool {
    !order.state.isAccepted && order.status == .inDoubt
      && flight(of: order.id).map { $0.isUnknownYet || $0.unknownAnswers > 0 } == true
  }

  /// Takes back what is too much. Nothing has to be allowed for that.
  mutating func cut(_ working: WorkingIntent, _ share: Share, at now: Instant, into effects: inout Effects) {
    if configuration.venueHasReduceOnly {
      for purpose in [OrderPurpose.stopLoss, .takeProfit] {
        cutReplaced(working, purpose, share, at: now, into: &effects)
      }
    } else {
      cutToShare(working, share, at: now, into: &effects)
    }
  }

  /// The venue lets nothing open. The oldest goes first, and none before what stays is enough and accepted:
  /// the best that can stand stays until a better one does.
  private mutating func cutReplaced(
    _ working: WorkingIntent, _ purpose: OrderPurpose, _ share: Share, at now: Instant,
    into effects: inout Effects
  ) {
    let leg = legs(of: working.id, purpose).filter { $0.timeInForce == .gtc && !$0.isCancelPending }
    let accepted = leg.filter { $0.state.isAccepted && $0.status != .inDoubt }
    var standing = sum(accepted.map(\.worstCaseOpen))
    for order in accepted {
      guard standing - order.worstCaseOpen >= share.wanted else { continue }
      cancel(order.id, at: now, into: &effects)
      standing -= order.worstCaseOpen
    }
  }

  /// The venue would let all of them fill: the newest go until the rest is no more than there is.
  private mutating func cutToShare(
    _ working: WorkingIntent, _ share: Share, at now: Instant, into effects: inout Effects
  ) {
    let bundles = bundles(of: legs(of: working.id).filter { !$0.isCancelPending })
    var kept = sum(bundles.map(\.mostFilled))
    for bundle in bundles.reversed() where kept > share.wanted {
      for id in bundle.orders { cancel(id, at: now, into: &effects) }
      kept -= bundle.mostFilled
    }
  }

  /// Orders of which together only so much can fill: one, or two that are linked.
  struct Bundle {
    var orders: [ClOrdID]
    var mostFilled: Quantity
  }

  func bundles(of legs: [OwnOrder]) -> [Bundle] {
    var bundles: [Bundle] = []
    for order in legs {
      if let partner = order.linked, let place = bundles.firstIndex(where: { $0.orders == [partner] }) {
        bundles[place].orders.append(order.id)
        bundles[place].mostFilled = max(bundles[place].mostFilled, order.worstCaseOpen)
      } else {
        bundles.append(Bundle(orders: [order.id], mostFilled: order.worstCaseOpen))
      }
    }
    return bundles
  }

  /// What may still be placed beside all that may fill, orders on their way out included.
  private func room(_ working: WorkingIntent, _ share: Share) -> Quantity {
    max(share.wanted - sum(bundles(of: legs(of: working.id)).map(\.mostFilled)), .zero)
  }

  private func standing(_ leg: [OwnOrder]) -> Quantity {
    sum(leg.filter { !$0.isCancelPending && !isLost($0) }.map(\.worstCaseOpen))
  }

  /// What a venue reports may be absurd: a sum beyond the range is the largest there is.
  func sum(_ quantities: [Quantity]) -> Quantity { quantities.reduce(.zero) { $0.adding($1) ?? .max } }

  mutating func keepStop(
    _ working: WorkingIntent, _ share: Share, _ desk: InstrumentDesk, at now: Instant,
    into effects: inout Effects
  ) {
    guard let price = working.intent.stopPrice, configuration.venueHasStops else { return }
    let leg = legs(of: working.id, .stopLoss)
    let missing = desk.instrument.roundDown(max(share.wanted - standing(leg), .zero))
    let stop = Leg(purpose: .stopLoss, price: price)
    if configuration.venueHasReduceOnly {
      return keepWhole(stop, missing, working, share, desk, at: now, into: &effects)
    }
    guard missing.isPositive else { return }
    if leg.count >= Self.mostLegOrders { return mergeStops(leg, at: now, into: &effects) }
    if linksLegs, let target = free(working, .takeProfit),
      placeLinked(stop, beside: target, missing, of: working, desk, at: now, into: &effects)
    {
      return
    }
    let fitting = desk.instrument.roundDown(min(missing, room(working, share)))
    if desk.instrument.validate(price, largest(fitting, desk)) == nil {
      placeNext(stop, of: fitting, working, desk, at: now, into: &effects)
    } else if legs(of: working.id).isEmpty {
      leaveRemainder(working, price, share, desk, into: &effects)
    }
  }

  /// A stop that may stand beside those it replaces: what is missing is added, and where they are too large,
  /// in too many parts, or short by less than an order, one whole one takes their place.
  private mutating func keepWhole(
    _ stop: Leg, _ missing: Quantity, _ working: WorkingIntent, _ share: Share, _ desk: InstrumentDesk,
    at now: Instant, into effects: inout Effects
  ) {
    let leg = legs(of: working.id, .stopLoss)
    let wanted = desk.instrument.roundDown(share.wanted)
    let whole = largest(wanted, desk)
    if missing.isPositive, leg.count < Self.mostLegOrders,
      desk.instrument.validate(stop.price, largest(missing, desk)) == nil
    {
      placeNext(stop, of: missing, working, desk, at: now, into: &effects)
    } else if standing(leg) != wanted, desk.instrument.validate(stop.price, whole) == nil,
      !leg.contains(where: { $0.worstCaseOpen == whole && !$0.isCancelPending && !isLost($0) })
    {
      place(stop, whole, of: working, at: now, into: &effects)
    } else if leg.isEmpty {
      leaveRemainder(working, stop.price, share, desk, into: &effects)
    }
  }

  /// The largest stays until the others are gone and one takes their place.
  private mutating func mergeStops(_ leg: [OwnOrder], at now: Instant, into effects: inout Effects) {
    guard let largest = leg.max(by: { $0.worstCaseOpen < $1.worstCaseOpen }) else { return }
    for order in leg where order.id != largest.id {
      cancel(order.id, at: now, into: &effects)
      if let partner = order.linked { cancel(partner, at: now, into: &effects) }
    }
  }

  mutating func keepTarget(
    _ working: WorkingIntent, _ share: Share, _ desk: InstrumentDesk, at now: Instant,
    into effects: inout Effects
  ) {
    guard let price = working.intent.takeProfitPrice else { return }
    let order = Leg(purpose: .takeProfit, price: price)
    if working.intent.stopPrice != nil {
      guard !guardsTargets else { return }
      if linksLegs {
        for stop in legs(of: working.id, .stopLoss) where !stop.isCancelPending && isFree(stop) {
          _ = placeLinked(
            order, beside: stop, stop.worstCaseOpen, of: working, desk, at: now, into: &effects)
        }
        return
      }
    }
    let leg = legs(of: working.id, .takeProfit)
    // A target may hold what it would sell, so one on its way out is waited for. So is one that is lost,
    // where the venue would let it open something when it turns up.
    let mayFill = sum(
      leg.filter { !configuration.venueHasReduceOnly || !isLost($0) }.map(\.worstCaseOpen))
    let standing = standing(leg)
    if standing > share.wanted {
      for order in leg.reversed() where !order.isCancelPending {
        cancel(order.id, at: now, into: &effects)
      }
      return
    }
    let missing = desk.instrument.roundDown(max(share.wanted - mayFill, .zero))
    guard missing.isPositive else { return }
    if leg.count < Self.mostLegOrders, desk.instrument.validate(price, largest(missing, desk)) == nil {
      placeNext(order, of: missing, working, desk, at: now, into: &effects)
    } else if leg.count > 1 {
      for order in leg { cancel(order.id, at: now, into: &effects) }
    } else if leg.isEmpty, !configuration.venueHasStops || working.intent.stopPrice == nil {
      leaveRemainder(working, price, share, desk, into: &effects)
    }
  }

  /// An order of the other leg that is in no living pair.
  private func free(_ working: WorkingIntent, _ purpose: OrderPurpose) -> OwnOrder? {
    legs(of: working.id, purpose).first { !$0.isCancelPending && isFree($0) }
  }

  private func isFree(_ order: OwnOrder) -> Bool {
    order.linked.flatMap(books.order).map { !$0.isOpen } ?? true
  }

  struct Leg {
    var purpose: OrderPurpose
    var price: Price
  }

  /// Places an order linked to one that rests, for no more than that. Whether it was possible.
  private mutating func placeLinked(
    _ leg: Leg, beside partner: OwnOrder, _ wanted: Quantity, of working: WorkingIntent,
    _ desk: InstrumentDesk, at now: Instant, into effects: inout Effects
  ) -> Bool {
    let quantity = largest(desk.instrument.roundDown(min(wanted, partner.worstCaseOpen)), desk)
    guard partner.timeInForce == .gtc, desk.instrument.validate(leg.price, quantity) == nil else {
      return false
    }
    place(leg, quantity, of: working, linkedTo: partner.id, at: now, into: &effects)
    return true
  }

  /// As much of a quantity in whole lots as the venue takes in one order.
  private func largest(_ quantity: Quantity, _ desk: InstrumentDesk) -> Quantity {
    min(quantity, desk.instrument.maxQuantity ?? .max)
  }

  /// Places as much of what is missing as the venue takes in one order; the next turn places more.
  private mutating func placeNext(
    _ leg: Leg, of missing: Quantity, _ working: WorkingIntent, _ desk: InstrumentDesk, at now: Instant,
    into effects: inout Effects
  ) {
    let quantity = largest(missing, desk)
    let isPlaced = place(leg, quantity, of: working, at: now, into: &effects)
    if isPlaced, quantity < missing { retry(atBoot: now.boot) }
  }

  /// Whether it was sent; else it is tried again when that is possible.
  @discardableResult
  private mutating func place(
    _ leg: Leg, _ quantity: Quantity, of working: WorkingIntent, linkedTo partner: ClOrdID? = nil,
    at now: Instant, into effects: inout Effects
  ) -> Bool {
    if let pause = watch(of: working.id)?[pauseOf: leg.purpose].untilBoot, pause > now.boot {
      retry(atBoot: pause)
      return false
    }
    // From the reserve: getting out must not wait behind getting in.
    guard bucket.take(for: .cancel, atNanos: now.boot) else {
      retry(atBoot: now.boot + bucket.nanosUntilAvailable(for: .cancel, atNanos: now.boot))
      return false
    }
    let created = CreatedOrder(
      id: nextID(), strategy: working.intent.strategy, instrument: working.intent.instrument,
      side: working.exitSide, timeInForce: .gtc, purpose: leg.purpose,
      type: leg.purpose == .stopLoss ? .stop : .limit, price: leg.price, quantity: quantity,
      intent: working.id, requestNanos: now.wall, recvWindowNanos: configuration.recvWindowNanos, origin: 0,
      correlation: working.id.correlation)
    send(created, .reduceOnly, linkedTo: partner, at: now, into: &effects)
    return true
  }

  /// Less is held than the venue takes as an order, and no more will come: it is nobody's now.
  mutating func leaveRemainder(
    _ working: WorkingIntent, _ price: Price, _ share: Share, _ desk: InstrumentDesk,
    into effects: inout Effects
  ) {
    let most = desk.instrument.roundDown(share.wanted)
    // Where a strategy quotes, the position may be less for a moment than what the intent holds of it.
    guard working.end != nil, share.owed == working.held else { return }
    switch desk.instrument.validate(price, most) {
    case .quantityNotPositive, .quantityTooSmall, .notionalTooSmall: break
    case .priceNotPositive, .priceOffTick, .quantityOffLot, .quantityTooLarge, nil: return
    }
    record(
      .protectionEnded(intent: working.id, cause: .remainder), correlation: working.id.correlation,
      into: &effects)
  }
}

// Pauses.
extension OrderExecutor {
  /// The venue refused a leg, or found nothing to trade with. What exits at once was paused when it was sent.
  mutating func pauseProtection(of order: OwnOrder, _ reason: RejectReason, at now: Instant) {
    guard let id = order.intent, order.purpose.isProtective, order.timeInForce == .gtc else { return }
    // Nothing is open, as the venue says: what opens next has its legs at once.
    if reason == .reduceOnlyWouldOpen, books.closable(order.side, in: order.instrument).isZero { return }
    updateWatch(of: id) { $0[pauseOf: order.purpose].begin(atBoot: now.boot) }
    if let pause = watch(of: id)?[pauseOf: order.purpose].untilBoot { retry(atBoot: pause) }
  }

  /// A leg that rested ended by itself: nothing to trade with, or nothing to reduce. The next one waits, each
  /// time longer, or it would find the same.
  mutating func noteExpiry(of order: OwnOrder, _ reason: RejectReason, at now: Instant) {
    guard order.purpose.isProtective, order.timeInForce == .gtc else { return }
    pauseProtection(of: order, reason, at: now)
    if reason == .reduceOnlyWouldOpen { reconciliation.hurry(toBoot: now.boot) }
  }

  /// The venue took a protective order. When it stands for a while, the next refusal is a first one again.
  mutating func noteAcceptance(of order: OwnOrder, at now: Instant) {
    guard let id = order.intent, order.purpose.isProtective, order.timeInForce == .gtc,
      watch(of: id) != nil
    else { return }
    updateWatch(of: id) { $0[pauseOf: order.purpose].acceptedBoot = now.boot }
  }
}
