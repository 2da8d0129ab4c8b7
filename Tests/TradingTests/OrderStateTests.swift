import Testing
import Trading

private func lots(_ whole: Int64) -> Quantity { Quantity(raw: whole * 100_000_000) }
private func request(_ counter: UInt64) -> ClOrdID { ClOrdID(account: 1, epoch: 1, counter: counter) }
private let y = request(9)
private func fill(_ id: UInt64, _ quantity: Int64, at price: Int64 = 100) -> OrderFact {
  .executed(ExecID(id), lots(quantity), Price(raw: price * 1_000_000_000))
}

/// A fact and what the order must look like after it: status, CumQty, LeavesQty.
private typealias Step = (fact: OrderFact, status: OrderStatus, cum: Int64, leaves: Int64)

@discardableResult
private func play(
  _ quantity: Int64, _ steps: [Step], sourceLocation: SourceLocation = #_sourceLocation
) -> OrderState {
  var order = OrderState(quantity: lots(quantity))
  for (index, step) in steps.enumerated() {
    _ = order.apply(step.fact)
    let context: Comment = "step \(index): \(step.fact)"
    #expect(order.status == step.status, context, sourceLocation: sourceLocation)
    #expect(order.cumQuantity == lots(step.cum), context, sourceLocation: sourceLocation)
    #expect(order.leavesQuantity == lots(step.leaves), context, sourceLocation: sourceLocation)
  }
  return order
}

// The scenarios are those of FIX 4.4 volume 4, appendix D, by their numbers there.

@Test("FIX appendix D, A.1.a") func anOrderIsFilledInParts() {
  let order = play(
    10000,
    [
      (.accepted, .new, 0, 10000), (fill(1, 2000), .partiallyFilled, 2000, 8000),
      (fill(2, 1000), .partiallyFilled, 3000, 7000), (fill(3, 7000), .filled, 10000, 0),
    ])
  #expect(order.anomalies.isEmpty && !order.isOpen && order.status.isTerminal)
}

@Test("FIX appendix D, A.1.b") func anOrderIsDoneForTheDayAndResumes() {
  let order = play(
    10000,
    [
      (.accepted, .new, 0, 10000), (fill(1, 2000), .partiallyFilled, 2000, 8000),
      (fill(2, 1000), .partiallyFilled, 3000, 7000), (.doneForDay, .doneForDay, 3000, 0),
      (.resumed, .partiallyFilled, 3000, 7000), (fill(3, 500), .partiallyFilled, 3500, 6500),
    ])
  #expect(order.worstCaseOpen == lots(6500))
}

@Test func anOrderDoneForTheDayStillCountsAgainstLimits() {
  let order = play(10, [(.accepted, .new, 0, 10), (.doneForDay, .doneForDay, 0, 0)])
  #expect(order.worstCaseOpen == lots(10))
}

@Test("FIX appendix D, B.1.a") func anOrderIsCancelledUnfilled() {
  play(
    10000,
    [
      (.accepted, .new, 0, 10000), (.cancelRequested(y), .pendingCancel, 0, 10000),
      (.canceled(y), .canceled, 0, 0),
    ])
}

@Test("FIX appendix D, B.1.b") func executionsWhileACancelIsPendingCount() {
  play(
    10000,
    [
      (.accepted, .new, 0, 10000), (fill(1, 2000), .partiallyFilled, 2000, 8000),
      (.cancelRequested(y), .pendingCancel, 2000, 8000), (fill(2, 3000), .pendingCancel, 5000, 5000),
      (fill(3, 1000), .pendingCancel, 6000, 4000), (.canceled(y), .canceled, 6000, 0),
    ])
}

@Test("FIX appendix D, B.1.c") func anOrderIsFilledBeforeItsCancelIsAccepted() {
  play(
    10000,
    [
      (.accepted, .new, 0, 10000), (fill(1, 2000), .partiallyFilled, 2000, 8000),
      (.cancelRequested(y), .pendingCancel, 2000, 8000), (fill(2, 3000), .pendingCancel, 5000, 5000),
      (fill(3, 5000), .pendingCancel, 10000, 0), (.cancelRejected(y), .filled, 10000, 0),
    ])
}

@Test("FIX appendix D, B.1.d") func aCancelOvertakesTheAcknowledgement() {
  play(10000, [(.cancelRequested(y), .pendingCancel, 0, 10000), (.canceled(y), .canceled, 0, 0)])
}

@Test("FIX appendix D, B.1.e") func aCancelCrossesTheAcknowledgement() {
  play(
    10000,
    [
      (.cancelRequested(y), .pendingCancel, 0, 10000), (.accepted, .pendingCancel, 0, 10000),
      (.canceled(y), .canceled, 0, 0),
    ])
}

@Test("FIX appendix D, B.1.f") func aCancelOfAnUnknownOrderProvesNothing() {
  let order = play(
    10,
    [
      (.newInDoubt, .inDoubt, 0, 10), (.cancelRequested(y), .inDoubt, 0, 10),
      (.cancelRejected(y), .inDoubt, 0, 10),
    ])
  #expect(!order.isAccepted && order.worstCaseOpen == lots(10))
}

@Test("FIX appendix D, C.1") func aReplaceIncreasesTheQuantity() {
  let order = play(
    10000,
    [
      (.accepted, .new, 0, 10000), (.replaceRequested(y, quantity: lots(11000)), .pendingReplace, 0, 10000),
      (fill(1, 1000), .pendingReplace, 1000, 9000),
      (.replaced(y, quantity: lots(11000)), .partiallyFilled, 1000, 10000),
      (fill(2, 10000), .filled, 11000, 0),
    ])
  #expect(order.quantity == lots(11000) && order.anomalies.isEmpty)
}

@Test("FIX appendix D, C.1.c") func aFilledOrderIsIncreased() {
  play(
    10000,
    [
      (.accepted, .new, 0, 10000), (fill(1, 10000), .filled, 10000, 0),
      (.replaceRequested(y, quantity: lots(12000)), .pendingReplace, 10000, 0),
      (.replaced(y, quantity: lots(12000)), .partiallyFilled, 10000, 2000),
    ])
}

@Test("FIX appendix D, C.2.a") func aRejectedReplaceLeavesTheOrderAsItWas() {
  play(
    10000,
    [
      (.accepted, .new, 0, 10000), (.replaceRequested(y, quantity: lots(7000)), .pendingReplace, 0, 10000),
      (.replaceRejected(y), .new, 0, 10000),
    ])
}

@Test("FIX appendix D, C.3.a") func aReplaceDecreasesAboveWhatIsExecuted() {
  play(
    10000,
    [
      (.accepted, .new, 0, 10000), (.replaceRequested(y, quantity: lots(8000)), .pendingReplace, 0, 10000),
      (fill(1, 500), .pendingReplace, 500, 9500),
      (.replaced(y, quantity: lots(8000)), .partiallyFilled, 500, 7500),
    ])
}

@Test("FIX appendix D, C.3.b") func aReplaceToWhatIsExecutedFillsTheOrder() {
  play(
    10000,
    [
      (.accepted, .new, 0, 10000), (.replaceRequested(y, quantity: lots(7000)), .pendingReplace, 0, 10000),
      (fill(1, 7000), .pendingReplace, 7000, 3000), (.replaced(y, quantity: lots(7000)), .filled, 7000, 0),
    ])
}

@Test("FIX appendix D, C.3.c") func aReplaceBelowWhatIsExecutedMeansWhatIsExecuted() {
  let order = play(
    10000,
    [
      (.accepted, .new, 0, 10000), (fill(1, 7500), .partiallyFilled, 7500, 2500),
      (.replaceRequested(y, quantity: lots(7000)), .pendingReplace, 7500, 2500),
      (.replaced(y, quantity: lots(7000)), .filled, 7500, 0),
    ])
  #expect(order.quantity == lots(7500))
}

@Test("FIX appendix D, D.2") func chainedReplacesAreAnsweredOneByOne() {
  let (first, second) = (request(10), request(11))
  let order = play(
    10000,
    [
      (.accepted, .new, 0, 10000),
      (.replaceRequested(first, quantity: lots(8000)), .pendingReplace, 0, 10000),
      (.replaceRequested(second, quantity: lots(6000)), .pendingReplace, 0, 10000),
      (.replaced(first, quantity: lots(8000)), .pendingReplace, 0, 8000),
      (.cancelRequested(y), .pendingCancel, 0, 8000),
      (.replaced(second, quantity: lots(6000)), .pendingCancel, 0, 6000),
      (.cancelRejected(y), .new, 0, 6000),
    ])
  #expect(order.pending.isEmpty && order.anomalies.isEmpty)
}

@Test("FIX appendix D, E.1.b") func aCancellationMayComeUnasked() {
  play(
    10000,
    [
      (.accepted, .new, 0, 10000), (fill(1, 1000), .partiallyFilled, 1000, 9000),
      (.canceled(nil), .canceled, 1000, 0),
    ])
}

@Test("FIX appendix D, F") func anOrderIsRejectedBeforeOrAfterItsAcknowledgement() {
  play(10, [(.rejected, .rejected, 0, 0)])
  play(10, [(.accepted, .new, 0, 10), (.rejected, .rejected, 0, 0)])
}

@Test("FIX appendix D, I") func anOrderThatCannotBeFilledAtOnceExpires() {
  play(10, [(.accepted, .new, 0, 10), (fill(1, 4), .partiallyFilled, 4, 6), (.expired, .expired, 4, 0)])
  play(10, [(.accepted, .new, 0, 10), (.expired, .expired, 0, 0)])
}

@Test("FIX appendix D, J.1.a") func aBustOfAFilledOrderReopensIt() {
  play(
    10,
    [(.accepted, .new, 0, 10), (fill(1, 10), .filled, 10, 0), (.busted(ExecID(1)), .new, 0, 10)])
}

@Test("FIX appendix D, J.1.b") func bustAndNewExecutionAfterTheCancel() {
  let order = play(
    10000,
    [
      (.accepted, .new, 0, 10000), (fill(2, 5000), .partiallyFilled, 5000, 5000),
      (.cancelRequested(y), .pendingCancel, 5000, 5000), (.canceled(y), .canceled, 5000, 0),
      (.busted(ExecID(2)), .canceled, 0, 0), (fill(6, 4000), .canceled, 4000, 0),
    ])
  #expect(order.anomalies == .fillAfterEnd)
}

@Test("FIX appendix D, J.2") func aCorrectionReplacesTheExecution() {
  var order = play(100, [(.accepted, .new, 0, 100), (fill(1, 100), .filled, 100, 0)])
  let effect = order.apply(.corrected(ExecID(1), lots(60), Price(raw: 99_000_000_000)))
  #expect(effect.undone == OrderEffect.Fill(quantity: lots(100), price: Price(raw: 100_000_000_000)))
  #expect(effect.done == OrderEffect.Fill(quantity: lots(60), price: Price(raw: 99_000_000_000)))
  #expect(order.status == .partiallyFilled && order.leavesQuantity == lots(40))
  #expect(order.averagePrice?.rounded == Price(raw: 99_000_000_000))
  #expect(order.apply(.corrected(ExecID(1), lots(60), Price(raw: 99_000_000_000))) == OrderEffect())
  // A correction may be the first word of an execution.
  #expect(order.apply(.corrected(ExecID(2), lots(40), Price(raw: 1))).done?.quantity == lots(40))
  #expect(order.status == .filled)
}

@Test("FIX appendix D, K") func aSuspendedOrderWorksAgainWhenResumed() {
  play(
    10,
    [
      (.accepted, .new, 0, 10), (.suspended, .suspended, 0, 10), (fill(1, 1), .suspended, 1, 9),
      (.resumed, .partiallyFilled, 1, 9), (.suspended, .suspended, 1, 9), (.canceled(nil), .canceled, 1, 0),
    ])
}

@Test("FIX appendix D, L") func aStoppedOrderShowsItsExecutionsWhenTheyCome() {
  play(
    10,
    [
      (.accepted, .new, 0, 10), (.stopped, .stopped, 0, 10), (fill(1, 4), .partiallyFilled, 4, 6),
      (fill(2, 6), .filled, 10, 0), (.calculated, .calculated, 10, 0),
    ])
}

@Test func aTriggeredStopOrderStandsBetweenNewAndFilled() {
  play(
    10,
    [(.accepted, .new, 0, 10), (.triggered, .triggered, 0, 10), (fill(1, 4), .partiallyFilled, 4, 6)])
}

@Test func aDeniedOrderCountsForNothing() {
  let order = play(10, [(.denied, .denied, 0, 0)])
  #expect(order.worstCaseOpen == .zero && order.status.isTerminal)
}
