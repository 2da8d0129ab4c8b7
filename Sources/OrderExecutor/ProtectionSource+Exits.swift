import ActorKit
import Trading
import Wire

// Stops and targets that the executor guards.
extension ProtectionSource {
  /// The price at which what is open could be closed now has reached the stop, and no order at the venue
  /// waits for that.
  func isStopReached(_ look: Look) -> Bool {
    guard look.isBeyondStop else { return false }
    guard look.venue.hasStops else { return true }
    let leg = look.legs(.stopLoss)
    let standing = leg.filter { $0.status != .inDoubt || $0.state.isAccepted }.map(\.worstCaseOpen)
      .saturatingSum
    let isDoubtful = leg.contains { $0.status == .inDoubt && !$0.state.isAccepted }
    return standing < look.share.owed
      && (isDoubtful || watch(of: look.working.id)?.stopPause.nanos ?? 0 > 0)
  }

  /// Whether a touch beyond the stop is believed: at once where there is a price; without one only when it
  /// has stood for a while, because a stub may be gone in the next update.
  mutating func hasStood(_ look: Look, into wishes: inout [Wish]) -> Bool {
    let (id, boot) = (look.working.id, look.now.boot)
    guard look.isBeyondStop, look.state.price == nil else {
      if watch(of: id)?.doubtedSinceBoot != nil { update(id) { $0.doubtedSinceBoot = nil } }
      return true
    }
    let since = watch(of: id)?.doubtedSinceBoot ?? boot
    update(id) { $0.doubtedSinceBoot = since }
    let due = since + ProtectionWatch.patienceNanos
    guard due > boot else { return true }
    wishes.append(.retry(atBoot: due))
    return false
  }

  func trigger(_ look: Look, into wishes: inout [Wish]) {
    guard look.situation.mayProtect(look.working, at: look.now), let price = look.state.touch(look.exitSide)
    else { return }
    // Our own quotes there must go.
    wishes.append(.mark(instrument: look.instrument.number))
    wishes.append(.retry(atBoot: look.now.boot))
    let id = look.working.id
    wishes.append(
      .record(.stopTriggered(intent: id, price: price, atNanos: look.now.wall), id.correlation))
  }

  /// Closes what is open at the market, within the slippage cap: first nothing else may be working for it.
  func exit(_ look: Look, _ exits: inout Exits, into wishes: inout [Wish]) {
    guard isAlone(look, into: &wishes) else { return }
    let side = look.exitSide
    guard let touch = look.state.touch(side), clearWay(for: side, touch, look, into: &wishes),
      let price = exits.limit(side, look.index, look.situation, at: look.now, into: &wishes)
    else { return }
    let quantity = look.instrument.roundDown(look.largest(look.share.wanted))
    guard look.isAccepted(price, quantity) else {
      if let stop = look.working.intent.stopPrice { leaveRemainder(stop, look, into: &wishes) }
      return
    }
    wishes.append(.place(atOnce(.stopLoss, price, quantity, look)))
  }

  /// Nothing that an exit would add to may still fill. Takes back what rests; what is lost, the venue itself
  /// keeps from opening anything where it has reduce-only orders.
  private func isAlone(_ look: Look, into wishes: inout [Wish]) -> Bool {
    let leg = look.legs().filter { !look.venue.hasReduceOnly || !look.isLost($0) }
    for order in leg where order.timeInForce == .gtc { wishes.append(.cancel(order.id)) }
    let found =
      look.venue.hasReduceOnly
      ? [] : look.situation.books.orders.found(look.exitSide, in: look.instrument.number)
    for order in found { wishes.append(.cancel(order.id)) }
    return leg.isEmpty && found.isEmpty
  }

  /// Takes back own orders that an order to the market would trade with. Whether none is left whose end is
  /// waited for.
  private func clearWay(
    for side: Side, _ touch: Price, _ look: Look, into wishes: inout [Wish]
  ) -> Bool {
    let inTheWay = look.situation.books.orders.outlines(in: look.instrument.number).filter {
      $0.side != side && $0.type == .limit
        && (side == .sell ? $0.price >= touch : $0.price <= touch)
    }
    for order in inTheWay { wishes.append(.cancel(order.id)) }
    let awaited = inTheWay.compactMap { look.orders.awaitedUntilBoot($0, at: look.now) }
    if let due = awaited.min() { wishes.append(.retry(atBoot: due)) }
    return awaited.isEmpty
  }

  /// An order that closes now or not at all.
  private func atOnce(
    _ purpose: OrderPurpose, _ price: Price, _ quantity: Quantity, _ look: Look
  ) -> OrderWish {
    OrderWish(
      purpose: purpose, instrument: look.index, strategy: look.working.intent.strategy, side: look.exitSide,
      timeInForce: .ioc, price: price, quantity: quantity, conditions: .reduceOnly, intent: look.working.id,
      correlation: look.working.id.correlation, effect: .closes)
  }
}

// The target, at a venue where it may not rest beside the stop.
extension ProtectionSource {
  /// What is open could be closed at the target now.
  func isTargetReached(_ look: Look) -> Bool {
    let intent = look.working.intent
    guard look.venue.guardsTargets, intent.stopPrice != nil, let target = intent.takeProfitPrice,
      let touch = look.state.touch(look.exitSide),
      look.exitSide == .sell ? touch >= target : touch <= target
    else { return false }
    return watch(of: look.working.id)?.guardedTargetPause.untilBoot ?? 0 <= look.now.boot
  }

  /// Takes the stop back, and when the venue has confirmed that, closes what is left at the target. What the
  /// market does not take has its stop again at once, and the target is tried after a pause.
  func takeTarget(_ look: Look, into wishes: inout [Wish]) {
    guard let target = look.working.intent.takeProfitPrice else { return }
    let quantity = look.instrument.roundDown(look.largest(look.share.wanted))
    guard look.isAccepted(target, quantity) else { return keepStop(look, into: &wishes) }
    guard isAlone(look, into: &wishes) else { return }
    wishes.append(.place(atOnce(.takeProfit, target, quantity, look)))
  }
}
