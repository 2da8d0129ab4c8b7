import ActorKit
import Trading
import Wire

// Taking orders over.
extension CutRepair {
  /// Before the trades of the same answer are booked, so that they count as these orders' own. Entries come
  /// first: what they opened tells which stops and targets can be whose.
  func takeOver(
    _ answer: CutAnswer, _ orders: OrderManager, _ situation: inout Situation, at now: Instant,
    into effects: inout Effects
  ) {
    let lost = lostOrders(in: answer, orders, situation)
    for order in lost {
      guard let intent = intent(enteredBy: order, situation.books) else { continue }
      takeOver(order, CutProof(purpose: .entry, intent: intent), &situation, at: now, into: &effects)
    }
    let books = situation.books
    let filled = CutEntries(answer, books) { orders.isOfTheCut($0, books) && books.order($0) == nil }
    for (order, intent) in filled.explained(by: books.intents.open) {
      takeOver(order, CutProof(purpose: .entry, intent: intent), &situation, at: now, into: &effects)
    }
    var legs = CutLegs(answer, situation.books)
    for order in lost where situation.books.order(order.id) == nil {
      // Where a strategy quotes, a limit order may as well be a quote.
      let isClear = order.isStop || !situation.books.isQuoted(order.instrument)
      takeOver(order, isClear ? legs.take(order) : nil, &situation, at: now, into: &effects)
    }
  }

  /// What the venue lists of ids that only the lost turns knew, the oldest first. What makes no sense is
  /// judged with the others.
  private func lostOrders(
    in answer: CutAnswer, _ orders: OrderManager, _ situation: Situation
  ) -> [LostOrder] {
    var lost: [LostOrder] = []
    for listed in answer.listed {
      guard let id = ClOrdID(listed.clOrdID), orders.isOfTheCut(id, situation.books),
        situation.books.order(id) == nil, situation.markets.index(of: listed.instrument) != nil,
        var order = LostOrder(listed, id), !lost.contains(where: { $0.id == id })
      else { continue }
      order.executions = answer.executions(of: id, order.instrument, order.side, upTo: order.quantity)
      lost.append(order)
    }
    return lost.sorted { $0.id < $1.id }
  }

  /// The one intent whose entry a working order can only be; where a strategy quotes it may as well be a
  /// quote.
  private func intent(enteredBy order: LostOrder, _ books: ExecutorBooks) -> IntentID? {
    guard !order.isStop, !books.isQuoted(order.instrument) else { return nil }
    let entered = books.intents.open.filter { working in
      let intent = working.intent
      return working.isWithoutEntry && intent.timeInForce == .gtc && intent.instrument == order.instrument
        && intent.side == order.side && intent.price == order.price && intent.quantity == order.quantity
    }
    return entered.count == 1 ? entered[0].id : nil
  }

  private func takeOver(
    _ order: LostOrder, _ proof: CutProof?, _ situation: inout Situation, at now: Instant,
    into effects: inout Effects
  ) {
    let intent = proof.flatMap { situation.books.intents[$0.intent] }
    let taken = TakenOrder(
      id: order.id, strategy: intent?.intent.strategy ?? 0, instrument: order.instrument, side: order.side,
      purpose: proof?.purpose ?? .found, type: order.isStop ? .stop : .limit, price: order.price,
      quantity: order.quantity, intent: proof?.intent, venueOrderId: order.venueOrderId, atNanos: now.wall,
      executions: order.executions)
    situation.counters.ordersTakenOver += 1
    situation.record(.orderTakenOver(taken), correlation: proof?.intent.correlation ?? .none, into: &effects)
    situation.report(order.id, .orderStatus, into: &effects)
    if !order.executions.isEmpty, let index = situation.markets.index(of: order.instrument) {
      situation.reportPosition(index, into: &effects)
    }
    let next =
      switch proof {
      case .some(let proof): "kept as the \(proof.purpose) of intent \(proof.intent)"
      case nil where order.isStop: "kept while it protects what nothing else does"
      case nil: "it will be cancelled"
      }
    let seen = order.rest.isPositive ? "is open at the venue" : "was filled at the venue"
    situation.alarm(
      .reconciliationDifference, .warning, order: situation.books.order(order.id),
      "order \(order.id), \(order.side) \(order.quantity) at \(order.price), of turns cut from the journal "
        + "\(seen); taken over, \(next)",
      into: &effects)
  }
}
