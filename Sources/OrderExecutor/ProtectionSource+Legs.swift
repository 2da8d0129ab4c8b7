import ActorKit
import Trading
import Wire

// The orders that stop and target are made of, where they rest at the venue.
extension ProtectionSource {
  /// Orders of one leg before they become one.
  private static let mostLegOrders = 4

  func keepStop(_ look: Look, into wishes: inout [Wish]) {
    guard let price = look.working.intent.stopPrice, look.venue.hasStops else { return }
    let leg = look.legs(.stopLoss)
    let bare = look.share.wanted - look.share.found - look.standing(leg)
    let missing = look.instrument.roundDown(max(bare, .zero))
    let stop = Leg(purpose: .stopLoss, price: price)
    if look.venue.hasReduceOnly { return keepWhole(stop, missing, look, into: &wishes) }
    guard missing.isPositive else { return }
    if leg.count >= Self.mostLegOrders { return mergeStops(leg, into: &wishes) }
    if look.venue.linksLegs, let target = free(.takeProfit, look),
      placeLinked(stop, beside: target, missing, look, into: &wishes)
    {
      return
    }
    let fitting = look.instrument.roundDown(min(missing, look.room))
    if look.isAccepted(price, look.largest(fitting)) {
      placeNext(stop, of: fitting, look, into: &wishes)
    } else if look.legs().isEmpty {
      leaveRemainder(price, look, into: &wishes)
    }
  }

  /// A stop that may stand beside those it replaces: what is missing is added, and where they are too large,
  /// in too many parts, or short by less than an order, one whole one takes their place.
  private func keepWhole(_ stop: Leg, _ missing: Quantity, _ look: Look, into wishes: inout [Wish]) {
    let leg = look.legs(.stopLoss)
    let wanted = look.instrument.roundDown(look.share.wanted)
    let whole = look.largest(wanted)
    if missing.isPositive, leg.count < Self.mostLegOrders, look.isAccepted(stop.price, look.largest(missing))
    {
      placeNext(stop, of: missing, look, into: &wishes)
    } else if look.standing(leg) != wanted, look.isAccepted(stop.price, whole),
      !leg.contains(where: { $0.worstCaseOpen == whole && !$0.isCancelPending && !look.isLost($0) })
    {
      place(stop, whole, look, into: &wishes)
    } else if leg.isEmpty {
      leaveRemainder(stop.price, look, into: &wishes)
    } else if look.standing(leg) > look.share.wanted, look.isShared,
      look.situation.isDust(look.share.wanted, look.state)
    {
      // No smaller one can take its place, and it would close what others have.
      for order in leg where !order.isCancelPending { wishes.append(.cancel(order.id)) }
    }
  }

  /// The largest stays until the others are gone and one takes their place.
  private func mergeStops(_ leg: [OwnOrder], into wishes: inout [Wish]) {
    guard let largest = leg.max(by: { $0.worstCaseOpen < $1.worstCaseOpen }) else { return }
    for order in leg where order.id != largest.id {
      wishes.append(.cancel(order.id))
      if let partner = order.linked { wishes.append(.cancel(partner)) }
    }
  }

  func keepTarget(_ look: Look, into wishes: inout [Wish]) {
    guard let price = look.working.intent.takeProfitPrice else { return }
    let target = Leg(purpose: .takeProfit, price: price)
    if look.working.intent.stopPrice != nil {
      guard !look.venue.guardsTargets else { return }
      if look.venue.linksLegs {
        for stop in look.legs(.stopLoss) where !stop.isCancelPending && isFree(stop, look) {
          _ = placeLinked(target, beside: stop, stop.worstCaseOpen, look, into: &wishes)
        }
        return
      }
    }
    let leg = look.legs(.takeProfit)
    // A target may hold what it would sell, so one on its way out is waited for. So is one that is lost,
    // where the venue would let it open something when it turns up.
    let mayFill = leg.filter { !look.venue.hasReduceOnly || !look.isLost($0) }.map(\.worstCaseOpen)
      .saturatingSum
    if look.standing(leg) > look.share.wanted {
      for order in leg.reversed() where !order.isCancelPending { wishes.append(.cancel(order.id)) }
      return
    }
    let missing = look.instrument.roundDown(max(look.share.wanted - look.share.found - mayFill, .zero))
    guard missing.isPositive else { return }
    if leg.count < Self.mostLegOrders, look.isAccepted(price, look.largest(missing)) {
      placeNext(target, of: missing, look, into: &wishes)
    } else if leg.count > 1 {
      for order in leg { wishes.append(.cancel(order.id)) }
    } else if leg.isEmpty, !look.venue.hasStops || look.working.intent.stopPrice == nil {
      leaveRemainder(price, look, into: &wishes)
    }
  }

  /// An order of the other leg that is in no living pair.
  private func free(_ purpose: OrderPurpose, _ look: Look) -> OwnOrder? {
    look.legs(purpose).first { !$0.isCancelPending && isFree($0, look) }
  }

  private func isFree(_ order: OwnOrder, _ look: Look) -> Bool {
    order.linked.flatMap(look.situation.books.order).map { !$0.isOpen } ?? true
  }

  private struct Leg {
    var purpose: OrderPurpose
    var price: Price
  }

  /// Places an order linked to one that rests, for no more than that. Whether it was possible.
  private func placeLinked(
    _ leg: Leg, beside partner: OwnOrder, _ wanted: Quantity, _ look: Look, into wishes: inout [Wish]
  ) -> Bool {
    let quantity = look.largest(look.instrument.roundDown(min(wanted, partner.worstCaseOpen)))
    guard partner.timeInForce == .gtc, look.isAccepted(leg.price, quantity) else { return false }
    place(leg, quantity, linkedTo: partner.id, look, into: &wishes)
    return true
  }

  /// Places as much of what is missing as the venue takes in one order; the next turn places more.
  private func placeNext(_ leg: Leg, of missing: Quantity, _ look: Look, into wishes: inout [Wish]) {
    let quantity = look.largest(missing)
    place(leg, quantity, isPart: quantity < missing, look, into: &wishes)
  }

  private func place(
    _ leg: Leg, _ quantity: Quantity, linkedTo partner: ClOrdID? = nil, isPart: Bool = false, _ look: Look,
    into wishes: inout [Wish]
  ) {
    if let pause = watch(of: look.working.id)?[pauseOf: leg.purpose].untilBoot, pause > look.now.boot {
      return wishes.append(.retry(atBoot: pause))
    }
    wishes.append(
      .place(
        OrderWish(
          purpose: leg.purpose, instrument: look.index, strategy: look.working.intent.strategy,
          side: look.exitSide, type: leg.purpose == .stopLoss ? .stop : .limit, price: leg.price,
          quantity: quantity, conditions: .reduceOnly, intent: look.working.id, partner: partner,
          correlation: look.working.id.correlation, effect: .closes, isPart: isPart)))
  }

  /// Less is held than the venue takes as an order, and no more will come: it is nobody's now.
  func leaveRemainder(_ price: Price, _ look: Look, into wishes: inout [Wish]) {
    let most = look.instrument.roundDown(look.share.wanted)
    // Where a strategy quotes, the position may be less for a moment than what the intent holds of it.
    guard look.working.end != nil, look.share.owed == look.working.held else { return }
    switch look.instrument.validate(price, most) {
    case .quantityNotPositive, .quantityTooSmall, .notionalTooSmall: break
    case .priceNotPositive, .priceOffTick, .quantityOffLot, .quantityTooLarge, nil: return
    }
    let id = look.working.id
    wishes.append(.record(.protectionEnded(intent: id, cause: .remainder), id.correlation))
  }
}
