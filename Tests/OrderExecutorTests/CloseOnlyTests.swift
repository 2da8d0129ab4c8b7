import ActorKit
import CoreTestKit
import OrderExecutor
import Testing
import Trading
import Wire

/// What closes a position never opens another, whatever the venue can.
@Suite struct CloseOnlyTests {
  private func live(reduceOnly: Bool = true, pairs: Bool = false) -> ExecutorBench {
    var configuration = ExecutorBench.configuration()
    configuration.venue.set(.reduceOnly, reduceOnly)
    configuration.venue.set(.pairs, pairs)
    let bench = ExecutorBench(configuration)
    bench.goLive()
    return bench
  }

  /// A trade of somebody else on the account, told by report and by the venue's list.
  @discardableResult
  private func trade(by hand: ExecutorBench, _ side: SideCode, lots quantity: Int64, id: UInt64) -> Turn {
    let order = NewOrder(
      account: ExecutorBench.account, instrument: ExecutorBench.instrument, clOrdID: ClOrdIDText("hand")!,
      side: side, ordType: .limit, timeInForce: .goodTillCancel, execInst: [], price: ticks(10_000).raw,
      quantity: lots(quantity).raw, requestNanos: 1, recvWindowNanos: 1)
    hand.deliver(hand.trade(order, lots: quantity, id: id, cum: quantity))
    return hand.conclude()
  }

  @Test func legsOnlyReduceWhereTheVenueCan() {
    #expect(live().enter().legs.map(\.execInst) == [.reduceOnly, .reduceOnly])
    #expect(live(reduceOnly: false, pairs: true).enter().legs.map(\.execInst) == [[], []])
  }

  @Test func whereItCannotStopAndTargetAreAPair() throws {
    let bench = live(reduceOnly: false, pairs: true)
    let legs = bench.enter().legs
    #expect(legs.map(\.linkedClOrdID) == [ClOrdIDText(), legs[0].clOrdID])
    bench.accept(legs)
    let turn = bench.fill(legs[1], lots: 4, id: 8, cum: 4)
    #expect(turn.cancels.isEmpty && turn.newOrders.isEmpty, "the venue has taken it from the stop")
    #expect(bench.books.open.map(\.worstCaseOpen) == [lots(6), lots(6)])
    try bench.restart()
    #expect(bench.books.open.map(\.worstCaseOpen) == [lots(6), lots(6)])
    var writer = SnapshotWriter()
    bench.books.write(to: &writer)
    var reader = SnapshotReader(writer.bytes)
    #expect(try ExecutorBooks(account: ExecutorBench.account, from: &reader) == bench.books)
  }

  @Test func withNeitherTheStopRestsAndTheTargetIsGuarded() {
    let bench = live(reduceOnly: false)
    let stop = bench.enter().legs
    #expect(stop.map(\.ordType) == [.stop])
    bench.accept(stop)
    bench.top(10_100, 10_102)
    let reached = bench.conclude()
    #expect(reached.cancels.map(\.origClOrdID) == [stop[0].clOrdID])
    #expect(reached.newOrders.isEmpty, "the stop may still fill")
    let exit = bench.confirm(reached.cancels[0], stop[0]).newOrders
    #expect(exit.map(\.timeInForce) == [.immediateOrCancel])
    #expect(exit.map(\.price) == [ticks(10_100).raw])
    #expect(exit.map(\.quantity) == [lots(10).raw])
    bench.accept(exit)
    bench.fill(exit[0], lots: 4, id: 9, cum: 4)
    bench.top(10_050, 10_052)
    bench.deliver(bench.report(exit[0], .expired, status: .expired, cum: 4))
    #expect(bench.conclude().newOrders.map(\.quantity) == [lots(6).raw], "its stop again")
  }

  @Test func aStopThatFillsWhileItIsTakenBackLeavesNothingToDo() {
    let bench = live(reduceOnly: false)
    let stop = bench.enter().legs
    bench.accept(stop)
    bench.top(10_100, 10_102)
    bench.conclude()
    bench.deliver(bench.trade(stop[0], lots: 10, id: 9, cum: 10, at: 9_950))
    #expect(bench.conclude().newOrders.isEmpty)
    #expect(bench.pass(seconds: 20).newOrders.isEmpty)
    #expect(bench.books.ledger[ExecutorBench.instrument].quantity.isZero)
  }

  @Test func whatIsTooMuchForThePositionIsCutThoughOnlyCancelsAreAllowed() {
    let bench = live(reduceOnly: false)
    let stop = bench.enter(target: nil).legs
    bench.accept(stop)
    bench.grantedLevel = .cancel
    bench.pass(seconds: 2)
    let turn = trade(by: bench, .sell, lots: 4, id: 77)
    #expect(turn.cancels.map(\.origClOrdID) == [stop[0].clOrdID])
    #expect(turn.newOrders.isEmpty)
  }

  @Test func aPositionClosedByHandLeavesNoLegs() {
    let bench = live()
    let legs = bench.enter().legs
    bench.accept(legs)
    bench.grantedLevel = .cancel
    bench.pass(seconds: 2)
    let turn = trade(by: bench, .sell, lots: 10, id: 77)
    #expect(Set(turn.cancels.map(\.origClOrdID)) == Set(legs.map(\.clOrdID)))
    #expect(!turn.alarms.contains(.ownerlessPosition), "it was closed, and nothing is left of nobody's")
  }

  @Test func aSmallFurtherFillLeavesTheStopStanding() {
    let bench = live()
    let entry = bench.ask(ExecutorBench.intent(expireNanos: bench.expiry())).newOrders[0]
    bench.accept([entry])
    var stops: [NewOrder] = []
    for index in 1...4 {
      let legs = bench.fill(entry, lots: 1, id: UInt64(index), cum: Int64(index)).newOrders
      bench.accept(legs)
      stops += legs.filter { $0.ordType == .stop }
    }
    let turn = bench.fill(entry, lots: 1, id: 5, cum: 5)
    #expect(!turn.cancels.contains { cancel in stops.contains { $0.clOrdID == cancel.origClOrdID } })
    #expect(turn.newOrders.filter { $0.ordType == .stop }.map(\.quantity) == [lots(5).raw])
  }

  @Test func aStopThatFindsNothingToTradeWithIsRepeatedEachTimeLater() {
    let bench = live()
    let legs = bench.enter().legs
    bench.accept(legs)
    bench.top(10_000, nil)
    var placed = [legs[0]]
    for _ in 0..<40 {
      guard let stop = placed.last else { break }
      bench.deliver(bench.report(stop, .new))
      bench.deliver(bench.report(stop, .expired, status: .expired, reason: .noLiquidity))
      var turn = bench.conclude()
      turn.append(bench.pass(seconds: 0.25))
      placed += turn.newOrders.filter { $0.ordType == .stop }
    }
    #expect((4...12).contains(placed.count), "\(placed.count) in ten seconds")
    bench.top(9_900, 9_902)
    var turn = bench.conclude()
    turn.append(bench.pass(seconds: 6))
    #expect(turn.facts.map(\.kind).contains(18), "with a market the executor guards it")
  }

  @Test func aLostStopIsAskedAboutWithinASecondAndReplacedWhenTheVenueHasItNot() {
    let bench = live()
    let legs = bench.enter().legs
    bench.accept([legs[1]])
    let asked = bench.pass(seconds: 0.5)
    #expect(asked.orderQueries.map(\.clOrdID) == [legs[0].clOrdID])
    let answer = bench.report(
      legs[0], .unknownOrder, reason: .unknownOrder,
      correlation: asked.orderQueries[0].envelope.correlation)
    bench.deliver(answer)
    let turn = bench.conclude()
    #expect(turn.newOrders.map(\.ordType) == [.stop])
    #expect(bench.books.inDoubtCount == 1, "unknown proves nothing before its time")
    bench.accept(turn.newOrders)
    bench.deliver(bench.report(legs[0], .new))
    #expect(bench.conclude().cancels.count == 1, "of two whole ones one goes")
  }

  @Test func aLostStopWhoseFirstQuestionGetsLostTooIsReplacedWithinASecond() {
    let bench = live()
    let legs = bench.enter().legs
    bench.accept([legs[1]])
    let asked = bench.pass(seconds: 0.9).orderQueries
    #expect(asked.map(\.clOrdID) == [legs[0].clOrdID, legs[0].clOrdID])
    #expect(asked[0].envelope.correlation == asked[1].envelope.correlation, "an answer to either will do")
    bench.deliver(
      bench.report(
        legs[0], .unknownOrder, reason: .unknownOrder, correlation: asked[1].envelope.correlation))
    #expect(bench.conclude().newOrders.map(\.ordType) == [.stop])
  }

  @Test func questionsAboutALostStopAreBounded() {
    let bench = live()
    let legs = bench.enter().legs
    bench.accept([legs[1]])
    // 0.4, 0.65, 1.15, and then every second.
    #expect(bench.pass(seconds: 10).orderQueries.count == 11)
  }

  @Test func withoutReduceOnlyALostStopIsNeverDoubled() {
    let bench = live(reduceOnly: false)
    let legs = bench.enter().legs
    let asked = bench.pass(seconds: 0.5)
    #expect(asked.orderQueries.map(\.clOrdID) == [legs[0].clOrdID])
    bench.deliver(
      bench.report(
        legs[0], .unknownOrder, reason: .unknownOrder,
        correlation: asked.orderQueries[0].envelope.correlation))
    var turn = bench.conclude()
    turn.append(bench.pass(seconds: 2))
    #expect(turn.newOrders.isEmpty)
  }

  @Test func withoutReduceOnlyALostTargetIsNeverDoubled() {
    var configuration = ExecutorBench.configuration()
    configuration.venue.set(.stopOrders, false)
    configuration.venue.set(.reduceOnly, false)
    let bench = ExecutorBench(configuration)
    bench.goLive()
    let target = bench.enter().legs[0]
    let asked = bench.pass(seconds: 0.5)
    #expect(asked.orderQueries.map(\.clOrdID) == [target.clOrdID])
    bench.deliver(
      bench.report(
        target, .unknownOrder, reason: .unknownOrder,
        correlation: asked.orderQueries[0].envelope.correlation))
    var turn = bench.conclude()
    turn.append(bench.pass(seconds: 2))
    #expect(turn.newOrders.isEmpty)
  }

  @Test func anEntryWhoseStopCouldNotStandIsRefused() throws {
    var configuration = ExecutorBench.configuration()
    // 1 lot at 100.00 is worth 0.1; at the stop of 99.50 less.
    configuration.instruments = [try ExecutorBench.sampleWith(minNotional: ticks(10_000) * lots(1))]
    let bench = ExecutorBench(configuration)
    bench.goLive()
    let turn = bench.ask(
      ExecutorBench.intent(lots: 1, price: 10_002, stop: 9_950, target: 10_100, expireNanos: bench.expiry()))
    #expect(turn.newOrders.isEmpty)
    #expect(turn.intentEnds.map(\.reason) == [.stopTooSmall])
  }
}

/// What nobody owns is told, and closed or kept.
@Suite struct OwnerlessTests {
  private func live(closes: Bool = false) -> ExecutorBench {
    var configuration = ExecutorBench.configuration()
    configuration.closesOwnerless = closes
    let bench = ExecutorBench(configuration)
    bench.goLive()
    return bench
  }

  private func buyByHand(_ bench: ExecutorBench, lots quantity: Int64, id: UInt64) -> Turn {
    let order = NewOrder(
      account: ExecutorBench.account, instrument: ExecutorBench.instrument, clOrdID: ClOrdIDText("hand")!,
      side: .buy, ordType: .limit, timeInForce: .goodTillCancel, execInst: [], price: ticks(10_000).raw,
      quantity: lots(quantity).raw, requestNanos: 1, recvWindowNanos: 1)
    bench.deliver(bench.trade(order, lots: quantity, id: id, cum: quantity))
    var turn = bench.conclude()
    turn.append(bench.pass(seconds: 0.9))
    return turn
  }

  @Test func aHandTradeIsToldWithinASecondAndKept() {
    let bench = live()
    let turn = buyByHand(bench, lots: 3, id: 70)
    #expect(turn.alarms.filter { $0 == .ownerlessPosition }.count == 1)
    #expect(turn.newOrders.isEmpty)
    #expect(bench.books.ownerless(in: ExecutorBench.instrument) == lots(3))
    #expect(!bench.pass(seconds: 30).alarms.contains(.ownerlessPosition), "once")
  }

  @Test func byPolicyItIsClosed() {
    let bench = live(closes: true)
    let close = buyByHand(bench, lots: 3, id: 70).newOrders
    #expect(close.map(\.side) == [.sell])
    #expect(close.map(\.timeInForce) == [.immediateOrCancel])
    #expect(close.map(\.execInst) == [.reduceOnly])
    #expect(bench.books.open.map(\.purpose) == [.ownerless])
    bench.accept(close)
    bench.fill(close[0], lots: 3, id: 71, cum: 3)
    #expect(bench.books.ownerless(in: ExecutorBench.instrument).isZero)
    #expect(bench.pass(seconds: 5).newOrders.isEmpty)
  }

  @Test func whereAStrategyQuotesTheRestIsIts() throws {
    let bench = live(closes: true)
    let bid = bench.quote(bids: [(9_999, 5)]).newOrders
    bench.accept(bid)
    bench.fill(bid[0], lots: 5, id: 60, cum: 5)
    #expect(bench.books.ownerless(in: ExecutorBench.instrument).isZero)
    #expect(!bench.pass(seconds: 2).alarms.contains(.ownerlessPosition))
    try bench.restart()
    #expect(bench.books.ownerless(in: ExecutorBench.instrument).isZero, "also after a restart")
    var writer = SnapshotWriter()
    bench.books.write(to: &writer)
    var reader = SnapshotReader(writer.bytes)
    let restored = try ExecutorBooks(account: ExecutorBench.account, from: &reader)
    #expect(restored.ownerless(in: ExecutorBench.instrument).isZero, "and from a snapshot")
  }

  @Test func anExitThatDidTooMuchIsNobodys() {
    let bench = live()
    let legs = bench.enter().legs
    bench.accept(legs)
    bench.deliver(bench.trade(legs[1], lots: 10, id: 80, cum: 10))
    bench.deliver(bench.trade(legs[0], lots: 10, id: 81, cum: 10, at: 9_950))
    let turn = bench.conclude()
    #expect(turn.alarms.contains(.ownerlessPosition))
    #expect(bench.books.ownerless(in: ExecutorBench.instrument) == Quantity(raw: 0 - lots(10).raw))
  }

  @Test func intentsOfBothDirectionsCloseEachOther() {
    let bench = live()
    let first = bench.enter().legs
    bench.accept(first)
    _ = bench.enter(2, side: .sell, stop: 10_050, target: 9_900)
    #expect(bench.books.ledger[ExecutorBench.instrument].quantity.isZero)
    #expect(bench.books.held(in: ExecutorBench.instrument).isZero)
    #expect(bench.books.ownerless(in: ExecutorBench.instrument).isZero)
  }
}
