import ActorKit
import Strategies
import Trading
import Vocabulary
import Wire

// Directional signals: given once, remembered until they have ended.

extension SignalGenerator {
  /// After recovery, the strategies see the signals that are still open.
  mutating func showOpenSignals() {
    for signal in books.open {
      guard let index = index(of: signal.strategy) else { continue }
      strategies[index].signals.append(
        SignalView(
          id: signal.intent, side: signal.side, issuedNanos: signal.atNanos,
          expireNanos: signal.expireNanos))
    }
  }

  func index(of strategy: UInt16) -> Int? {
    strategies.firstIndex { $0.configuration.number == strategy }
  }

  /// Journals and sends the signal of this run, if there is one; what is wrong with it in this market, if
  /// anything is.
  mutating func issue(_ index: Int, at now: Instant, into effects: inout Effects) -> StrategyFault? {
    guard let wish = strategies[index].outputs.signal else { return nil }
    let strategy = strategies[index].configuration
    guard let risk = configuration.risks.first(where: { $0.account == strategy.account }) else {
      return .other("no risk of account \(strategy.account) listens to signals of this component")
    }
    guard strategies[index].signals.count < SignalView.mostOpen else {
      return .invalidOutput("\(strategies[index].signals.count) signals are open; no more at once")
    }
    if wish.entry == .market {
      guard let mid = resolve(.mid, strategies[index].quotedIndex) else {
        counters.intentsBlocked += 1
        return nil
      }
      if let fault = wish.fault(atEntry: mid) { return fault }
    }
    intentCount += 1
    let issued = IssuedSignal(
      intent: IntentID(
        component: configuration.component, strategy: strategy.number, epoch: epoch, counter: intentCount),
      strategy: strategy.number, instrument: strategy.instrument, side: wish.side,
      entryPrice: wish.entry.price, stopPrice: wish.stop, takeProfitPrice: wish.takeProfit,
      expireNanos: now.wall + wish.lifeNanos, atNanos: now.wall)
    record(.signalIssued(issued), correlation: issued.intent.correlation, into: &effects)
    strategies[index].signals.append(
      SignalView(
        id: issued.intent, side: issued.side, issuedNanos: issued.atNanos, expireNanos: issued.expireNanos))
    counters.intentsIssued += 1
    send(issued, wish, index, to: risk.component, into: &effects)
    return nil
  }

  private func send(
    _ issued: IssuedSignal, _ wish: Outputs.Signal, _ index: Int, to risk: UInt16, into effects: inout Effects
  ) {
    let signal = TradeSignal(
      envelope: Envelope(origin: strategies[index].originNanos, correlation: issued.intent.correlation),
      signalHigh: issued.intent.high, signalLow: issued.intent.low, strategy: issued.strategy,
      instrument: issued.instrument, side: SideCode(issued.side), entryPrice: issued.entryPrice?.raw,
      stopPrice: issued.stopPrice?.raw, takeProfitPrice: issued.takeProfitPrice?.raw,
      confidence: wish.confidence, rewardRisk: wish.rewardRisk, expireNanos: issued.expireNanos,
      eventNanos: strategyView.markets[strategies[index].quotedIndex].newestNanos)
    let metadata = Self.metadata(strategies[index].outputs.plots)
    effects.send(to: .durable(component: risk)) { signal.encode(into: &$0, metadata: metadata) }
  }
}

extension Outputs.Entry {
  /// Nil at the market.
  fileprivate var price: Price? { if case .limit(let price) = self { price } else { nil } }
}

// MARK: - What becomes of them

extension SignalGenerator {
  /// What risk says about a signal of ours.
  mutating func onIntentReport(
    _ report: IntentReport, from peer: Peer, at now: Instant, into effects: inout Effects
  ) {
    guard peer.link == .session,
      configuration.risks.contains(where: { $0.component == peer.component && $0.account == report.account })
    else {
      counters.unexpected += 1
      return
    }
    let intent = report.intent
    guard intent.component == configuration.component, intent.strategy == report.strategy,
      report.outcome != .unrecognized, report.filledQuantity >= 0, (report.averagePrice ?? 1) > 0
    else {
      counters.malformed += 1
      return
    }
    guard report.outcome.isTerminal else { return follow(report) }
    let isUnheard = books.newest.map { intent.isAfter($0) } ?? true
    guard books.index(of: intent) != nil || isShown(intent) || isUnheard else {
      counters.intentsLate += 1
      return
    }
    end(
      SignalEnd(
        intent: intent, outcome: report.outcome, reason: report.reason, check: report.check,
        filledQuantity: Quantity(raw: report.filledQuantity),
        averagePrice: report.averagePrice.map { Price(raw: $0) }, atNanos: now.wall, unit: report.unit,
        measured: report.measured ?? 0, limit: report.limit ?? 0), into: &effects)
  }

  private func isShown(_ intent: IntentID) -> Bool {
    guard let index = index(of: intent.strategy) else { return false }
    return strategies[index].signals.contains { $0.id == intent }
  }

  /// How an open signal stands. One of an earlier incarnation that our journal does not know, having lost its
  /// end, is shown until it ends; at most `mostOpen` a strategy.
  private mutating func follow(_ report: IntentReport) {
    let intent = report.intent
    guard let index = index(of: intent.strategy) else {
      counters.unknown += 1
      return
    }
    var shown = strategies[index].signals.firstIndex { $0.id == intent }
    if shown == nil {
      guard intent.epoch < epoch, strategies[index].signals.count < SignalView.mostOpen else {
        counters.intentsLate += 1
        return
      }
      counters.intentsAdopted += 1
      shown = strategies[index].signals.count
      strategies[index].signals.append(SignalView(id: intent, side: nil, issuedNanos: 0, expireNanos: 0))
    }
    guard let shown else { return }
    strategies[index].signals[shown].outcome = report.outcome
    let filled = max(strategies[index].signals[shown].filledQuantity, Quantity(raw: report.filledQuantity))
    strategies[index].signals[shown].filledQuantity = filled
  }

  /// Records the end, once, and shows it to the strategy.
  private mutating func end(_ end: SignalEnd, into effects: inout Effects) {
    record(.signalEnded(end), correlation: end.intent.correlation, into: &effects)
    counters.countEnd(end.outcome)
    guard let index = index(of: end.intent.strategy) else { return }
    strategies[index].end(
      EndedSignalView(
        id: end.intent, outcome: end.outcome, reason: end.reason, check: end.check, unit: end.unit,
        measured: end.measured, limit: end.limit, filledQuantity: end.filledQuantity,
        averagePrice: end.averagePrice))
  }

  /// The way to risk is full: definitely not sent.
  mutating func onNotSent(_ intent: IntentID, at now: Instant, into effects: inout Effects) {
    guard books.index(of: intent) != nil else { return }
    end(
      SignalEnd(intent: intent, outcome: .rejected, reason: .backPressured, atNanos: now.wall),
      into: &effects)
  }

  /// Risk is about to tell what it has open of ours: what only it remembered is forgotten until then.
  mutating func onSessionOpened(_ component: UInt16) {
    for index in strategies.indices {
      let account = strategies[index].configuration.account
      guard configuration.risks.contains(where: { $0.component == component && $0.account == account })
      else { continue }
      strategies[index].signals.removeAll { books.index(of: $0.id) == nil }
      strategies[index].forgetDenials()
    }
  }
}
