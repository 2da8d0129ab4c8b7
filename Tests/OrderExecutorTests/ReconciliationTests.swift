import ActorKit
import CoreTestKit
import OrderExecutor
import Testing
import Trading
import Vocabulary
import Wire

@Suite struct ReconciliationTests {
  /// An order as another life of this executor, whose journal was lost, would have sent it.
  private func lostOrder(_ side: Side = .buy, counter: UInt64 = 5) -> NewOrder {
    NewOrder(
      account: ExecutorBench.account, instrument: ExecutorBench.instrument,
      clOrdID: ClOrdIDText(ClOrdID(account: ExecutorBench.account, epoch: 0, counter: counter)),
      side: SideCode(side), ordType: .limit, timeInForce: .goodTillCancel, execInst: .postOnly,
      price: ticks(9_999).raw, quantity: lots(10).raw, requestNanos: 0, recvWindowNanos: 0)
  }

  private func foreignOrder() -> NewOrder {
    var order = lostOrder()
    order.clOrdID = ClOrdIDText("x-123") ?? ClOrdIDText()
    return order
  }

  @Test func theVenueIsAskedSoonAgainAndThenEverySecondUntilItAnswers() {
    let bench = ExecutorBench()
    bench.isVenueAnswering = false
    bench.start()
    var queries = bench.conclude().accountQueries
    queries += bench.pass(seconds: 3.5).accountQueries
    #expect(queries.count == 5, "0, 0.25, 0.75, and then every second")
    #expect(queries.allSatisfy { $0.parts == [.balances, .positions, .openOrders, .trades, .capabilities] })
    #expect(bench.core.state == .starting)
    bench.answer(queries[0])
    bench.conclude()
    #expect(bench.core.state == .ready, "an answer to any of them will do")
    bench.answer(queries[4])
    bench.conclude()
    #expect(bench.counter("refused.lateAnswer") == 1)
  }

  @Test func nothingIsPlacedBeforeTheFirstAnswer() {
    let bench = ExecutorBench()
    bench.isVenueAnswering = false
    bench.start()
    bench.conclude()
    bench.session(.live)
    bench.status(.live)
    bench.top(10_000, 10_002)
    let turn = bench.quote(bids: [(9_999, 5)])
    #expect(turn.newOrders.isEmpty)
    bench.isVenueAnswering = true
    #expect(bench.pass(seconds: 1.1).newOrders.count == 1)
  }

  @Test func tradesOfALostJournalAreBookedOncePageByPage() {
    let bench = ExecutorBench()
    bench.tradesPerAnswer = 3
    for index in 1...10 { _ = bench.trade(lostOrder(), lots: 1, id: UInt64(index), cum: Int64(index)) }
    bench.goLive()
    #expect(bench.books.fillCount == 10)
    #expect(bench.books.ledger[ExecutorBench.instrument].quantity == lots(10))
    #expect(bench.books.confirmedTradeSequence == 10)
    bench.pass(seconds: 25)
    #expect(bench.books.fillCount == 10)
    #expect(bench.core.state == .live)
    #expect(bench.counter("alarms.unknownOrderFill") == 10)
  }

  @Test func anUnexplainedPositionQuarantines() {
    let bench = ExecutorBench()
    bench.claimedPosition = lots(3).raw
    bench.start()
    #expect(bench.conclude().alarms.isEmpty)
    #expect(bench.core.state == .starting, "one answer may lag")
    let turn = bench.pass(seconds: 1.1)
    #expect(bench.core.state == .quarantined)
    #expect(turn.alarms == [.reconciliationDifference])
    bench.session(.live)
    bench.status(.live)
    bench.top(10_000, 10_002)
    #expect(bench.quote(bids: [(9_999, 5)]).newOrders.isEmpty)
    #expect(bench.command(.resume).outcome == .refused)
    #expect(bench.command(.flatten).outcome == .refused)
    bench.claimedPosition = nil
    bench.pass(seconds: 30)
    #expect(bench.core.state == .quarantined, "only a restart that agrees ends it")
  }

  /// The positions agree, as lost trades may cancel out: that proves nothing.
  @Test func tradesThatTheVenueListsNoMoreQuarantine() throws {
    let bench = ExecutorBench()
    bench.goLive()
    let order = try #require(bench.quote(bids: [(9_999, 5)]).newOrders.first)
    bench.accept([order])
    for id in UInt64(1)...4 { _ = bench.trade(order, lots: 1, id: id, cum: Int64(id)) }
    bench.venueTrades.removeFirst(2)
    bench.claimedPosition = lots(2).raw
    bench.pass(seconds: 12)
    #expect(bench.core.state == .quarantined)
    #expect(bench.books.fillCount == 2, "what is listed is booked")
  }

  @Test func aDifferenceOfAMomentCostsLessThanASecond() {
    let bench = ExecutorBench()
    bench.claimedPosition = lots(3).raw
    bench.start()
    bench.conclude()
    bench.claimedPosition = nil
    bench.pass(seconds: 0.3)
    #expect(bench.core.state == .ready)
  }

  @Test(arguments: [true, false])
  func aSuspicionDelaysNoStopThatIsReduceOnly(_ reduceOnly: Bool) throws {
    var configuration = ExecutorBench.configuration()
    configuration.venue.set(.reduceOnly, reduceOnly)
    let bench = ExecutorBench(configuration)
    bench.goLive()
    let entry = try #require(
      bench.ask(ExecutorBench.intent(target: nil, expireNanos: bench.expiry())).newOrders.first)
    bench.accept([entry])
    bench.claimedPosition = lots(3).raw
    bench.pass(seconds: 10.1)
    #expect(bench.quote(bids: [(9_990, 5)]).newOrders.isEmpty, "nothing new on a suspicion")
    let turn = bench.fill(entry, lots: 10, id: 1, cum: 10)
    #expect(turn.newOrders.map(\.ordType) == (reduceOnly ? [.stop] : []))
  }

  @Test func aQuarantineEndsWithARestartThatAgrees() throws {
    let bench = ExecutorBench()
    bench.claimedPosition = lots(3).raw
    bench.start()
    bench.conclude()
    bench.claimedPosition = nil
    try bench.restart()
    bench.goLiveAgain()
    #expect(bench.core.state == .live)
  }

  @Test func whileQuarantinedWhatRestsIsCancelled() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.accept(bench.quote(bids: [(9_999, 5)]).newOrders)
    bench.claimedPosition = lots(3).raw
    #expect(bench.pass(seconds: 10.1).cancels.isEmpty)
    #expect(bench.quote(bids: [(9_999, 5), (9_998, 5)]).newOrders.isEmpty, "nothing new on a suspicion")
    #expect(bench.pass(seconds: 1.1).cancels.count == 1)
    #expect(bench.core.state == .quarantined)
  }

  @Test func foreignOrdersAreCountedShownAndLeftAlone() {
    let bench = ExecutorBench()
    bench.venueOpenOrders = [bench.listed(foreignOrder())]
    bench.start()
    let turn = bench.conclude()
    #expect(bench.counter("foreignOrders") == 1)
    #expect(turn.alarms == [.reconciliationDifference])
    #expect(turn.cancels.isEmpty)
    #expect(bench.core.state == .ready)
  }

  @Test func anOrderOfOursUnknownToTheJournalIsAdoptedAndCancelled() {
    let bench = ExecutorBench()
    let order = lostOrder()
    bench.venueOpenOrders = [bench.listed(order)]
    bench.start()
    let turn = bench.conclude()
    #expect(turn.cancels.map(\.origClOrdID) == [order.clOrdID])
    #expect(turn.alarms == [.reconciliationDifference])
    #expect(turn.reports.first?.ordStatus == .new)
  }

  @Test func anIdWeHaveNotGivenYetMeansAnotherExecutor() throws {
    for epoch in [UInt32(1), 37] {
      let bench = ExecutorBench()
      var order = lostOrder()
      order.clOrdID = ClOrdIDText(ClOrdID(account: ExecutorBench.account, epoch: epoch, counter: 9_000))
      bench.venueOpenOrders = [bench.listed(order)]
      bench.start()
      #expect(bench.conclude().cancels.map(\.origClOrdID) == [order.clOrdID])
      #expect(bench.core.state == .quarantined)
      // Until the order's time is over, that a list has it no more proves nothing: its level stays taken.
      bench.venueOpenOrders = []
      let early = try bench.revived(fromSnapshot: false)
      early.goLiveAgain()
      #expect(early.quote(bids: [(9_999, 5)]).newOrders.isEmpty, "epoch \(epoch)")
      bench.suspend(seconds: 20)
      try bench.restart()
      bench.goLiveAgain()
      #expect(bench.quote(bids: [(9_999, 5)]).newOrders.count == 1, "epoch \(epoch)")
    }
  }

  @Test func anIdOfTheNextEpochMeansAnotherExecutorHoweverSmallItsCounter() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.accept(bench.quote(bids: [(9_999, 5), (9_998, 5), (9_997, 5)]).newOrders)
    var order = lostOrder(.buy)
    order.clOrdID = ClOrdIDText(ClOrdID(account: ExecutorBench.account, epoch: bench.epoch + 1, counter: 1))
    _ = bench.trade(order, lots: 1, id: 9, cum: 1)
    bench.pass(seconds: 11)
    #expect(bench.core.state == .quarantined)
  }

  @Test func aStopThatEndedUnheardIsNoticedAndPlacedAgain() {
    let bench = ExecutorBench()
    bench.goLive()
    let (_, legs) = bench.enter()
    bench.accept(legs)
    bench.venueOpenOrders = [bench.listed(legs[1])]
    bench.suspend(seconds: 10)
    let turn = bench.pass(seconds: 12)
    let query = turn.all(OrderQuery.self).filter { $0.clOrdID == legs[0].clOrdID }
    #expect(!query.isEmpty)
    var report = bench.report(legs[0], .orderStatus, status: .rejected, reason: .insufficientBalance)
    report.envelope = Envelope(origin: 0, correlation: query[0].envelope.correlation)
    bench.deliver(report)
    #expect(bench.conclude().newOrders.map(\.ordType) == [.stop])
  }

  @Test func oneListThatLagsReopensNothing() {
    let bench = ExecutorBench()
    bench.goLive()
    let order = bench.quote(bids: [(9_999, 5)]).newOrders[0]
    bench.accept([order])
    let cancel = bench.quote().cancels[0]
    bench.confirm(cancel, order)
    bench.venueOpenOrders = [bench.listed(order)]
    bench.pass(seconds: 10.5)
    #expect(bench.books.open.isEmpty)
    bench.pass(seconds: 1)
    #expect(bench.books.open.count == 1, "for a second is no lag")
  }

  /// While books and venue do not agree it is asked after 250 ms: two answers in a row may both lag.
  @Test func listsThatLagForLessThanASecondReopenNothing() {
    let bench = ExecutorBench()
    bench.goLive()
    let order = bench.quote(bids: [(9_999, 5)]).newOrders[0]
    bench.accept([order])
    bench.confirm(bench.quote().cancels[0], order)
    let other = bench.quote(bids: [(9_998, 5)]).newOrders[0]
    bench.accept([other])
    bench.fill(other, lots: 1, id: 9, cum: 1)
    let trade = bench.venueTrades.removeLast()
    bench.venueOpenOrders = [bench.listed(order), bench.listed(other)]
    let asked = bench.counter("accountQueries")
    for _ in 0..<300 where bench.counter("accountQueries") == asked { bench.pass(seconds: 0.05) }
    bench.pass(seconds: 0.6)
    #expect(bench.counter("accountQueries") > asked + 1, "two answers lagged")
    #expect(bench.books.open.map(\.id) == [ClOrdID(other.clOrdID)])
    bench.venueTrades.append(trade)
    bench.venueOpenOrders = [bench.listed(other)]
    bench.pass(seconds: 3)
    #expect(bench.books.open.map(\.id) == [ClOrdID(other.clOrdID)] && bench.core.state == .live)
  }

  @Test func anExecutorThatWasTakenOverFallsSilentTowardsTheVenue() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.accept(bench.quote(bids: [(9_999, 5)]).newOrders)
    var order = lostOrder()
    order.clOrdID = ClOrdIDText(ClOrdID(account: ExecutorBench.account, epoch: 2, counter: 7))
    _ = bench.trade(order, lots: 1, id: 9, cum: 1)
    // As after two minutes of SIGSTOP: the permit has run out, everything is overdue.
    bench.isQueenAlive = false
    bench.suspend(seconds: 120)
    bench.conclude()
    bench.pass(seconds: 1)
    #expect(bench.core.state == .quarantined)
    let after = bench.pass(seconds: 60)
    #expect(after.sent.filter { $0.destination == ExecutorBench.toVenue }.isEmpty)
    #expect(bench.quote(bids: [(9_998, 5)]).newOrders.isEmpty)
  }

  @Test func whoHasNeverOrderedAndFindsOrdersOfTheAccountHasNotItsJournal() throws {
    let bench = ExecutorBench()
    bench.start()
    bench.conclude()
    try bench.restart()
    var order = lostOrder()
    order.clOrdID = ClOrdIDText(ClOrdID(account: ExecutorBench.account, epoch: 1, counter: 3))
    bench.venueOpenOrders = [bench.listed(order)]
    bench.goLiveAgain()
    bench.pass(seconds: 12)
    #expect(bench.core.state == .quarantined)
  }

  @Test func aStopOfOursThatTheJournalDoesNotKnowIsLeft() {
    let bench = ExecutorBench()
    var stop = bench.listed(lostOrder())
    stop.ordType = .stop
    bench.venueOpenOrders = [stop]
    bench.start()
    let turn = bench.conclude()
    #expect(turn.cancels.isEmpty)
    #expect(turn.alarms == [.reconciliationDifference])
  }

  @Test func aFillUnderAnIdWeHaveNotGivenYetQuarantines() {
    let bench = ExecutorBench()
    bench.goLive()
    var order = lostOrder()
    order.clOrdID = ClOrdIDText(ClOrdID(account: ExecutorBench.account, epoch: 2, counter: 1))
    bench.fill(order, lots: 1, id: 1, cum: 1)
    #expect(bench.books.fillCount == 1)
    #expect(bench.core.state == .quarantined)
  }

  @Test func booksAndVenueAreComparedEveryTenSeconds() {
    let bench = ExecutorBench()
    bench.goLive()
    let queries = bench.pass(seconds: 35).accountQueries
    #expect(queries.count == 3)
    #expect(queries.allSatisfy { $0.parts == [.balances, .positions, .openOrders, .trades, .capabilities] })
  }

  @Test func aLostFillIsFoundAtTheVenueAndAlarmed() {
    let bench = ExecutorBench()
    bench.goLive()
    let order = bench.quote(bids: [(9_999, 10)]).newOrders
    bench.accept(order)
    _ = bench.trade(order[0], lots: 4, id: 1, cum: 4)
    let turn = bench.pass(seconds: 10.1)
    #expect(turn.alarms == [.reconciliationDifference])
    #expect(bench.books.fillCount == 1)
    #expect(turn.reports.map(\.execType) == [.trade])
    #expect(bench.core.state == .live)
  }

  @Test func aFillFoundBeforeItsReportIsNoAlarmAndNotBookedTwice() {
    let bench = ExecutorBench()
    bench.goLive()
    let order = bench.quote(bids: [(9_999, 10)]).newOrders
    bench.accept(order)
    bench.pass(seconds: 8)
    let report = bench.trade(order[0], lots: 4, id: 1, cum: 4)
    let turn = bench.pass(seconds: 2.1)
    #expect(turn.alarms.isEmpty && bench.books.fillCount == 1)
    bench.deliver(report)
    bench.conclude()
    #expect(bench.books.fillCount == 1)
    #expect(bench.counter("duplicates") == 1)
  }

  @Test func aFillReportedWhileTheAnswerIsUnderWayExplainsTheDifference() {
    let bench = ExecutorBench()
    bench.goLive()
    let order = bench.quote(bids: [(9_999, 10)]).newOrders
    bench.accept(order)
    bench.isVenueAnswering = false
    let query = bench.pass(seconds: 10.1).accountQueries[0]
    let report = bench.trade(order[0], lots: 4, id: 1, cum: 4)
    let trades = bench.venueTrades
    // The venue answered before the trade; the report overtakes the answer.
    bench.venueTrades = []
    bench.deliver(report)
    bench.answer(query)
    bench.conclude()
    #expect(bench.core.state == .live)
    bench.venueTrades = trades
    bench.isVenueAnswering = true
    bench.pass(seconds: 20)
    #expect(bench.core.state == .live)
    #expect(bench.books.confirmedTradeSequence == 1)
  }

  @Test func aBookedFillTheVenueDoesNotListQuarantines() {
    let bench = ExecutorBench()
    bench.goLive()
    let order = bench.quote(bids: [(9_999, 10)]).newOrders
    bench.accept(order)
    bench.fill(order[0], lots: 4, id: 1, cum: 4)
    bench.venueTrades = []
    bench.claimedPosition = lots(4).raw
    bench.pass(seconds: 11.2)
    #expect(bench.core.state == .quarantined)
  }

  @Test func announcedFillsTheVenueNeverListsQuarantine() {
    let bench = ExecutorBench()
    bench.goLive()
    let order = bench.quote(bids: [(9_999, 10)]).newOrders
    bench.accept(order)
    bench.confirm(bench.quote().cancels[0], order[0], cum: 4)
    bench.pass(seconds: 30)
    #expect(bench.core.state == .quarantined)
  }

  @Test func aVenueThatComesBackIsComparedWholly() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.deliver(.peerSilent(component: ExecutorBench.venue))
    bench.conclude()
    #expect(bench.core.state == .degraded)
    #expect(bench.quote(bids: [(9_999, 5)]).newOrders.isEmpty)
    bench.deliver(.peerHeard(component: ExecutorBench.venue, epoch: 2))
    let turn = bench.conclude()
    #expect(turn.newOrders.count == 1)
    #expect(
      turn.accountQueries.map(\.parts) == [[.balances, .positions, .openOrders, .trades, .capabilities]]
        || bench.pass(seconds: 0.1).accountQueries.count == 1)
  }

  @Test func riskIsToldTheWholeTruthWhenItsSessionOpens() {
    let bench = ExecutorBench()
    bench.goLive()
    let order = bench.quote(bids: [(9_999, 10)]).newOrders
    bench.accept(order)
    bench.fill(order[0], lots: 4, id: 1, cum: 4)
    bench.deliver(.sessionOpened(component: ExecutorBench.risk, peerEpoch: 3))
    let turn = bench.conclude()
    let report = turn.all(AccountReport.self, to: ExecutorBench.toRisk)
    #expect(report.map(\.fillSequence) == [1])
    #expect(report.first?.cash == -39_996_000)
    let position = turn.sent.first { $0.template == .accountReport }?.read {
      message -> AccountReport.Position? in
      if case .accountReport(let view) = copy message { view.position(0) } else { nil }
    }
    #expect(position?.position == lots(4).raw)
    #expect(position?.workingBid == lots(6).raw)
  }

  @Test func aPositionTopicAnswersSnapshotRequests() {
    let bench = ExecutorBench()
    bench.goLive()
    let peer = Peer(component: 8, link: .control, route: 4)
    guard let topic = Topic("execution", "position", "2", "BTCUSDT.SIM") else {
      preconditionFailure("a topic")
    }
    let request = SnapshotRequest(
      envelope: Envelope(origin: 0, correlation: Correlation(high: 3, low: 4)), topic: topic.text)
    bench.deliver(from: peer) { request.encode(into: &$0) }
    let turn = bench.conclude()
    let place = bench.core.topics.firstIndex(of: topic) ?? -1
    let answer = turn.all(PositionChanged.self, to: .snapshot(topic: place, peer))
    #expect(answer.count == 1)
    #expect(answer.first?.envelope.correlation == Correlation(high: 3, low: 4))
  }

  /// A list may lag: what was accepted just before the death is not over because the first list lacks it.
  @Test func atTheStartOrdersThatAreNotListedWaitForTheirFence() throws {
    let bench = ExecutorBench()
    bench.goLive()
    let (_, legs) = bench.enter()
    bench.accept(legs)
    try bench.restart()
    #expect(bench.goLiveAgain().newOrders.isEmpty, "nothing takes their place")
    #expect(bench.books.open.map(\.state.isOpen) == [true, true])
    #expect(bench.pass(seconds: 5.9).orderQueries.isEmpty, "receive window 5 s and margin 1 s")
    #expect(Set(bench.pass(seconds: 0.3).orderQueries.map(\.clOrdID)) == Set(legs.map(\.clOrdID)))
    #expect(bench.books.open.count == 2)
  }

  /// What the venue said was filled counts until the venue shows the order working: the end was none.
  @Test func anAdoptedOrderWaitsForNoFillsOfTheEndThatWasNone() throws {
    let bench = ExecutorBench()
    bench.goLive()
    let order = bench.quote(bids: [(9_999, 5)]).newOrders[0]
    bench.accept([order])
    bench.confirm(bench.quote().cancels[0], order, cum: 3)
    #expect(bench.books.open.map(\.awaitedFills) == [lots(3)])
    bench.venueOpenOrders = [bench.listed(order)]
    try bench.restart()
    var turn = bench.goLiveAgain()
    #expect(bench.books.open.map(\.awaitedFills) == [.zero])
    if turn.cancels.isEmpty { turn.append(bench.pass(seconds: 2)) }
    bench.venueOpenOrders = []
    bench.confirm(try #require(turn.cancels.first), order)
    #expect(bench.books.open.isEmpty)
  }

  @Test func aPositionThatIsNotOursAloneQuarantines() {
    let bench = ExecutorBench()
    _ = bench.trade(lostOrder(), lots: 5, id: 1, cum: 5)
    bench.claimedPosition = lots(7).raw
    bench.start()
    bench.conclude()
    bench.pass(seconds: 1.1)
    #expect(bench.books.ledger[ExecutorBench.instrument].quantity == lots(5))
    #expect(bench.core.state == .quarantined)
  }

  @Test func aListOfTradesOutOfItsOrderIsRefused() {
    let bench = ExecutorBench()
    for index in 1...2 { _ = bench.trade(lostOrder(), lots: 1, id: UInt64(index), cum: Int64(index)) }
    bench.venueTrades[1].tradeSequence = 1
    bench.start()
    bench.conclude()
    bench.pass(seconds: 2.1)
    #expect(bench.books.fillCount == 0)
    #expect(bench.core.state == .starting)
  }
}
