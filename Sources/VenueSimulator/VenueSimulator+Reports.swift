import ActorKit
import Trading
import Vocabulary
import Wire

extension VenueSimulator {
  /// Numbers a report and puts it on its way.
  mutating func send(_ report: VenueReport, _ account: Int, to peer: Peer? = nil) {
    var report = report
    report.reportSequence = lines[account].nextReport(epoch: epoch)
    lines[account].answer(
      .report(report), to: peer, at: clockNanos, latency: configuration.reportLatencyNanos)
  }

  /// The order as it stands, with what happened to it.
  func report(
    of order: VenueOrder, _ execType: ExecType, reason: RejectReason = .none, cause: Cause, at now: Instant
  ) -> VenueReport {
    VenueReport(
      envelope: Envelope(origin: cause.origin, correlation: cause.correlation), account: order.account,
      instrument: order.instrument, clOrdID: order.clOrdID, requestClOrdID: cause.requestClOrdID,
      venueOrderId: order.venueOrderId, execType: execType, ordStatus: order.ordStatus,
      side: SideCode(order.side), reason: reason, liquidity: .unrecognized,
      price: order.type == .limit ? order.price.raw : nil, orderQuantity: order.quantity.raw,
      cumQuantity: order.cumQuantity.raw, leavesQuantity: order.leavesQuantity.raw, reportSequence: 0,
      eventNanos: clockNanos, transactNanos: now.wall)
  }

  /// A report of a fill.
  func report(of trade: VenueTrade, _ order: VenueOrder, cause: Cause, at now: Instant) -> VenueReport {
    var report = report(of: order, .trade, cause: cause, at: now)
    report.liquidity = LiquidityCode(trade.liquidity)
    report.lastQuantity = trade.quantity.raw
    report.lastPrice = trade.price.raw
    report.execHigh = trade.execution.high
    report.execLow = trade.execution.low
    report.fee = trade.fee.raw
    return report
  }

  /// The refusal of a request about an order that the venue does not have or need not look at; nil for
  /// requests that have none.
  func refusal(of request: VenueRequest, _ reason: RejectReason, at now: Instant) -> VenueReport? {
    switch request {
    case .new(let request): refusal(of: request, reason, at: now)
    case .cancel(let request):
      stranger(
        request.account, request.instrument, request.origClOrdID, .cancelRejected, reason,
        Cause(request.envelope, requestClOrdID: request.clOrdID), at: now)
    case .replace(let request):
      stranger(
        request.account, request.instrument, request.origClOrdID, .cancelRejected, reason,
        Cause(request.envelope, requestClOrdID: request.clOrdID), at: now)
    case .orderQuery(let request):
      stranger(
        request.account, request.instrument, request.clOrdID, .unknownOrder, reason, Cause(request.envelope),
        at: now)
    case .cancelAll(let request):
      // Only where there is no account of which to show what is left.
      ledger.accountIndex(request.account) == nil
        ? stranger(
          request.account, request.instrument ?? 0, ClOrdIDText(), .cancelRejected, reason,
          Cause(request.envelope), at: now) : nil
    case .accountQuery: nil
    }
  }

  private func refusal(of request: NewOrder, _ reason: RejectReason, at now: Instant) -> VenueReport {
    var report = stranger(
      request.account, request.instrument, request.clOrdID, .rejected, reason, Cause(request.envelope),
      at: now)
    report.side = request.side
    report.price = request.price
    report.orderQuantity = request.quantity
    return report
  }

  /// A report on an order that the venue does not have.
  private func stranger(
    _ account: UInt16, _ instrument: UInt32, _ clOrdID: ClOrdIDText, _ execType: ExecType,
    _ reason: RejectReason, _ cause: Cause, at now: Instant
  ) -> VenueReport {
    VenueReport(
      envelope: Envelope(origin: cause.origin, correlation: cause.correlation), account: account,
      instrument: instrument, clOrdID: clOrdID, requestClOrdID: cause.requestClOrdID, execType: execType,
      ordStatus: execType == .rejected ? .rejected : .unrecognized, side: .unrecognized, reason: reason,
      liquidity: .unrecognized, orderQuantity: 0, cumQuantity: 0, leavesQuantity: 0, reportSequence: 0,
      eventNanos: clockNanos, transactNanos: now.wall)
  }

  /// Lets an answer leave.
  mutating func depart(_ departure: Departure, _ account: Int, into effects: inout Effects) {
    guard departure.peer != nil || !lines[account].listeners.isEmpty else {
      counters.reportsUnaddressed += 1
      return
    }
    if isDropped(departure, account) { return }
    if let peer = departure.peer { return answer(departure, to: peer, into: &effects) }
    for listener in lines[account].listeners { answer(departure, to: listener.peer, into: &effects) }
  }

  private func answer(_ departure: Departure, to peer: Peer, into effects: inout Effects) {
    switch departure.answer {
    case .report(let report): effects.reply(to: peer) { report.encode(into: &$0) }
    case .account(let page):
      // First, so that whoever trades when the account agrees has heard it.
      if page.state.parts.contains(.capabilities) {
        let told = Wire.VenueCapabilities(
          configuration.told, account: page.state.account, envelope: page.state.envelope)
        effects.reply(to: peer) { told.encode(into: &$0) }
      }
      effects.reply(to: peer) { page.encode(into: &$0) }
    }
  }

  mutating func publishHealth(at now: Instant, into effects: inout Effects) {
    let health = connector.health(
      component: configuration.component, clockRuns: clockRuns, lastMarketNanos: lastMarketNanos, at: now)
    effects.publish(topics.count - 1) { health.encode(into: &$0) }
  }

  /// Market time of the last event given out.
  private var lastMarketNanos: Int64? {
    let last = recorded.isEmpty ? clockNanos : recordedNanos
    return last > 0 ? last : nil
  }
}
