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
      let working = books.openOrders { $0.instrument == flattening.instrument }
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
    let exit = Exit(purpose: .flatten, side: side, quantity: quantity, price: price)
    _ = sendExit(exit, desk: place, at: now, into: &effects)
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

  /// When nothing is left but what protects positions, lets the venue confirm it before calling it finished.
  /// Stops and targets stay: they look after what outlives the session.
  mutating func decideEnd(at now: Instant, into effects: inout Effects) {
    guard isClosing else {
      closingSinceBoot = nil
      return
    }
    guard !isFinished, quarantine == nil, reconciliation.isComplete else { return }
    let since = closingSinceBoot ?? now.boot
    closingSinceBoot = since
    if configuration.flattensAtEnd, !hasBegunEndFlattening { flattenAtEnd(at: now, into: &effects) }
    let isFlattening = books.flattenings.contains { flattening in
      guard let place = deskPlace(of: flattening.instrument) else { return false }
      let side: Side = books.ledger[flattening.instrument].quantity.isPositive ? .sell : .buy
      return desks[place].touch(side) != nil && !isExitCapped(desk: place)
    }
    guard books.open.allSatisfy(\.staysAtEnd), !isFlattening else { return }
    // What was filled last may not have its stop yet.
    let patience = since + Self.endPatienceNanos
    if now.boot < patience, shares().contains(where: { isBare($0, $1, at: now) }) {
      return retry(atBoot: patience)
    }
    guard reconciliation.query?.purpose != .end else { return }
    askAccount(.end, at: now, into: &effects)
  }

  /// For so long the end waits for protection that does not come.
  static let endPatienceNanos: Int64 = 5 * .nanosPerSecond

  private func isBare(_ working: WorkingIntent, _ share: Share, at now: Instant) -> Bool {
    guard let place = deskPlace(of: working.intent.instrument) else { return false }
    return working.needsProtection && share.owed.isPositive
      && lacksProtection(working, share, desks[place], at: now)
  }

  private mutating func flattenAtEnd(at now: Instant, into effects: inout Effects) {
    hasBegunEndFlattening = true
    for number in desks.map(\.instrument.number)
    where !books.ledger[number].quantity.isZero
      && !books.flattenings.contains(where: { $0.instrument == number })
      && !books.isPanicked(strategy: 0, instrument: number)
    {
      record(
        .flattenBegun(instrument: number, atNanos: now.wall, operatorName: "session end"), into: &effects)
    }
    retry(atBoot: now.boot)
  }

  /// The venue has confirmed that nothing is left but what protects. It must not take that away for our
  /// silence, and people must know what stays open.
  mutating func finish(at now: Instant, into effects: inout Effects) {
    isFinished = true
    guard !books.open.isEmpty || !books.ledger.entries.allSatisfy({ $0.position.isFlat }) else { return }
    let command = CancelAll(
      envelope: Envelope(origin: 0), account: books.account, requestNanos: now.wall, afterSilenceNanos: 0,
      conditions: .sparesStops)
    effects.send(to: .link(component: configuration.venueComponent)) { command.encode(into: &$0) }
    for desk in desks {
      let position = books.ledger[desk.instrument.number].quantity
      guard let open = position.absolute(), !isDust(position, desk) else { continue }
      let covered = min(books.restingStops(in: desk.instrument.number), open)
      // What is protected whole, and what quoting strategies hold on purpose, is told by the report of the
      // session, and is no cause for alarm.
      let inventory = books.inventory(in: desk.instrument.number)
      guard (covered.adding(inventory) ?? .max) < open else { continue }
      alarm(
        .unprotectedPosition, .critical, instrument: desk.instrument.number,
        "the session ends with \(position) \(desk.instrument.name) open; stops at the venue protect "
          + "\(covered). Close the rest, or go on with `waggle run TOPOLOGY --resume latest`",
        into: &effects)
    }
  }
}

extension OwnOrder {
  /// Protects a position and rests at the venue, of which there is no doubt: it may outlive the session.
  var staysAtEnd: Bool {
    (purpose.isProtective || purpose == .found && type == .stop) && timeInForce == .gtc && state.isAccepted
      && !isCancelPending
      && status != .inDoubt && awaitedFills.isZero
  }
}
