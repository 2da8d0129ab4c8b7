import ActorKit
import Trading
import Vocabulary
import Wire

// Intents: one order each, placed once, with exactly one terminal report.
//
// An intent is journaled with the turn that took it in, before it is acknowledged. Its entry is journaled
// before it is sent, and an intent with an entry never gets another. When the entry works no more, the end is
// journaled together with the report that tells it, which is sent until risk has acknowledged it.
extension OrderExecutor {
  mutating func take(_ intent: OrderIntent, at now: Instant, into effects: inout Effects) {
    let id = IntentID(high: intent.intentHigh, low: intent.intentLow)
    counters.intents += 1
    guard !books.intents.hasSeen(id) else { return repeatEnd(of: id, into: &effects) }
    guard intent.account == configuration.account.number else {
      refuse(.wrongAccount)
      return turnDown(id, intent, .unknownAccount, at: now, into: &effects)
    }
    guard deskPlace(of: intent.instrument) != nil else {
      refuse(.unknownInstrument)
      return turnDown(id, intent, .unknownInstrument, at: now, into: &effects)
    }
    guard let accepted = AcceptedIntent(intent, atNanos: now.wall) else {
      refuse(.malformed)
      return turnDown(id, intent, .malformed, at: now, into: &effects)
    }
    if let reason = mayBeOfTheCut(intent) ? .marketClosed : doorRefusal(of: accepted, at: now) {
      return turnDown(id, intent, reason, at: now, into: &effects)
    }
    record(.intentAccepted(accepted), correlation: id.correlation, into: &effects)
    _ = isExpired(accepted, at: now)
    reportProgress(of: id, into: &effects)
  }

  /// An intent on which incarnations trapped ends here, once: the report is journaled with the turn that
  /// counts the intent as processed, so that risk never waits for one that nobody will carry out.
  public mutating func refusePoisoned(
    _ message: Inbound, from peer: Peer, at now: Instant, into effects: inout Effects
  ) {
    guard case .orderIntent(let view) = message, isRisk(peer) else { return }
    let intent = view.block
    let id = IntentID(high: intent.intentHigh, low: intent.intentLow)
    guard !books.intents.hasSeen(id) else { return repeatEnd(of: id, into: &effects) }
    turnDown(id, intent, .poisoned, at: now, into: &effects)
  }

  /// What is wrong with an intent whatever the market does next; nil for nothing.
  private func doorRefusal(of intent: AcceptedIntent, at now: Instant) -> RejectReason? {
    if intent.expireNanos <= now.wall { return .expired }
    if books.intents.open.count >= IntentBook.mostOpen { return .tooManyOrders }
    guard let place = deskPlace(of: intent.instrument) else { return .unknownInstrument }
    let instrument = desks[place].instrument
    for price in [intent.price, intent.stopPrice, intent.takeProfitPrice].compactMap({ $0 })
    where !instrument.isValid(price) {
      return .priceNotOnTick
    }
    guard hasItsLegsInPlace(intent) else { return .invalidStop }
    return canBeExited(intent, instrument) ? nil : .stopTooSmall
  }

  /// Whether the venue would take stop and target for all of it. What it would not take as an entry either is
  /// refused as that.
  private func canBeExited(_ intent: AcceptedIntent, _ instrument: Instrument) -> Bool {
    guard let price = intent.price, instrument.validate(price, intent.quantity) == nil else { return true }
    return [intent.stopPrice, intent.takeProfitPrice].compactMap { $0 }.allSatisfy {
      instrument.validate($0, intent.quantity) == nil
    }
  }

  /// Stop and target lie on their sides of the entry. The limit of an entry at the market is the worst price
  /// it may get, which the target need not be beyond.
  private func hasItsLegsInPlace(_ intent: AcceptedIntent) -> Bool {
    guard let price = intent.price else { return false }
    let isResting = intent.timeInForce == .gtc
    func isBefore(_ left: Price?, _ right: Price?) -> Bool {
      guard let left, let right else { return true }
      return intent.side == .buy ? left < right : left > right
    }
    return isBefore(intent.stopPrice, price) && isBefore(intent.stopPrice, intent.takeProfitPrice)
      && (!isResting || isBefore(price, intent.takeProfitPrice))
  }

  /// Refuses an intent at the door. Nothing of it is kept but that it came.
  private mutating func turnDown(
    _ id: IntentID, _ intent: OrderIntent, _ reason: RejectReason, at now: Instant,
    into effects: inout Effects
  ) {
    let end = IntentEnd(
      id: id, outcome: reason == .expired ? .expired : .rejected, reason: reason, filledQuantity: .zero,
      averagePrice: nil, atNanos: now.wall)
    record(.intentEnded(end), correlation: id.correlation, into: &effects)
    counters.intentsEnded.add(end.outcome)
    send(
      end.report(
        account: intent.account, strategy: intent.strategy, instrument: intent.instrument,
        origin: intent.envelope.origin), isTerminal: true, into: &effects)
  }

  /// Risk sends an intent again, so it lacks our answer. An end that is still known is told once more, under
  /// the same id; for one that works, the reports to come are the answer.
  private mutating func repeatEnd(of id: IntentID, into effects: inout Effects) {
    counters.duplicates += 1
    guard let known = books.intents[id] else { return }
    guard let end = known.end else { return reportProgress(of: id, into: &effects) }
    send(known.intent.report(end, account: books.account), isTerminal: true, into: &effects)
  }
}

// Every turn.
extension OrderExecutor {
  /// By wall or boot clock, whichever comes first. Notes the deadline when it sees an intent first.
  private mutating func isExpired(_ intent: AcceptedIntent, at now: Instant) -> Bool {
    if intent.expireNanos <= now.wall { return true }
    if let known = entryDeadlines.first(where: { $0.id == intent.id }) { return known.boot <= now.boot }
    let deadline = EntryDeadline(intent, wall: now.wall, boot: now.boot)
    entryDeadlines.append(deadline)
    return deadline.boot <= now.boot
  }

  mutating func decideIntents(at now: Instant, into effects: inout Effects) {
    entryDeadlines.removeAll { deadline in
      books.intents[deadline.id].map { $0.end != nil } ?? true
    }
    guard !books.intents.open.isEmpty else { return }
    for id in books.intents.open.map(\.id) {
      guard let working = books.intents[id], working.end == nil else { continue }
      if let entry = working.entry {
        watch(entry, of: working, at: now, into: &effects)
      } else {
        placeEntry(of: working, at: now, into: &effects)
      }
    }
  }

  /// Places the entry, ends the intent, or waits for what may still come before it expires.
  private mutating func placeEntry(
    of working: WorkingIntent, at now: Instant, into effects: inout Effects
  ) {
    let intent = working.intent
    if isExpired(intent, at: now) { return end(working, .expired, .expired, at: now, into: &effects) }
    if let reason = standingRefusal(of: intent, at: now) {
      return end(working, .rejected, reason, at: now, into: &effects)
    }
    guard isAbleToTrade(at: now), let place = deskPlace(of: intent.instrument), let price = intent.price
    else { return }
    if let denial = denial(
      of: intent.side, price, intent.quantity, legs: intent.legCount, desk: desks[place], at: now)
    {
      guard !denial.mayPass else { return }
      counters.ordersDenied.add(denial)
      return end(working, .rejected, denial.reason, at: now, into: &effects)
    }
    guard bucket.take(for: .order, atNanos: now.boot) else {
      return retry(atBoot: now.boot + bucket.nanosUntilAvailable(for: .order, atNanos: now.boot))
    }
    let created = CreatedOrder(
      id: nextID(), strategy: intent.strategy, instrument: intent.instrument, side: intent.side,
      timeInForce: intent.timeInForce, purpose: .entry, type: intent.type, price: price,
      quantity: intent.quantity, intent: intent.id, requestNanos: now.wall,
      recvWindowNanos: configuration.recvWindowNanos, origin: intent.origin,
      correlation: intent.id.correlation)
    send(created, intent.isPostOnly ? .postOnly : [], at: now, into: &effects)
  }

  /// What forbids an entry now and will not pass by itself before it expires.
  private func standingRefusal(of intent: AcceptedIntent, at now: Instant) -> RejectReason? {
    if quarantine != nil { return .marketClosed }
    if isClosing { return .noPermit }
    if books.flattenings.contains(where: { $0.instrument == intent.instrument }) { return .flattening }
    if books.halt(strategy: intent.strategy, instrument: intent.instrument) != nil { return .halted }
    // A permit that was granted and allows less is an answer; one that has not come yet is not.
    if session.isTrading, let granted = lease.level, granted != .open { return .noPermit }
    return nil
  }

  /// Whether books, venue and permit allow anything new at all.
  private func isAbleToTrade(at now: Instant) -> Bool {
    session.isTrading && mayOpen && !isVenueSilent
      && lease.level(atBoot: now.boot) == .open
  }

  /// Takes an entry back that must not rest any longer; ends the intent when it does not.
  private mutating func watch(
    _ id: ClOrdID, of working: WorkingIntent, at now: Instant, into effects: inout Effects
  ) {
    guard let order = books.order(id) else {
      return end(working, .canceled, .none, at: now, into: &effects)
    }
    let isExpired = isExpired(working.intent, at: now)
    if order.isOpen {
      let isForbidden =
        isClosing || quarantine != nil || !session.isTrading || lease.level == .reduce
        || lease.level(atBoot: now.boot) == .cancel
        || books.halt(strategy: order.strategy, instrument: order.instrument) != nil
        || books.flattenings.contains { $0.instrument == order.instrument }
        || deskPlace(of: order.instrument).map { desks[$0].isUnpriced } ?? false
      if isExpired || isForbidden { cancel(id, at: now, into: &effects) }
      return
    }
    let filled = order.state.cumQuantity
    if filled >= working.intent.quantity {
      end(working, .filled, .none, at: now, into: &effects)
    } else if filled.isPositive {
      end(working, .partiallyFilled, .none, at: now, into: &effects)
    } else if order.isNotPlaced || order.status == .rejected {
      end(working, .rejected, order.reason, at: now, into: &effects)
    } else {
      end(working, isExpired ? .expired : .canceled, .none, at: now, into: &effects)
    }
  }

  mutating func end(
    _ working: WorkingIntent, _ outcome: IntentOutcome, _ reason: RejectReason, at now: Instant,
    into effects: inout Effects
  ) {
    let order = working.entry.flatMap(books.order)
    let end = IntentEnd(
      id: working.id, outcome: outcome, reason: reason,
      filledQuantity: order?.state.cumQuantity ?? working.entered,
      averagePrice: order?.state.averagePrice?.rounded, atNanos: now.wall)
    record(.intentEnded(end), correlation: working.id.correlation, into: &effects)
    counters.intentsEnded.add(outcome)
    send(working.intent.report(end, account: books.account), isTerminal: true, into: &effects)
  }
}

// What risk is told.
extension OrderExecutor {
  /// How an intent that has not ended stands.
  mutating func reportProgress(of id: IntentID, into effects: inout Effects) {
    guard isRiskHeard, let working = books.intents[id], working.end == nil else { return }
    let order = working.entry.flatMap(books.order)
    let report = IntentReport(
      envelope: Envelope(origin: 0, correlation: id.correlation), intentHigh: id.high, intentLow: id.low,
      account: configuration.account.number, strategy: working.intent.strategy,
      instrument: working.intent.instrument, outcome: order?.state.isAccepted == true ? .working : .accepted,
      reason: .none, filledQuantity: working.entered.raw,
      averagePrice: order?.state.averagePrice?.rounded?.raw, check: .none)
    send(report, isTerminal: false, into: &effects)
  }

  /// To a risk process that may have lost the end of its journal, or has just come up.
  mutating func reportOpenIntents(into effects: inout Effects) {
    for working in books.intents.open where working.end == nil {
      reportProgress(of: working.id, into: &effects)
    }
  }

  private func send(_ report: IntentReport, isTerminal: Bool, into effects: inout Effects) {
    let risk = configuration.riskComponent
    effects.send(to: isTerminal ? .durable(component: risk) : .event(component: risk)) {
      report.encode(into: &$0)
    }
  }
}

extension AcceptedIntent {
  /// Nil for what is no order: no unbounded market orders, no quantity, unknown codes.
  fileprivate init?(_ intent: OrderIntent, atNanos: Int64) {
    guard let side = Side(intent.side), let type = OrderType(intent.ordType), type == .limit,
      let timeInForce = TimeInForce(intent.timeInForce), intent.quantity > 0, let price = intent.price,
      intent.execInst.isSubset(of: [.postOnly])
    else { return nil }
    self.init(
      id: IntentID(high: intent.intentHigh, low: intent.intentLow), strategy: intent.strategy,
      instrument: intent.instrument, side: side, type: type, timeInForce: timeInForce,
      isPostOnly: intent.execInst.contains(.postOnly), quantity: Quantity(raw: intent.quantity),
      price: Price(raw: price), stopPrice: intent.stopPrice.map { Price(raw: $0) },
      takeProfitPrice: intent.takeProfitPrice.map { Price(raw: $0) }, expireNanos: intent.expireNanos,
      atNanos: atNanos, origin: intent.envelope.origin)
  }

  fileprivate func report(_ end: IntentEnd, account: UInt16) -> IntentReport {
    end.report(account: account, strategy: strategy, instrument: instrument, origin: 0)
  }
}

extension IntentEnd {
  fileprivate func report(
    account: UInt16, strategy: UInt16, instrument: UInt32, origin: Int64
  ) -> IntentReport {
    IntentReport(
      envelope: Envelope(origin: origin, correlation: id.correlation), intentHigh: id.high,
      intentLow: id.low, account: account, strategy: strategy, instrument: instrument, outcome: outcome,
      reason: reason, filledQuantity: filledQuantity.raw, averagePrice: averagePrice?.raw, check: .none)
  }
}
