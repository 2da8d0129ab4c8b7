import ActorKit
import Trading
import Wire

/// Closes positions by command and at a session's end, and what nobody owns where that is the policy.
///
/// To flatten needs no permit: a person's command to get out is authority of its own, and works while halted.
/// It does need books that agree with the venue, and a price on the side it trades against; the other side
/// may be missing or absurd.
struct ClosingSource: OrderSource, Sendable {
  private var ownerless: [Ownerless]
  /// Instruments in which something is nobody's, or was when a person was last told.
  private var concerned = Indices()

  /// What nobody owns of a position.
  private struct Ownerless {
    /// As last told to a person.
    var told = Quantity.zero
    /// Not before this is a change of it told, and an order sent to close it, boot clock.
    var nextBoot: Int64 = 0
  }

  /// Between two messages about one instrument, and between two orders that close it.
  private static let pauseNanos: Int64 = .nanosPerSecond / 2

  init(instruments: Int) { ownerless = Array(repeating: Ownerless(), count: instruments) }

  func speaks(for order: OrderOutline, _ situation: Situation) -> Bool { true }

  mutating func note(
    _ placing: Placing, of wish: OrderWish, _ situation: Situation, at now: Instant,
    into wishes: inout [Wish]
  ) {
    guard case .placed = placing, wish.purpose == .ownerless else { return }
    ownerless[wish.instrument].nextBoot = now.boot + Self.pauseNanos
    wishes.append(.retry(atBoot: ownerless[wish.instrument].nextBoot))
  }
}

// By command.
extension ClosingSource {
  /// Goes on closing positions until they are flat.
  func flatten(
    _ situation: Situation, _ orders: OrderManager, _ exits: inout Exits, at now: Instant,
    into wishes: inout [Wish]
  ) {
    guard !situation.books.flattenings.isEmpty, situation.authority.quarantine == nil,
      situation.agreement.isComplete, !situation.authority.isVenueSilent
    else { return }
    for flattening in situation.books.flattenings {
      guard let index = situation.markets.index(of: flattening.instrument) else {
        finish(flattening.instrument, .gaveUp, situation, into: &wishes)
        continue
      }
      let working = situation.books.orders.outlines(in: flattening.instrument)
      let awaited = working.filter { isAwaited($0, orders, at: now, into: &wishes) }
      guard awaited.isEmpty else {
        for order in awaited where order.purpose != .flatten { wishes.append(.cancel(order.id)) }
        continue
      }
      closeNext(index, beside: working, situation, &exits, at: now, into: &wishes)
    }
  }

  /// An order's end is waited for. One that may never have arrived cannot be, nor one whose cancel may not:
  /// what protects the position is gone by then.
  private func isAwaited(
    _ order: OrderOutline, _ orders: OrderManager, at now: Instant, into wishes: inout [Wish]
  ) -> Bool {
    // It is over at once or in doubt.
    if order.purpose == .flatten, order.isAccepted || !order.isInDoubt { return true }
    guard let due = orders.awaitedUntilBoot(order, at: now) else { return false }
    wishes.append(.retry(atBoot: due))
    return true
  }

  /// Nothing is known to work in the instrument: the next order, or it is done. `doubtful` may yet fill:
  /// where the venue has no reduce-only orders, what those on the same side would close is left to them.
  private func closeNext(
    _ index: Int, beside doubtful: OrderOutlines, _ situation: Situation, _ exits: inout Exits,
    at now: Instant, into wishes: inout [Wish]
  ) {
    let state = situation.markets[index]
    let number = state.instrument.number
    let position = situation.books.ledger[number].quantity
    guard let all = position.absolute(), all.isPositive else {
      guard doubtful.isEmpty else { return }
      exits.forget(index)
      return finish(number, .flat, situation, into: &wishes)
    }
    let side: Side = position.isPositive ? .sell : .buy
    let mayFill = doubtful.filter { $0.side == side }.map(\.worstCaseOpen).saturatingSum
    let open = situation.venue.usable.hasReduceOnly ? all : max(all - mayFill, .zero)
    guard let price = exits.limit(side, index, situation, at: now, into: &wishes) else { return }
    let most = [state.caps?.maxOrderQuantity, state.instrument.maxQuantity].compactMap { $0 }
      .reduce(open, min)
    let quantity = state.instrument.roundDown(most)
    guard state.instrument.validate(price, quantity) == nil else {
      guard doubtful.isEmpty else { return }
      exits.forget(index)
      return finish(number, .remainder, situation, into: &wishes)
    }
    wishes.append(
      .place(
        OrderWish(
          purpose: .flatten, instrument: index, side: side, timeInForce: .ioc, price: price,
          quantity: quantity, conditions: .reduceOnly, effect: .closes)))
  }

  private func finish(
    _ instrument: UInt32, _ outcome: FlattenOutcome, _ situation: Situation, into wishes: inout [Wish]
  ) {
    wishes.append(.record(.flattenEnded(instrument: instrument, outcome: outcome)))
    wishes.append(.mark(instrument: instrument))
    guard outcome != .flat else {
      // What protected it has nothing left to protect, and nobody has anything left.
      for working in situation.books.intents.open
      where working.intent.instrument == instrument && working.needsProtection {
        wishes.append(
          .record(.protectionEnded(intent: working.id, cause: .flattened), working.id.correlation))
      }
      if situation.books.hasOwners(in: instrument) {
        wishes.append(.record(.strategiesNetted(instrument: instrument)))
      }
      return
    }
    wishes.append(
      .alarm(
        .orderStuck, .critical, instrument: instrument,
        "closing the position in instrument \(instrument) ended with "
          + "\(situation.books.ledger[instrument].quantity) left (\(outcome)); close it by hand"))
  }
}

// Positions of nobody's: dust, what was filled too much, what a person traded by hand.
extension ClosingSource {
  /// Tells of what nobody owns as soon as the books show it, and closes it if that is the policy.
  mutating func closeOwnerless(
    _ situation: Situation, _ exits: inout Exits, at now: Instant, into wishes: inout [Wish]
  ) {
    guard situation.agreement.isComplete else { return }
    for index in situation.changedOwners.all { concerned.insert(index) }
    for index in concerned.all {
      let quantity = situation.books.ownerless(in: situation.markets[index].instrument.number)
      guard quantity != ownerless[index].told || !quantity.isZero else {
        concerned.remove(index)
        continue
      }
      guard ownerless[index].nextBoot <= now.boot else {
        wishes.append(.retry(atBoot: ownerless[index].nextBoot))
        continue
      }
      if quantity != ownerless[index].told { tell(quantity, index, situation, at: now, into: &wishes) }
      if situation.configuration.closesOwnerless {
        close(quantity, index, situation, &exits, at: now, into: &wishes)
      }
    }
  }

  private mutating func tell(
    _ quantity: Quantity, _ index: Int, _ situation: Situation, at now: Instant, into wishes: inout [Wish]
  ) {
    ownerless[index].told = quantity
    guard !quantity.isZero else { return }
    ownerless[index].nextBoot = now.boot + Self.pauseNanos
    let state = situation.markets[index]
    let isDust = situation.isDust(quantity, state)
    let what = "\(quantity) \(state.instrument.name) of the position are of no strategy and no intent"
    let side: Side = quantity.isPositive ? .sell : .buy
    let closable = situation.books.closable(side, in: state.instrument.number)
    let isCarried = closable >= quantity.absolute() ?? .max
    let next =
      isDust
      ? "less than the venue takes as an order; it leaves with the next exit in its direction"
      : !isCarried
        ? "others hold against it, the account has \(closable) of it: to close it by hand would open; flatten"
        : situation.configuration.closesOwnerless
          ? "it is being closed" : "it is kept; close it by hand, or flatten"
    wishes.append(
      .alarm(
        .ownerlessPosition, isDust ? .warning : .critical, instrument: state.instrument.number,
        "\(what): \(next)"))
  }

  /// One immediate-or-cancel order at a time, for no more than the position and no more than can fill.
  private func close(
    _ quantity: Quantity, _ index: Int, _ situation: Situation, _ exits: inout Exits, at now: Instant,
    into wishes: inout [Wish]
  ) {
    let state = situation.markets[index]
    let (instrument, books) = (state.instrument, situation.books)
    guard !quantity.isZero, !situation.isClosing, books.cut == nil,
      situation.mayReduce(instrument.number, at: now), let amount = quantity.absolute()
    else { return }
    let side: Side = quantity.isPositive ? .sell : .buy
    let isBusy = books.orders.isClosingOwnerless(in: instrument.number)
    let closable =
      books.closable(side, in: instrument.number) - fillable(side, in: instrument.number, situation)
    let most = min(amount, closable, instrument.maxQuantity ?? .max)
    let part = instrument.roundDown(min(most, state.caps?.maxOrderQuantity ?? most))
    if !isBusy, !part.isPositive { return makeRoom(side, in: instrument, situation, into: &wishes) }
    guard !isBusy, part.isPositive,
      let price = exits.limit(side, index, situation, at: now, into: &wishes),
      instrument.validate(price, part) == nil
    else { return }
    wishes.append(
      .place(
        OrderWish(
          purpose: .ownerless, instrument: index, side: side, timeInForce: .ioc, price: price,
          quantity: part, conditions: .reduceOnly, effect: .closes)))
  }

  /// A stop that was found stands where this is to be closed. It goes first, and the venue's word of that is
  /// waited for; what it protected of an intent's then has a stop of its own.
  private func makeRoom(
    _ side: Side, in instrument: Instrument, _ situation: Situation, into wishes: inout [Wish]
  ) {
    guard !situation.venue.usable.hasReduceOnly,
      let found = situation.books.orders.found(side, in: instrument.number).last
    else { return }
    wishes.append(.cancel(found.id))
  }

  /// What legs and found orders on a side may fill beside another exit. The venue itself lets them close
  /// and never open where it has reduce-only orders. At most what there is to close, so that the difference
  /// cannot overflow.
  private func fillable(_ side: Side, in instrument: UInt32, _ situation: Situation) -> Quantity {
    if situation.venue.usable.hasReduceOnly { return .zero }
    let legs = situation.books.openOrders(in: instrument) {
      $0.side == side && ($0.purpose.isProtective || $0.purpose == .found)
    }
    return min(
      Bundle.all(of: legs).map(\.mostFilled).saturatingSum, situation.books.closable(side, in: instrument))
  }
}
