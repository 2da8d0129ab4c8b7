import ActorKit
import CoreTestKit
import OrderExecutor
import Testing
import Trading
import Wire

/// What an intent opened has its stop and its target, whatever happens.
@Suite struct ProtectionTests {
  private func live(venueHasStops: Bool = true) -> ExecutorBench {
    var configuration = ExecutorBench.configuration()
    configuration.venue.set(.stopOrders, venueHasStops)
    let bench = ExecutorBench(configuration)
    bench.goLive()
    bench.deliver(.sessionOpened(component: ExecutorBench.risk, peerEpoch: 1))
    bench.conclude()
    return bench
  }

  @Test func stopAndTargetLeaveInTheTurnThatBooksTheFill() {
    let bench = live()
    let legs = bench.enter().legs
    #expect(legs.map(\.ordType) == [.stop, .limit])
    #expect(legs.map(\.side) == [.sell, .sell])
    #expect(legs.map(\.quantity) == [lots(10).raw, lots(10).raw])
    #expect(legs[0].stopPrice == ticks(9_950).raw && legs[0].price == nil)
    #expect(legs[1].price == ticks(10_100).raw && legs[1].stopPrice == nil)
  }

  @Test func aSellEntryIsProtectedByBuys() {
    let bench = live()
    let legs = bench.enter(side: .sell, stop: 10_050, target: 9_900).legs
    #expect(legs.map(\.side) == [.buy, .buy])
    #expect(legs[0].stopPrice == ticks(10_050).raw)
  }

  @Test func quantitiesFollowPartialFills() {
    let bench = live()
    let entry = bench.ask(ExecutorBench.intent(expireNanos: bench.expiry())).newOrders[0]
    bench.accept([entry])
    let first = bench.fill(entry, lots: 4, id: 1, cum: 4).newOrders
    #expect(first.map(\.quantity) == [lots(4).raw, lots(4).raw])
    bench.accept(first)
    let second = bench.fill(entry, lots: 6, id: 2, cum: 10).newOrders
    #expect(second.map(\.quantity) == [lots(6).raw, lots(6).raw])
  }

  @Test func theOneCancelsTheOther() {
    let bench = live()
    let (_, legs) = bench.enter()
    bench.accept(legs)
    bench.deliver(bench.report(legs[0], .triggered, status: .triggered))
    bench.deliver(bench.trade(legs[0], lots: 10, id: 7, cum: 10, at: 9_949))
    let turn = bench.conclude()
    #expect(turn.cancels.map(\.origClOrdID) == [legs[1].clOrdID])
    #expect(bench.books.ledger[ExecutorBench.instrument].quantity.isZero)
    bench.confirm(turn.cancels[0], legs[1])
    #expect(bench.books.open.isEmpty)
    #expect(bench.books.intents.open.isEmpty)
    #expect(bench.pass(seconds: 20).newOrders.isEmpty)
  }

  @Test func aTargetFilledInPartMakesTheStopSmaller() {
    let bench = live()
    let (_, legs) = bench.enter()
    bench.accept(legs)
    let turn = bench.fill(legs[1], lots: 4, id: 8, cum: 4)
    #expect(turn.cancels.isEmpty, "it stays until a better one stands")
    #expect(turn.newOrders.map(\.ordType) == [.stop])
    #expect(turn.newOrders.map(\.quantity) == [lots(6).raw])
    #expect(bench.accept(turn.newOrders).cancels.map(\.origClOrdID) == [legs[0].clOrdID])
  }

  @Test func manySmallFillsBecomeOneStopAgain() {
    let bench = live()
    let entry = bench.ask(ExecutorBench.intent(expireNanos: bench.expiry())).newOrders[0]
    bench.accept([entry])
    var stops: [NewOrder] = []
    for index in 1...4 {
      let legs = bench.fill(entry, lots: 1, id: UInt64(index), cum: Int64(index)).newOrders
      bench.accept(legs)
      stops += legs.filter { $0.ordType == .stop }
    }
    let turn = bench.fill(entry, lots: 6, id: 5, cum: 10)
    let isOfStop = { (cancel: CancelOrder) in stops.contains { $0.clOrdID == cancel.origClOrdID } }
    #expect(turn.cancels.filter(isOfStop).isEmpty)
    let whole = turn.newOrders.filter { $0.ordType == .stop }
    #expect(whole.map(\.quantity) == [lots(10).raw])
    #expect(bench.accept(whole).cancels.filter(isOfStop).count == 4)
  }

  @Test func legsSurviveARestartAndAreNotPlacedTwice() throws {
    let bench = live()
    let (_, legs) = bench.enter()
    bench.accept(legs)
    bench.venueOpenOrders = legs.map { bench.listed($0) }
    try bench.restart()
    var all = bench.goLiveAgain()
    all.append(bench.pass(seconds: 20))
    #expect(all.newOrders.isEmpty)
    #expect(all.cancels.isEmpty)
  }

  @Test func legsThatTheVenueLostArePlacedAgain() throws {
    let bench = live()
    let (_, legs) = bench.enter()
    bench.accept(legs)
    bench.suspend(seconds: 60)
    try bench.restart()
    let placed = bench.goLiveAgain().newOrders
    #expect(placed.map(\.ordType) == [.stop, .limit])
  }

  @Test func legsInDoubtBlockOthersInTheirPlace() throws {
    let bench = live()
    _ = bench.enter()
    try bench.restart()
    #expect(bench.goLiveAgain().newOrders.isEmpty)
    #expect(bench.books.inDoubtCount == 2)
  }

  @Test func theyStayAndArePlacedWhileThePermitOnlyAllowsReducing() {
    let bench = live()
    let entry = bench.ask(ExecutorBench.intent(price: 9_990, expireNanos: bench.expiry())).newOrders[0]
    bench.accept([entry])
    bench.grantedLevel = .reduce
    bench.pass(seconds: 2)
    let turn = bench.fill(entry, lots: 10, id: 1, cum: 10)
    #expect(turn.newOrders.map(\.ordType) == [.stop, .limit])
    bench.accept(turn.newOrders)
    #expect(bench.pass(seconds: 30).cancels.isEmpty)
  }

  @Test func withAPermitToCancelNothingIsSentAndAPersonIsTold() {
    let bench = live()
    let (_, legs) = bench.enter()
    bench.accept([legs[1]])
    bench.grantedLevel = .cancel
    var turn = bench.pass(seconds: 2)
    bench.deliver(bench.report(legs[0], .rejected, status: .rejected, reason: .rateLimit))
    turn.append(bench.conclude())
    turn.append(bench.pass(seconds: 3))
    #expect(turn.newOrders.isEmpty)
    #expect(turn.cancels.isEmpty, "what rests stays")
    #expect(turn.alarms == [.unprotectedPosition])
  }

  @Test func aHaltLeavesThemWorking() {
    let bench = live()
    let (_, legs) = bench.enter()
    bench.accept(legs)
    #expect(bench.command(.halt).turn.cancels.isEmpty)
    #expect(bench.pass(seconds: 20).cancels.isEmpty)
  }

  @Test func flattenTakesThemBackAndEndsTheProtection() {
    let bench = live()
    let (_, legs) = bench.enter()
    bench.accept(legs)
    let begun = bench.command(.flatten).turn
    #expect(Set(begun.cancels.map(\.origClOrdID)) == Set(legs.map(\.clOrdID)))
    bench.deliver(bench.report(legs[0], .canceled, status: .canceled))
    bench.deliver(bench.report(legs[1], .canceled, status: .canceled))
    let close = bench.conclude().newOrders
    #expect(close.map(\.execInst) == [.reduceOnly])
    let end = bench.fill(close[0], lots: 10, id: 9, cum: 10)
    #expect(end.newOrders.isEmpty)
    #expect(bench.books.intents.open.isEmpty)
    #expect(bench.pass(seconds: 20).newOrders.isEmpty)
  }

  @Test func theEndOfASessionLeavesThemAtTheVenue() {
    let bench = live()
    let (_, legs) = bench.enter()
    bench.accept(legs)
    bench.venueOpenOrders = legs.map { bench.listed($0) }
    var turn = bench.command(.stop).turn
    turn.append(bench.pass(seconds: 20))
    #expect(bench.core.state == .finished)
    #expect(turn.cancels.isEmpty && turn.newOrders.isEmpty)
    #expect(bench.books.open.map(\.id) == legs.compactMap { ClOrdID($0.clOrdID) })
    #expect(!turn.alarms.contains(.unprotectedPosition), "it has its stop")
  }

  @Test func anEndThatLeavesAPositionWithoutItsWholeStopSaysSo() {
    let bench = live()
    let (_, legs) = bench.enter(stop: nil)
    bench.accept(legs)
    bench.venueOpenOrders = legs.map { bench.listed($0) }
    var turn = bench.command(.stop).turn
    turn.append(bench.pass(seconds: 20))
    #expect(bench.core.state == .finished)
    #expect(turn.alarms == [.unprotectedPosition])
  }

  @Test func aRefusedLegIsTriedAgainAndThePersonIsTold() {
    let bench = live()
    let (_, legs) = bench.enter()
    bench.accept([legs[1]])
    bench.deliver(bench.report(legs[0], .rejected, status: .rejected, reason: .rateLimit))
    #expect(bench.conclude().newOrders.isEmpty, "not at once")
    let again = bench.pass(seconds: 0.2).newOrders
    #expect(again.map(\.ordType) == [.stop])
    let later = bench.pass(seconds: 1.5)
    #expect(later.alarms == [.unprotectedPosition])
  }

  @Test func aStopThatTheMarketPassedWithoutTriggeringRaisesAnAlarmOnce() {
    let bench = live()
    let (_, legs) = bench.enter()
    bench.accept(legs)
    bench.top(9_940, 9_942)
    bench.conclude()
    #expect(bench.pass(seconds: 5).alarms == [.stopPassed])
    #expect(bench.pass(seconds: 5).alarms.isEmpty)
    bench.top(10_000, 10_002)
    bench.conclude()
    bench.top(9_940, 9_942)
    bench.conclude()
    #expect(bench.pass(seconds: 5).alarms == [.stopPassed], "a new episode")
  }

  @Test func aLateFillOfAnEndedEntryIsProtectedToo() {
    let bench = live()
    let entry = bench.ask(
      ExecutorBench.intent(price: 9_990, expireNanos: bench.expiry(inSeconds: 1))
    ).newOrders[0]
    bench.accept([entry])
    let cancel = bench.pass(seconds: 1.1).cancels[0]
    #expect(bench.confirm(cancel, entry).intentEnds.map(\.outcome) == [.expired])
    let turn = bench.fill(entry, lots: 10, id: 3, cum: 10)
    #expect(turn.newOrders.map(\.ordType) == [.stop, .limit])
    #expect(turn.intentEnds.isEmpty, "one terminal report is enough")
    #expect(turn.alarms == [.fillOnEndedOrder])
  }
}

// Protection that had ended.
extension ProtectionTests {
  @Test func aLateFillAfterAFlattenIsProtectedWhenTheScopeIsResumed() throws {
    let bench = live()
    let entry = bench.ask(
      ExecutorBench.intent(price: 9_990, target: nil, expireNanos: bench.expiry())
    ).newOrders[0]
    bench.accept([entry])
    let stop = try #require(bench.fill(entry, lots: 4, id: 1, cum: 4).newOrders.first)
    bench.accept([stop])
    var turn = bench.command(.flatten).turn
    for cancel in turn.cancels {
      turn.append(bench.confirm(cancel, cancel.origClOrdID == stop.clOrdID ? stop : entry))
    }
    let exit = try #require(turn.newOrders.first)
    bench.accept([exit])
    bench.fill(exit, lots: 4, id: 2, cum: 4)
    #expect(bench.books.flattenings.isEmpty && bench.command(.resume).outcome == .done)
    let late = bench.fill(entry, lots: 3, id: 3, cum: 7)
    #expect(late.newOrders.map(\.ordType) == [.stop])
    #expect(late.newOrders.map(\.quantity) == [lots(3).raw])
  }
}

/// Stops at a venue that has none.
@Suite struct GuardedStopTests {
  private func guarded() -> ExecutorBench {
    var configuration = ExecutorBench.configuration()
    configuration.venue.set(.stopOrders, false)
    let bench = ExecutorBench(configuration)
    bench.goLive()
    return bench
  }

  @Test func onlyTheTargetRestsAndTheStopIsGuarded() {
    let bench = guarded()
    let legs = bench.enter().legs
    #expect(legs.map(\.ordType) == [.limit])
    bench.accept(legs)
    bench.top(9_951, 9_953)
    #expect(bench.conclude().cancels.isEmpty)
  }

  @Test func theStopIsJournaledTheTargetGoesAndThePositionIsClosed() {
    let bench = guarded()
    let legs = bench.enter().legs
    bench.accept(legs)
    bench.top(9_950, 9_952)
    let turn = bench.conclude()
    #expect(turn.facts.map(\.kind).contains(18))
    #expect(turn.cancels.map(\.origClOrdID) == [legs[0].clOrdID])
    #expect(turn.newOrders.isEmpty, "the target may still be filled")
    let exit = bench.confirm(turn.cancels[0], legs[0]).newOrders
    #expect(exit.map(\.timeInForce) == [.immediateOrCancel])
    #expect(exit.map(\.side) == [.sell])
    #expect(exit.map(\.quantity) == [lots(10).raw])
    bench.accept(exit)
    let end = bench.fill(exit[0], lots: 10, id: 9, cum: 10)
    #expect(end.newOrders.isEmpty)
    #expect(bench.books.intents.open.isEmpty)
  }

  @Test func whatTheMarketDidNotTakeIsTriedAgain() {
    let bench = guarded()
    let legs = bench.enter(target: nil).legs
    #expect(legs.isEmpty)
    bench.top(9_940, 9_942)
    let exit = bench.conclude().newOrders
    bench.accept(exit)
    bench.fill(exit[0], lots: 3, id: 9, cum: 3)
    bench.deliver(bench.report(exit[0], .expired, status: .expired, cum: 3))
    #expect(bench.conclude().newOrders.isEmpty)
    let again = bench.pass(seconds: 0.5).newOrders
    #expect(again.map(\.quantity) == [lots(7).raw])
  }

  @Test func aThinMarketThatTakesPartsIsNotLeftAloneForLongerEachTime() throws {
    let bench = guarded()
    _ = bench.enter(target: nil)
    bench.top(9_940, 9_942)
    var turn = bench.conclude()
    for part in 0..<8 {
      let exit = try #require(turn.newOrders.last, "part \(part)")
      bench.accept([exit])
      bench.fill(exit, lots: 1, id: UInt64(10 + part), cum: 1)
      bench.deliver(bench.report(exit, .expired, status: .expired, cum: 1))
      turn = bench.conclude()
      turn.append(bench.pass(seconds: 0.3))
    }
  }

  @Test func whatIsBeyondTheVenuesLargestOrderIsClosedWithoutPausesWhileTheMarketTakesIt() throws {
    var configuration = ExecutorBench.configuration()
    configuration.venue.set(.stopOrders, false)
    configuration.instruments = [try ExecutorBench.sampleWith(maxQuantity: lots(10))]
    let bench = ExecutorBench(configuration)
    bench.goLive()
    for number in 1...UInt64(8) { _ = bench.enter(number, target: nil) }
    bench.top(9_940, 9_942)
    var turn = bench.conclude()
    for part in 0..<8 {
      for exit in turn.newOrders {
        bench.accept([exit])
        bench.fill(exit, lots: 10, id: UInt64(10_000 + part), cum: 10)
      }
      turn.append(bench.pass(seconds: 0.02))
    }
    #expect(bench.books.ledger[ExecutorBench.instrument].quantity.isZero)
  }

  @Test func aTriggeredStopGoesOnAfterARestartThoughThePriceIsBack() throws {
    let bench = guarded()
    let legs = bench.enter().legs
    bench.accept(legs)
    bench.top(9_950, 9_952)
    bench.conclude()
    bench.suspend(seconds: 60)
    try bench.restart()
    let exit = bench.goLiveAgain().newOrders
    #expect(exit.map(\.timeInForce) == [.immediateOrCancel])
  }

  @Test func withoutPermitOrMarketDataNothingIsTriggered() {
    let bench = guarded()
    let legs = bench.enter().legs
    bench.accept(legs)
    bench.status(.stale)
    bench.top(9_900, 9_902)
    #expect(bench.conclude().facts.map(\.kind).contains(18) == false)
    bench.status(.live)
    bench.grantedLevel = .cancel
    bench.top(9_960, 9_962)
    var turn = bench.pass(seconds: 2)
    bench.top(9_900, 9_902)
    turn.append(bench.conclude())
    turn.append(bench.pass(seconds: 2))
    #expect(turn.facts.map(\.kind).contains(18) == false)
    #expect(turn.alarms == [.unprotectedPosition])
  }

  @Test func aStubBeyondTheStopTriggersItOnlyWhenItHasStoodForASecond() {
    let bench = guarded()
    _ = bench.enter(target: nil)
    // Too far from its ask for a price.
    bench.top(9_940, 10_300)
    var turn = bench.conclude()
    turn.append(bench.pass(seconds: 0.8))
    bench.top(10_000, 10_002)
    turn.append(bench.conclude())
    turn.append(bench.pass(seconds: 2))
    #expect(!turn.facts.map(\.kind).contains(18) && turn.newOrders.isEmpty)
    bench.top(9_940, 10_300)
    turn = bench.conclude()
    turn.append(bench.pass(seconds: 0.9))
    #expect(!turn.facts.map(\.kind).contains(18), "a new stub stands anew")
    let later = bench.pass(seconds: 0.2)
    #expect(later.facts.map(\.kind).contains(18))
    #expect(later.newOrders.map(\.timeInForce) == [.immediateOrCancel])
  }

  @Test func aTouchTooAbsurdForAnExitIsToldToAPerson() {
    let bench = guarded()
    _ = bench.enter(target: nil)
    bench.top(8_000, 10_002)
    var turn = bench.conclude()
    turn.append(bench.pass(seconds: 2))
    #expect(!turn.facts.map(\.kind).contains(18) && turn.newOrders.isEmpty)
    #expect(turn.alarms == [.stopPassed])
  }

  @Test func ourOwnQuotesAreTakenOutOfTheWayFirst() {
    let bench = guarded()
    let (_, legs) = bench.enter(target: nil)
    #expect(legs.isEmpty)
    let bid = bench.quote(bids: [(9_945, 5)]).newOrders
    bench.accept(bid)
    bench.top(9_945, 9_947)
    let turn = bench.conclude()
    #expect(turn.newOrders.filter { $0.side == .sell }.isEmpty)
    #expect(turn.cancels.map(\.origClOrdID) == [bid[0].clOrdID])
  }
}
