import ActorKit
import Trading
import Wire

// From wishes to orders, and from orders to their sources.
extension OrderExecutor {
  func isSpokenFor(_ order: OrderOutline) -> Bool {
    switch order.purpose.source {
    case .quotes: quotes.speaks(for: order, situation)
    case .intents: intents.speaks(for: order, situation)
    case .protection: protection.speaks(for: order, situation)
    case .closing: closing.speaks(for: order, situation)
    case nil: protection.mayKeep(order, situation)
    }
  }

  /// Carries out what is wanted, in order; what a source makes of the outcome comes next.
  mutating func carryOut(at now: Instant, into effects: inout Effects) {
    guard !wishes.isEmpty else { return }
    var list: [Wish] = []
    swap(&list, &wishes)
    for wish in list {
      carryOut(wish, at: now, into: &effects)
      if !wishes.isEmpty { carryOut(at: now, into: &effects) }
    }
    list.removeAll(keepingCapacity: true)
    swap(&list, &wishes)
  }

  private mutating func carryOut(_ wish: Wish, at now: Instant, into effects: inout Effects) {
    switch wish {
    case .place(let wish):
      let placing = orders.place(wish, &situation, at: now, into: &effects)
      if case .placed(let id) = placing { exits.note(id, of: wish, at: now) }
      note(placing, of: wish, at: now)
    case .cancel(let id, let origin):
      orders.cancel(id, origin: origin, &situation, at: now, into: &effects)
    case .record(let fact, let correlation):
      if case .stopTriggered = fact { situation.counters.stopsTriggered += 1 }
      situation.record(fact, correlation: correlation, into: &effects)
      if case .strategiesNetted(let instrument) = fact, let index = situation.markets.index(of: instrument) {
        situation.reportPosition(index, into: &effects)
      }
    case .end(let end): situation.end(end, into: &effects)
    case .tellDenied(let target, let side, let finding, let level):
      situation.reportDenied(target, side, finding, level, into: &effects)
    case .tellDenial(let target, let side): situation.tellDenial(of: target, side, into: &effects)
    case .countDenied(let check): situation.counters.ordersDenied.add(check)
    case .clearWay(let intent): situation.clearWay(of: intent)
    case .leaveWait(let intent): situation.leaveWait(intent)
    case .alarm(let code, let severity, let instrument, let text):
      situation.alarm(code, severity, instrument: instrument, text, into: &effects)
    case .mark(let instrument): situation.markets.mark(instrument)
    case .retry(let boot): situation.agenda.retry(atBoot: boot)
    }
  }

  private mutating func note(_ placing: Placing, of wish: OrderWish, at now: Instant) {
    if wish.isMoved, case .placed = placing { situation.counters.postOnlyMoved += 1 }
    // Whoever wanted it wants it again when there is budget.
    if case .putOff(let boot) = placing { situation.agenda.retry(atBoot: boot) }
    switch wish.purpose.source {
    case .quotes: quotes.note(placing, of: wish, situation, at: now, into: &wishes)
    case .intents: intents.note(placing, of: wish, situation, at: now, into: &wishes)
    case .protection: protection.note(placing, of: wish, situation, at: now, into: &wishes)
    case .closing: closing.note(placing, of: wish, situation, at: now, into: &wishes)
    case nil: return
    }
  }

  /// Tells sources and reconciler what the order manager has heard.
  mutating func hear(at now: Instant) {
    for news in orders.takeNews() {
      switch news.order.purpose.source {
      case .quotes: quotes.note(news, situation, at: now, into: &wishes)
      case .intents: intents.note(news, situation, at: now, into: &wishes)
      case .protection: protection.note(news, situation, at: now, into: &wishes)
      case .closing: closing.note(news, situation, at: now, into: &wishes)
      case nil: break
      }
    }
    guard let unclear = orders.takeUnclear() else { return }
    reconciler.hurry(toBoot: unclear.boot, withOrders: unclear.withOrders)
  }
}
