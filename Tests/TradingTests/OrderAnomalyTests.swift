import Testing
import Trading

private func lots(_ whole: Int64) -> Quantity { Quantity(raw: whole * 100_000_000) }
private func request(_ counter: UInt64) -> ClOrdID { ClOrdID(account: 1, epoch: 1, counter: counter) }
private func fill(_ id: UInt64, _ quantity: Int64, at price: Int64 = 100) -> OrderFact {
  .executed(ExecID(id), lots(quantity), Price(raw: price * 1_000_000_000))
}

private func order(_ quantity: Int64, _ facts: [OrderFact]) -> OrderState {
  var order = OrderState(quantity: lots(quantity))
  for fact in facts { _ = order.apply(fact) }
  return order
}

@Test func aLateAcknowledgementUndoesNothing() {
  let late = order(10, [fill(1, 4), fill(2, 6), .accepted])
  #expect(late.status == .filled && late.cumQuantity == lots(10) && late.anomalies.isEmpty)
}

@Test func aRepeatedExecutionCountsOnce() {
  var repeated = order(10, [.accepted, fill(1, 4)])
  #expect(repeated.apply(fill(1, 4)) == OrderEffect(anomalies: .duplicateExecution))
  #expect(repeated.cumQuantity == lots(4))
  #expect(repeated.apply(fill(1, 5)) == OrderEffect(anomalies: .conflictingExecution))
  #expect(repeated.apply(fill(1, 4, at: 101)) == OrderEffect(anomalies: .conflictingExecution))
  #expect(repeated.cumQuantity == lots(4))
  #expect(
    repeated.apply(fill(2, 6)).done == OrderEffect.Fill(quantity: lots(6), price: Price(raw: 100_000_000_000))
  )
  #expect(repeated.status == .filled)
  #expect(repeated.anomalies == [.duplicateExecution, .conflictingExecution])
}

@Test func aFillAfterTheCancelReachesThePosition() {
  var ended = order(10, [.accepted, .cancelRequested(request(1)), .canceled(request(1))])
  let effect = ended.apply(fill(1, 3))
  #expect(effect.done?.quantity == lots(3) && effect.anomalies == .fillAfterEnd)
  #expect(ended.status == .canceled && ended.cumQuantity == lots(3) && ended.leavesQuantity == .zero)
}

@Test func filledOutranksCanceled() {
  let late = order(10, [.accepted, fill(1, 4), .canceled(nil), fill(2, 6)])
  #expect(late.status == .filled && late.leavesQuantity == .zero && late.anomalies == .fillAfterEnd)
}

@Test func anOverfillIsCountedAndFlagged() {
  var over = order(10, [.accepted, fill(1, 8)])
  let effect = over.apply(fill(2, 5))
  #expect(effect.done?.quantity == lots(5) && effect.anomalies == .overfill)
  #expect(over.status == .filled && over.cumQuantity == lots(13))
  #expect(over.leavesQuantity == .zero && over.worstCaseOpen == .zero)
}

@Test func aRejectionCannotUndoAnExecutionInEitherOrder() {
  for facts in [[fill(1, 4), .rejected], [.rejected, fill(1, 4)]] {
    let odd = order(10, facts)
    #expect(odd.status == .partiallyFilled && odd.worstCaseOpen == lots(6), "\(facts)")
    #expect(odd.anomalies == .rejectedAndFilled, "\(facts)")
  }
}

@Test func aBustMayOvertakeItsExecution() {
  var early = order(10, [.accepted])
  #expect(early.apply(.busted(ExecID(1))) == OrderEffect(anomalies: .bustBeforeFill))
  #expect(early.apply(fill(1, 4)) == OrderEffect())
  #expect(early.cumQuantity == .zero && early.status == .new)
  #expect(early.apply(fill(1, 4)) == OrderEffect(anomalies: .duplicateExecution))
}

@Test func aBustTakesBackOnce() {
  var busted = order(10, [.accepted, fill(1, 4), fill(2, 2)])
  #expect(busted.apply(.busted(ExecID(1))).undone?.quantity == lots(4))
  #expect(busted.apply(.busted(ExecID(1))) == OrderEffect())
  #expect(busted.cumQuantity == lots(2) && busted.status == .partiallyFilled)
}

@Test func impossibleQuantitiesAreFlaggedAndIgnored() {
  var odd = order(10, [.accepted, fill(1, 4)])
  let before = odd.cumQuantity
  #expect(odd.apply(fill(2, 0)).anomalies == .impossibleQuantity)
  #expect(odd.apply(fill(3, -4)).anomalies == .impossibleQuantity)
  #expect(odd.apply(.executed(ExecID(4), .max, Price(raw: 1))).anomalies == .impossibleQuantity)
  #expect(odd.apply(.corrected(ExecID(1), .zero, Price(raw: 1))).anomalies == .impossibleQuantity)
  #expect(odd.apply(.replaced(request(1), quantity: lots(-1))).anomalies.contains(.impossibleQuantity))
  #expect(odd.cumQuantity == before && odd.executions.count == 1 && odd.quantity == lots(10))
}

@Test func answersToUnknownRequestsAreFlaggedButTheirFactsCount() {
  var odd = order(10, [.accepted])
  #expect(odd.apply(.cancelRejected(request(7))).anomalies == .unknownRequest)
  #expect(odd.apply(.replaced(request(7), quantity: lots(8))).anomalies == .unknownRequest)
  #expect(odd.quantity == lots(8))
  #expect(odd.apply(.requestInDoubt(request(7))).anomalies == .unknownRequest)
  #expect(odd.apply(.canceled(request(7))).anomalies == .unknownRequest)
  #expect(odd.status == .canceled)
}

@Test func twoDifferentEndsAreFlagged() {
  var odd = order(10, [.accepted, .expired])
  #expect(odd.apply(.canceled(nil)).anomalies == .conflictingEnds)
  #expect(odd.apply(.expired).anomalies == .conflictingEnds)
  #expect(odd.status == .canceled)
  var same = order(10, [.accepted, .canceled(nil)])
  #expect(same.apply(.canceled(nil)) == OrderEffect())
}

@Test func aTimeoutIsADoubtThatCountsInFull() {
  var doubtful = order(10, [.newInDoubt])
  #expect(doubtful.status == .inDoubt && doubtful.worstCaseOpen == lots(10) && doubtful.isOpen)
  #expect(!doubtful.status.isTerminal)
  _ = doubtful.apply(fill(1, 4))
  #expect(doubtful.status == .partiallyFilled, "an execution proves that the order arrived")
  #expect(order(10, [.newInDoubt, .accepted]).status == .new)
  #expect(
    order(10, [.accepted, .newInDoubt]).status == .new, "the acknowledgement was faster than the timer")
  #expect(order(10, [.newInDoubt, .rejected]).status == .rejected)
}

@Test func aCancelInDoubtIsSettledByItsAnswerOnly() {
  let cancel = request(1)
  let doubtful = order(10, [.accepted, .cancelRequested(cancel), .requestInDoubt(cancel)])
  #expect(doubtful.status == .inDoubt)
  var filledMeanwhile = doubtful
  _ = filledMeanwhile.apply(fill(1, 4))
  #expect(filledMeanwhile.status == .inDoubt && filledMeanwhile.worstCaseOpen == lots(6))
  _ = filledMeanwhile.apply(fill(2, 6))
  #expect(filledMeanwhile.status == .pendingCancel, "nothing is open, so the doubt is about nothing")
  var rejected = doubtful
  _ = rejected.apply(.cancelRejected(cancel))
  #expect(rejected.status == .new)
  var canceled = doubtful
  _ = canceled.apply(.canceled(nil))
  #expect(canceled.status == .canceled && !canceled.isOpen)
}

@Test func anUnansweredIncreaseCountsAtItsLargerSize() {
  let replace = request(1)
  var order = order(10, [.accepted, fill(1, 4), .replaceRequested(replace, quantity: lots(50))])
  #expect(order.leavesQuantity == lots(6) && order.worstCaseOpen == lots(46))
  _ = order.apply(.requestInDoubt(replace))
  #expect(order.status == .inDoubt && order.worstCaseOpen == lots(46))
  _ = order.apply(.replaceRejected(replace))
  #expect(order.worstCaseOpen == lots(6))
}

@Test func requestsAreBoundedAndPointlessOnesAreNotPending() {
  var many = order(10, [.accepted])
  for counter in 0..<UInt64(OrderState.mostPending) {
    #expect(many.canRequest)
    _ = many.apply(.cancelRequested(request(counter)))
  }
  #expect(!many.canRequest)
  _ = many.apply(.cancelRequested(request(0)))
  #expect(many.pending.count == OrderState.mostPending, "the same request twice is one request")
  _ = many.apply(.canceled(request(0)))
  #expect(many.pending.isEmpty && !many.canRequest)
  _ = many.apply(.cancelRequested(request(99)))
  #expect(many.pending.isEmpty && many.status == .canceled)
}

@Test func theAveragePriceIsExact() {
  let thirds = order(10, [.accepted, fill(1, 1, at: 100), fill(2, 2, at: 101)])
  #expect(thirds.averagePrice?.rounded?.description == "100.666666667")
  #expect(thirds.averagePrice == AveragePrice(Price(raw: 302_000_000_000) * lots(1), per: lots(3)))
  #expect(order(10, [.accepted]).averagePrice == nil)
}

@Test func execIdsAreNumbersOrShortText() {
  #expect(ExecID(5).description == "5")
  #expect(ExecID(text: Array("A1".utf8)) != ExecID(text: Array("A2".utf8)))
  #expect(ExecID(text: Array("1".utf8)) != ExecID(1))
  #expect(ExecID(text: Array("0123456789abcdef".utf8)) != nil)
  #expect(ExecID(text: Array("0123456789abcdefg".utf8)) == nil)
  #expect(ExecID(text: [UInt8]()) == nil)
  #expect(ExecID(text: [0x20]) == nil)
  #expect(ExecID(high: 1, low: 0) > ExecID(.max))
}
