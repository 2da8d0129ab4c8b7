import ActorKit
import Trading
import Vocabulary
import Wire

// What others are told.
extension Situation {
  var stuckTopic: Int { InstrumentTopic.allCases.count * markets.count }
  var alarmTopic: Int { stuckTopic + 1 }

  /// Tells everybody, on the topic, that an order changed, and risk, in the session, if it is risk's concern.
  mutating func report(
    _ id: ClOrdID, _ execType: ExecType, fill: BookedFill? = nil, reason: RejectReason = .none,
    eventNanos: Int64 = 0, into effects: inout Effects
  ) {
    risk.haveOrdersChanged = true
    guard let order = books.order(id) else { return }
    markets.mark(order)
    if let index = markets.index(of: order.instrument) { risk.noteChange(ofInstrument: index) }
    // The market event that led to the order caused its sending, not what became of it later.
    let origin = execType == .pendingNew ? order.origin : 0
    let report = ExecutionReport(
      envelope: Envelope(origin: origin, correlation: order.correlation), account: id.account,
      strategy: order.strategy, instrument: order.instrument, clOrdID: ClOrdIDText(id),
      venueOrderId: order.venueOrderId, execType: execType, ordStatus: order.status,
      side: SideCode(order.side), ordType: OrdTypeCode(order.type),
      timeInForce: TimeInForceCode(order.timeInForce),
      reason: reason, price: order.price.raw, orderQuantity: order.state.quantity.raw,
      cumQuantity: order.state.cumQuantity.raw, leavesQuantity: order.state.leavesQuantity.raw,
      lastQuantity: fill?.quantity.raw, lastPrice: fill?.price.raw,
      averagePrice: order.state.averagePrice?.rounded?.raw, execHigh: fill?.key.execution.high,
      execLow: fill?.key.execution.low, fee: fill?.fee.raw,
      liquidity: fill?.liquidity.map { LiquidityCode($0) } ?? .unrecognized,
      fillSequence: books.record(of: order.instrument).lastFillSequence,
      eventNanos: fill?.eventNanos ?? eventNanos, purpose: OrderPurposeCode(order.purpose),
      intentHigh: order.intent?.high, intentLow: order.intent?.low, check: .none, unit: .none)
    send(report, into: &effects)
    if order.purpose == .entry, execType == .new || execType == .trade, let intent = order.intent {
      reportProgress(of: intent, into: &effects)
    }
  }

  /// Tells that our own gate holds a side of a target back. There is no order, hence no id.
  mutating func reportDenied(
    _ target: QuoteTarget, _ side: Side, _ finding: Finding, _ level: QuoteTarget.Level,
    into effects: inout Effects
  ) {
    let report = ExecutionReport(
      envelope: Envelope(origin: target.origin, correlation: target.correlation),
      account: configuration.account.number, strategy: target.strategy, instrument: target.instrument,
      clOrdID: ClOrdIDText(), execType: .denied, ordStatus: .denied, side: SideCode(side), ordType: .limit,
      timeInForce: .goodTillCancel, reason: finding.check.reason, price: level.price.raw,
      orderQuantity: level.quantity.raw, cumQuantity: 0, leavesQuantity: 0, liquidity: .unrecognized,
      fillSequence: books.record(of: target.instrument).lastFillSequence, eventNanos: 0, purpose: .quote,
      check: finding.check, unit: finding.unit, measured: finding.unit == .none ? nil : finding.measured,
      limit: finding.unit == .none ? nil : finding.limit)
    send(report, into: &effects)
  }

  /// Tells risk, for the strategy, how a side of a target stands at our gate.
  func tellDenial(of target: QuoteTarget, _ side: Side, into effects: inout Effects) {
    let denial = QuoteDenial(
      account: configuration.account.number, strategy: target.strategy, instrument: target.instrument,
      gate: .executor, side: side, target[side].told)
    effects.send(to: .state(component: configuration.riskComponent, key: denial.key)) {
      denial.encode(into: &$0)
    }
  }

  private mutating func send(_ report: ExecutionReport, into effects: inout Effects) {
    let session = Effects.Destination.event(component: configuration.riskComponent)
    let isForRisk = risk.concerns(report)
    guard let index = markets.index(of: report.instrument) else {
      if isForRisk { effects.send(to: session) { report.encode(into: &$0) } }
      return
    }
    effects.publish(InstrumentTopic.report.index(index)) { report.encode(into: &$0) }
    if isForRisk { effects.alsoSend(to: session) }
    if report.isFill { effects.alsoSend(to: .topic(InstrumentTopic.fill.index(index))) }
  }

  /// Tells risk and everybody how a position stands.
  mutating func reportPosition(
    _ index: Int, cause fill: BookedFill? = nil, into effects: inout Effects
  ) {
    let exposure = books.exposure(in: markets[index].instrument.number)
    let order = fill?.order.flatMap(books.order)
    risk.note(exposure, ofInstrument: index)
    let report = positionReport(
      index, exposure, Envelope(origin: 0, correlation: order?.correlation ?? .none))
    effects.publish(InstrumentTopic.position.index(index)) { encode(report, into: &$0) }
    effects.alsoSend(to: .event(component: configuration.riskComponent))
  }

  private func positionReport(_ index: Int, _ envelope: Envelope) -> PositionChanged {
    positionReport(index, books.exposure(in: markets[index].instrument.number), envelope)
  }

  private func positionReport(
    _ index: Int, _ exposure: WorstCaseExposure, _ envelope: Envelope
  ) -> PositionChanged {
    let number = markets[index].instrument.number
    let position = books.ledger[number]
    let record = books.record(of: number)
    return PositionChanged(
      envelope: envelope, account: configuration.account.number, instrument: number,
      position: position.quantity.raw, averagePrice: position.averagePrice?.rounded?.raw,
      realizedPnl: money(position.realized).raw, fees: record.fees.raw, cash: money(position.cash).raw,
      workingBid: exposure.workingBuys.raw, workingAsk: exposure.workingSells.raw,
      fillSequence: record.lastFillSequence, eventNanos: record.lastFillNanos)
  }

  /// A position with what each strategy has of it.
  private func encode(_ report: PositionChanged, into frame: inout FrameWriter) {
    let owners = books.strategies?.entries(in: report.instrument) ?? []
    report.encode(into: &frame, ownersCount: owners.count) { index in
      let owner = owners[owners.startIndex + index]
      return PositionChanged.Owner(
        strategy: owner.strategy, position: owner.position.quantity.raw,
        averagePrice: owner.position.averagePrice?.rounded?.raw,
        realizedPnl: money(owner.position.realized).raw, fees: owner.fees.raw,
        cash: money(owner.position.cash).raw, fills: owner.fills)
    }
  }

  /// Once per turn: positions whose working quantities are not as last reported.
  mutating func reportWorking(into effects: inout Effects) {
    guard risk.haveOrdersChanged else { return }
    risk.haveOrdersChanged = false
    for index in risk.changed.all {
      let exposure = books.exposure(in: markets[index].instrument.number)
      if !risk.knows(exposure, ofInstrument: index) { reportPosition(index, into: &effects) }
    }
    risk.forgetChanges()
  }

  /// Risk acts on our state, so a change of it is told, with the whole truth; so is a session's opening,
  /// and so it is when a report found the session's window full: what risk then believes of positions and
  /// orders is wrong.
  mutating func reportStateChange(by holder: Incarnation, at now: Instant, into effects: inout Effects) {
    guard risk.takeDue(state, at: now) else { return }
    reportAccount(by: holder, at: now, into: &effects)
    if risk.takeOwedIntents() { reportOpenIntents(into: &effects) }
  }

  /// The whole truth, for a risk process that has just come up or lost the thread.
  private mutating func reportAccount(
    by holder: Incarnation, at now: Instant, into effects: inout Effects
  ) {
    let currency = configuration.account.currency
    guard let text = CurrencyText(currency.description) else {
      preconditionFailure("the currency \(currency) is too long for a message")
    }
    let number = risk.nextAccountReport()
    let report = AccountReport(
      envelope: Envelope(origin: 0, correlation: accountReportMark(number, by: holder)),
      account: configuration.account.number, currency: text, state: state,
      permit: permit(at: now), halted: UInt32(books.halts.count),
      fillSequence: books.fillCount,
      cash: totalCash(in: currency).raw, fees: books.ledger.fees[currency].raw,
      inDoubt: UInt32(books.inDoubtCount))
    effects.send(to: .event(component: configuration.riskComponent)) { frame in
      report.encode(into: &frame, positionsCount: markets.count) { index in
        let position = self.positionReport(index, Envelope(origin: 0))
        return AccountReport.Position(
          instrument: position.instrument, position: position.position, workingBid: position.workingBid,
          workingAsk: position.workingAsk, averagePrice: position.averagePrice,
          realizedPnl: position.realizedPnl, fillSequence: position.fillSequence)
      }
    }
  }

  /// The correlation of an account report, by which its acknowledgement is known.
  private func accountReportMark(_ number: UInt64, by holder: Incarnation) -> Correlation {
    Correlation(high: UInt64(configuration.component) << 32 | UInt64(holder.epoch), low: number)
  }

  /// Risk has taken an account report in.
  mutating func noteAccountKnown(_ mark: Correlation, by holder: Incarnation) {
    guard mark == accountReportMark(mark.low, by: holder), risk.noteKnown(mark.low) else { return }
    markets.markAll()
  }

  /// Cash of the instruments that settle in a currency; the largest amount there is, when the sum does not
  /// fit.
  private func totalCash(in currency: Currency) -> Money {
    var sum = Notional.zero
    for index in markets.indices where markets[index].instrument.quote == currency {
      guard let next = sum.adding(books.ledger[markets[index].instrument.number].cash) else { return .max }
      sum = next
    }
    return Money(rounding: sum) ?? .max
  }

  /// A figure that was checked to fit when the fill behind it was booked.
  private func money(_ notional: Notional) -> Money {
    guard let money = Money(rounding: notional) else {
      preconditionFailure("\(notional) does not fit in money, though the fill behind it was booked")
    }
    return money
  }

  /// The state behind a position's topic; false for one that has none.
  mutating func answer(
    _ request: SnapshotRequest, of topics: [Topic], to peer: Peer, into effects: inout Effects
  ) -> Bool {
    guard let topic = Topic(request.topic), let index = topics.firstIndex(of: topic),
      let instrument = markets.indices.first(where: { InstrumentTopic.position.index($0) == index })
    else { return false }
    let report = positionReport(
      instrument, Envelope(origin: 0, correlation: request.envelope.correlation))
    effects.send(to: .snapshot(topic: index, peer)) { encode(report, into: &$0) }
    return true
  }

  /// Raises an alarm: a person should look.
  mutating func alarm(
    _ code: AlarmCode, _ severity: Severity, order: OwnOrder? = nil, instrument: UInt32? = nil,
    _ text: String, into effects: inout Effects
  ) {
    counters.alarms.add(code)
    let alarm = Alarm(
      envelope: Envelope(origin: 0, correlation: order?.correlation ?? .none),
      component: configuration.component, code: code, severity: severity,
      account: configuration.account.number, instrument: instrument ?? order?.instrument,
      clOrdID: order.map { ClOrdIDText($0.id) } ?? ClOrdIDText())
    effects.publish(alarmTopic) { alarm.encode(into: &$0, text: text.utf8) }
  }
}

// What risk is told of intents.
extension Situation {
  /// How an intent that has not ended stands.
  mutating func reportProgress(of id: IntentID, into effects: inout Effects) {
    guard risk.isHeard, let working = books.intents[id], working.end == nil else { return }
    let order = working.entry.flatMap(books.order)
    let report = IntentReport(
      envelope: Envelope(origin: 0, correlation: id.correlation), intentHigh: id.high, intentLow: id.low,
      account: configuration.account.number, strategy: working.intent.strategy,
      instrument: working.intent.instrument, outcome: order?.state.isAccepted == true ? .working : .accepted,
      reason: .none, filledQuantity: working.entered.raw,
      averagePrice: order?.state.averagePrice?.rounded?.raw, check: .none, unit: .none)
    send(report, isTerminal: false, into: &effects)
  }

  /// To a risk process that may have lost the end of its journal, or has just come up.
  mutating func reportOpenIntents(into effects: inout Effects) {
    for working in books.intents.open where working.end == nil {
      reportProgress(of: working.id, into: &effects)
    }
  }

  func send(_ report: IntentReport, isTerminal: Bool, into effects: inout Effects) {
    let component = configuration.riskComponent
    effects.send(to: isTerminal ? .durable(component: component) : .event(component: component)) {
      report.encode(into: &$0)
    }
  }
}
