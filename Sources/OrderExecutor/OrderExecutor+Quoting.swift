import ActorKit
import Trading
import Vocabulary
import Wire

// What should rest against what rests, with the least churn.
//
// An order keeps its place in the venue's queue if its price is wanted and its open quantity is not more than
// what is still wanted there. What is left over is cancelled, what is missing is placed as a new order;
// cancels go first.
extension OrderExecutor {
  /// What a target may have at the venue now.
  enum Leave: Equatable {
    /// Nothing; the reason is told if something was wanted.
    case nothing(Denial?)
    /// What rests may stay, nothing new.
    case keep(Denial)
    /// What closes the position. Granted no more than that, what rests and would open is taken back, too;
    /// of a permit that has run out it stays for another life.
    case reduce(isGranted: Bool)
    case everything
  }

  mutating func decideQuotes(at now: Instant, into effects: inout Effects) {
    let standing = currentStanding(at: now)
    let isNew = standing != lastStanding || retryBoot <= now.boot
    lastStanding = standing
    if isNew { retryBoot = .max }
    scratch.cancels.removeAll(keepingCapacity: true)
    scratch.placements.removeAll(keepingCapacity: true)
    var isAnything = isNew
    for place in targets.indices {
      let isDue = !targets[place].isEmpty && targets[place].isExpired(at: now)
      guard isNew || isDue || targets[place].needsDecision || desks[targets[place].desk].needsDecision else {
        continue
      }
      isAnything = true
      targets[place].needsDecision = false
      compare(place, at: now, into: &effects)
    }
    if isAnything || desks.contains(where: { $0.needsDecision }) { cancelStrays() }
    for place in desks.indices { desks[place].needsDecision = false }
    for id in scratch.cancels { cancel(id, at: now, into: &effects) }
    for index in scratch.placements.indices { place(scratch.placements[index], at: now, into: &effects) }
    settleGates(into: &effects)
  }

  private func currentStanding(at now: Instant) -> Standing {
    Standing(
      level: lease.level(atBoot: now.boot), granted: lease.level, isTrading: session.isTrading,
      isClosing: isClosing, isQuarantined: quarantine != nil, isReconciled: mayOpen,
      isVenueSilent: isVenueSilent, halts: books.halts.count + books.panics.count)
  }

  private func leave(for target: QuoteTarget, at now: Instant) -> Leave {
    if target.isEmpty || target.isExpired(at: now) { return .nothing(nil) }
    if quarantine != nil { return .nothing(.quarantined) }
    if books.halt(strategy: target.strategy, instrument: target.instrument) != nil {
      return .nothing(.halted)
    }
    if books.flattenings.contains(where: { $0.instrument == target.instrument }) { return .nothing(.halted) }
    if isClosingAtMarket(target.instrument) { return .nothing(.selfTrade) }
    let level = lease.level(atBoot: now.boot)
    if isClosing || !session.isTrading || level == .cancel { return .nothing(.noPermit) }
    if desks[target.desk].usableTop == nil { return .nothing(.staleData) }
    if desks[target.desk].price == nil { return .nothing(.unpriced) }
    if !mayOpen || isVenueSilent { return .keep(.notReady) }
    return level == .open ? .everything : .reduce(isGranted: lease.level == .reduce)
  }

  /// A position is being closed against the market, in which our own quotes must not stand.
  private func isClosingAtMarket(_ instrument: UInt32) -> Bool {
    books.outlines.contains { $0.instrument == instrument && $0.purpose == .ownerless }
      || books.intents.open.contains {
        $0.intent.instrument == instrument && $0.isStopTriggered && $0.held.isPositive
          && books.closable($0.exitSide, in: instrument).isPositive
      }
  }

  /// Compares a target's two sides with its orders; collects what to cancel and what to place.
  private mutating func compare(_ place: Int, at now: Instant, into effects: inout Effects) {
    let leave = leave(for: targets[place], at: now)
    targets[place].buyGate.turnDenial = nil
    targets[place].sellGate.turnDenial = nil
    for side in Side.allCases {
      switch leave {
      case .nothing(let denial):
        scratch.wants.removeAll(keepingCapacity: true)
        if let denial, !targets[place].levels(side).isEmpty { deny(place, side, denial) }
      case .keep, .reduce, .everything: collectWants(place, side)
      }
      if leave == .reduce(isGranted: true) {
        cutWants(to: books.closable(side, in: targets[place].instrument))
      }
      matchOrders(place, side)
      guard scratch.wants.contains(where: { $0.missing.isPositive }) else { continue }
      if case .keep(let denial) = leave {
        deny(place, side, denial)
      } else {
        collectPlacements(place, side)
      }
    }
  }

  private mutating func collectWants(_ place: Int, _ side: Side) {
    scratch.wants.removeAll(keepingCapacity: true)
    let desk = desks[targets[place].desk]
    guard let top = desk.usableTop else { return }
    for level in targets[place].levels(side) {
      scratch.wants.append(
        QuoteScratch.Want(
          price: level.price, resting: desk.restingPrice(side, level.price, top), missing: level.quantity))
    }
  }

  /// Leaves of what is wanted as much as closes, the first levels first.
  private mutating func cutWants(to closable: Quantity) {
    var left = closable
    for place in scratch.wants.indices {
      let part = min(scratch.wants[place].missing, left)
      scratch.wants[place].missing = part
      left -= part
    }
  }

  /// Lets orders at wanted prices keep their places; the rest is to be cancelled.
  private mutating func matchOrders(_ place: Int, _ side: Side) {
    let (strategy, instrument) = (targets[place].strategy, targets[place].instrument)
    scratch.unmatched.removeAll(keepingCapacity: true)
    for order in books.outlines
    where order.strategy == strategy && order.instrument == instrument && order.side == side
      && order.purpose == .quote
    {
      // On its way out, or waiting for its last fills: neither kept nor cancelled again.
      guard order.isWorking, !order.isCancelPending else { continue }
      if !cover(order, atMoved: false) { scratch.unmatched.append(order) }
    }
    for order in scratch.unmatched where !cover(order, atMoved: true) { scratch.cancels.append(order.id) }
  }

  /// Counts an order towards a want at its price; false if there is none or the order is too large for it.
  private mutating func cover(_ order: OrderOutline, atMoved isMoved: Bool) -> Bool {
    for place in scratch.wants.indices {
      let want = scratch.wants[place]
      guard (isMoved ? want.resting : want.price) == order.price, want.missing >= order.worstCaseOpen else {
        continue
      }
      scratch.wants[place].missing = want.missing - order.worstCaseOpen
      return true
    }
    return false
  }

  /// What is missing, summed where moving has made prices equal.
  private mutating func collectPlacements(_ place: Int, _ side: Side) {
    let first = scratch.placements.count
    for want in scratch.wants where want.missing.isPositive {
      guard let price = want.resting else {
        deny(place, side, .invalidPrice)
        continue
      }
      if let same = scratch.placements[first...].firstIndex(where: { $0.price == price }),
        let sum = scratch.placements[same].quantity.adding(want.missing)
      {
        scratch.placements[same].quantity = sum
      } else {
        scratch.placements.append(
          QuoteScratch.Placement(
            target: place, side: side, price: price, quantity: want.missing, isMoved: price != want.price))
      }
    }
  }

  /// Orders that nothing speaks for: left over from an earlier life, found at the venue, or of an intent that
  /// is over.
  private mutating func cancelStrays() {
    for order in books.outlines where !isSpokenFor(order) { scratch.cancels.append(order.id) }
  }

  private func isSpokenFor(_ order: OrderOutline) -> Bool {
    switch order.purpose {
    case .flatten, .ownerless: return true
    case .found:
      // A stop of turns that were cut off: kept while it can close something.
      return order.type == .stop && books.closable(order.side, in: order.instrument).isPositive
        && !books.isPanicked(strategy: 0, instrument: order.instrument)
    case .quote:
      return targets.place(strategy: order.strategy, instrument: order.instrument) != nil
    case .entry, .stopLoss, .takeProfit:
      guard let intent = order.intent.flatMap({ books.intents[$0] }) else { return false }
      if order.purpose == .entry { return intent.end == nil }
      return intent.needsProtection
        && !books.isPanicked(strategy: order.strategy, instrument: order.instrument)
    }
  }
}

// Cancels.
extension OrderExecutor {
  /// Asks the venue to cancel an order, unless it has been asked or the order may not be there; with
  /// `again` also then, because one cancel too many does no harm.
  mutating func cancel(
    _ id: ClOrdID, again: Bool = false, at now: Instant, into effects: inout Effects
  ) {
    guard let order = books.order(id), order.state.canRequest, order.state.isOpen, !isSuperseded,
      again || (!order.isCancelPending && order.status != .inDoubt)
    else { return }
    if !again, let pause = flight(of: id)?.nextCancelBoot, pause > now.boot { return retry(atBoot: pause) }
    guard bucket.take(for: .cancel, atNanos: now.boot) else {
      return retry(atBoot: now.boot + bucket.nanosUntilAvailable(for: .cancel, atNanos: now.boot))
    }
    counters.cancels += 1
    let request = nextID()
    record(
      .cancelRequested(order: id, request: request, requestNanos: now.wall), correlation: order.correlation,
      into: &effects)
    let cause = targetPlace(of: order).map { targets[$0].origin } ?? 0
    let message = CancelOrder(
      envelope: Envelope(origin: cause, correlation: request.requestCorrelation),
      account: id.account, instrument: order.instrument, clOrdID: ClOrdIDText(request),
      origClOrdID: ClOrdIDText(id), requestNanos: now.wall, recvWindowNanos: configuration.recvWindowNanos)
    effects.send(to: .link(component: configuration.venueComponent)) { message.encode(into: &$0) }
    let deadline = now.boot + configuration.cancelTimeoutNanos
    updateFlight(of: id, at: now) { $0.cancelDeadline = deadline }
    report(id, .orderStatus, into: &effects)
  }

  /// Something could not be done now: look again then.
  mutating func retry(atBoot boot: Int64) { retryBoot = min(retryBoot, boot) }
}
