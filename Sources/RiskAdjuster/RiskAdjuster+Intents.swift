import ActorKit
import Trading
import Vocabulary
import Wire

// What becomes of a directional signal: judged once, when its turn ends, and carried on as an intent or
// refused.
extension RiskAdjuster {
  /// Signals of one turn; one more is refused at once. A session's window holds no more.
  static let mostPending = 256
  /// Orders an intent may lead to: its entry, its stop and its target.
  static let ordersPerIntent = 3

  mutating func onTradeSignal(
    _ signal: TradeSignal, from peer: Peer, at now: Instant, into effects: inout Effects
  ) {
    guard isNews(signal, from: peer, into: &effects) else { return }
    guard pending.count < Self.mostPending else {
      return refuse(
        signal, Finding(.openIntents, .count, measured: Int64(pending.count), limit: Int64(Self.mostPending)),
        at: now, into: &effects)
    }
    pending.append(signal)
  }

  /// Whether a signal is its sender's and was never seen; counts it then. One that was is answered with how
  /// it stands.
  private mutating func isNews(_ signal: TradeSignal, from peer: Peer, into effects: inout Effects) -> Bool {
    guard configuration.signalComponents.contains(peer.component) else {
      counters.drop(.wrongSender)
      return false
    }
    let intent = signal.intent
    // Without an id of its sender's there is nobody to whom an answer would mean anything. Nor has an
    // incarnation ids of a later one: the highest id tells every repetition, for ever, so a forged one would
    // lock the true sender out.
    guard intent.component == peer.component, intent.epoch <= signal.envelope.epoch else {
      counters.drop(.malformed)
      return false
    }
    guard intents.isNew(intent), !adopted.contains(intent), !pending.contains(where: { $0.intent == intent })
    else {
      counters.intentsDuplicate += 1
      if let index = intents.index(of: intent) { tellProgress(intents.open[index], into: &effects) }
      return false
    }
    counters.intents += 1
    return true
  }

  /// A signal on which incarnations trapped ends here, once: its strategy never waits for an intent that
  /// nobody will judge.
  public mutating func refusePoisoned(
    _ message: Inbound, from peer: Peer, at now: Instant, into effects: inout Effects
  ) {
    guard case .tradeSignal(let view) = message, peer.link == .session else { return }
    let signal = view.block
    guard isNews(signal, from: peer, into: &effects) else { return }
    refuse(signal, Finding(.malformed), reason: .poisoned, at: now, into: &effects)
  }

  mutating func decidePending(at now: Instant, into effects: inout Effects) {
    guard !pending.isEmpty else { return }
    for signal in pending {
      do throws(Finding) {
        try pass(signal, at: now, into: &effects)
      } catch {
        refuse(signal, error, at: now, into: &effects)
      }
    }
    pending.removeAll(keepingCapacity: true)
  }

  /// Sizes a signal and carries it on; throws the first check that objects: whose it is, limits, halt,
  /// permit, expiry, sense, data, position, prices with their distances and ratio, collar, budget, then what
  /// the limits of one order, the position and the gross notional leave, whether its stop and target can
  /// stand, the number of intents and of messages.
  private mutating func pass(
    _ signal: TradeSignal, at now: Instant, into effects: inout Effects
  ) throws(Finding) {
    guard let index = instruments.index(of: signal.instrument),
      configuration.strategies.contains(signal.strategy)
    else { throw Finding(.unknownInstrument) }
    let (limits, caps) = try permission(for: signal, index, at: now)
    let (side, mid) = try soundness(of: signal, index, at: now)
    let plan = try IntentPlan(signal, side, instruments[index].instrument, mid: mid, limits)
    var findings = Findings()
    let gate = gate(index, side, excluding: .nothing, mid: mid, limits: limits, caps: caps)
    guard gate.isWithinCollar(plan.price, &findings) else { throw findings.objection }
    // Without a budget nothing says how much: what one trade may lose is told to be zero.
    guard let budget = limits.maxLossPerTrade else { throw Finding(.tradeBudget, .money) }
    let wanted = try plan.quantity(budget: budget, slippage: limits.slippageAllowance)
    let quantity = try gate.fit(wanted, at: plan.price)
    try plan.checkExits(quantity.fitting)
    guard intents.open.count < limits.maxOpenIntents else {
      throw Finding(
        .openIntents, .count, measured: Int64(intents.open.count), limit: Int64(limits.maxOpenIntents))
    }
    try takeMessages(at: now)
    let judged = JudgedIntent(
      intent: signal.intent, basis: basis(index, excluding: .nothing, at: now), maxLossPerTrade: budget,
      wantedQuantity: wanted, grantedQuantity: quantity.fitting, check: quantity.finding?.check ?? .none)
    carryOn(signal, plan, judged, quantity.finding, at: now, into: &effects)
  }

  /// Whether anything may be traded at all: the limits that say how much.
  private func permission(
    for signal: TradeSignal, _ index: Int, at now: Instant
  ) throws(Finding) -> (RiskLimits, InstrumentLimits) {
    guard let limits = configuration.limits, let caps = instruments[index].limits else {
      throw Finding(.noLimits)
    }
    if halts.covers(
      account: configuration.account, strategy: signal.strategy, instrument: signal.instrument)
    {
      throw Finding(.haltLatched, .count, measured: Int64(halts.count), limit: 0)
    }
    // While positions are only to be reduced, none is opened.
    guard session.level == .open else { throw Finding(.noPermit) }
    guard signal.expireNanos > now.wall else {
      throw Finding(.expired, .nanos, measured: now.wall, limit: signal.expireNanos)
    }
    return (limits, caps)
  }

  /// Whether the signal makes sense, and is about a market and a position that are known.
  private func soundness(
    of signal: TradeSignal, _ index: Int, at now: Instant
  ) throws(Finding) -> (Side, mid: Price) {
    guard let side = Side(signal.side), signal.intent.strategy == signal.strategy else {
      throw Finding(.malformed)
    }
    guard signal.confidence.isFinite, signal.rewardRisk.isFinite else { throw Finding(.notANumber) }
    guard (0...1).contains(signal.confidence), signal.rewardRisk > 0 else { throw Finding(.malformed) }
    if let stale = staleness(index, at: now) { throw stale }
    guard executor.isUsable, instruments[index].exposure.position != nil else {
      throw Finding(.stalePosition)
    }
    if let unpriced = instruments[index].market.unpricedFinding { throw unpriced }
    guard let mid = instruments[index].market.mid else { throw Finding(.missingReference) }
    return (side, mid)
  }

  /// messageRate: takes what the intent's orders cost.
  private mutating func takeMessages(at now: Instant) throws(Finding) {
    guard var bucket else { return }
    let available = bucket.available(for: .order, atNanos: now.boot)
    guard available >= Int64(Self.ordersPerIntent) else {
      throw Finding(.messageRate, .count, measured: Int64(Self.ordersPerIntent), limit: available)
    }
    for _ in 0..<Self.ordersPerIntent { _ = bucket.take(for: .order, atNanos: now.boot) }
    self.bucket = bucket
  }
}

extension Findings {
  /// What a check has just added.
  fileprivate var objection: Finding { first ?? Finding(.minimumSize) }
}

extension LevelGate {
  /// As much of a quantity as may be ordered at a price, and the check that cut it; throws the one that left
  /// nothing.
  fileprivate func fit(
    _ wanted: Quantity, at price: Price
  ) throws(Finding) -> (fitting: Quantity, finding: Finding?) {
    var findings = Findings()
    let capped = capped(capped(wanted, &findings), at: price, &findings)
    guard capped.isPositive else { throw findings.objection }
    let fitting = instrument.roundDown(room.allowed(capped, taken: 0, &findings))
    let level = PricedLevel(price: price, quantity: fitting)
    guard fitting.isPositive, isLargeEnough(level, &findings) else { throw findings.objection }
    return (fitting, findings.first)
  }
}

extension TradeSignal {
  var intent: IntentID { IntentID(high: signalHigh, low: signalLow) }
}

// What goes out.
extension RiskAdjuster {
  private mutating func carryOn(
    _ signal: TradeSignal, _ plan: IntentPlan, _ judged: JudgedIntent, _ finding: Finding?, at now: Instant,
    into effects: inout Effects
  ) {
    let quantity = judged.grantedQuantity
    let intent = AcceptedIntent(
      id: signal.intent, strategy: signal.strategy, instrument: signal.instrument, side: plan.side,
      type: .limit, timeInForce: plan.timeInForce, quantity: quantity, price: plan.price,
      stopPrice: plan.stop, takeProfitPrice: plan.takeProfit, expireNanos: signal.expireNanos,
      atNanos: now.wall, origin: signal.envelope.origin)
    record(.intentAccepted(intent), correlation: intent.id.correlation, into: &effects)
    record(.intentJudged(judged), correlation: intent.id.correlation, into: &effects)
    if let index = instruments.index(of: signal.instrument) { reconsider(instrument: index) }
    if finding == nil { counters.intentsAccepted += 1 } else { counters.intentsReduced += 1 }
    let order = OrderIntent(intent, account: configuration.account)
    effects.send(to: .durable(component: configuration.executorComponent)) { order.encode(into: &$0) }
    publish(finding == nil ? .accepted : .reduced, signal, finding, into: &effects)
  }

  private mutating func refuse(
    _ signal: TradeSignal, _ finding: Finding, reason: RejectReason = .riskRefused, at now: Instant,
    into effects: inout Effects
  ) {
    counters.refuseIntent(by: finding.check)
    let isExpired = finding.check == .expired
    let end = RiskIntentEnd(
      intent: signal.intent, instrument: signal.instrument, outcome: isExpired ? .expired : .rejected,
      reason: isExpired ? .expired : reason, check: finding.check, atNanos: now.wall,
      unit: finding.unit, measured: finding.measured, limit: finding.limit)
    conclude(end, into: &effects)
    publish(.refused, signal, finding, into: &effects)
  }

  private mutating func publish(
    _ verdict: RiskVerdict, _ signal: TradeSignal, _ finding: Finding?, into effects: inout Effects
  ) {
    counters.decisions += 1
    let decision = RiskDecision(
      envelope: Envelope(origin: signal.envelope.origin, correlation: signal.intent.correlation),
      account: configuration.account, strategy: signal.strategy, instrument: signal.instrument,
      verdict: verdict, check: finding?.check ?? .none, unit: finding?.unit ?? .none,
      measured: finding?.measured ?? 0, limit: finding?.limit ?? 0, signalRevision: signal.signalLow)
    effects.publish(TopicIndex.decision) { decision.encode(into: &$0) }
  }
}
