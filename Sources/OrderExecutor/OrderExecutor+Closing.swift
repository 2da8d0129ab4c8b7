import ActorKit
import Trading
import Vocabulary
import Wire

// Closing positions, and ending.
extension OrderExecutor {
  /// Goes on closing positions until they are flat. It needs no permit: a person's command to get out is
  /// authority of its own, and works while halted. It does need books that agree with the venue, and a price
  /// on the side it trades against; the other side may be missing or absurd.
  mutating func decideFlattenings(at now: Instant, into effects: inout Effects) {
    guard !books.flattenings.isEmpty, quarantine == nil, reconciliation.isComplete, !isVenueSilent else {
      return
    }
    for flattening in books.flattenings {
      guard let place = deskPlace(of: flattening.instrument) else {
        finish(flattening, .gaveUp, into: &effects)
        continue
      }
      let working = books.open.filter { $0.instrument == flattening.instrument }
      guard working.isEmpty else {
        for order in working where order.purpose != .flatten { cancel(order.id, at: now, into: &effects) }
        continue
      }
      closeNext(flattening, desk: place, at: now, into: &effects)
    }
  }

  /// Nothing works in the instrument: sends the next order, or is done.
  private mutating func closeNext(
    _ flattening: ExecutorBooks.Flattening, desk place: Int, at now: Instant, into effects: inout Effects
  ) {
    let position = books.ledger[flattening.instrument].quantity
    guard let open = position.absolute(), open.isPositive else {
      return finish(flattening, .flat, into: &effects)
    }
    let side: Side = position.isPositive ? .sell : .buy
    guard let price = exitLimit(side, desk: place, at: now, into: &effects) else { return }
    let desk = desks[place]
    let most = [desk.caps?.maxOrderQuantity, desk.instrument.maxQuantity].compactMap { $0 }.reduce(open, min)
    let quantity = desk.instrument.roundDown(most)
    guard desk.instrument.validate(price, quantity) == nil else {
      return finish(flattening, .remainder, into: &effects)
    }
    guard bucket.take(for: .cancel, atNanos: now.boot) else {
      return retry(atBoot: now.boot + bucket.nanosUntilAvailable(for: .cancel, atNanos: now.boot))
    }
    let created = CreatedOrder(
      id: nextID(), strategy: 0, instrument: flattening.instrument, side: side, timeInForce: .ioc,
      purpose: .flatten, price: price, quantity: quantity, requestNanos: now.wall,
      recvWindowNanos: configuration.recvWindowNanos, origin: 0, correlation: .none)
    noteExit(created.id, side, desk: place, at: now)
    send(created, .reduceOnly, at: now, into: &effects)
  }

  private mutating func finish(
    _ flattening: ExecutorBooks.Flattening, _ outcome: FlattenOutcome, into effects: inout Effects
  ) {
    record(.flattenEnded(instrument: flattening.instrument, outcome: outcome), into: &effects)
    if outcome == .flat { releaseProtection(in: flattening.instrument, into: &effects) }
    if let place = deskPlace(of: flattening.instrument) {
      desks[place].needsDecision = true
      (desks[place].sellExits, desks[place].buyExits) = (ExitProgress(), ExitProgress())
    }
    guard outcome != .flat else { return }
    alarm(
      .orderStuck, .critical, instrument: flattening.instrument,
      "closing the position in instrument \(flattening.instrument) ended with "
        + "\(books.ledger[flattening.instrument].quantity) left (\(outcome)); close it by hand",
      into: &effects)
  }

  /// When all is cancelled, lets the venue confirm it before calling it finished.
  mutating func decideEnd(at now: Instant, into effects: inout Effects) {
    guard isClosing, !isFinished, quarantine == nil, reconciliation.isComplete else { return }
    let isFlattening = books.flattenings.contains { flattening in
      deskPlace(of: flattening.instrument).map { desks[$0].usableTop != nil } ?? false
    }
    guard books.open.isEmpty, !isFlattening, reconciliation.query?.purpose != .end else { return }
    askAccount(.end, at: now, into: &effects)
  }
}
