import Testing
import Trading

private func lots(_ whole: Int64) -> Quantity { Quantity(raw: whole * 100_000_000) }
private func fill(_ id: UInt64, _ quantity: Int64) -> OrderFact {
  .executed(ExecID(id), lots(quantity), Price(raw: 100_000_000_000))
}

/// Every order of the elements.
private func permutations(_ elements: [OrderFact]) -> [[OrderFact]] {
  guard elements.count > 1 else { return [elements] }
  return elements.indices.flatMap { index in
    var rest = elements
    let head = rest.remove(at: index)
    return permutations(rest).map { [head] + $0 }
  }
}

@Test func theOrderOfArrivalDoesNotMatter() {
  let facts: [OrderFact] = [
    .accepted, fill(1, 4), fill(2, 3), fill(1, 4), .canceled(nil), .busted(ExecID(2)),
  ]
  let orders = permutations(facts)
  #expect(orders.count == 720)
  for facts in orders {
    var order = OrderState(quantity: lots(10))
    var position: Int64 = 0
    for fact in facts {
      let effect = order.apply(fact)
      position += (effect.done?.quantity.raw ?? 0) - (effect.undone?.quantity.raw ?? 0)
    }
    #expect(order.status == .canceled && order.cumQuantity == lots(4), "\(facts)")
    #expect(order.leavesQuantity == .zero && order.worstCaseOpen == .zero, "\(facts)")
    #expect(position == lots(4).raw, "\(facts)")
  }
}

@Test func everyOrderOfARejectionDoubtAndMarksAgrees() {
  let facts: [OrderFact] = [.newInDoubt, .triggered, fill(1, 4), .rejected, .suspended, .busted(ExecID(3))]
  for facts in permutations(facts) {
    var order = OrderState(quantity: lots(10))
    for fact in facts { _ = order.apply(fact) }
    #expect(order.status == .suspended && order.worstCaseOpen == lots(6), "\(facts)")
  }
}

/// Any stream of facts, sensible or not, keeps what must always hold.
@Test func invariantsHoldUnderAnyFacts() {
  let seed: UInt64 = 4_711
  var random = SplitMix64(seed: seed)
  for round in 0..<3_000 {
    var order = OrderState(quantity: lots(10))
    var position: Int64 = 0
    var history: [OrderFact] = []
    for _ in 0..<(1 + random.below(25)) {
      let fact = randomFact(&random)
      if case .cancelRequested = fact, !order.canRequest { continue }
      if case .replaceRequested = fact, !order.canRequest { continue }
      history.append(fact)
      let effect = order.apply(fact)
      position += (effect.done?.quantity.raw ?? 0) - (effect.undone?.quantity.raw ?? 0)
    }
    let context: Comment = "seed \(seed), round \(round): \(history)"
    let standing = order.executions.filter { !$0.isBusted }
    #expect(order.cumQuantity.raw == standing.reduce(0) { $0 + $1.quantity.raw }, context)
    #expect(order.cumNotional.raw == standing.reduce(0) { $0 + ($1.price * $1.quantity).raw }, context)
    #expect(position == order.cumQuantity.raw, context)
    #expect(order.leavesQuantity <= order.worstCaseOpen && order.leavesQuantity.raw >= 0, context)
    if order.status.isTerminal { #expect(order.leavesQuantity == .zero, context) }
    if order.status == .inDoubt { #expect(order.isOpen, context) }
    let restored = OrderState(
      quantity: order.quantity, executions: order.executions, pending: order.pending,
      anomalies: order.anomalies, snapshotBits: order.snapshotBits)
    #expect(restored == order, context)
  }
}

@Test func theSameFactTwiceInARowChangesNothing() {
  let seed: UInt64 = 1_848
  var random = SplitMix64(seed: seed)
  for round in 0..<3_000 {
    var order = OrderState(quantity: lots(10))
    var history: [OrderFact] = []
    for _ in 0..<(1 + random.below(20)) {
      let fact = randomFact(&random)
      guard order.canRequest || isVenueReport(fact) else { continue }
      history.append(fact)
      _ = order.apply(fact)
      let once = order
      let effect = order.apply(fact)
      let context: Comment = "seed \(seed), round \(round): \(history)"
      #expect(effect.done == nil && effect.undone == nil, context)
      #expect(order.quantity == once.quantity && order.executions == once.executions, context)
      #expect(order.pending == once.pending && order.snapshotBits == once.snapshotBits, context)
      #expect(order.status == once.status && order.cumNotional == once.cumNotional, context)
    }
  }
}

@Test func aDamagedSnapshotIsRefused() {
  let execution = Execution(
    id: ExecID(2), quantity: lots(1), price: Price(raw: 1), isBusted: false, isReported: true)
  let unreported = Execution(
    id: ExecID(3), quantity: lots(1), price: Price(raw: 1), isBusted: false, isReported: false)
  let huge = Execution(id: ExecID(3), quantity: .max, price: Price(raw: 1), isBusted: false, isReported: true)
  func restored(_ quantity: Int64, _ executions: [Execution], bits: UInt16 = 0) -> OrderState? {
    OrderState(
      quantity: lots(quantity), executions: executions, pending: [], anomalies: [], snapshotBits: bits)
  }
  #expect(restored(10, [execution])?.cumQuantity == lots(1))
  #expect(restored(0, []) == nil)
  #expect(restored(10, [execution, execution]) == nil)
  #expect(restored(10, [unreported]) == nil)
  #expect(restored(10, [execution, huge]) == nil)
  #expect(restored(10, [], bits: 0x1000) == nil)
  #expect(restored(10, [], bits: 0x80) == nil)
}

private func randomFact(_ random: inout SplitMix64) -> OrderFact {
  let exec = ExecID(random.below(6))
  let id = ClOrdID(account: 1, epoch: 1, counter: random.below(4))
  let quantity = Quantity(raw: Int64(random.below(5)) * 100_000_000)
  let price = Price(raw: Int64(random.below(3)) * 1_000_000_000)
  let positive = lots(1 + Int64(random.below(20)))
  let facts: [OrderFact] = [
    .accepted, .rejected, .executed(exec, quantity, price), .executed(exec, quantity, price),
    .executed(exec, quantity, price), .busted(exec), .corrected(exec, quantity, price), .canceled(nil),
    .canceled(id), .cancelRejected(id), .replaced(id, quantity: quantity), .replaceRejected(id), .expired,
    .triggered, .stopped, .suspended, .doneForDay, .calculated, .resumed, .denied, .cancelRequested(id),
    .replaceRequested(id, quantity: positive), .newInDoubt, .requestInDoubt(id),
  ]
  return facts[Int(random.below(UInt64(facts.count)))]
}

private func isVenueReport(_ fact: OrderFact) -> Bool {
  switch fact {
  case .denied, .cancelRequested, .replaceRequested, .newInDoubt, .requestInDoubt: false
  default: true
  }
}
