import ActorKit
import Trading
import Vocabulary
import Wire

// Orders for which an answer is awaited: deadlines, doubts, queries.
extension OrderExecutor {
  /// Changes an order's flight, made if there is none; gone once nothing is awaited.
  mutating func updateFlight(of id: ClOrdID, at now: Instant, _ change: (inout Flight) -> Void) {
    let place: Int
    if let known = flights.firstIndex(where: { $0.id == id }) {
      place = known
    } else {
      place = flights.firstIndex { $0.id > id } ?? flights.count
      let stuckBoot = now.boot + configuration.stuckAfterNanos
      flights.insert(Flight(id: id, sinceBoot: now.boot, stuckBoot: stuckBoot), at: place)
    }
    change(&flights[place])
    if flights[place].isSettled && flights[place].nextCancelBoot <= now.boot { flights.remove(at: place) }
  }

  /// Nothing is awaited for an order any more.
  mutating func landed(_ id: ClOrdID) { flights.removeAll { $0.id == id } }

  func flight(of id: ClOrdID) -> Flight? { flights.first { $0.id == id } }

  /// After a restart nothing unanswered can be answered any more as it would have been: it is in doubt.
  mutating func doubtUnanswered(at now: Instant, into effects: inout Effects) {
    let unanswered = books.openOrders {
      !$0.isAccepted || $0.isCancelPending || $0.isInDoubt
    }
    for order in unanswered {
      if !order.state.isAccepted && order.status != .inDoubt {
        doubt(order.id, request: nil, at: now, into: &effects)
      }
      for request in order.state.pending where !request.isInDoubt {
        doubt(order.id, request: request.id, at: now, into: &effects)
      }
      if order.status == .inDoubt {
        let due = queryBoot(of: order, at: now)
        updateFlight(of: order.id, at: now) { $0.queryBoot = due }
      }
    }
  }

  /// Puts an order in doubt: from now on only the venue's answer to a query ends it.
  mutating func doubt(
    _ id: ClOrdID, request: ClOrdID?, at now: Instant, into effects: inout Effects
  ) {
    guard let order = books.order(id), order.state.isOpen else { return }
    counters.inDoubt += 1
    record(.orderInDoubt(order: id, request: request), correlation: order.correlation, into: &effects)
    let due = queryBoot(of: order, at: now)
    updateFlight(of: id, at: now) {
      $0.createDeadline = .max
      $0.cancelDeadline = .max
      $0.queryBoot = due
      $0.unknownAnswers = 0
    }
    report(id, .inDoubt, into: &effects)
  }

  /// When to ask about an order in doubt, boot clock. One that the venue has is asked about at once: a cancel
  /// that is still on its way takes nothing back from the answer. So is one that protects, to know early that
  /// something else must.
  private func queryBoot(of order: OwnOrder, at now: Instant) -> Int64 {
    order.state.isAccepted || order.purpose.isProtective ? now.boot : fenceBoot(of: order, at: now)
  }

  /// When the request for an order can no longer act, boot clock. Before that "unknown" proves nothing:
  /// the request may still be on its way. After a restart only the wall clock knows how old it is. No request
  /// was made in the future, so one that was set back cannot make the wait longer than the window.
  func fenceBoot(of order: OwnOrder, at now: Instant) -> Int64 {
    let window = configuration.recvWindowNanos + configuration.fenceMarginNanos
    if let sentBoot = flight(of: order.id)?.sentBoot { return sentBoot + window }
    let age = min(max(now.wall - order.requestNanos, 0), window)
    return now.boot + window - age
  }

  mutating func runTimers(at now: Instant, into effects: inout Effects) {
    reconciliation.sample(books.fillCount, atBoot: now.boot)
    if nextPermitBoot <= now.boot { askPermit(at: now, into: &effects) }
    if isSuperseded { return }
    reconciliation.judgeGap(atBoot: now.boot)
    if reconciliation.nextBoot <= now.boot { askAccountAgain(at: now, into: &effects) }
    if deadManDueBoot <= now.boot { renewDeadMan(at: now, into: &effects) }
    for flight in flights where flight.nextDeadline <= now.boot { expire(flight, at: now, into: &effects) }
  }

  private mutating func expire(_ flight: Flight, at now: Instant, into effects: inout Effects) {
    guard let order = books.order(flight.id), order.isOpen, !flight.isSettled else {
      return landed(flight.id)
    }
    if flight.createDeadline <= now.boot {
      if order.state.isAccepted {
        updateFlight(of: flight.id, at: now) { $0.createDeadline = .max }
      } else {
        doubt(flight.id, request: nil, at: now, into: &effects)
      }
    } else if flight.cancelDeadline <= now.boot {
      updateFlight(of: flight.id, at: now) { $0.cancelDeadline = .max }
      for request in order.state.pending where !request.isInDoubt {
        doubt(flight.id, request: request.id, at: now, into: &effects)
      }
    } else if flight.queryBoot <= now.boot {
      query(order, at: now, into: &effects)
    }
    if flight.stuckBoot <= now.boot { reportStuck(order, flight, at: now, into: &effects) }
  }

  /// Asks the venue what became of an order; again every second until it answers, and sooner at first about
  /// one that is to protect: the next waits for the answer.
  private mutating func query(_ order: OwnOrder, at now: Instant, into effects: inout Effects) {
    guard bucket.take(for: .cancel, atNanos: now.boot) else {
      let wait = max(bucket.nanosUntilAvailable(for: .cancel, atNanos: now.boot), 1)
      return updateFlight(of: order.id, at: now) { $0.queryBoot = now.boot + wait }
    }
    counters.orderQueries += 1
    // Repeated as it was until it is answered, so that an answer to either will do.
    let open = flight(of: order.id)?.queryCounter ?? 0
    let id = open == 0 ? nextID() : ClOrdID(account: books.account, epoch: epoch, counter: open)
    updateFlight(of: order.id, at: now) {
      $0.queryCounter = id.counter
      let isWaitedFor = order.purpose.isProtective && !order.state.isAccepted
      $0.queryBoot = now.boot + (isWaitedFor ? $0.repetition.nanos : Self.askAgainNanos)
      $0.repetition.double()
    }
    let query = OrderQuery(
      envelope: Envelope(origin: 0, correlation: id.requestCorrelation), account: id.account,
      instrument: order.instrument, clOrdID: ClOrdIDText(order.id))
    effects.send(to: .link(component: configuration.venueComponent)) { query.encode(into: &$0) }
  }

  private mutating func reportStuck(
    _ order: OwnOrder, _ flight: Flight, at now: Instant, into effects: inout Effects
  ) {
    if let place = flights.firstIndex(where: { $0.id == order.id }) { flights[place].stuckBoot = .max }
    let stuck = OrderStuck(
      envelope: Envelope(origin: 0, correlation: order.correlation), account: order.id.account,
      instrument: order.instrument, clOrdID: ClOrdIDText(order.id), ordStatus: order.status,
      ageNanos: now.boot - flight.sinceBoot)
    effects.publish(stuckTopic) { stuck.encode(into: &$0) }
    alarm(
      .orderStuck, .critical, order: order,
      "order \(order.id) is \(order.status.name) and has had no answer for "
        + "\((now.boot - flight.sinceBoot) / .nanosPerSecond) s; check the venue",
      into: &effects)
  }

  /// A new id. One that the venue showed under our name is passed over, though it should not be there.
  mutating func nextID() -> ClOrdID {
    repeat {
      counter += 1
    } while books.order(ClOrdID(account: books.account, epoch: epoch, counter: counter)) != nil
    return ClOrdID(account: books.account, epoch: epoch, counter: counter)
  }
}
