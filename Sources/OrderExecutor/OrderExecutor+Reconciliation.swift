import ActorKit
import Trading
import Vocabulary
import Wire

// Comparing books and venue.
//
// An answer shows the account at one moment at the venue. Fills of which we learned before we asked must be
// in its list of trades; fills that came by report while it was under way may be missing from it, and explain
// a difference.
extension OrderExecutor {
  mutating func askAccount(
    _ purpose: Reconciliation.Purpose, at now: Instant, into effects: inout Effects
  ) {
    if reconciliation.query != nil { reconciliation.repetition.double() }
    reconciliation.nextBoot =
      reconciliation.mayTrade ? now.boot + Self.askAgainNanos : reconciliation.repeatBoot(atBoot: now.boot)
    guard bucket.take(for: .cancel, atNanos: now.boot) else { return }
    counters.accountQueries += 1
    // A question that had no answer is repeated as it was, so that an answer to either will do.
    let asked = reconciliation.query.flatMap { $0.purpose == purpose ? $0 : nil }
    let id = asked.map { ClOrdID(account: books.account, epoch: epoch, counter: $0.counter) } ?? nextID()
    let question =
      asked
      ?? Reconciliation.Query(
        purpose: purpose, counter: id.counter,
        fillCount: purpose == .start ? books.fillCount : reconciliation.settledFillCount,
        afterTradeSequence: books.confirmedTradeSequence, askedBoot: now.boot)
    reconciliation.query = question
    if asked == nil { reconciliation.isHurried = false }
    let parts: AccountParts = [.balances, .positions, .openOrders, .trades]
    let query = AccountQuery(
      envelope: Envelope(origin: 0, correlation: id.requestCorrelation), account: id.account, parts: parts,
      afterTradeSequence: question.afterTradeSequence)
    effects.send(to: .link(component: configuration.venueComponent)) { query.encode(into: &$0) }
  }

  /// It is time to ask, or the last question had no answer in time.
  mutating func askAccountAgain(at now: Instant, into effects: inout Effects) {
    let purpose: Reconciliation.Purpose
    if !reconciliation.isComplete {
      purpose = .start
    } else if reconciliation.query?.purpose == .end {
      purpose = .end
    } else if reconciliation.wantsOrders || reconciliation.query?.purpose == .everything {
      purpose = .everything
    } else {
      purpose = .routine
    }
    reconciliation.wantsOrders = false
    askAccount(purpose, at: now, into: &effects)
  }

  mutating func take(_ view: AccountStateView, at now: Instant, into effects: inout Effects) {
    guard view.account == configuration.account.number else { return refuse(.wrongAccount) }
    guard let query = reconciliation.query,
      view.envelope.correlation
        == ClOrdID(account: view.account, epoch: epoch, counter: query.counter).requestCorrelation
    else { return refuse(.lateAnswer) }
    guard view.parts.isSuperset(of: [.positions, .openOrders, .trades]),
      tradesAreInOrder(view, after: query.afterTradeSequence)
    else {
      return refuse(.malformed)
    }
    reconciliation.query = nil
    if isJournalImpaired { return takeOrdersToCancel(view, query, at: now, into: &effects) }
    takeOverOrders(view, at: now, into: &effects)
    takeTrades(view, query, at: now, into: &effects)
    guard quarantine == nil || query.purpose != .start else { return planNext(at: now) }
    if view.parts.contains(.more) {
      guard view.tradesCount > 0 else {
        refuse(.malformed)
        return planNext(at: now)
      }
      return askAccount(query.purpose, at: now, into: &effects)
    }
    reconciliation.reports.learned(through: view.reportSequence)
    compare(view, query, at: now, into: &effects)
    takeOpenOrders(view, query, at: now, into: &effects)
    conclude(query, venueNanos: view.transactNanos, at: now, into: &effects)
  }

  private mutating func conclude(
    _ query: Reconciliation.Query, venueNanos: Int64, at now: Instant, into effects: inout Effects
  ) {
    guard quarantine == nil, reconciliation.suspicions.isEmpty else { return planNext(at: now) }
    let isFirst = !reconciliation.isComplete
    reconciliation.isComplete = true
    if isFirst {
      record(.booksAgreed(atNanos: now.wall, openOrders: UInt32(books.open.count)), into: &effects)
    }
    makeGoodTheCut(query, venueNanos: venueNanos, at: now, into: &effects)
    planNext(at: now)
    if isFirst && books.fillCount > 0 {
      for place in desks.indices { reportPosition(desk: place, cause: nil, into: &effects) }
    }
    if query.purpose == .end, isClosing, !isFinished, books.open.allSatisfy(\.staysAtEnd) {
      finish(at: now, into: &effects)
    }
  }

  private mutating func planNext(at now: Instant) {
    let isSoon = reconciliation.isHurried
    reconciliation.isHurried = false
    guard reconciliation.mayTrade else {
      reconciliation.nextBoot = reconciliation.repeatBoot(atBoot: now.boot)
      return reconciliation.repetition.double()
    }
    reconciliation.repetition = Repetition()
    reconciliation.nextBoot = min(
      now.boot + (isSoon ? Self.askAgainNanos : configuration.reconcileNanos), cutQueryBoot(at: now))
  }
}

// Trades.
extension OrderExecutor {
  private func tradesAreInOrder(_ view: AccountStateView, after first: UInt64) -> Bool {
    var last = first
    for index in 0..<view.tradesCount {
      let sequence = view.trade(index).tradeSequence
      guard sequence > last else { return false }
      last = sequence
    }
    return true
  }

  private mutating func takeTrades(
    _ view: AccountStateView, _ query: Reconciliation.Query, at now: Instant, into effects: inout Effects
  ) {
    var through = books.confirmedTradeSequence
    var confirmed: [FillKey] = []
    for index in 0..<view.tradesCount {
      let trade = view.trade(index)
      guard let fill = fill(of: trade) else {
        return quarantine(
          "trade \(trade.tradeSequence) at the venue makes no sense (instrument \(trade.instrument))",
          into: &effects)
      }
      if books.fills.contains(fill.key) {
        confirmed.append(fill.key)
      } else {
        bookFound(fill, view, query, at: now, into: &effects)
        guard books.fills.contains(fill.key) else { return }
      }
      through = max(through, trade.tradeSequence)
    }
    guard through > books.confirmedTradeSequence || !confirmed.isEmpty else { return }
    record(.tradesConfirmed(through: through, fills: confirmed), into: &effects)
  }

  private func fill(of trade: AccountState.Trade) -> BookedFill? {
    guard let place = deskPlace(of: trade.instrument), let side = Side(trade.side), trade.quantity > 0 else {
      return nil
    }
    let id = ClOrdID(trade.clOrdID).flatMap { $0.account == configuration.account.number ? $0 : nil }
    return BookedFill(
      key: FillKey(
        instrument: trade.instrument, execution: ExecID(high: trade.execHigh, low: trade.execLow)),
      order: id, side: side, price: Price(raw: trade.price), quantity: Quantity(raw: trade.quantity),
      fee: Money(raw: trade.fee), feeCurrency: desks[place].instrument.quote,
      liquidity: LiquidityIndicator(trade.liquidity), tradeSequence: trade.tradeSequence,
      eventNanos: trade.eventNanos)
  }

  /// Books a trade of which no report has told.
  private mutating func bookFound(
    _ fill: BookedFill, _ view: AccountStateView, _ query: Reconciliation.Query, at now: Instant,
    into effects: inout Effects
  ) {
    let order = fill.order.flatMap(books.order)
    let known = order.flatMap { $0.side == fill.side && $0.instrument == fill.key.instrument ? $0 : nil }
    book(fill, known, at: now, into: &effects)
    let what = "\(fill.side) \(fill.quantity) at \(fill.price), trade \(fill.tradeSequence)"
    if let id = fill.order, known == nil, isOfTheCut(id) {
      counters.fillsOfTheCut += 1
      alarm(
        .unknownOrderFill, .warning, instrument: fill.key.instrument,
        "found at the venue: \(what), of order \(id), which only turns cut from the journal knew; booked",
        into: &effects)
    } else if known == nil {
      let whose = fill.order.map { "order \($0), which is ours and unknown" } ?? "an order that is not ours"
      alarm(
        .unknownOrderFill, fill.order == nil ? .warning : .critical, instrument: fill.key.instrument,
        "found at the venue: \(what), of \(whose); booked", into: &effects)
      if let id = fill.order { quarantineIfNotOurs(id, into: &effects) }
    } else if query.purpose != .start, isLate(fill, answeredAt: view.eventNanos) {
      alarm(
        .reconciliationDifference, .warning, order: known,
        "found at the venue, not reported within 5 s: \(what); booked", into: &effects)
    }
  }

  /// A report of it had five seconds of ours to arrive; in a replay the market's seconds pass faster.
  private func isLate(_ fill: BookedFill, answeredAt nanos: Int64) -> Bool {
    let (age, overflow) = nanos.subtractingReportingOverflow(fill.eventNanos)
    return !overflow && age > 5 * .nanosPerMilli * session.speedMilli
  }
}

// Positions and open orders.
extension OrderExecutor {
  /// Differences that answers show for a second are believed; until then nothing new is sent.
  private mutating func compare(
    _ view: AccountStateView, _ query: Reconciliation.Query, at now: Instant, into effects: inout Effects
  ) {
    let found = findings(view, query, into: &effects)
    let known = reconciliation.suspicions
    reconciliation.suspicions = found.map { difference in
      known.first { $0.finding == difference.finding }
        ?? Reconciliation.Suspicion(finding: difference.finding, sinceBoot: now.boot)
    }
    let certain = zip(found, reconciliation.suspicions).first {
      now.boot - $1.sinceBoot >= Repetition.longestNanos
    }
    guard let certain = certain?.0 else { return }
    quarantine(certain.text, instrument: certain.instrument, into: &effects)
  }

  private typealias Difference = (finding: Reconciliation.Finding, instrument: UInt32?, text: String)

  private mutating func findings(
    _ view: AccountStateView, _ query: Reconciliation.Query, into effects: inout Effects
  ) -> [Difference] {
    let unconfirmed = books.fills.unconfirmed
    var found: [Difference] = unconfirmed.filter { $0.sequence <= query.fillCount }.prefix(16).map {
      (
        .missing($0.key), $0.key.instrument,
        "fill \($0.key.execution) is booked and the venue's list of trades does not have it"
      )
    }
    for index in 0..<view.positionsCount {
      let position = view.position(index)
      guard position.position != 0, deskPlace(of: position.instrument) == nil else { continue }
      quarantine(
        "the venue shows a position in instrument \(position.instrument), which is not in the topology",
        instrument: position.instrument, into: &effects)
    }
    for desk in desks {
      let number = desk.instrument.number
      var theirs = Quantity.zero
      for index in 0..<view.positionsCount where view.position(index).instrument == number {
        theirs = Quantity(raw: view.position(index).position)
      }
      var expected: Quantity? = theirs
      for fill in unconfirmed where fill.key.instrument == number {
        expected = expected?.adding(fill.signedQuantity)
      }
      let ours = books.ledger[number].quantity
      guard expected != ours else { continue }
      found.append(
        (
          .position(number), number,
          "position in \(desk.instrument.name): our books say \(ours), the venue \(theirs); find the trades "
            + "that explain it and restart"
        ))
    }
    // Fills that the venue counted when an order ended must be in its list a second after it.
    for order in books.open where order.awaitedFills.isPositive {
      found.append(
        (
          .awaiting(order.id), order.instrument,
          "the venue said order \(order.id) was filled for more than its list of trades shows"
        ))
    }
    return found
  }

  private mutating func takeOpenOrders(
    _ view: AccountStateView, _ query: Reconciliation.Query, at now: Instant, into effects: inout Effects
  ) {
    var listed: [ClOrdID] = []
    var ended: [ClOrdID] = []
    var foreign = 0
    let isInBetween = query.purpose == .routine || query.purpose == .everything
    for index in 0..<view.openOrdersCount {
      let found = view.openOrder(index)
      guard let id = ClOrdID(found.clOrdID), id.account == configuration.account.number else {
        foreign += 1
        continue
      }
      listed.append(id)
      if query.purpose == .routine, books.order(id)?.state.isOpen == true { continue }
      // A list may lag behind the report of an end. At the start there was no such report, and at the end a
      // cancel too many is better than an order left.
      if isInBetween, books.order(id)?.state.isOpen == false {
        ended.append(id)
        guard reconciliation.listedEnded.contains(id) else { continue }
      }
      adoptFound(found, id, at: now, into: &effects)
    }
    tellForeign(foreign, into: &effects)
    if !ended.isEmpty { reconciliation.isHurried = true }
    reconciliation.listedEnded = ended
    if query.purpose == .start {
      endUnlisted(listed, view, at: now, into: &effects)
    } else {
      queryUnlisted(listed, at: now)
    }
  }

  private mutating func tellForeign(_ foreign: Int, into effects: inout Effects) {
    counters.foreignOrders = Int64(foreign)
    guard foreign != reconciliation.foreignOrders else { return }
    reconciliation.foreignOrders = foreign
    alarm(
      .reconciliationDifference, .warning,
      "\(foreign) open orders on the account are not ours; they are left alone", into: &effects)
  }

  /// Only at the start can nothing have been sent or reported since the question.
  private mutating func endUnlisted(
    _ listed: [ClOrdID], _ view: AccountStateView, at now: Instant, into effects: inout Effects
  ) {
    for order in books.open where order.state.isAccepted && order.state.isOpen && !listed.contains(order.id) {
      // What was accepted just before we died may not be in a list that lags, also when a cancel of it was
      // journaled: that may never have left.
      let fence = fenceBoot(of: order, at: now)
      guard fence <= now.boot else {
        updateFlight(of: order.id, at: now) { $0.queryBoot = min($0.queryBoot, fence) }
        continue
      }
      end(
        order, .gone, cum: order.state.cumQuantity, reason: .none, eventNanos: view.eventNanos, into: &effects
      )
    }
  }

  /// Orders that ought to work and are missing from two lists in a row may have ended without our hearing of
  /// it, a stop among them: a query tells.
  private mutating func queryUnlisted(_ listed: [ClOrdID], at now: Instant) {
    let unlisted = books.openOrders {
      $0.isAccepted && $0.isWorking && !$0.isCancelPending && !listed.contains($0.id)
    }
    let missing = unlisted.filter { fenceBoot(of: $0, at: now) <= now.boot && flight(of: $0.id) == nil }
      .map(\.id)
    for id in missing where reconciliation.unlisted.contains(id) {
      updateFlight(of: id, at: now) { $0.queryBoot = now.boot }
    }
    if !missing.isEmpty { reconciliation.isHurried = true }
    reconciliation.unlisted = missing
  }

  /// Without a journal the venue's list is all there is to go by. Everything of ours is taken back but stops:
  /// they can only close, and nothing else would.
  private mutating func takeOrdersToCancel(
    _ view: AccountStateView, _ query: Reconciliation.Query, at now: Instant, into effects: inout Effects
  ) {
    defer { planNext(at: now) }
    guard query.purpose == .start else { return }
    for index in 0..<view.openOrdersCount {
      let found = view.openOrder(index)
      guard let id = ClOrdID(found.clOrdID), id.account == configuration.account.number,
        found.ordType != .stop
      else { continue }
      adoptFound(found, id, at: now, into: &effects)
    }
    if let place = desks.indices.first { desks[place].needsDecision = true }
  }

  private mutating func adoptFound(
    _ found: AccountState.OpenOrder, _ id: ClOrdID, at now: Instant, into effects: inout Effects
  ) {
    if let order = books.order(id) {
      guard order.status == .inDoubt || !order.state.isAccepted || !order.state.isOpen else { return }
      adopt(order, venueOrderId: found.venueOrderId, at: now, into: &effects)
      guard !order.state.isOpen else { return }
      return alarm(
        .reconciliationDifference, .warning, order: order,
        "order \(id) had ended and the venue shows it open; adopted", into: &effects)
    }
    if found.ordType == .stop {
      alarm(
        .reconciliationDifference, .critical, instrument: found.instrument,
        "stop \(id) is open under our id and unknown to the journal; it is left, as it can only close",
        into: &effects)
      return quarantineIfNotOurs(id, into: &effects)
    }
    guard let side = Side(found.side), found.orderQuantity > 0, deskPlace(of: found.instrument) != nil else {
      return quarantine("an open order under our id \(id) makes no sense", into: &effects)
    }
    let adopted = AdoptedOrder(
      id: id, instrument: found.instrument, side: side, price: Price(raw: found.price),
      quantity: Quantity(raw: found.orderQuantity), venueOrderId: found.venueOrderId, atNanos: now.wall)
    record(.orderAdopted(adopted), into: &effects)
    report(id, .orderStatus, into: &effects)
    alarm(
      .reconciliationDifference, .critical, order: books.order(id),
      "order \(id) is open under our id and unknown to the journal; it will be cancelled", into: &effects)
    quarantineIfNotOurs(id, into: &effects)
  }

  /// An id of our account that we have not given yet: another executor trades for the account, or a journal
  /// was lost and its epochs begin anew. Our next ids could be taken.
  mutating func quarantineIfNotOurs(_ id: ClOrdID, into effects: inout Effects) {
    // Given by ourselves, in turns that are lost.
    if isOfTheCut(id) { return }
    let isNotGiven = id > ClOrdID(account: books.account, epoch: epoch, counter: counter)
    // Whoever has never ordered anything and finds orders of the account has not its journal.
    let isWithoutHistory = id.epoch > 0 && books.lastID.epoch == 0
    guard isNotGiven || isWithoutHistory else { return }
    // Seen after our own start has agreed, it is another's, which owns the account now.
    if reconciliation.isComplete && id.epoch > epoch { isSuperseded = true }
    quarantine(
      "the venue knows id \(id) of epoch \(id.epoch), which we, in epoch \(epoch), have not given: another "
        + "executor runs for this account, or its journal was lost",
      into: &effects)
  }
}
