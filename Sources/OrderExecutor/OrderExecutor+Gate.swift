import ActorKit
import Trading
import Vocabulary
import Wire

// The last gate before the venue.
extension OrderExecutor {
  /// Places an order for a target if nothing speaks against it.
  mutating func place(_ placement: QuoteScratch.Placement, at now: Instant, into effects: inout Effects) {
    let target = targets[placement.target]
    let seen = books.record(of: target.instrument).lastFillSequence
    guard target.fillSequenceSeen >= seen else {
      // Risk has not counted a fill yet: what it wants rests on a position that is no more.
      if !target.isCountedStale { counters.staleTargets += 1 }
      targets[placement.target].isCountedStale = true
      return
    }
    let pause = target[placement.side].pausedUntilBoot
    guard pause <= now.boot else { return retry(atBoot: pause) }
    let desk = desks[target.desk]
    if let denial = denial(
      of: placement.side, placement.price, placement.quantity, desk: desk, at: now)
    {
      return deny(placement.target, placement.side, denial)
    }
    guard bucket.take(for: .order, atNanos: now.boot) else {
      retry(atBoot: now.boot + bucket.nanosUntilAvailable(for: .order, atNanos: now.boot))
      return deny(placement.target, placement.side, .rate)
    }
    if placement.isMoved { counters.postOnlyMoved += 1 }
    let created = CreatedOrder(
      id: nextID(), strategy: target.strategy, instrument: target.instrument, side: placement.side,
      timeInForce: .gtc, purpose: .quote, price: placement.price, quantity: placement.quantity,
      requestNanos: now.wall, recvWindowNanos: configuration.recvWindowNanos, origin: target.origin,
      correlation: target.correlation)
    targets[placement.target][placement.side].hasPlaced = true
    send(created, .postOnly, at: now, into: &effects)
  }

  /// Journals an order and sends it: at most once, under an id that is never used again.
  mutating func send(
    _ created: CreatedOrder, _ conditions: ExecInst, linkedTo partner: ClOrdID? = nil, at now: Instant,
    into effects: inout Effects
  ) {
    counters.ordersSent += 1
    record(.orderCreated(created), correlation: created.correlation, into: &effects)
    if let partner {
      record(
        .ordersLinked(order: created.id, partner: partner), correlation: created.correlation, into: &effects)
    }
    // Not asked of a venue that does not know it: it would refuse the order.
    let conditions = configuration.venueHasReduceOnly ? conditions : conditions.subtracting(.reduceOnly)
    let message = NewOrder(
      envelope: Envelope(origin: created.origin, correlation: created.id.requestCorrelation),
      account: created.id.account, instrument: created.instrument, clOrdID: ClOrdIDText(created.id),
      side: SideCode(created.side), ordType: OrdTypeCode(created.type),
      timeInForce: TimeInForceCode(created.timeInForce), execInst: conditions,
      price: created.type == .limit ? created.price.raw : nil, quantity: created.quantity.raw,
      requestNanos: created.requestNanos, recvWindowNanos: created.recvWindowNanos,
      stopPrice: created.type == .stop ? created.price.raw : nil,
      linkedClOrdID: partner.map { ClOrdIDText($0) } ?? ClOrdIDText())
    effects.send(to: .link(component: configuration.venueComponent)) { message.encode(into: &$0) }
    let isProtective = created.purpose.isProtective
    let patience = isProtective ? Self.protectiveTimeoutNanos : configuration.orderTimeoutNanos
    let deadline = now.boot + min(patience, configuration.orderTimeoutNanos)
    updateFlight(of: created.id, at: now) {
      $0.createDeadline = deadline
      $0.sentBoot = now.boot
    }
    report(created.id, .pendingNew, into: &effects)
  }

  /// The first thing that speaks against an order; nil when it may pass. The permit is looked at here, at the
  /// time that the order will carry as its own. `legs` are the orders that it will need when it is filled.
  func denial(
    of side: Side, _ price: Price, _ quantity: Quantity, legs: Int = 0, desk: InstrumentDesk, at now: Instant
  ) -> Denial? {
    let instrument = desk.instrument.number
    let level = lease.level(atBoot: now.boot)
    guard level == .open || level == .reduce else { return .noPermit }
    guard let caps = desk.caps else { return .noCaps }
    guard let top = desk.usableTop else { return .staleData }
    guard let reference = desk.price else { return .unpriced }
    if let refusal = desk.instrument.validate(price, quantity) { return Denial(refusal) }
    guard quantity <= caps.maxOrderQuantity else { return .orderQuantity }
    let age = now.boot - top.boot
    guard caps.collar.refusal(side, price, reference: reference, ageNanos: age) == nil else { return .collar }
    let exposure = books.exposure(in: instrument)
    guard let worst = exposure.position(after: side, quantity) else { return .position }
    guard side == .buy ? worst <= caps.maxPosition : worst.raw >= 0 - caps.maxPosition.raw else {
      return .position
    }
    if level == .reduce && !exposure.onlyReduces(side, quantity) { return .noPermit }
    if neededAccountReport != nil && !exposure.onlyReduces(side, quantity) { return .unheard }
    if let denial = ownOrderInTheWay(of: side, price, in: instrument) { return denial }
    return books.open.count + legsToCome + legs < configuration.maxOpenOrders ? nil : .openOrders
  }

  /// An order of ours that it would trade with, or one at its price that may or may not be there.
  private func ownOrderInTheWay(of side: Side, _ price: Price, in instrument: UInt32) -> Denial? {
    for order in books.outlines where order.instrument == instrument && order.type == .limit {
      if order.side != side && order.crosses(price) { return .selfTrade }
      if order.side == side && order.price == price && order.isInDoubt { return .inDoubt }
    }
    return nil
  }

  /// Room that is kept for the stops and targets of entries that still work: they must never find none.
  private var legsToCome: Int {
    books.intents.open.reduce(0) { $1.end == nil && $1.entry != nil ? $0 + $1.intent.legCount : $0 }
  }

  /// Notes why a side could not have what it wanted; the first reason of a turn counts.
  mutating func deny(_ place: Int, _ side: Side, _ denial: Denial) {
    if targets[place][side].turnDenial == nil { targets[place][side].turnDenial = denial }
  }

  /// Counts the turn's denials once per revision, and tells of one when its reason is new.
  mutating func settleGates(into effects: inout Effects) {
    for place in targets.indices {
      for side in Side.allCases {
        let gate = targets[place][side]
        targets[place][side].hasPlaced = false
        guard let denial = gate.turnDenial else {
          if gate.hasPlaced { targets[place][side].denial = nil }
          continue
        }
        if gate.denial != denial || gate.countedRevision != targets[place].revision {
          counters.ordersDenied.add(denial)
          targets[place][side].countedRevision = targets[place].revision
        }
        if gate.denial != denial, let level = targets[place].levels(side).first {
          reportDenied(targets[place], side, denial, level: level, into: &effects)
        }
        targets[place][side].denial = denial
        targets[place][side].turnDenial = nil
      }
      // What a timer, a fill or a refilled budget makes of it later was not caused by that market event.
      targets[place].origin = 0
    }
  }

  /// The venue took an order: the next refusal is a first one again.
  mutating func endPause(of order: OwnOrder) {
    guard let place = targetPlace(of: order) else { return }
    targets[place][order.side].pauseNanos = 0
  }

  /// The target that a quote rests for; nil for orders of other purposes.
  func targetPlace(of order: OwnOrder) -> Int? {
    order.purpose == .quote ? targets.place(strategy: order.strategy, instrument: order.instrument) : nil
  }

  /// The venue refused an order: wait before the next, or the same one would be refused every turn.
  mutating func pauseGate(of order: OwnOrder, at now: Instant) {
    guard let place = targetPlace(of: order) else { return }
    targets[place][order.side].pause(atBoot: now.boot)
    retry(atBoot: targets[place][order.side].pausedUntilBoot)
  }
}

extension Denial {
  init(_ refusal: OrderRefusal) {
    switch refusal {
    case .priceNotPositive, .priceOffTick: self = .invalidPrice
    case .quantityNotPositive, .quantityOffLot, .quantityTooLarge: self = .invalidQuantity
    case .quantityTooSmall, .notionalTooSmall: self = .belowMinimum
    }
  }
}
