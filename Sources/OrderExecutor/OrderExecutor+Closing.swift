import ActorKit
import Trading
import Vocabulary
import Wire

// Closing positions, and ending.
extension OrderExecutor {
  /// Orders for one flattening before it gives up.
  static let mostFlattenTries: UInt32 = 20
  /// Between two of them: a market that did not fill one will not fill the next at once.
  static let flattenPauseNanos: Int64 = 250 * .nanosPerMilli

  /// Goes on closing positions. It needs no permit: a person's command to get out is authority of its own,
  /// and works while halted. It does need books that agree with the venue.
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
    guard flattening.tries < Self.mostFlattenTries else { return finish(flattening, .gaveUp, into: &effects) }
    guard desks[place].nextFlattenBoot <= now.boot else { return retry(atBoot: desks[place].nextFlattenBoot) }
    let desk = desks[place]
    guard let top = desk.usableTop else { return }
    let side: Side = position.isPositive ? .sell : .buy
    let slippage = configuration.flattenSlippage.raw
    let limit = top.mid.moved(by: Bps(raw: side == .buy ? slippage : 0 - slippage))
    let onTick = limit.flatMap { side == .buy ? desk.instrument.roundDown($0) : desk.instrument.roundUp($0) }
    let most = [desk.caps?.maxOrderQuantity, desk.instrument.maxQuantity].compactMap { $0 }.reduce(open, min)
    let quantity = desk.instrument.roundDown(most)
    guard let price = onTick, desk.instrument.validate(price, quantity) == nil else {
      return finish(flattening, .remainder, into: &effects)
    }
    guard bucket.take(for: .cancel, atNanos: now.boot) else {
      return retry(atBoot: now.boot + bucket.nanosUntilAvailable(for: .cancel, atNanos: now.boot))
    }
    desks[place].nextFlattenBoot = now.boot + Self.flattenPauseNanos
    retry(atBoot: desks[place].nextFlattenBoot)
    let created = CreatedOrder(
      id: nextID(), strategy: 0, instrument: flattening.instrument, side: side, timeInForce: .ioc,
      purpose: .flatten, price: price, quantity: quantity, requestNanos: now.wall,
      recvWindowNanos: configuration.recvWindowNanos, origin: 0, correlation: .none)
    send(created, .reduceOnly, at: now, into: &effects)
  }

  private mutating func finish(
    _ flattening: ExecutorBooks.Flattening, _ outcome: FlattenOutcome, into effects: inout Effects
  ) {
    record(.flattenEnded(instrument: flattening.instrument, outcome: outcome), into: &effects)
    if outcome == .flat { releaseProtection(in: flattening.instrument, into: &effects) }
    if let place = deskPlace(of: flattening.instrument) { desks[place].needsDecision = true }
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
