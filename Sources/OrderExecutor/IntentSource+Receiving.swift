import ActorKit
import Trading
import Vocabulary
import Wire

// What risk wants carried out.
extension IntentSource {
  mutating func take(
    _ intent: OrderIntent, _ cut: CutRepair, _ situation: inout Situation, at now: Instant,
    into effects: inout Effects
  ) {
    let id = IntentID(high: intent.intentHigh, low: intent.intentLow)
    situation.counters.intents += 1
    let isForgotten =
      Canary.isSinging(.deduplicationRemoved) && situation.books.intents[id]?.isOver == true
    guard isForgotten || !situation.books.intents.hasSeen(id) else {
      return situation.repeatEnd(of: id, into: &effects)
    }
    guard intent.account == situation.configuration.account.number else {
      situation.refuse(.wrongAccount)
      return situation.turnDown(id, intent, Finding(.unknownAccount), at: now, into: &effects)
    }
    guard situation.markets.index(of: intent.instrument) != nil else {
      situation.refuse(.unknownInstrument)
      return situation.turnDown(id, intent, Finding(.unknownInstrument), at: now, into: &effects)
    }
    guard let accepted = AcceptedIntent(intent, atNanos: now.wall) else {
      situation.refuse(.malformed)
      return situation.turnDown(id, intent, Finding(.malformed), at: now, into: &effects)
    }
    let mayBeDone = cut.mayHaveCarriedOut(intent, situation.books)
    if let finding = mayBeDone ? Finding(.lostTurns) : doorRefusal(of: accepted, situation, at: now) {
      return situation.turnDown(id, intent, finding, at: now, into: &effects)
    }
    situation.record(.intentAccepted(accepted), correlation: id.correlation, into: &effects)
    _ = isExpired(accepted, at: now)
    situation.reportProgress(of: id, into: &effects)
  }

  /// What is wrong with an intent whatever the market does next; nil for nothing.
  private func doorRefusal(
    of intent: AcceptedIntent, _ situation: Situation, at now: Instant
  ) -> Finding? {
    if intent.expireNanos <= now.wall {
      return Finding(.expired, .nanos, measured: now.wall, limit: intent.expireNanos)
    }
    let open = situation.books.intents.open.count
    if open >= IntentBook.mostOpen {
      return Finding(.openIntents, .count, measured: Int64(open), limit: Int64(IntentBook.mostOpen))
    }
    guard let state = situation.markets.state(of: intent.instrument) else {
      return Finding(.unknownInstrument)
    }
    for price in [intent.price, intent.stopPrice, intent.takeProfitPrice].compactMap({ $0 })
    where !state.instrument.isValid(price) {
      return Finding(.tickSize, .price, measured: price.raw, limit: state.instrument.tickSize.raw)
    }
    guard intent.hasItsLegsInPlace else { return Finding(.stopDistance) }
    return intent.canBeExited(state.instrument) ? nil : Finding(.stopSize)
  }
}

// Intents that end where they come in, or came before.
extension Situation {
  /// Refuses an intent at the door. Nothing of it is kept but that it came.
  mutating func turnDown(
    _ id: IntentID, _ intent: OrderIntent, _ finding: Finding, reason: RejectReason? = nil, at now: Instant,
    into effects: inout Effects
  ) {
    var end = IntentEnd(id, refusedBy: finding, at: now)
    if let reason { end.reason = reason }
    record(.intentEnded(end), correlation: id.correlation, into: &effects)
    counters.intentsEnded.add(end.outcome)
    send(
      end.report(
        account: intent.account, strategy: intent.strategy, instrument: intent.instrument,
        origin: intent.envelope.origin), isTerminal: true, into: &effects)
  }

  /// Risk sends an intent again, so it lacks our answer. An end that is still known is told once more, under
  /// the same id; for one that works, the reports to come are the answer.
  mutating func repeatEnd(of id: IntentID, into effects: inout Effects) {
    counters.duplicates += 1
    guard let known = books.intents[id] else { return }
    guard let end = known.end else { return reportProgress(of: id, into: &effects) }
    send(known.intent.report(end, account: books.account), isTerminal: true, into: &effects)
  }

  /// Records the end of an intent with its one terminal report.
  mutating func end(_ end: IntentEnd, into effects: inout Effects) {
    guard let working = books.intents[end.id] else { return }
    record(.intentEnded(end), correlation: end.id.correlation, into: &effects)
    counters.intentsEnded.add(end.outcome)
    send(working.intent.report(end, account: books.account), isTerminal: true, into: &effects)
  }
}

extension AcceptedIntent {
  /// Whether the venue would take stop and target for all of it. What it would not take as an entry either is
  /// refused as that.
  fileprivate func canBeExited(_ instrument: Instrument) -> Bool {
    guard let price, instrument.validate(price, quantity) == nil else { return true }
    return [stopPrice, takeProfitPrice].compactMap { $0 }.allSatisfy {
      instrument.validate($0, quantity) == nil
    }
  }

  /// Stop and target lie on their sides of the entry. The limit of an entry at the market is the worst price
  /// it may get, which the target need not be beyond.
  fileprivate var hasItsLegsInPlace: Bool {
    guard let price else { return false }
    let isResting = timeInForce == .gtc
    func isBefore(_ left: Price?, _ right: Price?) -> Bool {
      guard let left, let right else { return true }
      return side == .buy ? left < right : left > right
    }
    return isBefore(stopPrice, price) && isBefore(stopPrice, takeProfitPrice)
      && (!isResting || isBefore(price, takeProfitPrice))
  }
}

extension AcceptedIntent {
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
      reason: reason, filledQuantity: filledQuantity.raw, averagePrice: averagePrice?.raw, check: check,
      unit: unit, measured: unit == .none ? nil : measured, limit: unit == .none ? nil : limit)
  }
}
