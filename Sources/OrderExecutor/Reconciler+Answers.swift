import ActorKit
import Trading
import Vocabulary
import Wire

// Comparing books and venue.
//
// An answer shows the account at one moment at the venue. Fills of which we learned before we asked must be
// in its list of trades; fills that came by report while it was under way may be missing from it, and explain
// a difference.
extension Reconciler {
  /// Puts a question to the venue, if there is budget for it. `goingOn` asks for what did not fit in the last
  /// answer.
  mutating func ask(
    _ purpose: Purpose, goingOn: Bool = false, _ orders: inout OrderManager, _ situation: inout Situation,
    at now: Instant, into effects: inout Effects
  ) {
    if query != nil { repetition.double() }
    nextBoot =
      situation.agreement.mayTrade ? now.boot + OrderManager.askAgainNanos : repeatBoot(atBoot: now.boot)
    guard orders.spend(.cancel, at: now) == nil else { return }
    situation.counters.accountQueries += 1
    // A question that had no answer is repeated as it was, so that an answer to either will do.
    let asked = query.flatMap { $0.purpose == purpose ? $0 : nil }
    let id = asked.map { orders.id(of: $0.counter, situation.books) } ?? orders.nextID(situation.books)
    if asked == nil, !goingOn { _ = (takeListed(), takeTraded()) }
    let question =
      asked
      ?? Query(
        purpose: purpose, counter: id.counter,
        fillCount: purpose == .start ? situation.books.fillCount : settledFillCount,
        afterTradeSequence: firstTradeAsked(situation.books), askedBoot: now.boot)
    query = question
    if asked == nil { isHurried = false }
    let parts: AccountParts = [.balances, .positions, .openOrders, .trades, .capabilities]
    let message = AccountQuery(
      envelope: Envelope(origin: 0, correlation: id.requestCorrelation), account: id.account, parts: parts,
      afterTradeSequence: question.afterTradeSequence, afterVenueOrderId: listedThrough)
    effects.send(to: .link(component: situation.configuration.venueComponent)) { message.encode(into: &$0) }
  }

  /// It is time to ask, or the last question had no answer in time.
  mutating func askAgain(
    _ orders: inout OrderManager, _ situation: inout Situation, at now: Instant, into effects: inout Effects
  ) {
    let purpose: Purpose
    if !situation.agreement.isComplete {
      purpose = .start
    } else if query?.purpose == .end {
      purpose = .end
    } else if wantsOrders || query?.purpose == .everything {
      purpose = .everything
    } else {
      purpose = .routine
    }
    wantsOrders = false
    ask(purpose, &orders, &situation, at: now, into: &effects)
  }

  /// Takes an answer in. Whether it confirms, as asked for at the end, that nothing is open but what may
  /// stay.
  mutating func take(
    _ view: AccountStateView, _ orders: inout OrderManager, _ situation: inout Situation, at now: Instant,
    into effects: inout Effects
  ) -> Bool {
    guard let query = answeredQuery(view, orders, &situation) else { return false }
    self.query = nil
    var goesOn = false
    defer { if !goesOn { planNext(situation, at: now) } }
    if situation.authority.isJournalImpaired {
      takeOrdersToCancel(view, query, &orders, &situation, at: now, into: &effects)
    } else {
      if !gather(tradesOf: view) || situation.books.cut == nil {
        takeTrades(takeTraded(), view, query, &orders, &situation, at: now, into: &effects)
      }
      refuseForgotten(view, query, &situation, into: &effects)
      guard situation.authority.quarantine == nil || query.purpose != .start else { return false }
    }
    guard let isWhole = gather(view) else {
      situation.refuse(.malformed)
      return false
    }
    guard isWhole else {
      goesOn = true
      ask(query.purpose, goingOn: true, &orders, &situation, at: now, into: &effects)
      return false
    }
    let listed = takeListed()
    if situation.authority.isJournalImpaired { return false }
    if situation.books.cut != nil {
      takeWhole(listed, view, query, &orders, &situation, at: now, into: &effects)
      guard situation.authority.quarantine == nil || query.purpose != .start else { return false }
    }
    reports.learned(through: view.reportSequence)
    compare(view, query, &situation, at: now, into: &effects)
    takeOpenOrders(listed, query, view.eventNanos, &orders, &situation, at: now, into: &effects)
    return conclude(query, venueNanos: view.transactNanos, &situation, at: now, into: &effects)
  }

  /// Takes over what only the lost turns knew, and then books the trades.
  private mutating func takeWhole(
    _ listed: [AccountState.OpenOrder], _ view: AccountStateView, _ query: Query,
    _ orders: inout OrderManager, _ situation: inout Situation, at now: Instant, into effects: inout Effects
  ) {
    let trades = takeTraded()
    var answer = CutAnswer(listed: listed)
    for trade in trades {
      guard let fill = fill(of: trade, situation) else { break }
      if isBooked(fill, situation.books) { answer.booked.append(fill) } else { answer.unbooked.append(fill) }
    }
    cut.takeOver(answer, orders, &situation, at: now, into: &effects)
    takeTrades(trades, view, query, &orders, &situation, at: now, into: &effects)
  }

  /// Gathers the open orders of an answer; false when there is more to ask for, nil when it makes no sense.
  private mutating func gather(_ view: AccountStateView) -> Bool? {
    if view.parts.contains(.more) { return view.tradesCount > 0 ? false : nil }
    guard list(view) else { return nil }
    guard view.parts.contains(.moreOrders) else { return true }
    return view.openOrdersCount > 0 ? false : nil
  }

  /// The question that an answer is to; nil for one that is late or makes no sense.
  private func answeredQuery(
    _ view: AccountStateView, _ orders: OrderManager, _ situation: inout Situation
  ) -> Query? {
    guard view.account == situation.configuration.account.number else {
      situation.refuse(.wrongAccount)
      return nil
    }
    guard let query,
      view.envelope.correlation == orders.id(of: query.counter, situation.books).requestCorrelation
    else {
      situation.refuse(.lateAnswer)
      return nil
    }
    guard view.parts.isSuperset(of: [.positions, .openOrders, .trades]),
      tradesAreInOrder(view, after: query.afterTradeSequence)
    else {
      situation.refuse(.malformed)
      return nil
    }
    return query
  }

  private mutating func conclude(
    _ query: Query, venueNanos: Int64, _ situation: inout Situation, at now: Instant,
    into effects: inout Effects
  ) -> Bool {
    guard situation.authority.quarantine == nil, suspicions.isEmpty else { return false }
    let isFirst = !situation.agreement.isComplete
    situation.agreement.isComplete = true
    if isFirst {
      let openOrders = UInt32(situation.books.outlines.count)
      situation.record(.booksAgreed(atNanos: now.wall, openOrders: openOrders), into: &effects)
    }
    cut.makeGood(query, venueNanos: venueNanos, &situation, at: now, into: &effects)
    if isFirst && situation.books.fillCount > 0 {
      for index in situation.markets.indices { situation.reportPosition(index, into: &effects) }
    }
    return query.purpose == .end && situation.books.open.allSatisfy(\.staysAtEnd)
  }

  private mutating func planNext(_ situation: Situation, at now: Instant) {
    let isSoon = isHurried
    isHurried = false
    guard situation.agreement.mayTrade else {
      nextBoot = repeatBoot(atBoot: now.boot)
      return repetition.double()
    }
    repetition = Repetition()
    let pause = isSoon ? OrderManager.askAgainNanos : situation.configuration.reconcileNanos
    nextBoot = min(now.boot + pause, cut.queryBoot(situation, at: now))
  }
}

// Trades.
extension Reconciler {
  private func tradesAreInOrder(_ view: AccountStateView, after first: UInt64) -> Bool {
    var last = first
    for index in 0..<view.tradesCount {
      let sequence = view.trade(index).tradeSequence
      guard sequence > last else { return false }
      last = sequence
    }
    return true
  }

  private func isBooked(_ fill: BookedFill, _ books: ExecutorBooks) -> Bool {
    fill.tradeSequence <= books.confirmedTradeSequence || books.fills.contains(fill.key)
  }

  private mutating func takeTrades(
    _ trades: [AccountState.Trade], _ view: AccountStateView, _ query: Query,
    _ orders: inout OrderManager, _ situation: inout Situation, at now: Instant, into effects: inout Effects
  ) {
    var through = situation.books.confirmedTradeSequence
    var confirmed: [FillKey] = []
    // What is confirmed was asked for once more after a cut.
    for trade in trades where trade.tradeSequence > situation.books.confirmedTradeSequence {
      guard let fill = fill(of: trade, situation) else {
        return situation.quarantine(
          "trade \(trade.tradeSequence) at the venue makes no sense (instrument \(trade.instrument))",
          into: &effects)
      }
      if situation.books.fills.contains(fill.key) {
        confirmed.append(fill.key)
      } else {
        bookFound(fill, view, query, &orders, &situation, at: now, into: &effects)
        guard situation.books.fills.contains(fill.key) else { return }
      }
      through = max(through, trade.tradeSequence)
    }
    guard through > situation.books.confirmedTradeSequence || !confirmed.isEmpty else { return }
    situation.record(.tradesConfirmed(through: through, fills: confirmed), into: &effects)
  }

  /// Trades that nobody lists any more cannot be booked: then the books are not known to be whole, even where
  /// the positions happen to agree.
  private func refuseForgotten(
    _ view: AccountStateView, _ query: Query, _ situation: inout Situation, into effects: inout Effects
  ) {
    guard view.parts.contains(.tradesForgotten) else { return }
    let first = view.tradesCount > 0 ? "trade \(view.trade(0).tradeSequence)" : "none"
    situation.quarantine(
      "the venue no longer lists the trades after number \(query.afterTradeSequence), the last that our "
        + "books have confirmed (its list begins with \(first)): find them in the venue's statements, and "
        + "put the books right by hand",
      into: &effects)
  }

  private func fill(of trade: AccountState.Trade, _ situation: Situation) -> BookedFill? {
    guard let state = situation.markets.state(of: trade.instrument), let side = Side(trade.side),
      trade.quantity > 0
    else {
      return nil
    }
    let id = ClOrdID(trade.clOrdID).flatMap {
      $0.account == situation.configuration.account.number ? $0 : nil
    }
    return BookedFill(
      key: FillKey(
        instrument: trade.instrument, execution: ExecID(high: trade.execHigh, low: trade.execLow)),
      order: id, side: side, price: Price(raw: trade.price), quantity: Quantity(raw: trade.quantity),
      fee: Money(raw: trade.fee), feeCurrency: state.instrument.quote,
      liquidity: LiquidityIndicator(trade.liquidity), tradeSequence: trade.tradeSequence,
      eventNanos: trade.eventNanos)
  }

  /// Books a trade of which no report has told.
  private mutating func bookFound(
    _ fill: BookedFill, _ view: AccountStateView, _ query: Query, _ orders: inout OrderManager,
    _ situation: inout Situation, at now: Instant, into effects: inout Effects
  ) {
    let order = fill.order.flatMap(situation.books.order)
    let known = order.flatMap { $0.side == fill.side && $0.instrument == fill.key.instrument ? $0 : nil }
    orders.book(fill, known, &situation, at: now, into: &effects)
    let what = "\(fill.side) \(fill.quantity) at \(fill.price), trade \(fill.tradeSequence)"
    let isOfTheCut = fill.order.map { orders.isOfTheCut($0, situation.books) } ?? false
    if isOfTheCut { situation.counters.fillsOfTheCut += 1 }
    if let id = fill.order, known == nil, isOfTheCut {
      situation.alarm(
        .unknownOrderFill, .warning, instrument: fill.key.instrument,
        "found at the venue: \(what), of order \(id), which only turns cut from the journal knew; booked",
        into: &effects)
    } else if known == nil {
      let whose = fill.order.map { "order \($0), which is ours and unknown" } ?? "an order that is not ours"
      situation.alarm(
        .unknownOrderFill, fill.order == nil ? .warning : .critical, instrument: fill.key.instrument,
        "found at the venue: \(what), of \(whose); booked", into: &effects)
      if let id = fill.order { orders.quarantineIfNotOurs(id, &situation, into: &effects) }
    } else if query.purpose != .start, isLate(fill, answeredAt: view.eventNanos, situation) {
      situation.alarm(
        .reconciliationDifference, .warning, order: known,
        "found at the venue, not reported within 5 s: \(what); booked", into: &effects)
    }
  }

  /// A report of it had five seconds of ours to arrive; in a replay the market's seconds pass faster.
  private func isLate(_ fill: BookedFill, answeredAt nanos: Int64, _ situation: Situation) -> Bool {
    let (age, overflow) = nanos.subtractingReportingOverflow(fill.eventNanos)
    return !overflow && age > 5 * .nanosPerMilli * situation.authority.session.speedMilli
  }
}

// Positions and open orders.
extension Reconciler {
  /// Differences that answers show for a second are believed; until then nothing new is sent.
  private mutating func compare(
    _ view: AccountStateView, _ query: Query, _ situation: inout Situation, at now: Instant,
    into effects: inout Effects
  ) {
    let found = findings(view, query, &situation, into: &effects)
    let known = suspicions
    suspicions = found.map { difference in
      known.first { $0.finding == difference.finding }
        ?? Reconciler.Suspicion(finding: difference.finding, sinceBoot: now.boot)
    }
    situation.agreement.isDoubted = !suspicions.isEmpty
    let certain = zip(found, suspicions).first {
      now.boot - $1.sinceBoot >= Repetition.longestNanos || Canary.isSinging(.firstAnswerBelieved)
    }
    guard let certain = certain?.0 else { return }
    situation.quarantine(certain.text, instrument: certain.instrument, into: &effects)
  }

  private typealias Difference = (finding: Reconciler.Finding, instrument: UInt32?, text: String)

  private mutating func findings(
    _ view: AccountStateView, _ query: Query, _ situation: inout Situation,
    into effects: inout Effects
  ) -> [Difference] {
    let unconfirmed = situation.books.fills.unconfirmed
    var found: [Difference] = unconfirmed.filter { $0.sequence <= query.fillCount }.prefix(16).map {
      (
        .missing($0.key), $0.key.instrument,
        "fill \($0.key.execution) is booked and the venue's list of trades does not have it"
      )
    }
    for index in 0..<view.positionsCount {
      let position = view.position(index)
      guard position.position != 0, situation.markets.index(of: position.instrument) == nil else { continue }
      situation.quarantine(
        "the venue shows a position in instrument \(position.instrument), which is not in the topology",
        instrument: position.instrument, into: &effects)
    }
    for index in situation.markets.indices {
      let instrument = situation.markets[index].instrument
      let number = instrument.number
      var theirs = Quantity.zero
      for row in 0..<view.positionsCount where view.position(row).instrument == number {
        theirs = Quantity(raw: view.position(row).position)
      }
      var expected: Quantity? = theirs
      for fill in unconfirmed where fill.key.instrument == number {
        expected = expected?.adding(fill.signedQuantity)
      }
      let ours = situation.books.ledger[number].quantity
      guard expected != ours else { continue }
      found.append(
        (
          .position(number), number,
          "position in \(instrument.name): our books say \(ours), the venue \(theirs); find the trades "
            + "that explain it and restart"
        ))
    }
    // Fills that the venue counted when an order ended must be in its list a second after it.
    for order in situation.books.open where order.awaitedFills.isPositive {
      found.append(
        (
          .awaiting(order.id), order.instrument,
          "the venue said order \(order.id) was filled for more than its list of trades shows"
        ))
    }
    return found
  }

  private mutating func takeOpenOrders(
    _ found: [AccountState.OpenOrder], _ query: Query, _ eventNanos: Int64, _ orders: inout OrderManager,
    _ situation: inout Situation, at now: Instant, into effects: inout Effects
  ) {
    var listed: [ClOrdID] = []
    var ended: [(id: ClOrdID, sinceBoot: Int64)] = []
    var foreign = 0
    let isInBetween = query.purpose == .routine || query.purpose == .everything
    for found in found {
      guard let id = ClOrdID(found.clOrdID), id.account == situation.configuration.account.number else {
        foreign += 1
        continue
      }
      listed.append(id)
      if query.purpose == .routine, situation.books.order(id)?.state.isOpen == true { continue }
      // A list may lag behind the report of an end, and so may the next. At the start there was no such
      // report, and at the end a cancel too many is better than an order left.
      if isInBetween, situation.books.order(id)?.state.isOpen == false {
        let since = listedEnded.first { $0.id == id }?.sinceBoot ?? now.boot
        ended.append((id, since))
        guard now.boot - since >= Repetition.longestNanos else { continue }
      }
      adoptFound(found, id, &orders, &situation, at: now, into: &effects)
    }
    tellForeign(foreign, &situation, into: &effects)
    if !ended.isEmpty { isHurried = true }
    listedEnded = ended
    if query.purpose == .start {
      endUnlisted(Set(listed), eventNanos, &orders, &situation, at: now, into: &effects)
    } else {
      queryUnlisted(Set(listed), &orders, situation, at: now)
    }
  }

  private mutating func tellForeign(
    _ foreign: Int, _ situation: inout Situation, into effects: inout Effects
  ) {
    situation.counters.foreignOrders = Int64(foreign)
    guard foreign != foreignOrders else { return }
    foreignOrders = foreign
    situation.alarm(
      .reconciliationDifference, .warning,
      "\(foreign) open orders on the account are not ours; they are left alone", into: &effects)
  }

  /// Only at the start can nothing have been sent or reported since the question.
  private mutating func endUnlisted(
    _ listed: Set<ClOrdID>, _ eventNanos: Int64, _ orders: inout OrderManager,
    _ situation: inout Situation, at now: Instant, into effects: inout Effects
  ) {
    for order in situation.books.open
    where order.state.isAccepted && order.state.isOpen && !listed.contains(order.id) {
      // What was accepted just before we died may not be in a list that lags, also when a cancel of it was
      // journaled: that may never have left.
      let fence = orders.fenceBoot(of: order, situation, at: now)
      guard fence <= now.boot else {
        orders.updateFlight(of: order.id, situation, at: now) { $0.queryBoot = min($0.queryBoot, fence) }
        continue
      }
      orders.end(
        order, .gone, cum: order.state.cumQuantity, reason: .none, eventNanos: eventNanos, &situation,
        into: &effects)
    }
  }

  /// Orders that ought to work and are missing from two lists in a row may have ended without our hearing of
  /// it, a stop among them: a query tells.
  private mutating func queryUnlisted(
    _ listed: Set<ClOrdID>, _ orders: inout OrderManager, _ situation: Situation, at now: Instant
  ) {
    let suspects = situation.books.openOrders {
      $0.isAccepted && $0.isWorking && !listed.contains($0.id)
    }
    let missing = suspects.filter {
      orders.fenceBoot(of: $0, situation, at: now) <= now.boot && orders.flights[$0.id]?.isSettled != false
    }
    .map(\.id)
    for id in missing where unlisted.contains(id) {
      orders.updateFlight(of: id, situation, at: now) { $0.queryBoot = now.boot }
    }
    if !missing.isEmpty { isHurried = true }
    unlisted = missing
  }

  /// Without a journal the venue's list is all there is to go by. Everything of ours is taken back but stops:
  /// they can only close, and nothing else would.
  private mutating func takeOrdersToCancel(
    _ view: AccountStateView, _ query: Query, _ orders: inout OrderManager, _ situation: inout Situation,
    at now: Instant, into effects: inout Effects
  ) {
    guard query.purpose == .start else { return }
    for index in 0..<view.openOrdersCount {
      let found = view.openOrder(index)
      guard let id = ClOrdID(found.clOrdID), id.account == situation.configuration.account.number,
        found.ordType != .stop
      else { continue }
      adoptFound(found, id, &orders, &situation, at: now, into: &effects)
    }
    if let first = situation.markets.indices.first { situation.markets.mark(at: first) }
  }

  private mutating func adoptFound(
    _ found: AccountState.OpenOrder, _ id: ClOrdID, _ orders: inout OrderManager,
    _ situation: inout Situation, at now: Instant, into effects: inout Effects
  ) {
    if let order = situation.books.order(id) {
      guard order.status == .inDoubt || !order.state.isAccepted || !order.state.isOpen else { return }
      orders.adopt(order, venueOrderId: found.venueOrderId, &situation, at: now, into: &effects)
      guard !order.state.isOpen else { return }
      return situation.alarm(
        .reconciliationDifference, .warning, order: order,
        "order \(id) had ended and the venue shows it open; adopted", into: &effects)
    }
    if found.ordType == .stop {
      situation.alarm(
        .reconciliationDifference, .critical, instrument: found.instrument,
        "stop \(id) is open under our id and unknown to the journal; it is left, as it can only close",
        into: &effects)
      return orders.quarantineIfNotOurs(id, &situation, into: &effects)
    }
    guard let side = Side(found.side), found.orderQuantity > 0,
      situation.markets.index(of: found.instrument) != nil
    else {
      return situation.quarantine("an open order under our id \(id) makes no sense", into: &effects)
    }
    let adopted = AdoptedOrder(
      id: id, instrument: found.instrument, side: side, price: Price(raw: found.price),
      quantity: Quantity(raw: found.orderQuantity), venueOrderId: found.venueOrderId, atNanos: now.wall)
    situation.record(.orderAdopted(adopted), into: &effects)
    situation.report(id, .orderStatus, into: &effects)
    situation.alarm(
      .reconciliationDifference, .critical, order: situation.books.order(id),
      "order \(id) is open under our id and unknown to the journal; it will be cancelled", into: &effects)
    orders.quarantineIfNotOurs(id, &situation, into: &effects)
  }
}
