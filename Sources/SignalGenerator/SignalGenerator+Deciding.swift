import ActorKit
import Strategies
import Trading
import Vocabulary
import Wire

// The end of the turn: strategies decide, and what they wish goes out or is pulled.

extension SignalGenerator {
  /// How long a pull counts: as long as the longest quote it could have to replace.
  private static var pullLifeNanos: Int64 { Outputs.lifeNanos.upperBound }

  public mutating func conclude(at now: Instant, into effects: inout Effects) {
    for index in strategies.indices {
      strategies[index].passTime(to: now)
      decide(index, at: now, into: &effects)
      keepState(index, at: now, into: &effects)
      strategies[index].endTurn()
    }
    tellNews(at: now, into: &effects)
    for index in strategyView.markets.indices { strategyView.markets[index].endTurn() }
    if !hasBeenReady { hasBeenReady = areInputsKnown }
  }

  /// Whether everyone the strategies depend on has been heard, whatever they said.
  private var areInputsKnown: Bool {
    positions.allSatisfy { $0.view != nil }
      && strategies.allSatisfy { strategy in
        strategy.names.allSatisfy { strategyView.markets[$0.index].standing != nil }
      }
  }

  private mutating func decide(_ index: Int, at now: Instant, into effects: inout Effects) {
    let block = reasonNotToQuote(index)
    // The way is free again: a strategy whose inputs did not change meanwhile is asked all the same.
    if strategies[index].wasBlocked && block == nil { strategies[index].input.add(.renewal) }
    strategies[index].wasBlocked = block != nil
    var fault = strategies[index].input.isEmpty ? nil : run(index, mayQuote: block == nil, at: now)
    tellAlert(index, at: now, into: &effects)
    if fault == nil, strategies[index].outputs.signal != nil {
      if block == nil { fault = issue(index, at: now, into: &effects) } else { counters.intentsBlocked += 1 }
    }
    if let fault {
      counters.faults += 1
      tellFault(index, fault, at: now, into: &effects)
      pull(index, .fault, at: now, into: &effects)
      return
    }
    if let block {
      pull(index, block, at: now, into: &effects)
      return
    }
    switch strategies[index].outputs.wish {
    case .nothing: return
    case .pull: pull(index, .strategy, at: now, into: &effects)
    case .quote(let quote): offer(index, quote, at: now, into: &effects)
    }
  }

  private mutating func run(_ index: Int, mayQuote: Bool, at now: Instant) -> StrategyFault? {
    counters.runs += 1
    strategies[index].hasRunSinceKept = true
    strategyView.strategy = strategies[index].configuration.number
    strategyView.account = strategies[index].configuration.account
    strategyView.marketNanos = now.market
    strategyView.wallNanos = now.wall
    strategyView.mayQuote = mayQuote
    strategyView.names = strategies[index].names
    strategyView.executions = strategies[index].executions
    strategyView.signals = strategies[index].signals
    strategyView.endedSignals = strategies[index].endedSignals
    strategyView.denials = strategies[index].denials
    strategyView.quoteNumber = strategies[index].signalCount
    strategyView.position = positions[strategies[index].position].view
    let fault = registry.run(index: index, strategies[index].input, strategyView, &strategies[index].outputs)
    // One owner again: the strategy's lists are changed in place.
    strategyView.executions = []
    strategyView.signals = []
    strategyView.endedSignals = []
    strategyView.denials = []
    return fault
  }

  /// What keeps a strategy from quoting, the weightiest first; nil if nothing does.
  private func reasonNotToQuote(_ index: Int) -> PullReason? {
    guard isTrading else { return .session }
    let position = positions[strategies[index].position]
    if executors[position.executor].isSilent { return .executorSilent }
    if position.view == nil { return .positionUnknown }
    if isFeedSilent { return .dataStale }
    for entry in strategies[index].names {
      switch strategyView.markets[entry.index].standing {
      case .live: continue
      case .suspect: return .dataSuspect
      case .unpriced: return .unpriced
      case .stale, .ended: return .dataStale
      case .syncing, .unrecognized, nil: return .dataMissing
      }
    }
    return nil
  }
}

// MARK: - What goes out

extension SignalGenerator {
  /// Publishes a wish, if it is worth it.
  private mutating func offer(
    _ index: Int, _ wish: Outputs.Quote, at now: Instant, into effects: inout Effects
  ) {
    guard let reference = resolve(wish.reference, strategies[index].quotedIndex) else {
      pull(index, .dataMissing, at: now, into: &effects)
      return
    }
    if wish.ladder.isEmpty {
      pull(index, .strategy, at: now, into: &effects)
      return
    }
    let fillSequence = fillsSeen(index)
    guard strategies[index].isWorthASignal(wish, reference: reference, fillSequence: fillSequence) else {
      counters.unchanged += 1
      return
    }
    strategies[index].quotes = .init(ladder: wish.ladder, reference: reference, fillSequence: fillSequence)
    strategies[index].lastReference = reference
    strategies[index].mayBeOut = true
    strategies[index].renewAtBootNanos = now.boot + wish.lifeNanos / 2
    counters.signals += 1
    publish(index, wish.ladder, validUntil: now.wall + wish.lifeNanos, into: &effects)
  }

  /// Publishes that there are no quotes, unless that is known.
  private mutating func pull(
    _ index: Int, _ reason: PullReason, at now: Instant, into effects: inout Effects
  ) {
    guard strategies[index].mayBeOut else { return }
    strategies[index].mayBeOut = false
    strategies[index].quotes = nil
    strategies[index].renewAtBootNanos = .max
    counters.addPull(reason)
    publish(index, QuoteLadder(), validUntil: now.wall + Self.pullLifeNanos, into: &effects)
  }

  /// Fills of the instrument that the position a strategy was shown has counted in.
  private func fillsSeen(_ index: Int) -> UInt64 {
    positions[strategies[index].position].view?.fillSequence ?? 0
  }

  /// The reference as a price; nil when the data does not give one.
  func resolve(_ reference: Outputs.Reference, _ index: Int) -> Price? {
    let value: Double?
    switch reference {
    case .price(let price): return price.isPositive ? price : nil
    case .mid: value = strategyView.markets[index].mid
    case .microPrice: value = strategyView.markets[index].microPrice
    }
    guard let value, let price = Price(nearest: value), price.isPositive else { return nil }
    return price
  }

  private mutating func publish(
    _ index: Int, _ ladder: QuoteLadder, validUntil: Int64, into effects: inout Effects
  ) {
    strategies[index].signalCount += 1
    let strategy = strategies[index].configuration
    let signal = QuoteSignal(
      envelope: Envelope(origin: strategies[index].originNanos), strategy: strategy.number,
      instrument: strategy.instrument,
      revision: Revision.of(epoch: epoch, count: strategies[index].signalCount),
      fillSequenceSeen: fillsSeen(index),
      referencePrice: strategies[index].lastReference.raw, validUntil: validUntil,
      eventNanos: strategyView.markets[strategies[index].quotedIndex].newestNanos,
      takerBuyRate: .nan, takerSellRate: .nan)
    let metadata = Self.metadata(strategies[index].outputs.plots)
    effects.publish(index) { writer in
      signal.encode(
        into: &writer, bidsCount: ladder.bids.count,
        bids: { depth in
          let level = ladder.bids[depth]
          return .init(offsetBps: level.offsetBps, quantity: level.quantity.raw, urgency: level.urgency)
        },
        asksCount: ladder.asks.count,
        asks: { depth in
          let level = ladder.asks[depth]
          return .init(offsetBps: level.offsetBps, quantity: level.quantity.raw, urgency: level.urgency)
        }, metadata: metadata)
    }
  }

  /// Figures for people, `name=value` and a space between. Empty, and then without allocation, for most
  /// strategies.
  static func metadata(_ plots: [(name: String, value: Double)]) -> [UInt8] {
    var text: [UInt8] = []
    for plot in plots {
      if !text.isEmpty { text.append(UInt8(ascii: " ")) }
      text += "\(plot.name)=\(plot.value)".utf8.prefix(128)
    }
    return text
  }
}

// MARK: - For people

extension SignalGenerator {
  /// An alarm when a strategy fails, at most one every ten seconds.
  private mutating func tellFault(
    _ index: Int, _ fault: StrategyFault, at now: Instant, into effects: inout Effects
  ) {
    guard now.boot >= strategies[index].alarmAtBootNanos else { return }
    strategies[index].alarmAtBootNanos = now.boot + RunningStrategy.alarmPauseNanos
    raise(index, .warning, "failed, its quotes are pulled: \(fault)", into: &effects)
  }

  private mutating func tellAlert(_ index: Int, at now: Instant, into effects: inout Effects) {
    guard let alert = strategies[index].outputs.alert, now.boot >= strategies[index].alertAtBootNanos else {
      return
    }
    strategies[index].alertAtBootNanos = now.boot + RunningStrategy.alertPauseNanos
    raise(index, .info, alert, into: &effects)
  }

  mutating func raise(
    _ index: Int, _ severity: Severity, _ text: String, into effects: inout Effects
  ) {
    counters.alarms += 1
    let strategy = strategies[index].configuration
    let alarm = Alarm(
      envelope: Envelope(origin: 0), component: configuration.component, code: .strategyFault,
      severity: severity, account: strategy.account, instrument: strategy.instrument,
      clOrdID: ClOrdIDText())
    let line = "strategy '\(strategy.name)': \(text)"
    effects.publish(alarmTopic) { alarm.encode(into: &$0, text: line.utf8.prefix(1_024)) }
  }
}
