import ActorKit
import Trading
import Wire

extension VenueSimulator {
  /// A request has reached the matching.
  mutating func process(
    _ arrival: Arrival, _ account: Int, at now: Instant, into effects: inout Effects
  ) {
    lines[account].isMuted = arrival.isUnanswered
    defer { lines[account].isMuted = false }
    switch arrival.request {
    case .new(let request): place(request, account, at: now, into: &effects)
    case .cancel(let request): cancel(request, account, at: now, into: &effects)
    case .replace(let request): replace(request, account, at: now, into: &effects)
    case .cancelAll(let request):
      cancelAll(request, account, at: now, into: &effects)
      if !lines[account].isExecutors(arrival.peer) { answer(request, account, to: arrival.peer, at: now) }
    case .orderQuery(let request): answer(request, account, to: arrival.peer, at: now)
    case .accountQuery(let request): answer(request, account, to: arrival.peer, at: now)
    }
  }

  private mutating func place(
    _ request: NewOrder, _ account: Int, at now: Instant, into effects: inout Effects
  ) {
    let cause = Cause(request.envelope)
    do throws(OrderRejection) {
      let (order, index) = try admit(request, account, at: now)
      let partner = try partner(of: order, request.linkedClOrdID, account)
      record(.accepted(order), correlation: cause.correlation, into: &effects)
      if let partner { pair(order, partner, cause: cause, into: &effects) }
      counters.ordersAccepted += 1
      send(report(of: order, .new, cause: cause, at: now), account)
      if order.type == .stop {
        hold(order, account, index, cause: cause, at: now, into: &effects)
      } else {
        work(order, account, index, cause: cause, at: now, into: &effects)
      }
      drawLateReject(of: order, account)
    } catch {
      counters.reject(error.reason)
      guard let report = refusal(of: .new(request), error.reason, at: now) else { return }
      send(report, account)
    }
  }

  /// Takes what there is and rests or ends what is left.
  private mutating func work(
    _ order: VenueOrder, _ account: Int, _ index: Int, cause: Cause, at now: Instant,
    into effects: inout Effects
  ) {
    match(order, account, index, cause: cause, at: now, into: &effects)
    let left = current(order, account).leavesQuantity
    guard left.isPositive else { return }
    if order.type == .limit && order.timeInForce == .gtc {
      rest(order, left, account, index, into: &effects)
    } else {
      let reason: RejectReason = order.type == .market ? .noLiquidity : .none
      end(order, account, .expired, reason, .expired, cause: cause, at: now, into: &effects)
    }
  }

  private mutating func cancel(
    _ request: CancelOrder, _ account: Int, at now: Instant, into effects: inout Effects
  ) {
    let cause = Cause(request.envelope, requestClOrdID: request.clOrdID)
    do throws(OrderRejection) {
      let window = RecvWindow(requestNanos: request.requestNanos, windowNanos: request.recvWindowNanos)
      try checkWindow(window, now)
      let order = try openOrder(request.origClOrdID, request.instrument, account)
      withdraw(order, into: &effects)
      counters.cancels += 1
      end(order, account, .canceled, .none, .canceled, cause: cause, at: now, into: &effects)
    } catch {
      refuseChange(.cancel(request), request.origClOrdID, error.reason, account, cause: cause, at: now)
    }
  }

  private mutating func replace(
    _ request: ReplaceOrder, _ account: Int, at now: Instant, into effects: inout Effects
  ) {
    let cause = Cause(request.envelope, requestClOrdID: request.clOrdID)
    do throws(OrderRejection) {
      let window = RecvWindow(requestNanos: request.requestNanos, windowNanos: request.recvWindowNanos)
      try checkWindow(window, now)
      let order = try openOrder(request.origClOrdID, request.instrument, account)
      let (wanted, index) = try admit(request, of: order, account)
      let keepsPlace = wanted.priority == order.priority
      if !keepsPlace || wanted.leavesQuantity.isZero { withdraw(order, into: &effects) }
      let fact = VenueFact.Replacement(
        account: order.account, venueOrderId: order.venueOrderId, clOrdID: wanted.clOrdID,
        price: wanted.price, quantity: wanted.quantity, priority: wanted.priority, eventNanos: clockNanos)
      record(.replaced(fact), correlation: cause.correlation, into: &effects)
      counters.replaces += 1
      let changed = current(order, account)
      send(report(of: changed, .replaced, cause: cause, at: now), account)
      guard changed.status == .open else { return }
      if keepsPlace {
        reduce(changed, index, into: &effects)
      } else {
        let taking = Cause(origin: cause.origin, correlation: changed.correlation)
        work(changed, account, index, cause: taking, at: now, into: &effects)
      }
    } catch {
      refuseChange(.replace(request), request.origClOrdID, error.reason, account, cause: cause, at: now)
    }
  }

  /// The open order that a cancel or replace names.
  private func openOrder(
    _ id: ClOrdIDText, _ instrument: UInt32, _ account: Int
  ) throws(OrderRejection) -> VenueOrder {
    guard let order = ledger.accounts[account].order(id), order.instrument == instrument else {
      throw .init(.unknownOrder)
    }
    guard order.status == .open else { throw .init(.tooLateToCancel) }
    return order
  }

  /// The order stands as it stood; the report shows how.
  private mutating func refuseChange(
    _ request: VenueRequest, _ id: ClOrdIDText, _ reason: RejectReason, _ account: Int, cause: Cause,
    at now: Instant
  ) {
    counters.reject(reason)
    if reason != .unknownOrder, let order = ledger.accounts[account].order(id) {
      send(report(of: order, .cancelRejected, reason: reason, cause: cause, at: now), account)
    } else if let report = refusal(of: request, reason, at: now) {
      send(report, account)
    }
  }

  private mutating func cancelAll(
    _ request: CancelAll, _ account: Int, at now: Instant, into effects: inout Effects
  ) {
    if let number = request.instrument, ledger.instrumentIndex(number) == nil {
      counters.refuse(.unknownInstrument)
      return
    }
    guard let silence = request.afterSilenceNanos else {
      let cause = Cause(request.envelope)
      let spares = request.conditions.contains(.sparesStops)
      cancelAll(request.instrument, account, sparesStops: spares, cause: cause, at: now, into: &effects)
      return
    }
    guard let able = configuration.capabilities.deadMan,
      silence == 0 || (able.shortestNanos...able.longestNanos).contains(silence)
    else {
      counters.refuse(.malformed)
      return
    }
    let deadMan = VenueFact.DeadMan(
      account: request.account, instrument: request.instrument, afterSilenceNanos: silence,
      sparesStops: request.conditions.contains(.sparesStops) && !able.kills.contains(.stops))
    // The executor renews the switch often; only a change is worth the journal.
    let held = ledger.accounts[account].deadMan
    guard held != deadMan, held != nil || silence > 0 else { return }
    record(.deadManSet(deadMan), correlation: request.envelope.correlation, into: &effects)
  }

  private mutating func cancelAll(
    _ instrument: UInt32?, _ account: Int, sparesStops: Bool, cause: Cause, at now: Instant,
    into effects: inout Effects
  ) {
    for id in ledger.accounts[account].openIds {
      guard let order = ledger.accounts[account].orders[id] else { continue }
      if let instrument, order.instrument != instrument { continue }
      if sparesStops && order.isWaitingStop { continue }
      withdraw(order, into: &effects)
      counters.cancels += 1
      end(order, account, .canceled, .none, .canceled, cause: cause, at: now, into: &effects)
    }
  }

  /// Cancels for executors that have been silent for as long as their dead-man switch says.
  mutating func checkSilence(at now: Instant, into effects: inout Effects) {
    for account in lines.indices {
      let heard = lines[account].heardBootNanos
      guard let ends = ledger.accounts[account].silenceEnds(heard: heard), now.boot >= ends else { continue }
      guard let deadMan = ledger.accounts[account].deadMan else { continue }
      cancelAll(
        deadMan.instrument, account, sparesStops: deadMan.sparesStops, cause: Cause(), at: now, into: &effects
      )
    }
  }

  /// Ends an order other than by filling it, and says so.
  mutating func end(
    _ order: VenueOrder, _ account: Int, _ status: VenueOrder.Status, _ reason: RejectReason,
    _ execType: ExecType, cause: Cause, at now: Instant, into effects: inout Effects
  ) {
    let ending = VenueFact.Ending(
      account: order.account, venueOrderId: order.venueOrderId, status: status, reason: reason,
      eventNanos: clockNanos)
    record(.ended(ending), correlation: cause.correlation, into: &effects)
    send(report(of: current(order, account), execType, reason: reason, cause: cause, at: now), account)
  }

  /// The order as the ledger has it now.
  func current(_ order: VenueOrder, _ account: Int) -> VenueOrder {
    guard let current = ledger.accounts[account].orders[order.venueOrderId] else {
      preconditionFailure("order \(order.venueOrderId) has vanished")
    }
    return current
  }
}

extension VenueAccount {
  /// When the dead-man switch cancels, on the boot clock; nil if it is not set or has nothing to cancel.
  func silenceEnds(heard: Int64) -> Int64? {
    guard let deadMan else { return nil }
    let isConcerned = openIds.contains { id in
      guard let order = orders[id] else { return false }
      if deadMan.sparesStops && order.isWaitingStop { return false }
      return deadMan.instrument == nil || order.instrument == deadMan.instrument
    }
    guard isConcerned else { return nil }
    let (end, overflow) = heard.addingReportingOverflow(deadMan.afterSilenceNanos)
    return overflow ? nil : end
  }
}
