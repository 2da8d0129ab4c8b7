import ActorKit
import CoreTestKit
import OrderExecutor
import Testing
import Trading
import Wire

@Suite struct DoubtTests {
  private func withUnanswered() -> (ExecutorBench, NewOrder) {
    let bench = ExecutorBench()
    bench.goLive()
    return (bench, bench.quote(bids: [(9_999, 10)]).newOrders[0])
  }

  private func answerUnknown(
    _ bench: ExecutorBench, _ order: NewOrder, _ query: OrderQuery, reason: RejectReason = .unknownOrder
  ) {
    bench.deliver(
      bench.report(
        order, .unknownOrder, status: .unrecognized, reason: reason, correlation: query.envelope.correlation))
  }

  @Test func anUnansweredOrderIsInDoubtAndCountsInFull() {
    let (bench, order) = withUnanswered()
    let early = bench.pass(seconds: 9.9)
    #expect(early.orderQueries.isEmpty && bench.counter("inDoubt") == 0)
    let turn = bench.pass(seconds: 0.2)
    #expect(turn.reports.map(\.execType) == [.inDoubt])
    #expect(turn.reports.map(\.ordStatus) == [.inDoubt])
    // Ten seconds are beyond the receive window and its margin: the question may be asked at once.
    #expect(turn.orderQueries.map(\.clOrdID) == [order.clOrdID])
    let exposure = bench.books.exposure(in: ExecutorBench.instrument)
    #expect(exposure.workingBuys == lots(10))
    // Never again under its id, and nothing else at its price.
    bench.target(bids: [(9_999, 30)])
    #expect(bench.conclude().newOrders.isEmpty)
  }

  /// Of a venue whose requests do not expire by time "unknown" proves nothing: the order may still come true.
  @Test(arguments: [Trading.VenueCapabilities.Doubt.none, .sequence])
  func whereNoTimeEndsADoubtNothingTakesItsPlace(doubt: Trading.VenueCapabilities.Doubt) throws {
    var configuration = ExecutorBench.configuration()
    configuration.venue.doubt = doubt
    let bench = ExecutorBench(configuration)
    bench.goLive()
    let order = bench.quote(bids: [(9_999, 10)]).newOrders[0]
    for _ in 0..<20 {
      bench.target(bids: [(9_999, 10)])
      let turn = bench.pass(seconds: 5)
      #expect(turn.newOrders.isEmpty)
      for query in turn.orderQueries { answerUnknown(bench, order, query) }
      #expect(bench.conclude().newOrders.isEmpty)
    }
    #expect(bench.books.inDoubtCount == 1)
  }

  @Test func unknownIsBelievedAtTheSecondAnswer() {
    let (bench, order) = withUnanswered()
    let first = bench.pass(seconds: 10.1).orderQueries[0]
    answerUnknown(bench, order, first)
    bench.conclude()
    #expect(bench.books.open.count == 1, "one answer is not enough")
    answerUnknown(bench, order, first)
    bench.conclude()
    #expect(bench.books.open.count == 1, "the same answer again is not a second one")
    let second = bench.pass(seconds: 1.1).orderQueries[0]
    #expect(second.envelope.correlation != first.envelope.correlation)
    answerUnknown(bench, order, second)
    let turn = bench.conclude()
    #expect(turn.reports.first?.ordStatus == .notPlaced)
    #expect(turn.reports.first?.execType == .unknownOrder)
    #expect(bench.counter("notPlaced") == 1)
    // The level is free again, under a new id.
    #expect(turn.newOrders.count == 1 && turn.newOrders[0].clOrdID != order.clOrdID)
  }

  /// Once a venue has forgotten old orders, one that it does not find may have ended, with fills: these are
  /// in its list of trades.
  @Test func whatTheVenueHasForgottenIsNotOpenAndItsFillsAreFound() {
    let (bench, order) = withUnanswered()
    let first = bench.pass(seconds: 10.1).orderQueries[0]
    answerUnknown(bench, order, first, reason: .archived)
    bench.conclude()
    let second = bench.pass(seconds: 1.1).orderQueries[0]
    answerUnknown(bench, order, second, reason: .archived)
    _ = bench.trade(order, lots: 10, id: 1, cum: 10)
    bench.conclude()
    #expect(bench.counter("notPlaced") == 1)
    bench.pass(seconds: 1.1)
    #expect(bench.books.ledger[ExecutorBench.instrument].quantity == lots(10))
    #expect(bench.books.open.allSatisfy { ClOrdIDText($0.id) != order.clOrdID })
    #expect(bench.core.state == .live)
  }

  @Test func aVenueTooBusyToLookProvesNothing() {
    let (bench, order) = withUnanswered()
    for _ in 0..<5 {
      let turn = bench.pass(seconds: bench.counter("orderQueries") == 0 ? 10.1 : 1.1)
      if let query = turn.orderQueries.last { answerUnknown(bench, order, query, reason: .rateLimit) }
      bench.conclude()
    }
    #expect(bench.books.open.count == 1)
    #expect(bench.counter("notPlaced") == 0)
  }

  @Test func aFoundOrderIsAdopted() {
    let (bench, order) = withUnanswered()
    bench.venueOpenOrders = [bench.listed(order)]
    let query = bench.pass(seconds: 10.1).orderQueries[0]
    bench.deliver(bench.report(order, .orderStatus, status: .new, correlation: query.envelope.correlation))
    let turn = bench.conclude()
    #expect(turn.reports.first?.ordStatus == .new)
    #expect(turn.newOrders.isEmpty && turn.cancels.isEmpty, "it is what is wanted")
    #expect(bench.pass(seconds: 40).orderQueries.isEmpty)
  }

  @Test func aLateAcknowledgementSettlesTheDoubt() {
    let (bench, order) = withUnanswered()
    bench.venueOpenOrders = [bench.listed(order)]
    bench.pass(seconds: 10.1)
    let turn = bench.accept([order])
    #expect(turn.reports.first?.ordStatus == .new)
    #expect(bench.pass(seconds: 40).orderQueries.isEmpty)
    #expect(bench.counter("alarms.orderStuck") == 0)
  }

  @Test func aFilledOrderInDoubtIsBookedFromTheListOfTrades() {
    let (bench, order) = withUnanswered()
    _ = bench.trade(order, lots: 10, id: 1, cum: 10)
    let query = bench.pass(seconds: 9.95)
    #expect(query.orderQueries.isEmpty)
    bench.pass(seconds: 1)
    #expect(bench.books.fillCount == 1)
    #expect(bench.books.open.isEmpty)
  }

  @Test func theVenueSilentForThirtySecondsRaisesAnAlarm() {
    let (bench, _) = withUnanswered()
    let turn = bench.pass(seconds: 29.9)
    #expect(turn.all(OrderStuck.self).isEmpty)
    let later = bench.pass(seconds: 0.2)
    #expect(later.all(OrderStuck.self).map(\.ordStatus) == [.inDoubt])
    #expect(later.alarms == [.orderStuck])
    #expect(bench.pass(seconds: 60).all(OrderStuck.self).isEmpty, "once")
  }

  @Test func anUnansweredCancelIsInDoubtAndEndsByQuery() {
    let (bench, order) = withUnanswered()
    bench.accept([order])
    let cancel = bench.quote().cancels
    #expect(cancel.count == 1)
    let turn = bench.pass(seconds: 5.1)
    #expect(turn.reports.last?.ordStatus == .inDoubt)
    let query = turn.orderQueries
    #expect(query.count == 1, "what the venue has can be asked about at once")
    bench.deliver(
      bench.report(order, .orderStatus, status: .new, correlation: query[0].envelope.correlation))
    let adopted = bench.conclude()
    // It works and is not wanted: a new cancel, under a new id.
    #expect(adopted.cancels.count == 1 && adopted.cancels[0].clOrdID != cancel[0].clOrdID)
    bench.confirm(adopted.cancels[0], order)
    #expect(bench.books.open.isEmpty)
  }

  @Test func anAcceptedOrderTheVenueForgotCountsAsCancelled() {
    let (bench, order) = withUnanswered()
    bench.accept([order])
    bench.suspend(seconds: 6)
    bench.quote()
    for _ in 0..<2 {
      #expect(bench.books.open.count == 1, "one answer may lag")
      var asked = bench.pass(seconds: 1.05).orderQueries
      while asked.isEmpty { asked = bench.pass(seconds: 1.05).orderQueries }
      answerUnknown(bench, order, asked[asked.count - 1])
      bench.conclude()
    }
    #expect(bench.books.open.isEmpty)
    #expect(bench.counter("alarms.reconciliationDifference") == 1)
  }

  /// A list that lags does not have an order yet that was accepted a moment ago.
  @Test func anAcceptedOrderIsNotCountedAsGoneBeforeItsTimeIsOver() {
    let (bench, order) = withUnanswered()
    bench.accept([order])
    let begin = bench.now().boot
    bench.deliver(.streamRestarted(sender: ExecutorBench.venue))
    bench.quote()
    bench.deliver(.streamRestarted(sender: ExecutorBench.venue))
    for _ in 0..<100 where !bench.books.open.isEmpty {
      for query in bench.pass(seconds: 0.2).orderQueries { answerUnknown(bench, order, query) }
      bench.conclude()
      if bench.now().boot - begin < 6 * .nanosPerSecond { #expect(bench.books.open.count == 1) }
    }
    #expect(bench.books.open.isEmpty)
    #expect(bench.counter("orderQueries") > 2)
  }

  @Test func aDuplicateIdRefusedIsADoubtNotAnEnd() {
    let (bench, order) = withUnanswered()
    bench.deliver(bench.report(order, .rejected, status: .rejected, reason: .duplicateClOrdID))
    bench.conclude()
    #expect(bench.books.open.first?.status == .inDoubt)
    bench.accept([order])
    #expect(bench.books.open.first?.status == .new)
    bench.deliver(bench.report(order, .rejected, status: .rejected, reason: .duplicateClOrdID))
    bench.conclude()
    #expect(bench.books.open.first?.status == .new, "the copy was refused, not the order")
  }

  @Test func anOrderDeclaredNeverPlacedThatAppearsIsAdoptedWithAnAlarm() {
    let (bench, order) = withUnanswered()
    bench.quote()
    for _ in 0..<2 {
      let turn = bench.pass(seconds: bench.counter("orderQueries") == 0 ? 10.1 : 1.1)
      answerUnknown(bench, order, turn.orderQueries[0])
      bench.conclude()
    }
    #expect(bench.books.open.isEmpty)
    let turn = bench.accept([order])
    #expect(turn.alarms == [.reconciliationDifference])
    #expect(turn.cancels.map(\.origClOrdID) == [order.clOrdID])
  }

  /// No request was made in the future: a wall clock that was set back does not make the wait longer.
  @Test func aClockSetBackDoesNotPutTheFenceOff() throws {
    let (bench, order) = withUnanswered()
    bench.bench.now.wall -= 3_600 * .nanosPerSecond
    try bench.restart()
    bench.goLiveAgain()
    #expect(bench.pass(seconds: 5.9).orderQueries.isEmpty, "receive window 5 s and margin 1 s")
    #expect(bench.pass(seconds: 0.2).orderQueries.map(\.clOrdID) == [order.clOrdID])
  }

  /// A stop is asked about before its request is too old to act. That is not so because a clock was set.
  @Test func aClockSetForwardDoesNotEndTheFenceEarly() {
    let bench = ExecutorBench()
    bench.goLive()
    let stop = bench.enter(target: nil).legs[0]
    bench.moveWallClock(seconds: 3_600)
    for second in 0..<10 {
      let asked = bench.pass(seconds: 1).orderQueries.last { $0.clOrdID == stop.clOrdID }
      if let asked { answerUnknown(bench, stop, asked) }
      bench.accept(bench.conclude().newOrders)
      // Receive window and margin are six seconds; then it takes two answers.
      if second < 6 { #expect(bench.counter("notPlaced") == 0, "after \(second) s") }
    }
    #expect(bench.counter("notPlaced") == 1)
  }

  @Test func anAnswerToAnotherQuestionChangesNothing() {
    let (bench, order) = withUnanswered()
    #expect(bench.pass(seconds: 10.1).orderQueries.count == 1)
    bench.deliver(
      bench.report(
        order, .orderStatus, status: .canceled, correlation: Correlation(high: 5, low: 5)))
    bench.conclude()
    #expect(bench.books.open.map(\.status) == [.inDoubt])
  }
}
