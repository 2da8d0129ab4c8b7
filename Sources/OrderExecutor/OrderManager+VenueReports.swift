import ActorKit
import Trading
import Vocabulary
import Wire

// The venue's word on an order. Reports may come twice, late and in any order: each adds what it knows.
extension OrderManager {
  mutating func take(
    _ report: VenueReport, _ situation: inout Situation, at now: Instant, into effects: inout Effects
  ) {
    guard report.account == situation.configuration.account.number else {
      return situation.refuse(.wrongAccount)
    }
    guard let id = ClOrdID(report.clOrdID), id.account == situation.configuration.account.number else {
      return takeForeign(report, &situation, at: now)
    }
    guard let order = situation.books.order(id) else {
      return takeUnknown(report, id, &situation, at: now, into: &effects)
    }
    guard order.instrument == report.instrument else { return situation.refuse(.mismatch) }
    switch report.execType {
    case .new: takeAccepted(report, order, &situation, at: now, into: &effects)
    case .triggered: takeTriggered(report, order, &situation, at: now, into: &effects)
    case .trade: takeTrade(report, order, &situation, at: now, into: &effects)
    case .canceled: takeEnd(.canceled, report, order, &situation, at: now, into: &effects)
    case .expired: takeEnd(.expired, report, order, &situation, at: now, into: &effects)
    case .rejected: takeRejected(report, order, &situation, at: now, into: &effects)
    case .cancelRejected: takeCancelRejected(report, order, &situation, at: now, into: &effects)
    case .orderStatus: takeStatus(report, order, &situation, at: now, into: &effects)
    case .unknownOrder: takeUnknownAnswer(report, order, &situation, at: now, into: &effects)
    case .tradeBust:
      situation.quarantine(
        "the venue took back a trade of order \(id); books must be put right by hand", into: &effects)
    default: situation.refuse(.unsupported)
    }
  }

  /// Somebody else trades on the account: not our order, but our position. The venue's list of trades tells
  /// it whole.
  private mutating func takeForeign(
    _ report: VenueReport, _ situation: inout Situation, at now: Instant
  ) {
    situation.counters.foreignReports += 1
    if report.execType == .trade { noteUnclear(atBoot: now.boot) }
  }

  /// One of our ids, and the journal does not know it: the end of a journal was lost, or the order is long
  /// over.
  private mutating func takeUnknown(
    _ report: VenueReport, _ id: ClOrdID, _ situation: inout Situation, at now: Instant,
    into effects: inout Effects
  ) {
    // The venue's lists tell the order together with its fills.
    if isOfTheCut(id, situation.books) { return noteUnclear(atBoot: now.boot, withOrders: true) }
    switch report.execType {
    case .trade:
      guard let fill = fill(of: report, id, situation.markets) else { return situation.refuse(.malformed) }
      guard !situation.books.fills.contains(fill.key) else { return situation.counters.duplicates += 1 }
      book(fill, nil, &situation, at: now, into: &effects)
      situation.alarm(
        .unknownOrderFill, .critical, instrument: fill.key.instrument,
        "a fill of \(fill.quantity) at \(fill.price) came for order \(id), which is ours and unknown; booked",
        into: &effects)
      quarantineIfNotOurs(id, &situation, into: &effects)
    case .new, .orderStatus: noteUnclear(atBoot: now.boot, withOrders: true)
    default: situation.refuse(.mismatch)
    }
  }

  private mutating func takeAccepted(
    _ report: VenueReport, _ order: OwnOrder, _ situation: inout Situation, at now: Instant,
    into effects: inout Effects
  ) {
    if order.isNotPlaced && !order.isOpen {
      return contradict(report, order, &situation, at: now, into: &effects)
    }
    guard !order.state.isAccepted, order.state.isOpen else { return situation.counters.duplicates += 1 }
    situation.record(
      .orderAccepted(order: order.id, venueOrderId: report.venueOrderId, eventNanos: report.eventNanos),
      correlation: order.correlation, into: &effects)
    settleCreation(of: order.id, situation, at: now)
    note(.accepted(order))
    situation.report(order.id, .new, eventNanos: report.eventNanos, into: &effects)
  }

  /// A stop works at the market now. Its fills say the rest.
  private mutating func takeTriggered(
    _ report: VenueReport, _ order: OwnOrder, _ situation: inout Situation, at now: Instant,
    into effects: inout Effects
  ) {
    guard order.type == .stop, order.state.isOpen else { return situation.counters.duplicates += 1 }
    if !order.state.isAccepted { takeAccepted(report, order, &situation, at: now, into: &effects) }
    situation.report(order.id, .triggered, eventNanos: report.eventNanos, into: &effects)
  }

  /// The venue has an order that it, or our own host, had said it has not. It works, so it is ours to look
  /// after.
  private mutating func contradict(
    _ report: VenueReport, _ order: OwnOrder, _ situation: inout Situation, at now: Instant,
    into effects: inout Effects
  ) {
    adopt(order, venueOrderId: report.venueOrderId, &situation, at: now, into: &effects)
    situation.alarm(
      .reconciliationDifference, .critical, order: order,
      "order \(order.id) counted as never placed, and the venue now reports it; adopted", into: &effects)
  }

  /// Whatever the venue says of an order shows that it has it.
  private mutating func settleCreation(of id: ClOrdID, _ situation: Situation, at now: Instant) {
    guard flights[id] != nil else { return }
    let isCancelPending = situation.books.order(id)?.isCancelPending == true
    updateFlight(of: id, situation, at: now) {
      $0.createDeadline = .max
      // A cancel that was refused may have been too late: that question stays.
      if !isCancelPending && $0.nextCancelBoot == 0 { $0.queryBoot = .max }
      $0.nextCancelBoot = 0
    }
  }
}

// Fills.
extension OrderManager {
  private mutating func takeTrade(
    _ report: VenueReport, _ order: OwnOrder, _ situation: inout Situation, at now: Instant,
    into effects: inout Effects
  ) {
    guard let fill = fill(of: report, order.id, situation.markets), fill.side == order.side else {
      situation.refuse(.malformed)
      // Something was traded; the venue's list will say what.
      return noteUnclear(atBoot: now.boot)
    }
    guard !situation.books.fills.contains(fill.key) else { return situation.counters.duplicates += 1 }
    book(fill, order, &situation, at: now, into: &effects)
  }

  private func fill(of report: VenueReport, _ id: ClOrdID, _ markets: Markets) -> BookedFill? {
    guard let quantity = report.lastQuantity, quantity > 0, let price = report.lastPrice,
      let high = report.execHigh, let low = report.execLow, let side = Side(report.side),
      let fee = report.fee, let state = markets.state(of: report.instrument)
    else { return nil }
    return BookedFill(
      key: FillKey(instrument: report.instrument, execution: ExecID(high: high, low: low)), order: id,
      side: side, price: Price(raw: price), quantity: Quantity(raw: quantity), fee: Money(raw: fee),
      feeCurrency: state.instrument.quote, liquidity: LiquidityIndicator(report.liquidity),
      tradeSequence: 0, eventNanos: report.eventNanos)
  }

  /// Books a fill that was not booked before, whatever the order's status, and says so.
  mutating func book(
    _ fill: BookedFill, _ order: OwnOrder?, _ situation: inout Situation, at now: Instant,
    into effects: inout Effects
  ) {
    if Canary.isSinging(.lateFillIgnored), order?.state.isOpen == false { return }
    if let refusal = situation.books.refusal(of: fill) {
      situation.alarm(
        .arithmetic, .critical, order: order, instrument: fill.key.instrument,
        "fill \(fill.key.execution) cannot be booked: \(refusal)", into: &effects)
      return situation.quarantine(
        "fill \(fill.key.execution) cannot be booked: \(refusal)", instrument: fill.key.instrument,
        into: &effects)
    }
    situation.counters.fills += 1
    situation.record(.filled(fill), correlation: order?.correlation ?? .none, into: &effects)
    situation.risk.haveOrdersChanged = true
    if let order {
      settleCreation(of: order.id, situation, at: now)
      situation.report(order.id, .trade, fill: fill, into: &effects)
      alarmIfOdd(fill, order, &situation, into: &effects)
      let isOpen = situation.books.order(order.id)?.state.isOpen == true
      if !isOpen { flights.remove(order.id) }
      // A fill on an order that had ended may mean that it works after all.
      if isOpen && !order.state.isOpen { ask(about: order.id, situation, at: now) }
    }
    if let index = situation.markets.index(of: fill.key.instrument) {
      situation.markets.mark(at: index)
      situation.reportPosition(index, cause: fill, into: &effects)
    }
  }

  /// `order` is as it stood before the fill.
  private func alarmIfOdd(
    _ fill: BookedFill, _ order: OwnOrder, _ situation: inout Situation, into effects: inout Effects
  ) {
    let cum = order.state.cumQuantity.adding(fill.quantity) ?? .max
    if cum > order.state.quantity {
      situation.alarm(
        .overfill, .critical, order: order,
        "order \(order.id) for \(order.state.quantity) is filled for \(cum); booked", into: &effects)
    } else if !order.state.isOpen && cum > order.reportedCum {
      situation.alarm(
        .fillOnEndedOrder, .critical, order: order,
        "order \(order.id) was \(order.status.name) when \(fill.quantity) more were filled; booked",
        into: &effects)
    }
  }
}

// Ends and refusals.
extension OrderManager {
  private mutating func takeEnd(
    _ cause: OrderEnd.Cause, _ report: VenueReport, _ order: OwnOrder, _ situation: inout Situation,
    at now: Instant, into effects: inout Effects
  ) {
    // A cum beyond the order would make us wait for fills that cannot come; the bound is the order.
    let cum = min(max(Quantity(raw: report.cumQuantity), .zero), order.state.quantity)
    guard order.state.isOpen || cum > max(order.reportedCum, order.state.cumQuantity) else {
      return situation.counters.duplicates += 1
    }
    end(
      order, cause, cum: cum, reason: report.reason, eventNanos: report.eventNanos, &situation, into: &effects
    )
    if cause == .expired {
      note(.expired(order, report.reason))
      if report.reason == .reduceOnlyWouldOpen, order.isRestingLeg { noteUnclear(atBoot: now.boot) }
    }
    if cum > order.state.cumQuantity {
      // The end overtook a fill. It is on its way; if not, the list of trades has it.
      noteUnclear(atBoot: now.boot + Self.settleNanos)
    }
  }

  /// Records an end and says so.
  mutating func end(
    _ order: OwnOrder, _ cause: OrderEnd.Cause, cum: Quantity, reason: RejectReason, eventNanos: Int64,
    _ situation: inout Situation, into effects: inout Effects
  ) {
    let end = OrderEnd(
      order: order.id, cause: cause, reason: reason, cumQuantity: cum, eventNanos: eventNanos)
    situation.record(.orderEnded(end), correlation: order.correlation, into: &effects)
    flights.remove(order.id)
    let execType: ExecType =
      switch cause {
      case .canceled, .gone: .canceled
      case .expired: .expired
      case .rejected: .rejected
      }
    situation.report(
      order.id, execType, reason: cause == .rejected ? reason : .none, eventNanos: eventNanos, into: &effects)
  }

  private mutating func takeRejected(
    _ report: VenueReport, _ order: OwnOrder, _ situation: inout Situation, at now: Instant,
    into effects: inout Effects
  ) {
    guard order.state.isOpen else { return situation.counters.duplicates += 1 }
    if report.reason == .duplicateClOrdID {
      // The venue has an order under this id already: ours, told twice by the network. Which of the two
      // answers this is about is for a query to decide.
      guard !order.state.isAccepted, order.status != .inDoubt else {
        return situation.counters.duplicates += 1
      }
      return doubt(order.id, request: nil, &situation, at: now, into: &effects)
    }
    situation.counters.rejected.add(report.reason)
    end(
      order, .rejected, cum: .zero, reason: report.reason, eventNanos: report.eventNanos, &situation,
      into: &effects)
    note(.refused(order, report.reason))
    if report.reason == .reduceOnlyWouldOpen { noteUnclear(atBoot: now.boot) }
    // Filled before it was refused: what is left counts as open until the venue says otherwise.
    if situation.books.order(order.id)?.state.isOpen == true { ask(about: order.id, situation, at: now) }
  }

  /// Lets a query decide what became of an order.
  private mutating func ask(about id: ClOrdID, _ situation: Situation, at now: Instant) {
    updateFlight(of: id, situation, at: now) { $0.queryBoot = now.boot + Self.askAgainNanos }
  }

  private mutating func takeCancelRejected(
    _ report: VenueReport, _ order: OwnOrder, _ situation: inout Situation, at now: Instant,
    into effects: inout Effects
  ) {
    guard let request = ClOrdID(report.requestClOrdID),
      order.state.pending.contains(where: { $0.id == request })
    else { return situation.counters.duplicates += 1 }
    situation.counters.rejected.add(report.reason)
    situation.record(
      .cancelRejected(order: order.id, request: request, reason: report.reason),
      correlation: order.correlation, into: &effects)
    if order.state.isOpen {
      // Only of an order that it has does the venue say that it is too late; one that it does not know may
      // still be on its way.
      let isOver =
        report.reason == .tooLateToCancel || report.reason == .unknownOrder && order.state.isAccepted
      let awaitsAnother = situation.books.order(order.id)?.isCancelPending == true
      updateFlight(of: order.id, situation, at: now) {
        if !awaitsAnother { $0.cancelDeadline = .max }
        $0.nextCancelBoot = now.boot + Self.cancelPauseNanos
        // What ended it is on its way; if not, ask.
        if isOver { $0.queryBoot = now.boot + Self.askAgainNanos }
      }
      // It may have been filled.
      if isOver { noteUnclear(atBoot: now.boot + Self.settleNanos) }
      situation.agenda.retry(atBoot: now.boot + Self.cancelPauseNanos)
    }
    situation.report(
      order.id, .cancelRejected, reason: report.reason, eventNanos: report.eventNanos, into: &effects)
  }
}

// Answers to queries.
extension OrderManager {
  /// Whether a report answers the query that is out for an order.
  private func answersQuery(_ report: VenueReport, _ order: OwnOrder) -> Bool {
    guard let flight = flights[order.id], flight.queryCounter != 0 else { return false }
    let asked = ClOrdID(account: order.id.account, epoch: holder.epoch, counter: flight.queryCounter)
    return report.envelope.correlation == asked.requestCorrelation
  }

  private mutating func takeStatus(
    _ report: VenueReport, _ order: OwnOrder, _ situation: inout Situation, at now: Instant,
    into effects: inout Effects
  ) {
    guard answersQuery(report, order), order.isOpen else { return situation.refuse(.lateAnswer) }
    let cum = Quantity(raw: report.cumQuantity)
    switch report.ordStatus {
    case .canceled: takeEnd(.canceled, report, order, &situation, at: now, into: &effects)
    case .expired: takeEnd(.expired, report, order, &situation, at: now, into: &effects)
    case .rejected:
      // A rejection cannot end an order that has fills; that the venue has it no more can.
      let cause: OrderEnd.Cause = order.state.cumQuantity.isPositive ? .gone : .rejected
      end(
        order, cause, cum: order.state.cumQuantity, reason: report.reason, eventNanos: report.eventNanos,
        &situation,
        into: &effects)
    case .new, .partiallyFilled, .filled, .pendingCancel, .triggered:
      // A filled order is adopted as well: it ends by its fills, which the list of trades has.
      adopt(order, venueOrderId: report.venueOrderId, &situation, at: now, into: &effects)
    default: return situation.refuse(.unsupported)
    }
    if cum > order.state.cumQuantity { noteUnclear(atBoot: now.boot) }
  }

  /// The venue shows an order working: every doubt about it is settled.
  mutating func adopt(
    _ order: OwnOrder, venueOrderId: UInt64?, _ situation: inout Situation, at now: Instant,
    into effects: inout Effects
  ) {
    let adopted = AdoptedOrder(
      id: order.id, instrument: order.instrument, side: order.side, price: order.price,
      quantity: order.state.quantity, venueOrderId: venueOrderId, atNanos: now.wall)
    situation.record(.orderAdopted(adopted), correlation: order.correlation, into: &effects)
    flights.remove(order.id)
    situation.report(order.id, .orderStatus, into: &effects)
  }

  private mutating func takeUnknownAnswer(
    _ report: VenueReport, _ order: OwnOrder, _ situation: inout Situation, at now: Instant,
    into effects: inout Effects
  ) {
    guard answersQuery(report, order), let flight = flights[order.id] else {
      return situation.refuse(.lateAnswer)
    }
    // A venue too busy to look also answers; only that it looked and found nothing is evidence. Where it has
    // forgotten what ended long ago, it is evidence that the order is not open, and no more.
    guard report.reason == .unknownOrder || report.reason == .archived else {
      return situation.counters.rejected.add(report.reason)
    }
    // Also for one that was accepted: a list that lags does not have it yet, and what counts as gone is
    // replaced, so that both could fill.
    let fence = fenceBoot(of: order, situation, at: now)
    guard fence <= now.boot else {
      return updateFlight(of: order.id, situation, at: now) {
        $0.isUnknownYet = true
        $0.queryCounter = 0
        $0.queryBoot = min(now.boot + Self.askAgainNanos, fence)
      }
    }
    guard flight.unknownAnswers > 0 else {
      // The path of a query may lag behind that of orders: believed when it is said again.
      return updateFlight(of: order.id, situation, at: now) {
        $0.unknownAnswers = 1
        $0.queryCounter = 0
        $0.queryBoot = now.boot + Self.askAgainNanos
      }
    }
    guard order.state.isAccepted else {
      situation.counters.notPlaced += 1
      situation.record(
        .orderNotPlaced(order: order.id, isProven: report.reason == .unknownOrder),
        correlation: order.correlation, into: &effects)
      // What it may have filled is in the list of trades.
      if report.reason == .archived { noteUnclear(atBoot: now.boot) }
      flights.remove(order.id)
      return situation.report(order.id, .unknownOrder, eventNanos: report.eventNanos, into: &effects)
    }
    end(
      order, .gone, cum: order.state.cumQuantity, reason: .unknownOrder, eventNanos: report.eventNanos,
      &situation,
      into: &effects)
    situation.alarm(
      .reconciliationDifference, .warning, order: order,
      "the venue had accepted order \(order.id) and knows it no more; counted as cancelled", into: &effects)
    noteUnclear(atBoot: now.boot)
  }
}

// Ids that are not ours to have.
extension OrderManager {
  /// An id of our account that we have not given yet: another executor trades for the account, or a journal
  /// was lost and its epochs begin anew. Our next ids could be taken.
  func quarantineIfNotOurs(_ id: ClOrdID, _ situation: inout Situation, into effects: inout Effects) {
    // Given by ourselves, in turns that are lost.
    if isOfTheCut(id, situation.books) { return }
    // Whoever has never ordered anything and finds orders of the account has not its journal.
    let isWithoutHistory = id.epoch > 0 && situation.books.lastID.epoch == 0
    guard !hasGiven(id, situation.books) || isWithoutHistory else { return }
    // Seen after our own start has agreed, it is another's, which owns the account now.
    if situation.agreement.isComplete && id.epoch > holder.epoch { situation.authority.isSuperseded = true }
    situation.quarantine(
      "the venue knows id \(id) of epoch \(id.epoch), which we, in epoch \(holder.epoch), have not given: "
        + "another executor runs for this account, or its journal was lost",
      into: &effects)
  }
}
