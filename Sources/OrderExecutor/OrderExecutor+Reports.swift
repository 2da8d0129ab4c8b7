import ActorKit
import Trading
import Vocabulary
import Wire

// What others are told.
extension OrderExecutor {
  var stuckTopic: Int { InstrumentTopic.allCases.count * desks.count }
  var alarmTopic: Int { stuckTopic + 1 }

  /// Tells everybody, on the topic, that an order changed, and risk, in the session, if it is risk's concern.
  mutating func report(
    _ id: ClOrdID, _ execType: ExecType, fill: BookedFill? = nil, reason: RejectReason = .none,
    eventNanos: Int64 = 0, into effects: inout Effects
  ) {
    haveOrdersChanged = true
    guard let order = books.order(id) else { return }
    if let place = deskPlace(of: order.instrument) { desks[place].needsDecision = true }
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
      intentHigh: order.intent?.high, intentLow: order.intent?.low)
    send(report, into: &effects)
    if order.purpose == .entry, execType == .new || execType == .trade, let intent = order.intent {
      reportProgress(of: intent, into: &effects)
    }
  }

  /// Tells that our own gate holds a side of a target back. There is no order, hence no id.
  mutating func reportDenied(
    _ target: QuoteTarget, _ side: Side, _ denial: Denial, level: QuoteTarget.Level,
    into effects: inout Effects
  ) {
    let report = ExecutionReport(
      envelope: Envelope(origin: target.origin, correlation: target.correlation),
      account: configuration.account.number, strategy: target.strategy, instrument: target.instrument,
      clOrdID: ClOrdIDText(), execType: .denied, ordStatus: .denied, side: SideCode(side), ordType: .limit,
      timeInForce: .goodTillCancel, reason: denial.reason, price: level.price.raw,
      orderQuantity: level.quantity.raw, cumQuantity: 0, leavesQuantity: 0, liquidity: .unrecognized,
      fillSequence: books.record(of: target.instrument).lastFillSequence, eventNanos: 0, purpose: .quote)
    send(report, into: &effects)
  }

  private mutating func send(_ report: ExecutionReport, into effects: inout Effects) {
    let risk = Effects.Destination.event(component: configuration.riskComponent)
    // Asked of every report: it keeps count.
    let changesDoubt = toldDoubts.take(report)
    let isForRisk = changesDoubt || report.isFill || report.isReject
    guard let place = deskPlace(of: report.instrument) else {
      if isForRisk { effects.send(to: risk) { report.encode(into: &$0) } }
      return
    }
    effects.publish(InstrumentTopic.report.index(desk: place)) { report.encode(into: &$0) }
    if isForRisk { effects.alsoSend(to: risk) }
    if report.isFill { effects.alsoSend(to: .topic(InstrumentTopic.fill.index(desk: place))) }
  }

  /// Tells risk and everybody how a position stands.
  mutating func reportPosition(desk place: Int, cause fill: BookedFill?, into effects: inout Effects) {
    let exposure = books.exposure(in: desks[place].instrument.number)
    reportPosition(desk: place, cause: fill, exposure, into: &effects)
  }

  private mutating func reportPosition(
    desk place: Int, cause fill: BookedFill?, _ exposure: WorstCaseExposure, into effects: inout Effects
  ) {
    let order = fill?.order.flatMap(books.order)
    desks[place].reportedBuys = exposure.workingBuys
    desks[place].reportedSells = exposure.workingSells
    let report = positionReport(
      desk: place, exposure, Envelope(origin: 0, correlation: order?.correlation ?? .none))
    effects.publish(InstrumentTopic.position.index(desk: place)) { report.encode(into: &$0) }
    effects.alsoSend(to: .event(component: configuration.riskComponent))
  }

  private func positionReport(desk place: Int, _ envelope: Envelope) -> PositionChanged {
    positionReport(desk: place, books.exposure(in: desks[place].instrument.number), envelope)
  }

  private func positionReport(
    desk place: Int, _ exposure: WorstCaseExposure, _ envelope: Envelope
  ) -> PositionChanged {
    let number = desks[place].instrument.number
    let position = books.ledger[number]
    let record = books.record(of: number)
    return PositionChanged(
      envelope: envelope, account: configuration.account.number, instrument: number,
      position: position.quantity.raw, averagePrice: position.averagePrice?.rounded?.raw,
      realizedPnl: money(position.realized).raw, fees: record.fees.raw, cash: money(position.cash).raw,
      workingBid: exposure.workingBuys.raw, workingAsk: exposure.workingSells.raw,
      fillSequence: record.lastFillSequence, eventNanos: record.lastFillNanos)
  }

  /// Once per turn: positions whose working quantities are not as last reported.
  mutating func reportWorking(into effects: inout Effects) {
    guard haveOrdersChanged else { return }
    haveOrdersChanged = false
    for place in desks.indices {
      let exposure = books.exposure(in: desks[place].instrument.number)
      if exposure.workingBuys != desks[place].reportedBuys
        || exposure.workingSells != desks[place].reportedSells
      {
        reportPosition(desk: place, cause: nil, exposure, into: &effects)
      }
    }
  }

  /// Risk acts on our state, so a change of it is told, with the whole truth; so is a session's opening,
  /// and so it is when a report found the session's window full: what risk then believes of positions and
  /// orders is wrong.
  mutating func reportStateChange(at now: Instant, into effects: inout Effects) {
    let hasMissed = riskCatchUpBoot <= now.boot
    guard hasMissed || reportedState != state else { return }
    if hasMissed { riskCatchUpBoot = .max }
    reportedState = state
    reportAccount(at: now, into: &effects)
    if owesIntents { reportOpenIntents(into: &effects) }
    owesIntents = false
  }

  /// The whole truth, for a risk process that has just come up or lost the thread.
  private mutating func reportAccount(at now: Instant, into effects: inout Effects) {
    let currency = configuration.account.currency
    guard let text = CurrencyText(currency.description) else {
      preconditionFailure("the currency \(currency) is too long for a message")
    }
    accountReports += 1
    toldDoubts.forget()
    let report = AccountReport(
      envelope: Envelope(origin: 0, correlation: accountReportMark(accountReports)),
      account: configuration.account.number, currency: text, state: state,
      permit: lease.level(atBoot: now.boot), halted: UInt32(books.halts.count),
      fillSequence: books.fillCount,
      cash: totalCash(in: currency).raw, fees: books.ledger.fees[currency].raw,
      inDoubt: UInt32(books.inDoubtCount))
    effects.send(to: .event(component: configuration.riskComponent)) { frame in
      report.encode(into: &frame, positionsCount: desks.count) { place in
        let position = self.positionReport(desk: place, Envelope(origin: 0))
        return AccountReport.Position(
          instrument: position.instrument, position: position.position, workingBid: position.workingBid,
          workingAsk: position.workingAsk, averagePrice: position.averagePrice,
          realizedPnl: position.realizedPnl, fillSequence: position.fillSequence)
      }
    }
  }

  /// The correlation of an account report, by which its acknowledgement is known.
  private func accountReportMark(_ number: UInt64) -> Correlation {
    Correlation(high: UInt64(configuration.component) << 32 | UInt64(epoch), low: number)
  }

  /// A report to risk did not leave: until it has acknowledged a whole truth that was told after this, what
  /// it believes of positions and orders is wrong, and nothing that opens is placed.
  mutating func noteMissedReport(at now: Instant) {
    neededAccountReport = accountReports + 1
    // While the session is closed nothing helps; when it opens again the whole truth follows anyway.
    guard isRiskHeard else { return }
    riskCatchUpBoot = min(riskCatchUpBoot, now.boot + Self.riskCatchUpNanos)
  }

  /// Risk has taken an account report in.
  mutating func noteAccountKnown(_ mark: Correlation) {
    guard let needed = neededAccountReport, mark.low >= needed,
      mark == accountReportMark(mark.low)
    else { return }
    neededAccountReport = nil
    for place in desks.indices { desks[place].needsDecision = true }
  }

  /// Cash of the instruments that settle in a currency; the largest amount there is, when the sum does not
  /// fit.
  private func totalCash(in currency: Currency) -> Money {
    var sum = Notional.zero
    for desk in desks where desk.instrument.quote == currency {
      guard let next = sum.adding(books.ledger[desk.instrument.number].cash) else { return .max }
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

  /// The state behind a position's topic.
  mutating func answer(_ request: SnapshotRequest, to peer: Peer, into effects: inout Effects) {
    guard let topic = Topic(request.topic), let index = topics.firstIndex(of: topic),
      let place = desks.indices.first(where: { InstrumentTopic.position.index(desk: $0) == index })
    else { return refuse(.unexpectedMessage) }
    let report = positionReport(
      desk: place, Envelope(origin: 0, correlation: request.envelope.correlation))
    effects.send(to: .snapshot(topic: index, peer)) { report.encode(into: &$0) }
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

  /// The books cannot be trusted: nothing new until a restart whose reconciliation agrees.
  mutating func quarantine(
    _ why: String, code: AlarmCode = .reconciliationDifference, instrument: UInt32? = nil,
    into effects: inout Effects
  ) {
    guard quarantine == nil else { return }
    quarantine = why
    alarm(code, .critical, instrument: instrument, why, into: &effects)
  }
}
