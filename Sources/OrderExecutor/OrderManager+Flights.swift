import ActorKit
import Trading
import Vocabulary
import Wire

// Orders for which an answer is awaited: deadlines, doubts, queries.
extension OrderManager {
  /// Changes an order's flight, made if there is none; gone once nothing is awaited.
  mutating func updateFlight(
    of id: ClOrdID, _ situation: Situation, at now: Instant, _ change: (inout Flight) -> Void
  ) {
    flights.update(
      id, stuckAfterNanos: situation.configuration.stuckAfterNanos, at: now, change)
  }

  /// An order whose request got lost, as far as the venue can tell already. It counts as one that may fill,
  /// and not as one that protects.
  func isLost(_ order: OwnOrder) -> Bool {
    !order.state.isAccepted && order.status == .inDoubt
      && flights[order.id].map { $0.isUnknownYet || $0.unknownAnswers > 0 } == true
  }

  /// Until when what closes a position waits for the end of an order, boot clock; nil when it does not. An
  /// answer that has not come soon may never come, to an order as to a cancel, and waiting costs more than
  /// what the order may still do: where it opens, that is closed next; where it closes, it counts.
  func awaitedUntilBoot(_ order: OrderOutline, at now: Instant) -> Int64? {
    let flight = flights[order.id]
    var asked = flight?.sentBoot
    if order.isAccepted {
      guard order.isCancelPending || order.isInDoubt, let cancelled = flight?.cancelSentBoot else {
        return .max
      }
      asked = cancelled
    } else if order.isInDoubt {
      return nil
    }
    guard let asked, asked + Self.protectiveTimeoutNanos > now.boot else { return nil }
    return asked + Self.protectiveTimeoutNanos
  }

  /// After a restart, or when the venue has been away, nothing unanswered can be answered any more as it
  /// would have been: it is in doubt.
  mutating func doubtUnanswered(
    _ situation: inout Situation, at now: Instant, into effects: inout Effects
  ) {
    let unanswered = situation.books.openOrders {
      !$0.isAccepted || $0.isCancelPending || $0.isInDoubt
    }
    for order in unanswered {
      if !order.state.isAccepted && order.status != .inDoubt {
        doubt(order.id, request: nil, &situation, at: now, into: &effects)
      }
      for request in order.state.pending where !request.isInDoubt {
        doubt(order.id, request: request.id, &situation, at: now, into: &effects)
      }
      if order.status == .inDoubt {
        let due = queryBoot(of: order, situation, at: now)
        updateFlight(of: order.id, situation, at: now) { $0.queryBoot = due }
      }
    }
  }

  /// Puts an order in doubt: from now on only the venue's answer to a query ends it.
  mutating func doubt(
    _ id: ClOrdID, request: ClOrdID?, _ situation: inout Situation, at now: Instant,
    into effects: inout Effects
  ) {
    guard let order = situation.books.order(id), order.state.isOpen else { return }
    situation.counters.inDoubt += 1
    situation.record(
      .orderInDoubt(order: id, request: request), correlation: order.correlation, into: &effects)
    let due = queryBoot(of: order, situation, at: now)
    updateFlight(of: id, situation, at: now) {
      $0.createDeadline = .max
      $0.cancelDeadline = .max
      $0.queryBoot = due
      $0.unknownAnswers = 0
    }
    situation.report(id, .inDoubt, into: &effects)
  }

  /// When to ask about an order in doubt, boot clock. One that the venue has is asked about at once: a cancel
  /// that is still on its way takes nothing back from the answer. So is one that protects, to know early that
  /// something else must.
  private func queryBoot(of order: OwnOrder, _ situation: Situation, at now: Instant) -> Int64 {
    let isAskedAtOnce = order.state.isAccepted || order.purpose.isProtective
    // Where no time proves anything, only the venue's answer can end it.
    if isAskedAtOnce || !situation.venue.usable.has(.expiry) { return now.boot }
    return fenceBoot(of: order, situation, at: now)
  }

  /// When the request for an order can no longer act, boot clock. Before that "unknown" proves nothing:
  /// the request may still be on its way. After a restart only the wall clock knows how old it is. No request
  /// was made in the future, so one that was set back cannot make the wait longer than the window. Never,
  /// where nothing at the venue ends that doubt.
  func fenceBoot(of order: OwnOrder, _ situation: Situation, at now: Instant) -> Int64 {
    if !situation.venue.usable.has(.expiry), !order.state.isAccepted { return .max }
    let window = situation.configuration.recvWindowNanos + situation.configuration.fenceMarginNanos
    if let sentBoot = flights[order.id]?.sentBoot { return sentBoot + window }
    let age = min(max(now.wall - order.requestNanos, 0), window)
    return now.boot + window - age
  }

  /// Looks at the deadlines that have come.
  mutating func runTimers(
    _ situation: inout Situation, at now: Instant, into effects: inout Effects
  ) {
    for flight in flights.due(atBoot: now.boot) { expire(flight, &situation, at: now, into: &effects) }
  }

  /// Asks about orders in doubt, when everything else of the turn has had its share of the budget.
  mutating func ask(_ situation: inout Situation, at now: Instant, into effects: inout Effects) {
    for flight in flights.due(atBoot: now.boot) where flight.queryBoot <= now.boot {
      guard let order = situation.books.order(flight.id), order.isOpen else { continue }
      query(order, &situation, at: now, into: &effects)
    }
  }

  private mutating func expire(
    _ flight: Flight, _ situation: inout Situation, at now: Instant, into effects: inout Effects
  ) {
    guard let order = situation.books.order(flight.id), order.isOpen, !flight.isSettled else {
      return flights.remove(flight.id)
    }
    if flight.createDeadline <= now.boot {
      if order.state.isAccepted {
        updateFlight(of: flight.id, situation, at: now) { $0.createDeadline = .max }
      } else {
        doubt(flight.id, request: nil, &situation, at: now, into: &effects)
      }
    } else if flight.cancelDeadline <= now.boot {
      updateFlight(of: flight.id, situation, at: now) { $0.cancelDeadline = .max }
      for request in order.state.pending where !request.isInDoubt {
        doubt(flight.id, request: request.id, &situation, at: now, into: &effects)
      }
    }
    if flight.stuckBoot <= now.boot { reportStuck(order, flight, &situation, at: now, into: &effects) }
  }

  /// Asks the venue what became of an order; again every second until it answers, and sooner at first about
  /// one that is to protect: the next waits for the answer.
  private mutating func query(
    _ order: OwnOrder, _ situation: inout Situation, at now: Instant, into effects: inout Effects
  ) {
    if let boot = spend(.query, at: now) {
      return updateFlight(of: order.id, situation, at: now) { $0.queryBoot = boot }
    }
    situation.counters.orderQueries += 1
    // Repeated as it was until it is answered, so that an answer to either will do.
    let open = flights[order.id]?.queryCounter ?? 0
    let id = open == 0 ? nextID(situation.books) : id(of: open, situation.books)
    updateFlight(of: order.id, situation, at: now) {
      $0.queryCounter = id.counter
      let isWaitedFor = order.purpose.isProtective && !order.state.isAccepted
      $0.queryBoot = now.boot + (isWaitedFor ? $0.repetition.nanos : Self.askAgainNanos)
      $0.repetition.double()
    }
    let query = OrderQuery(
      envelope: Envelope(origin: 0, correlation: id.requestCorrelation), account: id.account,
      instrument: order.instrument, clOrdID: ClOrdIDText(order.id))
    effects.send(to: .link(component: situation.configuration.venueComponent)) { query.encode(into: &$0) }
  }

  private mutating func reportStuck(
    _ order: OwnOrder, _ flight: Flight, _ situation: inout Situation, at now: Instant,
    into effects: inout Effects
  ) {
    flights.noteToldStuck(order.id)
    let stuck = OrderStuck(
      envelope: Envelope(origin: 0, correlation: order.correlation), account: order.id.account,
      instrument: order.instrument, clOrdID: ClOrdIDText(order.id), ordStatus: order.status,
      ageNanos: now.boot - flight.sinceBoot)
    effects.publish(situation.stuckTopic) { stuck.encode(into: &$0) }
    situation.alarm(
      .orderStuck, .critical, order: order,
      "order \(order.id) is \(order.status.name) and has had no answer for "
        + "\((now.boot - flight.sinceBoot) / .nanosPerSecond) s; check the venue",
      into: &effects)
  }
}

// Requests that never left.
extension OrderManager {
  /// A new order that did not leave has had no effect.
  mutating func takeBackOrder(
    _ id: ClOrdID, _ situation: inout Situation, at now: Instant, into effects: inout Effects
  ) {
    guard let order = situation.books.order(id), !order.state.isAccepted, order.state.isOpen else { return }
    situation.counters.notSent += 1
    situation.record(
      .orderNotPlaced(order: id, isProven: false), correlation: order.correlation, into: &effects)
    flights.remove(id)
    note(.refused(order, .none))
    situation.report(id, .rejected, into: &effects)
  }

  /// A cancel that did not leave has had no effect.
  mutating func takeBackCancel(
    _ request: ClOrdID, _ situation: inout Situation, at now: Instant, into effects: inout Effects
  ) {
    guard
      let order = situation.books.openOrders(where: \.isCancelPending).first(where: {
        $0.state.pending.contains { $0.id == request }
      })
    else { return }
    situation.counters.notSent += 1
    situation.record(
      .cancelRejected(order: order.id, request: request, reason: .none), correlation: order.correlation,
      into: &effects)
    let awaitsAnother = situation.books.order(order.id)?.isCancelPending == true
    updateFlight(of: order.id, situation, at: now) {
      if !awaitsAnother { $0.cancelDeadline = .max }
      $0.nextCancelBoot = now.boot + Self.linkPauseNanos
    }
    situation.agenda.retry(atBoot: now.boot + Self.linkPauseNanos)
    situation.report(order.id, .cancelRejected, into: &effects)
  }
}
