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
    for desk in desks.indices {
      desks[desk].passTime(to: now)
      decide(desk, at: now, into: &effects)
      keepState(desk, at: now, into: &effects)
      desks[desk].endTurn()
    }
    tellNews(at: now, into: &effects)
    for place in situation.markets.indices { situation.markets[place].endTurn() }
    if !hasBeenReady { hasBeenReady = areInputsKnown }
  }

  /// Whether everyone the strategies depend on has been heard, whatever they said.
  private var areInputsKnown: Bool {
    positions.allSatisfy { $0.view != nil }
      && desks.allSatisfy { desk in
        desk.names.allSatisfy { situation.markets[$0.place].standing != nil }
      }
  }

  private mutating func decide(_ desk: Int, at now: Instant, into effects: inout Effects) {
    let block = reasonNotToQuote(desk)
    // The way is free again: a strategy whose inputs did not change meanwhile is asked all the same.
    if desks[desk].wasBlocked && block == nil { desks[desk].input.add(.renewal) }
    desks[desk].wasBlocked = block != nil
    var fault = desks[desk].input.isEmpty ? nil : run(desk, mayQuote: block == nil, at: now)
    tellAlert(desk, at: now, into: &effects)
    if fault == nil, desks[desk].outputs.signal != nil {
      if block == nil { fault = issue(desk, at: now, into: &effects) } else { counters.intentsBlocked += 1 }
    }
    if let fault {
      counters.faults += 1
      tellFault(desk, fault, at: now, into: &effects)
      pull(desk, .fault, at: now, into: &effects)
      return
    }
    if let block {
      pull(desk, block, at: now, into: &effects)
      return
    }
    switch desks[desk].outputs.wish {
    case .nothing: return
    case .pull: pull(desk, .strategy, at: now, into: &effects)
    case .quote(let quote): offer(desk, quote, at: now, into: &effects)
    }
  }

  private mutating func run(_ desk: Int, mayQuote: Bool, at now: Instant) -> StrategyFault? {
    counters.runs += 1
    desks[desk].hasRunSinceKept = true
    situation.strategy = desks[desk].configuration.number
    situation.account = desks[desk].configuration.account
    situation.marketNanos = now.market
    situation.wallNanos = now.wall
    situation.mayQuote = mayQuote
    situation.names = desks[desk].names
    situation.executions = desks[desk].executions
    situation.signals = desks[desk].signals
    situation.endedSignals = desks[desk].endedSignals
    situation.denials = desks[desk].denials
    situation.quoteNumber = desks[desk].signalCount
    situation.position = positions[desks[desk].position].view
    let fault = registry.run(place: desk, desks[desk].input, situation, &desks[desk].outputs)
    // One owner again: the desk changes its lists in place.
    situation.executions = []
    situation.signals = []
    situation.endedSignals = []
    situation.denials = []
    return fault
  }

  /// What keeps a strategy from quoting, the weightiest first; nil if nothing does.
  private func reasonNotToQuote(_ desk: Int) -> PullReason? {
    guard isTrading else { return .session }
    let position = positions[desks[desk].position]
    if executors[position.executor].isSilent { return .executorSilent }
    if position.view == nil { return .positionUnknown }
    if isFeedSilent { return .dataStale }
    for entry in desks[desk].names {
      switch situation.markets[entry.place].standing {
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
    _ desk: Int, _ wish: Outputs.Quote, at now: Instant, into effects: inout Effects
  ) {
    guard let reference = resolve(wish.reference, desks[desk].quotedPlace) else {
      pull(desk, .dataMissing, at: now, into: &effects)
      return
    }
    if wish.ladder.isEmpty {
      pull(desk, .strategy, at: now, into: &effects)
      return
    }
    let fillSequence = fillsSeen(desk)
    guard desks[desk].isWorthASignal(wish, reference: reference, fillSequence: fillSequence) else {
      counters.unchanged += 1
      return
    }
    desks[desk].quotes = .init(ladder: wish.ladder, reference: reference, fillSequence: fillSequence)
    desks[desk].lastReference = reference
    desks[desk].mayBeOut = true
    desks[desk].renewAtBootNanos = now.boot + wish.lifeNanos / 2
    counters.signals += 1
    publish(desk, wish.ladder, validUntil: now.wall + wish.lifeNanos, into: &effects)
  }

  /// Publishes that there are no quotes, unless that is known.
  private mutating func pull(
    _ desk: Int, _ reason: PullReason, at now: Instant, into effects: inout Effects
  ) {
    guard desks[desk].mayBeOut else { return }
    desks[desk].mayBeOut = false
    desks[desk].quotes = nil
    desks[desk].renewAtBootNanos = .max
    counters.addPull(reason)
    publish(desk, QuoteLadder(), validUntil: now.wall + Self.pullLifeNanos, into: &effects)
  }

  /// Fills of the instrument that the position a strategy was shown has counted in.
  private func fillsSeen(_ desk: Int) -> UInt64 { positions[desks[desk].position].view?.fillSequence ?? 0 }

  /// The reference as a price; nil when the data does not give one.
  func resolve(_ reference: Outputs.Reference, _ place: Int) -> Price? {
    let value: Double?
    switch reference {
    case .price(let price): return price.isPositive ? price : nil
    case .mid: value = situation.markets[place].mid
    case .microPrice: value = situation.markets[place].microPrice
    }
    guard let value, let price = Price(nearest: value), price.isPositive else { return nil }
    return price
  }

  private mutating func publish(
    _ desk: Int, _ ladder: QuoteLadder, validUntil: Int64, into effects: inout Effects
  ) {
    desks[desk].signalCount += 1
    let strategy = desks[desk].configuration
    let signal = QuoteSignal(
      envelope: Envelope(origin: desks[desk].originNanos), strategy: strategy.number,
      instrument: strategy.instrument, revision: Revision.of(epoch: epoch, count: desks[desk].signalCount),
      fillSequenceSeen: fillsSeen(desk),
      referencePrice: desks[desk].lastReference.raw, validUntil: validUntil,
      eventNanos: situation.markets[desks[desk].quotedPlace].newestNanos,
      takerBuyRate: .nan, takerSellRate: .nan)
    let metadata = Self.metadata(desks[desk].outputs.plots)
    effects.publish(desk) { writer in
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
    _ desk: Int, _ fault: StrategyFault, at now: Instant, into effects: inout Effects
  ) {
    guard now.boot >= desks[desk].alarmAtBootNanos else { return }
    desks[desk].alarmAtBootNanos = now.boot + StrategyDesk.alarmPauseNanos
    raise(desk, .warning, "failed, its quotes are pulled: \(fault)", into: &effects)
  }

  private mutating func tellAlert(_ desk: Int, at now: Instant, into effects: inout Effects) {
    guard let alert = desks[desk].outputs.alert, now.boot >= desks[desk].alertAtBootNanos else { return }
    desks[desk].alertAtBootNanos = now.boot + StrategyDesk.alertPauseNanos
    raise(desk, .info, alert, into: &effects)
  }

  mutating func raise(
    _ desk: Int, _ severity: Severity, _ text: String, into effects: inout Effects
  ) {
    counters.alarms += 1
    let strategy = desks[desk].configuration
    let alarm = Alarm(
      envelope: Envelope(origin: 0), component: configuration.component, code: .strategyFault,
      severity: severity, account: strategy.account, instrument: strategy.instrument,
      clOrdID: ClOrdIDText())
    let line = "strategy '\(strategy.name)': \(text)"
    effects.publish(alarmTopic) { alarm.encode(into: &$0, text: line.utf8.prefix(1_024)) }
  }
}
