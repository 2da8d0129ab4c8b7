import ActorKit
import Trading
import Vocabulary
import Wire

// Stops and targets that the executor guards.
extension OrderExecutor {
  /// The price at which what is open could be closed now has reached the stop, and no order at the venue
  /// waits for that.
  func isStopReached(_ working: WorkingIntent, _ share: Share, _ desk: InstrumentDesk) -> Bool {
    guard isBeyondStop(working, desk) else { return false }
    guard configuration.venueHasStops else { return true }
    let leg = legs(of: working.id, .stopLoss)
    let standing = sum(
      leg.filter { $0.status != .inDoubt || $0.state.isAccepted }.map(\.worstCaseOpen))
    let isDoubtful = leg.contains { $0.status == .inDoubt && !$0.state.isAccepted }
    return standing < share.owed && (isDoubtful || watch(of: working.id)?.stopPause.nanos ?? 0 > 0)
  }

  func isBeyondStop(_ working: WorkingIntent, _ desk: InstrumentDesk) -> Bool {
    isTouchBeyondStop(working, desk) && !isTouchAbsurd(working, desk)
  }

  /// The best quote that closes, whatever is to be thought of it.
  private func isTouchBeyondStop(_ working: WorkingIntent, _ desk: InstrumentDesk) -> Bool {
    let side = working.exitSide
    guard let stop = working.intent.stopPrice, let touch = desk.touch(side) else { return false }
    return side == .sell ? touch <= stop : touch >= stop
  }

  /// A lone quote so far from the last price that nobody would be sold to there reaches nothing.
  private func isTouchAbsurd(_ working: WorkingIntent, _ desk: InstrumentDesk) -> Bool {
    let side = working.exitSide
    guard desk.price == nil, let touch = desk.touch(side), let last = desk.reference.lastConfirmed,
      let bound = last.moved(by: Bps(raw: side.sign * configuration.exits.cap.raw))
    else { return false }
    return side == .sell ? touch < bound : touch > bound
  }

  /// Beyond a stop that nobody guards but the executor, and nothing is done about it.
  func isStopDiscounted(_ working: WorkingIntent, _ desk: InstrumentDesk) -> Bool {
    isTouchBeyondStop(working, desk) && isTouchAbsurd(working, desk)
      && legs(of: working.id, .stopLoss).isEmpty
  }

  /// Whether a touch beyond the stop is believed: at once where there is a price; without one only when it
  /// has stood for a while, because a stub may be gone in the next update.
  mutating func hasStood(_ working: WorkingIntent, _ desk: InstrumentDesk, at now: Instant) -> Bool {
    guard isBeyondStop(working, desk), desk.price == nil else {
      if watch(of: working.id)?.doubtedSinceBoot != nil {
        updateWatch(of: working.id) { $0.doubtedSinceBoot = nil }
      }
      return true
    }
    let since = watch(of: working.id)?.doubtedSinceBoot ?? now.boot
    updateWatch(of: working.id) { $0.doubtedSinceBoot = since }
    let due = since + ProtectionWatch.patienceNanos
    guard due > now.boot else { return true }
    retry(atBoot: due)
    return false
  }

  mutating func trigger(
    _ working: WorkingIntent, _ desk: InstrumentDesk, at now: Instant, into effects: inout Effects
  ) {
    guard mayProtect(working, at: now), let price = desk.touch(working.exitSide) else { return }
    counters.stopsTriggered += 1
    // Our own quotes there must go.
    if let place = deskPlace(of: working.intent.instrument) { desks[place].needsDecision = true }
    retry(atBoot: now.boot)
    record(
      .stopTriggered(intent: working.id, price: price, atNanos: now.wall),
      correlation: working.id.correlation, into: &effects)
  }

  /// Closes what is open at the market, within the slippage cap: first nothing else may be working for it.
  mutating func exit(
    _ working: WorkingIntent, _ share: Share, _ desk: InstrumentDesk, at now: Instant,
    into effects: inout Effects
  ) {
    guard isAlone(working, at: now, into: &effects) else { return }
    let side = working.exitSide
    guard let place = deskPlace(of: working.intent.instrument), let touch = desk.touch(side),
      clearWay(for: side, touch, desk, at: now, into: &effects),
      let price = exitLimit(side, desk: place, at: now, into: &effects)
    else { return }
    let quantity = desk.instrument.roundDown(min(share.wanted, desk.instrument.maxQuantity ?? .max))
    guard desk.instrument.validate(price, quantity) == nil else {
      if let stop = working.intent.stopPrice { leaveRemainder(working, stop, share, desk, into: &effects) }
      return
    }
    let exit = Exit(purpose: .stopLoss, side: side, quantity: quantity, price: price, working: working)
    _ = sendExit(exit, desk: place, at: now, into: &effects)
  }

  /// Nothing that an exit would add to may still fill. Takes back what rests; what is lost, the venue itself
  /// keeps from opening anything where it has reduce-only orders.
  private mutating func isAlone(
    _ working: WorkingIntent, at now: Instant, into effects: inout Effects
  ) -> Bool {
    let leg = legs(of: working.id).filter { !configuration.venueHasReduceOnly || !isLost($0) }
    for order in leg where order.timeInForce == .gtc { cancel(order.id, at: now, into: &effects) }
    return leg.isEmpty
  }

  /// Takes back own orders that an order to the market would trade with. Whether none is left.
  private mutating func clearWay(
    for side: Side, _ touch: Price, _ desk: InstrumentDesk, at now: Instant, into effects: inout Effects
  ) -> Bool {
    let inTheWay = books.openOrders {
      $0.instrument == desk.instrument.number && $0.side != side && $0.type == .limit
        && (side == .sell ? $0.price >= touch : $0.price <= touch)
    }
    for order in inTheWay { cancel(order.id, at: now, into: &effects) }
    return inTheWay.isEmpty
  }
}

// The target, at a venue where it may not rest beside the stop.
extension OrderExecutor {
  /// What is open could be closed at the target now.
  func isTargetReached(_ working: WorkingIntent, _ desk: InstrumentDesk, at now: Instant) -> Bool {
    guard guardsTargets, working.intent.stopPrice != nil, let target = working.intent.takeProfitPrice,
      let touch = desk.touch(working.exitSide),
      working.exitSide == .sell ? touch >= target : touch <= target
    else { return false }
    return watch(of: working.id)?.guardedTargetPause.untilBoot ?? 0 <= now.boot
  }

  /// Takes the stop back, and when the venue has confirmed that, closes what is left at the target. What the
  /// market does not take has its stop again at once, and the target is tried after a pause.
  mutating func takeTarget(
    _ working: WorkingIntent, _ share: Share, _ desk: InstrumentDesk, at now: Instant,
    into effects: inout Effects
  ) {
    guard let target = working.intent.takeProfitPrice, let place = deskPlace(of: working.intent.instrument)
    else { return }
    let quantity = desk.instrument.roundDown(min(share.wanted, desk.instrument.maxQuantity ?? .max))
    guard desk.instrument.validate(target, quantity) == nil else {
      return keepStop(working, share, desk, at: now, into: &effects)
    }
    guard isAlone(working, at: now, into: &effects) else { return }
    let exit = Exit(
      purpose: .takeProfit, side: working.exitSide, quantity: quantity, price: target, working: working)
    guard sendExit(exit, desk: place, at: now, into: &effects) else { return }
    updateWatch(of: working.id) { $0.guardedTargetPause.begin(atBoot: now.boot) }
    if let pause = watch(of: working.id)?.guardedTargetPause.untilBoot { retry(atBoot: pause) }
  }
}
