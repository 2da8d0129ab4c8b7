import ActorKit
import Trading
import Vocabulary
import Wire

/// Makes good that turns were cut from the journal's end, of which others may know.
///
/// What the lost turns sent may be working, filled, or still on its way until its receive window is over.
/// Until then nothing is opened. Every id of ours above the newest that the journal knows is taken over as
/// the venue tells it: from its list of open orders as an order, from its list of trades as a fill. What
/// ended without a trade left nothing behind. The ids of this incarnation lie above them all, because no
/// epoch comes again.
struct CutRepair: Sendable {
  /// Nothing is opened before.
  private var opening = OpeningTime()
  /// A cut was made good in this incarnation.
  private var hasSettled = false

  mutating func begin(_ configuration: OrderExecutor.Configuration, at now: Instant) {
    let window = configuration.recvWindowNanos + configuration.fenceMarginNanos
    opening = OpeningTime(
      boot: now.boot.saturatingAdd(window), venueNanos: now.wall.saturatingAdd(window))
  }

  /// An intent that comes before the cut is made good, or again after it, may have been carried out already
  /// by a turn that was cut off.
  func mayHaveCarriedOut(_ intent: OrderIntent, _ books: ExecutorBooks) -> Bool {
    books.cut != nil
      || hasSettled && EnvelopeFlags(rawValue: intent.envelope.flags).contains(.possDup)
  }

  /// When to ask the venue next while a cut is not made good, boot clock: what was on its way shows up one
  /// after the other.
  func queryBoot(_ situation: Situation, at now: Instant) -> Int64 {
    guard situation.books.cut != nil else { return .max }
    let next = now.boot + OrderManager.askAgainNanos
    if now.boot < opening.boot { return min(next, opening.boot) }
    // What is missing is risk, whose session hurries the next question.
    return situation.risk.isHeard ? next : .max
  }

  /// Nothing of the lost turns can act any more, by our clock and the venue's, and the answer to a question
  /// put after that agrees with the books. Risk must have been heard, so that what it sends a second time is
  /// known as such.
  mutating func makeGood(
    _ query: Reconciler.Query, venueNanos: Int64, _ situation: inout Situation, at now: Instant,
    into effects: inout Effects
  ) {
    guard let cut = situation.books.cut, situation.risk.isHeard, query.askedBoot >= opening.boot,
      venueNanos >= opening.venueNanos
    else { return }
    for working in situation.books.intents.open where working.end == nil && working.entry == nil {
      // Its entry may have been sent, and filled. It is never sent a second time.
      situation.end(working.refused(Finding(.lostTurns), at: now), into: &effects)
    }
    situation.record(.cutMadeGood(atNanos: now.wall), into: &effects)
    hasSettled = true
    situation.alarm(
      .journal, .warning,
      "the \(cut.turns) turns cut from the journal are made good: "
        + "\(situation.counters.ordersTakenOver) orders taken over, "
        + "\(situation.counters.fillsOfTheCut) fills found since this start",
      into: &effects)
  }
}

extension Situation {
  /// Books and venue agree, no cut is left to make good, and the venue has what the topology relies on.
  var mayOpen: Bool { agreement.mayTrade && books.cut == nil && venue.missing.isEmpty }

  /// A cut that an earlier incarnation has not made good stays as that one found it: what was lost of that
  /// incarnation lies above the same id.
  mutating func takeCut(turns: UInt32, at now: Instant, into effects: inout Effects) {
    if books.cut == nil {
      let cut = JournalCut(lastKnown: books.lastID, turns: turns, atNanos: now.wall)
      record(.journalCut(cut), into: &effects)
    }
    alarm(
      .journal, .warning,
      "\(turns) turns were cut from the end of the journal: nothing is opened until the venue has told what"
        + " they did",
      into: &effects)
  }
}

// Taking orders over.
extension CutRepair {
  /// Before the trades of the same answer are booked, so that they count as these orders' own.
  func takeOverOrders(
    _ view: AccountStateView, _ orders: OrderManager, _ situation: inout Situation, at now: Instant,
    into effects: inout Effects
  ) {
    guard situation.books.cut != nil else { return }
    for index in 0..<view.openOrdersCount {
      let found = view.openOrder(index)
      // What makes no sense is judged with the others.
      guard let id = ClOrdID(found.clOrdID), orders.isOfTheCut(id, situation.books),
        situation.books.order(id) == nil,
        let side = Side(found.side), found.orderQuantity > 0,
        situation.markets.index(of: found.instrument) != nil
      else { continue }
      let isStop = found.ordType == .stop
      let shown = ShownOrder(
        id: id, instrument: found.instrument, side: side, isStop: isStop,
        price: Price(raw: isStop ? found.stopPrice ?? found.price : found.price),
        quantity: Quantity(raw: found.orderQuantity), venueOrderId: found.venueOrderId)
      takeOver(shown, proof(of: shown, view, situation), &situation, at: now, into: &effects)
    }
  }

  private func takeOver(
    _ shown: ShownOrder, _ proof: Proof?, _ situation: inout Situation, at now: Instant,
    into effects: inout Effects
  ) {
    let intent = proof.flatMap { situation.books.intents[$0.intent] }
    let taken = TakenOrder(
      id: shown.id, strategy: intent?.intent.strategy ?? 0, instrument: shown.instrument, side: shown.side,
      purpose: proof?.purpose ?? .found, type: shown.isStop ? .stop : .limit, price: shown.price,
      quantity: shown.quantity, intent: proof?.intent, venueOrderId: shown.venueOrderId, atNanos: now.wall)
    situation.counters.ordersTakenOver += 1
    situation.record(.orderTakenOver(taken), correlation: proof?.intent.correlation ?? .none, into: &effects)
    situation.report(shown.id, .orderStatus, into: &effects)
    let next =
      switch proof {
      case .some(let proof): "kept as the \(proof.purpose) of intent \(proof.intent)"
      case nil where shown.isStop: "kept while it can close"
      case nil: "it will be cancelled"
      }
    situation.alarm(
      .reconciliationDifference, .warning, order: situation.books.order(shown.id),
      "order \(shown.id), \(shown.side) \(shown.quantity) at \(shown.price), of turns cut from the journal "
        + "is open at the venue; taken over, \(next)",
      into: &effects)
  }

  /// What an order can only have been for: nil where no intent explains it, or more than one. Where a
  /// strategy quotes, a limit order may as well be a quote.
  private func proof(
    of shown: ShownOrder, _ view: AccountStateView, _ situation: Situation
  ) -> Proof? {
    guard shown.isStop || !situation.books.isQuoted(shown.instrument) else { return nil }
    let proofs = situation.books.intents.open.compactMap { working -> Proof? in
      guard working.intent.instrument == shown.instrument,
        let purpose = purpose(of: shown, for: working),
        purpose == .entry || !hasListedLeg(working, purpose, view, situation)
      else { return nil }
      return Proof(purpose: purpose, intent: working.id)
    }
    return proofs.count == 1 ? proofs[0] : nil
  }

  private func purpose(of shown: ShownOrder, for working: WorkingIntent) -> OrderPurpose? {
    let intent = working.intent
    if shown.side == working.exitSide {
      guard working.protectionEnd == nil, shown.quantity <= intent.quantity else { return nil }
      if shown.isStop { return shown.price == intent.stopPrice ? .stopLoss : nil }
      return shown.price == intent.takeProfitPrice ? .takeProfit : nil
    }
    let isEntry =
      !shown.isStop && working.end == nil && working.entry == nil && intent.timeInForce == .gtc
      && shown.price == intent.price && shown.quantity == intent.quantity
    return isEntry ? .entry : nil
  }

  /// Whether a leg that the journal knows still works at the venue, so that another is none.
  private func hasListedLeg(
    _ working: WorkingIntent, _ purpose: OrderPurpose, _ view: AccountStateView, _ situation: Situation
  ) -> Bool {
    let legs = situation.legs(of: working.id, purpose).map(\.id)
    guard !legs.isEmpty else { return false }
    return (0..<view.openOrdersCount).contains { index in
      ClOrdID(view.openOrder(index).clOrdID).map(legs.contains) ?? false
    }
  }
}

/// From when on something may be opened after a cut: nothing sent by an earlier incarnation can act any more.
struct OpeningTime: Equatable, Sendable {
  var boot: Int64 = 0
  /// By the venue's clock, ns UTC.
  var venueNanos: Int64 = 0
}

/// An order that only the lost turns knew, as the venue lists it.
private struct ShownOrder {
  let id: ClOrdID
  let instrument: UInt32
  let side: Side
  let isStop: Bool
  /// Limit; of a stop its stop price.
  let price: Price
  let quantity: Quantity
  let venueOrderId: UInt64
}

/// What an order is, and for which intent.
private struct Proof {
  let purpose: OrderPurpose
  let intent: IntentID
}
