import ActorKit
import Trading
import Vocabulary
import Wire

// Stops and targets of what intents opened.
//
// Both are placed in the turn that books a fill of the entry, for what is then open, and follow it: a further
// fill adds to both, a fill of one takes from the other. The stop rests at the venue where the venue has
// stops. Where it has none, and whenever one does not work for all that is open, the executor guards it
// itself: when the market reaches it, that is journaled, the target is taken back, and what is open is closed
// by immediate-or-cancel orders within the slippage cap until nothing is left.
//
// They need no permit to open anything, because they never do: they go on while the permit allows reducing,
// and through a halt. With a permit that allows only cancels, what rests stays and nothing is sent.
extension OrderExecutor {
  /// Orders of one leg before they are taken back to be placed as one.
  private static let mostLegOrders = 4

  mutating func decideProtection(at now: Instant, into effects: inout Effects) {
    guard !books.intents.open.isEmpty || !watches.isEmpty else { return }
    for working in books.intents.open where working.entry != nil {
      protect(working, at: now, into: &effects)
    }
    watches.removeAll { watch in books.intents[watch.id].map { !$0.needsProtection } ?? true }
  }

  private mutating func protect(
    _ working: WorkingIntent, at now: Instant, into effects: inout Effects
  ) {
    // The end of a session takes no protection back: the position outlives it.
    if !working.needsProtection {
      for order in legs(of: working.id) { cancel(order.id, at: now, into: &effects) }
      return
    }
    guard let place = deskPlace(of: working.intent.instrument) else { return }
    if !working.isStopTriggered, isStopReached(working, desks[place]) {
      trigger(working, desks[place], at: now, into: &effects)
    }
    judge(working, desks[place], at: now, into: &effects)
    guard mayProtect(working, at: now) else { return }
    if books.intents[working.id]?.isStopTriggered == true {
      exit(working, desks[place], at: now, into: &effects)
      return
    }
    if let stop = working.intent.stopPrice, configuration.venueHasStops {
      keep(working, .stopLoss, stop, desks[place], at: now, into: &effects)
    }
    if let target = working.intent.takeProfitPrice {
      keep(working, .takeProfit, target, desks[place], at: now, into: &effects)
    }
  }

  /// Open orders that protect what an intent opened, oldest first.
  private func legs(of id: IntentID, _ purpose: OrderPurpose? = nil) -> [OwnOrder] {
    books.open.filter {
      $0.intent == id && $0.purpose.isProtective && (purpose == nil || $0.purpose == purpose)
    }
  }

  private func mayProtect(_ working: WorkingIntent, at now: Instant) -> Bool {
    let level = lease.level(atBoot: now.boot)
    return quarantine == nil && reconciliation.mayTrade && !isVenueSilent
      && (level == .open || level == .reduce)
      && !books.flattenings.contains { $0.instrument == working.intent.instrument }
      && !books.isPanicked(strategy: working.intent.strategy, instrument: working.intent.instrument)
  }

  /// The position in an instrument was closed by command: what protected it has nothing left to protect.
  mutating func releaseProtection(in instrument: UInt32, into effects: inout Effects) {
    for working in books.intents.open
    where working.intent.instrument == instrument && working.needsProtection {
      record(
        .protectionEnded(intent: working.id, cause: .flattened), correlation: working.id.correlation,
        into: &effects)
    }
  }
}

// Stop and target while the market is between them.
extension OrderExecutor {
  /// Makes the orders of a leg add up to what is open. What is too much goes first, newest first; what is
  /// missing is added, or, where it is too little for an order of its own, placed anew with the rest.
  private mutating func keep(
    _ working: WorkingIntent, _ purpose: OrderPurpose, _ price: Price, _ desk: InstrumentDesk,
    at now: Instant, into effects: inout Effects
  ) {
    let leg = legs(of: working.id, purpose)
    var kept = leg.reduce(Quantity.zero) { $1.isCancelPending ? $0 : $0 + $1.worstCaseOpen }
    for order in leg.reversed() where kept > working.openQuantity && !order.isCancelPending {
      cancel(order.id, at: now, into: &effects)
      kept -= order.worstCaseOpen
    }
    // An order on its way out may still be executed: nothing takes its place before it is gone.
    let covered = leg.reduce(Quantity.zero) { $0 + $1.worstCaseOpen }
    guard covered < working.openQuantity else { return }
    let missing = desk.instrument.roundDown(working.openQuantity - covered)
    if leg.count < Self.mostLegOrders, desk.instrument.validate(price, missing) == nil {
      placeLeg(working, purpose, price, missing, at: now, into: &effects)
    } else if !leg.isEmpty {
      for order in leg { cancel(order.id, at: now, into: &effects) }
    } else if working.end != nil {
      leaveRemainder(working, desk, into: &effects)
    }
  }

  private mutating func placeLeg(
    _ working: WorkingIntent, _ purpose: OrderPurpose, _ price: Price, _ quantity: Quantity,
    at now: Instant, into effects: inout Effects
  ) {
    if let pause = watch(of: working.id)?.pausedUntilBoot, pause > now.boot {
      return retry(atBoot: pause)
    }
    // From the reserve: getting out must not wait behind getting in.
    guard bucket.take(for: .cancel, atNanos: now.boot) else {
      return retry(atBoot: now.boot + bucket.nanosUntilAvailable(for: .cancel, atNanos: now.boot))
    }
    let created = CreatedOrder(
      id: nextID(), strategy: working.intent.strategy, instrument: working.intent.instrument,
      side: working.exitSide, timeInForce: .gtc, purpose: purpose,
      type: purpose == .stopLoss ? .stop : .limit, price: price, quantity: quantity, intent: working.id,
      requestNanos: now.wall, recvWindowNanos: configuration.recvWindowNanos, origin: 0,
      correlation: working.id.correlation)
    send(created, [], at: now, into: &effects)
  }

  /// Less is open than the venue takes as an order: nothing can be done for it.
  private mutating func leaveRemainder(
    _ working: WorkingIntent, _ desk: InstrumentDesk, into effects: inout Effects
  ) {
    record(
      .protectionEnded(intent: working.id, cause: .remainder), correlation: working.id.correlation,
      into: &effects)
    alarm(
      .unprotectedPosition, .warning, instrument: working.intent.instrument,
      "\(working.openQuantity) \(desk.instrument.name) of intent \(working.id) are less than the venue "
        + "takes as an order; close them with the next position",
      into: &effects)
  }

  /// The venue refused a protective order, or one that exits found nothing to trade with.
  mutating func pauseProtection(of order: OwnOrder, at now: Instant) {
    guard let id = order.intent, order.purpose.isProtective else { return }
    updateWatch(of: id) { $0.pause(atBoot: now.boot) }
    if let pause = watch(of: id)?.pausedUntilBoot { retry(atBoot: pause) }
  }

  /// The venue took a protective order: the next refusal is a first one again.
  mutating func endProtectionPause(of order: OwnOrder) {
    guard let id = order.intent, order.purpose.isProtective, watch(of: id) != nil else { return }
    updateWatch(of: id) { $0.pauseNanos = 0 }
  }
}

// The stop that the executor guards.
extension OrderExecutor {
  /// The price at which what is open could be closed now has reached the stop, and no order at the venue
  /// waits for that.
  private func isStopReached(_ working: WorkingIntent, _ desk: InstrumentDesk) -> Bool {
    guard isBeyondStop(working, desk) else { return false }
    guard configuration.venueHasStops else { return true }
    let covered = legs(of: working.id, .stopLoss).reduce(Quantity.zero) { $0 + $1.worstCaseOpen }
    return covered < working.openQuantity && watch(of: working.id)?.pauseNanos ?? 0 > 0
  }

  private func isBeyondStop(_ working: WorkingIntent, _ desk: InstrumentDesk) -> Bool {
    let side = working.exitSide
    guard let stop = working.intent.stopPrice, let touch = desk.touch(side) else { return false }
    // A lone quote so far from the last price that nobody would be sold to there reaches nothing.
    if desk.price == nil, let last = desk.reference.lastConfirmed,
      let bound = last.moved(by: Bps(raw: side.sign * configuration.exits.cap.raw)),
      side == .sell ? touch < bound : touch > bound
    {
      return false
    }
    return side == .sell ? touch <= stop : touch >= stop
  }

  private mutating func trigger(
    _ working: WorkingIntent, _ desk: InstrumentDesk, at now: Instant, into effects: inout Effects
  ) {
    guard mayProtect(working, at: now), let price = desk.touch(working.exitSide) else { return }
    counters.stopsTriggered += 1
    record(
      .stopTriggered(intent: working.id, price: price, atNanos: now.wall),
      correlation: working.id.correlation, into: &effects)
  }

  /// Closes what is open at the market, within the slippage cap: first nothing else may be working for it.
  private mutating func exit(
    _ working: WorkingIntent, _ desk: InstrumentDesk, at now: Instant, into effects: inout Effects
  ) {
    let working = books.intents[working.id] ?? working
    let leg = legs(of: working.id)
    guard leg.isEmpty else {
      for order in leg where order.timeInForce == .gtc { cancel(order.id, at: now, into: &effects) }
      return
    }
    if let pause = watch(of: working.id)?.pausedUntilBoot, pause > now.boot { return retry(atBoot: pause) }
    let side = working.exitSide
    guard let place = deskPlace(of: working.intent.instrument), let touch = desk.touch(side),
      clearWay(for: side, touch, desk, at: now, into: &effects),
      let price = exitLimit(side, desk: place, at: now, into: &effects)
    else { return }
    let most = min(working.openQuantity, desk.instrument.maxQuantity ?? .max)
    let quantity = desk.instrument.roundDown(most)
    guard desk.instrument.validate(price, quantity) == nil else {
      if working.end != nil { leaveRemainder(working, desk, into: &effects) }
      return
    }
    guard bucket.take(for: .cancel, atNanos: now.boot) else {
      return retry(atBoot: now.boot + bucket.nanosUntilAvailable(for: .cancel, atNanos: now.boot))
    }
    // What this one leaves open is closed by the next, after a pause: a market that did not take it will not
    // take the next at once.
    updateWatch(of: working.id) { $0.pause(atBoot: now.boot) }
    let created = CreatedOrder(
      id: nextID(), strategy: working.intent.strategy, instrument: working.intent.instrument,
      side: working.exitSide, timeInForce: .ioc, purpose: .stopLoss, price: price, quantity: quantity,
      intent: working.id, requestNanos: now.wall, recvWindowNanos: configuration.recvWindowNanos, origin: 0,
      correlation: working.id.correlation)
    noteExit(created.id, side, desk: place, at: now)
    send(created, [], at: now, into: &effects)
  }

  /// Takes back own orders that an order to the market would trade with. Whether none is left.
  private mutating func clearWay(
    for side: Side, _ touch: Price, _ desk: InstrumentDesk, at now: Instant, into effects: inout Effects
  ) -> Bool {
    let inTheWay = books.open.filter {
      $0.instrument == desk.instrument.number && $0.side != side && $0.type == .limit
        && (side == .sell ? $0.price >= touch : $0.price <= touch)
    }
    for order in inTheWay { cancel(order.id, at: now, into: &effects) }
    return inTheWay.isEmpty
  }
}

// What a person is told.
extension OrderExecutor {
  private mutating func judge(
    _ working: WorkingIntent, _ desk: InstrumentDesk, at now: Instant, into effects: inout Effects
  ) {
    let isLacking = lacksProtection(working, at: now)
    let isPassed =
      configuration.venueHasStops && !working.isStopTriggered && isBeyondStop(working, desk)
      && legs(of: working.id, .stopLoss).contains { $0.type == .stop }
    updateWatch(of: working.id) {
      $0.noteLack(isLacking, atBoot: now.boot)
      $0.notePass(isPassed, atBoot: now.boot)
    }
    guard let watch = watch(of: working.id) else { return }
    for since in [watch.lackingSinceBoot, watch.passedSinceBoot].compactMap({ $0 }) {
      let due = since + ProtectionWatch.patienceNanos
      if due > now.boot { retry(atBoot: due) }
    }
    if watch.isLackDue(atBoot: now.boot) {
      updateWatch(of: working.id) { $0.isLackToldOf = true }
      alarm(
        .unprotectedPosition, .critical, instrument: working.intent.instrument,
        "\(working.openQuantity) \(desk.instrument.name) of intent \(working.id) have had no whole stop or "
          + "target for a second: \(obstacle(working, at: now)); look at the venue, or flatten",
        into: &effects)
    }
    if watch.isPassDue(atBoot: now.boot) {
      updateWatch(of: working.id) { $0.isPassToldOf = true }
      alarm(
        .stopPassed, .critical, instrument: working.intent.instrument,
        "the market in \(desk.instrument.name) has been beyond the stop of intent \(working.id) for a "
          + "second and the venue has not triggered it; look at the venue, or flatten",
        into: &effects)
    }
  }

  func lacksProtection(_ working: WorkingIntent, at now: Instant) -> Bool {
    func covered(_ purpose: OrderPurpose) -> Quantity {
      legs(of: working.id, purpose).reduce(.zero) {
        $1.state.isAccepted && $1.status != .inDoubt ? $0 + $1.worstCaseOpen : $0
      }
    }
    // Once triggered, what is open is being closed; that it still is after a second is worth telling too.
    if working.isStopTriggered { return true }
    if working.intent.stopPrice != nil {
      let isWhole =
        configuration.venueHasStops
        ? covered(.stopLoss) >= working.openQuantity : mayProtect(working, at: now)
      if !isWhole { return true }
    }
    return working.intent.takeProfitPrice != nil && covered(.takeProfit) < working.openQuantity
  }

  private func obstacle(_ working: WorkingIntent, at now: Instant) -> String {
    if let quarantine { return "quarantined, \(quarantine)" }
    if isVenueSilent { return "the venue is silent" }
    if books.isPanicked(strategy: working.intent.strategy, instrument: working.intent.instrument) {
      return "a panic is latched and nothing is placed until a person resumes"
    }
    if !reconciliation.mayTrade { return "books and venue have not been compared yet" }
    let level = lease.level(atBoot: now.boot)
    if level != .open && level != .reduce { return "the permit allows only cancels" }
    if working.isStopTriggered { return "the stop was reached and the market does not take it all" }
    return "the venue has not taken its orders"
  }

  private func watch(of id: IntentID) -> ProtectionWatch? { watches.first { $0.id == id } }

  private mutating func updateWatch(of id: IntentID, _ change: (inout ProtectionWatch) -> Void) {
    if let place = watches.firstIndex(where: { $0.id == id }) { return change(&watches[place]) }
    var watch = ProtectionWatch(id)
    change(&watch)
    watches.append(watch)
  }
}

extension ProtectionWatch {
  fileprivate mutating func noteLack(_ isLacking: Bool, atBoot boot: Int64) {
    guard isLacking else { return (lackingSinceBoot, isLackToldOf) = (nil, false) }
    lackingSinceBoot = lackingSinceBoot ?? boot
  }

  fileprivate mutating func notePass(_ isPassed: Bool, atBoot boot: Int64) {
    guard isPassed else { return (passedSinceBoot, isPassToldOf) = (nil, false) }
    passedSinceBoot = passedSinceBoot ?? boot
  }

  fileprivate func isLackDue(atBoot boot: Int64) -> Bool {
    !isLackToldOf && lackingSinceBoot.map { boot - $0 >= Self.patienceNanos } ?? false
  }

  fileprivate func isPassDue(atBoot boot: Int64) -> Bool {
    !isPassToldOf && passedSinceBoot.map { boot - $0 >= Self.patienceNanos } ?? false
  }
}
