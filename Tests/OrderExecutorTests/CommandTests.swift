import ActorKit
import CoreTestKit
import Governance
import OrderExecutor
import Testing
import Trading
import Wire

@Suite struct CommandTests {
  @Test(arguments: [Scope.firm, .account])
  func aHaltCancelsEverythingAndBlocksUntilReleased(_ scope: Scope) {
    let bench = ExecutorBench()
    bench.goLive()
    let orders = bench.quote(bids: [(9_999, 5)], asks: [(10_003, 5)]).newOrders
    bench.accept(orders)
    let halted = bench.command(.halt, scope)
    #expect(halted.outcome == .done)
    #expect(halted.turn.cancels.count == 2, "in the same turn")
    for (cancel, order) in zip(halted.turn.cancels, orders) { bench.confirm(cancel, order) }
    #expect(bench.quote(bids: [(9_999, 5)]).newOrders.isEmpty)
    #expect(bench.counter("ordersDenied.haltLatched") >= 1)
    let resumed = bench.command(.resume, scope)
    #expect(resumed.outcome == .done)
    #expect(resumed.turn.newOrders.count == 1)
  }

  @Test func aHaltOfAStrategyLeavesTheOthersAlone() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.accept(bench.quote(bids: [(9_999, 5)]).newOrders)
    bench.target(bids: [(9_998, 5)], strategy: 12)
    let other = bench.conclude().newOrders
    bench.accept(other)
    let turn = bench.command(.halt, .strategy, strategy: 12).turn
    #expect(turn.cancels.map(\.origClOrdID) == [other[0].clOrdID])
  }

  @Test func aHaltOfAnInstrumentStopsIt() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.accept(bench.quote(bids: [(9_999, 5)]).newOrders)
    #expect(bench.command(.halt, .instrument, instrument: 999).outcome == .refused)
    let turn = bench.command(.halt, .instrument, instrument: ExecutorBench.instrument).turn
    #expect(turn.cancels.count == 1)
  }

  @Test func aHaltDoesNotWaitForAnAnswerThatIsLate() {
    let bench = ExecutorBench()
    bench.goLive()
    let orders = bench.quote(bids: [(9_999, 5), (9_998, 5)]).newOrders
    bench.accept([orders[0]])
    #expect(bench.quote().cancels.map(\.origClOrdID) == [orders[0].clOrdID, orders[1].clOrdID])
    let again = bench.command(.halt).turn.cancels
    #expect(again.map(\.origClOrdID) == orders.map(\.clOrdID), "one cancel too many does no harm")
    #expect(bench.command(.halt, .strategy, strategy: ExecutorBench.strategy).turn.cancels.count <= 2)
  }

  @Test func aHaltDoesNotWaitForThePauseAfterACancelThatDidNotLeave() {
    let bench = ExecutorBench()
    bench.goLive()
    let order = bench.quote(bids: [(9_999, 5)]).newOrders[0]
    bench.accept([order])
    let cancel = bench.quote().cancels[0]
    bench.deliver(
      .notSent(
        component: ExecutorBench.venue, template: .cancelOrder,
        correlation: Correlation(
          high: cancel.envelope.correlationHigh, low: cancel.envelope.correlationLow), reason: .noPeer))
    #expect(bench.conclude().cancels.isEmpty, "the link needs a moment")
    #expect(bench.command(.halt).turn.cancels.map(\.origClOrdID) == [order.clOrdID])
  }

  @Test func aHaltSurvivesARestartAndANewPermit() throws {
    let bench = ExecutorBench()
    bench.goLive()
    bench.command(.halt)
    try bench.restart()
    bench.goLiveAgain()
    #expect(bench.quote(bids: [(9_999, 5)]).newOrders.isEmpty)
    #expect(bench.books.halts.map(\.operatorName) == ["anna"])
    #expect(bench.command(.resume).turn.newOrders.count == 1)
  }

  @Test func aHaltNeedsNeitherQueenNorSession() {
    let bench = ExecutorBench()
    bench.isQueenAlive = false
    bench.isVenueAnswering = false
    bench.start()
    #expect(bench.command(.halt).outcome == .done)
    #expect(bench.books.halts.count == 1)
  }

  @Test func toResumeTakesANameAndAReason() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.command(.halt)
    #expect(bench.command(.resume, name: "").outcome == .refused)
    #expect(bench.command(.resume, reason: "").outcome == .refused)
    let wrong = bench.command(.resume, .firm)
    #expect(wrong.outcome == .refused)
    #expect(wrong.text.contains("account 2"), "it says what is halted: \(wrong.text)")
    #expect(bench.books.halts.count == 1)
  }

  @Test func theSameCommandAgainDoesNothingTwice() throws {
    let bench = ExecutorBench()
    bench.goLive()
    let id = Correlation(high: 5, low: 5)
    #expect(bench.command(.halt, id: id).outcome == .done)
    #expect(bench.command(.resume).outcome == .done)
    #expect(bench.command(.halt, id: id).outcome == .duplicate)
    #expect(bench.books.halts.isEmpty)
    try bench.restart()
    bench.goLiveAgain()
    #expect(bench.command(.halt, id: id).outcome == .duplicate)
    #expect(bench.command(.halt, id: Correlation.none).outcome == .refused)
  }

  @Test func commandsForOthersAreRefused() {
    let bench = ExecutorBench()
    bench.goLive()
    #expect(bench.command(.start).outcome == .refused)
    #expect(bench.command(.halt, .component).outcome == .refused)
    #expect(bench.command(.halt, .strategy).outcome == .refused, "which strategy?")
    #expect(bench.command(.flatten, .strategy, strategy: 3).outcome == .refused)
    #expect(bench.counter("refused.command") == 4)
  }

  @Test func theNumberOfHaltsIsBounded() {
    let bench = ExecutorBench()
    bench.goLive()
    for number in 0..<UInt16(ExecutorBooks.mostHalts) {
      #expect(bench.command(.halt, .strategy, strategy: number).outcome == .done)
    }
    // None is refused for want of a place: a narrow one halts the account, and there are two wider scopes.
    for number in 1_000..<UInt16(1_010) {
      #expect(bench.command(.halt, .strategy, strategy: number).outcome == .done)
    }
    #expect(bench.command(.halt, .account).outcome == .done)
    #expect(bench.command(.halt, .firm).outcome == .done)
    #expect(bench.books.halts.count == ExecutorBooks.mostHalts + 2)
    #expect(bench.books.halts.suffix(2).map(\.scope) == [.account(ExecutorBench.account), .firm])
  }
}

@Suite struct FlattenTests {
  /// Long five lots, one bid and one ask resting.
  private func withPosition() -> (ExecutorBench, [NewOrder]) {
    let bench = ExecutorBench()
    bench.goLive()
    let orders = bench.quote(bids: [(9_999, 10)], asks: [(10_003, 10)]).newOrders
    bench.accept(orders)
    bench.fill(orders[0], lots: 5, id: 1, cum: 5)
    return (bench, orders)
  }

  @Test func flatteningCancelsThenClosesReduceOnlyWithinTheSlippage() {
    let (bench, orders) = withPosition()
    let begun = bench.command(.flatten)
    #expect(begun.outcome == .accepted)
    #expect(begun.turn.cancels.count == 2)
    #expect(begun.turn.newOrders.isEmpty, "nothing is closed while orders still work")
    bench.confirm(begun.turn.cancels[0], orders[0], cum: 5)
    let close = bench.confirm(begun.turn.cancels[1], orders[1]).newOrders
    #expect(close.count == 1)
    #expect(close.first?.side == .sell)
    #expect(close.first?.execInst == .reduceOnly)
    #expect(close.first?.timeInForce == .immediateOrCancel)
    #expect(close.first?.quantity == lots(5).raw)
    // 50 bps below the best bid of 100.00.
    #expect(close.first?.price == ticks(9_950).raw)
    bench.deliver(bench.trade(close[0], lots: 5, id: 2, cum: 5, at: 10_000))
    let turn = bench.conclude()
    #expect(bench.books.flattenings.isEmpty)
    #expect(turn.alarms.isEmpty)
    #expect(bench.books.ledger[ExecutorBench.instrument].isFlat)
  }

  @Test func flatteningWorksWhileHaltedAndWithoutPermit() {
    let (bench, orders) = withPosition()
    bench.grantedLevel = .cancel
    let halted = bench.command(.halt).turn.cancels
    bench.confirm(halted[0], orders[0], cum: 5)
    bench.confirm(halted[1], orders[1])
    bench.pass(seconds: 1.2)
    #expect(bench.command(.flatten).turn.newOrders.count == 1)
  }

  @Test func anUnfilledTryIsRepeatedFurtherOutToTheCapAndNeverGivenUp() {
    let (bench, orders) = withPosition()
    let begun = bench.command(.flatten).turn.cancels
    bench.confirm(begun[0], orders[0], cum: 5)
    var next = bench.confirm(begun[1], orders[1]).newOrders
    var prices: [Int64] = []
    while let order = next.first, prices.count < 30 {
      prices.append((order.price ?? 0) / 10_000_000)
      bench.deliver(bench.report(order, .new))
      bench.deliver(bench.report(order, .expired, status: .expired))
      var turn = bench.conclude()
      turn.append(bench.pass(seconds: 5.1))
      next = turn.newOrders.filter { $0.timeInForce == .immediateOrCancel }
    }
    // 50, 100, 200, 400 and 800 bps below the bid, then 1,000 below the last price, 100.01.
    #expect(prices.prefix(6) == [9_950, 9_900, 9_800, 9_600, 9_200, 9_001])
    #expect(prices.count == 30 && prices.dropFirst(6).allSatisfy { $0 == 9_001 })
    #expect(bench.books.flattenings.count == 1)
    // Each step once, the cap once.
    #expect(bench.counter("alarms.orderStuck") == 5)
  }

  @Test func anEndThatOvertakesItsFillDoesNotCloseTwice() {
    let (bench, orders) = withPosition()
    let begun = bench.command(.flatten).turn.cancels
    bench.confirm(begun[0], orders[0], cum: 5)
    let close = bench.confirm(begun[1], orders[1]).newOrders[0]
    let fill = bench.trade(close, lots: 3, id: 2, cum: 3)
    bench.deliver(bench.report(close, .expired, status: .expired, cum: 3))
    #expect(bench.conclude().newOrders.isEmpty)
    #expect(bench.pass(seconds: 0.2).newOrders.isEmpty, "three of five are filled and on their way")
    bench.deliver(fill)
    var turn = bench.conclude()
    turn.append(bench.pass(seconds: 0.1))
    #expect(turn.newOrders.map(\.quantity) == [lots(2).raw], "once")
  }

  @Test func flatteningGoesOnAfterARestart() throws {
    let (bench, orders) = withPosition()
    let begun = bench.command(.flatten).turn.cancels
    bench.confirm(begun[0], orders[0], cum: 5)
    bench.deliver(bench.report(orders[1], .canceled, status: .canceled))
    // The cancel that was unanswered at the restart may never have left: a list that does not have the order
    // yet settles nothing, and as long as it may fill nothing is closed beside it.
    let early = try bench.revived(fromSnapshot: false)
    #expect(early.goLiveAgain().newOrders.isEmpty && early.books.flattenings.count == 1)
    bench.suspend(seconds: 20)
    try bench.restart()
    let closing = bench.goLiveAgain().newOrders
    #expect(bench.books.flattenings.count == 1)
    #expect(closing.map(\.execInst) == [.reduceOnly])
    let first = try #require(closing.first)
    bench.deliver(bench.trade(first, lots: 5, id: 2, cum: 5))
    bench.conclude()
    #expect(bench.books.flattenings.isEmpty)
  }

  @Test func aFlatInstrumentIsDoneAtOnce() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.command(.flatten)
    #expect(bench.books.flattenings.isEmpty)
  }
}

@Suite struct EndTests {
  private func closing(_ bench: ExecutorBench, by command: Bool) -> Turn {
    if command { return bench.command(.stop).turn }
    bench.session(.shutdown)
    return bench.conclude()
  }

  @Test(arguments: [false, true])
  func theEndIsCancelConfirmCompareFinished(_ byCommand: Bool) {
    let bench = ExecutorBench()
    bench.goLive()
    let orders = bench.quote(bids: [(9_999, 10)]).newOrders
    bench.accept(orders)
    bench.fill(orders[0], lots: 4, id: 1, cum: 4)
    bench.isVenueAnswering = false
    let turn = closing(bench, by: byCommand)
    #expect(turn.cancels.count == 1)
    #expect(bench.core.state == .stopping)
    let query = bench.confirm(turn.cancels[0], orders[0], cum: 4).accountQueries
    #expect(query.map(\.parts) == [[.balances, .positions, .openOrders, .trades, .capabilities]])
    #expect(bench.core.state == .stopping)
    bench.answer(query[0])
    bench.conclude()
    #expect(bench.core.state == .finished)
    #expect(bench.quote(bids: [(9_990, 1)]).newOrders.isEmpty)
  }

  @Test func itDoesNotEndWhileTheVenueDiffers() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.claimedPosition = lots(1).raw
    bench.session(.shutdown)
    bench.conclude()
    bench.pass(seconds: 20)
    #expect(bench.core.state == .quarantined)
  }

  @Test func anOrderTheVenueStillShowsIsCancelledBeforeTheEnd() {
    let bench = ExecutorBench()
    bench.goLive()
    let order = bench.quote(bids: [(9_999, 10)]).newOrders[0]
    bench.accept([order])
    bench.venueOpenOrders = [bench.listed(order)]
    bench.session(.shutdown)
    let cancel = bench.conclude().cancels[0]
    let turn = bench.confirm(cancel, order)
    #expect(bench.core.state == .stopping)
    #expect(turn.cancels.map(\.origClOrdID) == [order.clOrdID])
    bench.venueOpenOrders = []
    bench.confirm(turn.cancels[0], order)
    bench.pass(seconds: 2)
    #expect(bench.core.state == .finished)
  }

  @Test func itDoesNotEndWithAnOrderInDoubt() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.quote(bids: [(9_999, 10)])
    bench.session(.shutdown)
    bench.conclude()
    bench.pass(seconds: 25)
    #expect(bench.core.state == .stopping)
    #expect(bench.books.inDoubtCount == 1)
  }
}
