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
    let standing = leg.reduce(Quantity.zero) {
      $1.status == .inDoubt && !$1.state.isAccepted ? $0 : $0 + $1.worstCaseOpen
    }
    let isDoubtful = leg.contains { $0.status == .inDoubt && !$0.state.isAccepted }
    return standing < share.owed && (isDoubtful || watch(of: working.id)?.pauseNanos ?? 0 > 0)
  }

  func isBeyondStop(_ working: WorkingIntent, _ desk: InstrumentDesk) -> Bool {
    guard let stop = working.intent.stopPrice, let top = desk.usableTop else { return false }
    return working.exitSide == .sell ? top.bid <= stop : top.ask >= stop
  }

  mutating func trigger(
    _ working: WorkingIntent, _ desk: InstrumentDesk, at now: Instant, into effects: inout Effects
  ) {
    guard mayProtect(working, at: now), let top = desk.usableTop else { return }
    counters.stopsTriggered += 1
    let price = working.exitSide == .sell ? top.bid : top.ask
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
    if let pause = watch(of: working.id)?.pausedUntilBoot, pause > now.boot { return retry(atBoot: pause) }
    guard let top = desk.usableTop else { return }
    guard clearWay(for: working.exitSide, top, desk, at: now, into: &effects) else { return }
    let quantity = desk.instrument.roundDown(min(share.wanted, desk.instrument.maxQuantity ?? .max))
    guard let price = exitLimit(working.exitSide, desk), desk.instrument.validate(price, quantity) == nil
    else {
      if let stop = working.intent.stopPrice { leaveRemainder(working, stop, share, desk, into: &effects) }
      return
    }
    // What this one leaves open is closed by the next, after a pause: a market that did not take it will not
    // take the next at once.
    close(working, .stopLoss, quantity, at: price, now, into: &effects) { $0.pause(atBoot: now.boot) }
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

  /// Where an order that must get out now ends: so far from the mid and no farther.
  func exitLimit(_ side: Side, _ desk: InstrumentDesk) -> Price? {
    guard let top = desk.usableTop else { return nil }
    let slippage = configuration.flattenSlippage.raw
    let limit = top.mid.moved(by: Bps(raw: side == .buy ? slippage : 0 - slippage))
    return limit.flatMap { side == .buy ? desk.instrument.roundDown($0) : desk.instrument.roundUp($0) }
  }

  private mutating func close(
    _ working: WorkingIntent, _ purpose: OrderPurpose, _ quantity: Quantity, at price: Price, _ now: Instant,
    into effects: inout Effects, pause: (inout ProtectionWatch) -> Void
  ) {
    guard bucket.take(for: .cancel, atNanos: now.boot) else {
      return retry(atBoot: now.boot + bucket.nanosUntilAvailable(for: .cancel, atNanos: now.boot))
    }
    updateWatch(of: working.id, pause)
    let created = CreatedOrder(
      id: nextID(), strategy: working.intent.strategy, instrument: working.intent.instrument,
      side: working.exitSide, timeInForce: .ioc, purpose: purpose, price: price, quantity: quantity,
      intent: working.id, requestNanos: now.wall, recvWindowNanos: configuration.recvWindowNanos, origin: 0,
      correlation: working.id.correlation)
    send(created, .reduceOnly, at: now, into: &effects)
  }

  /// Takes back own orders that an order to the market would trade with. Whether none is left.
  private mutating func clearWay(
    for side: Side, _ top: InstrumentDesk.Top, _ desk: InstrumentDesk, at now: Instant,
    into effects: inout Effects
  ) -> Bool {
    let touch = side == .sell ? top.bid : top.ask
    let inTheWay = books.open.filter {
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
      let top = desk.usableTop,
      working.exitSide == .sell ? top.bid >= target : top.ask <= target
    else { return false }
    return watch(of: working.id)?.targetPausedUntilBoot ?? 0 <= now.boot
  }

  /// Takes the stop back, and when the venue has confirmed that, closes what is left at the target. What the
  /// market does not take has its stop again at once, and the target is tried after a pause.
  mutating func takeTarget(
    _ working: WorkingIntent, _ share: Share, _ desk: InstrumentDesk, at now: Instant,
    into effects: inout Effects
  ) {
    guard let target = working.intent.takeProfitPrice else { return }
    let quantity = desk.instrument.roundDown(min(share.wanted, desk.instrument.maxQuantity ?? .max))
    guard desk.instrument.validate(target, quantity) == nil else {
      return keepStop(working, share, desk, at: now, into: &effects)
    }
    guard isAlone(working, at: now, into: &effects) else { return }
    close(working, .takeProfit, quantity, at: target, now, into: &effects) {
      $0.pauseTarget(atBoot: now.boot)
    }
    if let pause = watch(of: working.id)?.targetPausedUntilBoot { retry(atBoot: pause) }
  }
}
