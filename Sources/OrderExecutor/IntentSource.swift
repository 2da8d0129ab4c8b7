import ActorKit
import Trading
import Vocabulary
import Wire

/// Intents: one order each, placed once, with exactly one terminal report.
///
/// An intent is journaled with the turn that took it in, before it is acknowledged. Its entry is journaled
/// before it is sent, and an intent with an entry never gets another. When the entry works no more, the end
/// is journaled together with the report that tells it, which is sent until risk has acknowledged it.
struct IntentSource: OrderSource, Sendable {
  /// When entries expire on the boot clock.
  private var deadlines: [EntryDeadline] = []

  /// When the first intent expires, boot clock.
  func nextExpiry(_ books: ExecutorBooks, at now: Instant) -> Int64 {
    var next = Int64.max
    for working in books.intents.open where working.end == nil && working.intent.expireNanos > now.wall {
      let left = working.intent.expireNanos.saturatingSubtract(now.wall)
      next = min(next, now.boot.saturatingAdd(left))
    }
    for deadline in deadlines where deadline.boot > now.boot { next = min(next, deadline.boot) }
    return next
  }

  /// By wall or boot clock, whichever comes first. Notes the deadline when it sees an intent first.
  mutating func isExpired(_ intent: AcceptedIntent, at now: Instant) -> Bool {
    if intent.expireNanos <= now.wall { return true }
    if let known = deadlines.first(where: { $0.id == intent.id }) { return known.boot <= now.boot }
    let deadline = EntryDeadline(intent, wall: now.wall, boot: now.boot)
    deadlines.append(deadline)
    return deadline.boot <= now.boot
  }

  func speaks(for order: OrderOutline, _ situation: Situation) -> Bool {
    guard let intent = order.intent.flatMap({ situation.books.intents[$0] }) else { return false }
    return intent.end == nil
  }
}

// Deciding.
extension IntentSource {
  /// Looks after the entries that were sent.
  mutating func watch(_ situation: Situation, at now: Instant, into wishes: inout [Wish]) {
    let intents = situation.books.intents
    deadlines.removeAll { deadline in intents[deadline.id].map { $0.end != nil } ?? true }
    for working in intents.open where working.end == nil {
      guard let entry = working.entry else { continue }
      watch(entry, of: working, situation, at: now, into: &wishes)
    }
  }

  /// Sends those that wait.
  mutating func place(_ situation: Situation, at now: Instant, into wishes: inout [Wish]) {
    for working in situation.books.intents.open where working.end == nil && working.entry == nil {
      place(working, situation, at: now, into: &wishes)
    }
  }

  /// Places the entry, ends the intent, or waits for what may still come before it expires.
  private mutating func place(
    _ working: WorkingIntent, _ situation: Situation, at now: Instant, into wishes: inout [Wish]
  ) {
    let intent = working.intent
    if isExpired(intent, at: now) {
      return wishes.append(.end(expired(working, at: now)))
    }
    if let check = standingRefusal(of: intent, situation) {
      return wishes.append(.end(working.refused(Finding(check), at: now)))
    }
    guard isAbleToTrade(situation, at: now), let price = intent.price,
      let instrument = situation.markets.index(of: intent.instrument)
    else { return }
    wishes.append(
      .place(
        OrderWish(
          purpose: .entry, instrument: instrument, strategy: intent.strategy, side: intent.side,
          type: intent.type, timeInForce: intent.timeInForce, price: price, quantity: intent.quantity,
          conditions: intent.isPostOnly ? .postOnly : [], intent: intent.id, origin: intent.origin,
          correlation: intent.id.correlation, effect: .opens(legs: intent.legCount))))
  }

  /// It names what it waited for in vain, if that is known.
  private func expired(_ working: WorkingIntent, at now: Instant) -> IntentEnd {
    let expired = Finding(.expired, .nanos, measured: now.wall, limit: working.intent.expireNanos)
    var end = working.refused(expired, at: now)
    guard let waited = deadlines.first(where: { $0.id == working.id })?.waitsFor else { return end }
    (end.check, end.unit) = (waited.check, waited.unit)
    (end.measured, end.limit) = (waited.measured, waited.limit)
    return end
  }

  /// What forbids an entry now and will not pass by itself before it expires.
  private func standingRefusal(of intent: AcceptedIntent, _ situation: Situation) -> RiskCheck? {
    if let check = situation.bar(toOpening: intent.strategy, in: intent.instrument) { return check }
    let authority = situation.authority
    // A permit that was granted and allows less is an answer; one that has not come yet is not.
    if authority.session.isTrading, let granted = authority.lease.level, granted != .open { return .noPermit }
    return nil
  }

  /// Whether books, venue and permit allow anything new at all.
  private func isAbleToTrade(_ situation: Situation, at now: Instant) -> Bool {
    situation.authority.session.isTrading && situation.mayOpen
      && !situation.authority.isVenueSilent && situation.permit(at: now) == .open
  }

  /// Takes an entry back that must not rest any longer; ends the intent when it does not.
  private mutating func watch(
    _ id: ClOrdID, of working: WorkingIntent, _ situation: Situation, at now: Instant,
    into wishes: inout [Wish]
  ) {
    guard let order = situation.books.order(id) else {
      return wishes.append(.end(working.ended(.canceled, .none, at: now)))
    }
    let isExpired = isExpired(working.intent, at: now)
    if order.isOpen {
      if isExpired || isForbidden(order, situation, at: now) { wishes.append(.cancel(id)) }
      return
    }
    let filled = order.state.cumQuantity
    let (outcome, reason): (IntentOutcome, RejectReason) =
      if filled >= working.intent.quantity {
        (.filled, .none)
      } else if filled.isPositive {
        (.partiallyFilled, .none)
      } else if order.isNotPlaced || order.status == .rejected {
        (.rejected, order.reason)
      } else {
        (isExpired ? .expired : .canceled, .none)
      }
    wishes.append(.end(working.ended(outcome, reason, of: order, at: now)))
  }

  /// An entry must not rest now.
  private func isForbidden(_ order: OwnOrder, _ situation: Situation, at now: Instant) -> Bool {
    let authority = situation.authority
    return situation.isClosing || authority.quarantine != nil || !authority.session.isTrading
      || authority.lease.level == .reduce || situation.permit(at: now) == .cancel
      || situation.books.halt(strategy: order.strategy, instrument: order.instrument) != nil
      || situation.isFlattening(order.instrument) || !situation.venue.missing.isEmpty
      || situation.markets.state(of: order.instrument)?.isUnpriced ?? false
  }

  /// What the gate will not let pass before the intent expires ends it; for what may pass it waits.
  mutating func note(
    _ placing: Placing, of wish: OrderWish, _ situation: Situation, at now: Instant,
    into wishes: inout [Wish]
  ) {
    switch placing {
    case .placed: return
    case .putOff: wait(for: Finding(.messageRate), wish, into: &wishes)
    case .denied(let finding) where finding.check.mayPass:
      wait(for: finding, wish, into: &wishes)
      if finding.check == .selfTrade { clearWay(of: wish, situation, into: &wishes) }
    case .denied(let finding):
      guard let working = wish.intent.flatMap({ situation.books.intents[$0] }) else { return }
      wishes.append(.countDenied(finding.check))
      wishes.append(.end(working.refused(finding, at: now)))
    }
  }

  /// Counted once for each check that holds an entry back.
  private mutating func wait(for finding: Finding, _ wish: OrderWish, into wishes: inout [Wish]) {
    guard let index = deadlines.firstIndex(where: { $0.id == wish.intent }) else { return }
    if deadlines[index].waitsFor?.check != finding.check { wishes.append(.countDenied(finding.check)) }
    deadlines[index].waitsFor = finding
  }

  /// Takes back own quotes that an entry would trade with; they stay away until it is sent or over. Where
  /// something else of ours is in its way, too, it would not go without them either: then they stay.
  private func clearWay(of wish: OrderWish, _ situation: Situation, into wishes: inout [Wish]) {
    guard let id = wish.intent else { return }
    let instrument = situation.markets[wish.instrument].instrument.number
    let crossed = situation.books.orders.inTheWay(of: wish.side, at: wish.price, in: instrument)
      .filter { $0.side != wish.side }
    guard crossed.allSatisfy({ $0.purpose == .quote }) else { return wishes.append(.leaveWait(id)) }
    wishes.append(.clearWay(of: id))
    for order in crossed { wishes.append(.cancel(order.id, origin: wish.origin)) }
  }
}

extension WorkingIntent {
  /// The end of it, as it is told.
  func ended(
    _ outcome: IntentOutcome, _ reason: RejectReason, of order: OwnOrder? = nil, at now: Instant
  ) -> IntentEnd {
    IntentEnd(
      id: id, outcome: outcome, reason: reason, filledQuantity: order?.state.cumQuantity ?? entered,
      averagePrice: order?.state.averagePrice?.rounded, atNanos: now.wall)
  }

  /// The end of one that a check of ours refuses.
  func refused(_ finding: Finding, at now: Instant) -> IntentEnd {
    var end = IntentEnd(id, refusedBy: finding, at: now)
    end.filledQuantity = entered
    return end
  }
}

extension IntentEnd {
  init(_ id: IntentID, refusedBy finding: Finding, at now: Instant) {
    self.init(
      id: id, outcome: finding.check == .expired ? .expired : .rejected, reason: finding.check.reason,
      filledQuantity: .zero, averagePrice: nil, atNanos: now.wall, check: finding.check, unit: finding.unit,
      measured: finding.measured, limit: finding.limit)
  }
}
