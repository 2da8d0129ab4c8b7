import ActorKit
import CoreTestKit
import OrderExecutor
import Testing
import Trading
import Wire

/// One order per intent, placed once, and exactly one terminal report.
@Suite struct IntentTests {
  private func live() -> ExecutorBench {
    let bench = ExecutorBench()
    bench.goLive()
    bench.deliver(.sessionOpened(component: ExecutorBench.risk, peerEpoch: 1))
    bench.conclude()
    return bench
  }

  @Test func anIntentBecomesOneOrderJournaledBeforeItIsSent() {
    let bench = live()
    let turn = bench.ask(ExecutorBench.intent(expireNanos: bench.expiry()))
    #expect(turn.newOrders.count == 1)
    #expect(turn.newOrders[0].price == ticks(10_002).raw)
    #expect(turn.newOrders[0].quantity == lots(10).raw)
    #expect(turn.intentProgress.map(\.outcome) == [.accepted])
    #expect(turn.intentEnds.isEmpty)
    #expect(turn.facts.map(\.kind) == [16, 1])
    #expect(bench.pass(seconds: 3).newOrders.isEmpty)
  }

  @Test func aFilledEntryEndsItsIntentOnce() {
    let bench = live()
    let entry = bench.ask(ExecutorBench.intent(expireNanos: bench.expiry())).newOrders[0]
    #expect(bench.accept([entry]).intentProgress.map(\.outcome) == [.working])
    let part = bench.fill(entry, lots: 4, id: 1, cum: 4)
    #expect(part.intentProgress.map(\.filledQuantity) == [lots(4).raw])
    #expect(part.intentEnds.isEmpty)
    let whole = bench.fill(entry, lots: 6, id: 2, cum: 10)
    #expect(whole.intentEnds.map(\.outcome) == [.filled])
    #expect(whole.intentEnds[0].filledQuantity == lots(10).raw)
    #expect(whole.intentEnds[0].averagePrice == ticks(10_002).raw)
    #expect(bench.pass(seconds: 20).intentEnds.isEmpty)
  }

  @Test func aRepeatedIntentIsNotCarriedOutAgainAndItsEndIsToldAgain() {
    let bench = live()
    let intent = ExecutorBench.intent(expireNanos: bench.expiry())
    let entry = bench.ask(intent).newOrders[0]
    #expect(bench.ask(intent).newOrders.isEmpty)
    bench.accept([entry])
    bench.fill(entry, lots: 10, id: 1, cum: 10)
    let again = bench.ask(intent)
    #expect(again.newOrders.isEmpty)
    #expect(again.intentEnds.map(\.outcome) == [.filled])
    #expect(again.facts.isEmpty)
    #expect(bench.counter("duplicates") == 2)
  }

  @Test func anIntentOnWhichIncarnationsTrappedEndsWithOneReportAndIsNeverCarriedOut() throws {
    let bench = live()
    let intent = ExecutorBench.intent(expireNanos: bench.expiry(inSeconds: 600))
    bench.poison(from: ExecutorBench.fromRisk) { intent.encode(into: &$0) }
    let turn = bench.conclude()
    #expect(turn.newOrders.isEmpty)
    #expect(turn.intentEnds.map(\.outcome) == [.rejected] && turn.intentEnds.map(\.reason) == [.poisoned])
    #expect(turn.intentEnds.first?.intentLow == intent.intentLow)
    // Journaled in the same turn, before anything is acknowledged.
    #expect(turn.facts.map(\.correlation) == [Correlation(high: intent.intentHigh, low: intent.intentLow)])
    bench.poison(from: ExecutorBench.fromRisk) { intent.encode(into: &$0) }
    #expect(bench.conclude().facts.isEmpty)
    // Not from whom it may not come.
    let other = ExecutorBench.intent(2, expireNanos: bench.expiry(inSeconds: 600))
    bench.poison(from: ExecutorBench.operatorPeer) { other.encode(into: &$0) }
    #expect(bench.conclude().facts.isEmpty)
    try bench.restart()
    bench.goLiveAgain()
    #expect(bench.ask(intent).newOrders.isEmpty)
  }

  @Test func anOlderIntentOfTheSameSenderIsARepetition() {
    let bench = live()
    bench.ask(ExecutorBench.intent(5, expireNanos: bench.expiry()))
    #expect(bench.ask(ExecutorBench.intent(4, expireNanos: bench.expiry())).newOrders.isEmpty)
    #expect(bench.ask(ExecutorBench.intent(9, epoch: 0, expireNanos: bench.expiry())).newOrders.isEmpty)
    #expect(bench.ask(ExecutorBench.intent(1, epoch: 2, expireNanos: bench.expiry())).newOrders.count == 1)
  }

  @Test func theSecondPlacementIsForbiddenAcrossRestarts() throws {
    let bench = live()
    let intent = ExecutorBench.intent(expireNanos: bench.expiry(inSeconds: 600))
    let entry = bench.ask(intent).newOrders[0]
    try bench.restart()
    bench.goLiveAgain()
    #expect(bench.ask(intent).newOrders.isEmpty)
    #expect(bench.books.order(try #require(ClOrdID(entry.clOrdID)))?.status == .inDoubt)
    #expect(bench.pass(seconds: 5).newOrders.isEmpty)
  }

  @Test func anEntryThatNeverArrivedEndsItsIntentRejected() throws {
    let bench = live()
    let entry = bench.ask(ExecutorBench.intent(expireNanos: bench.expiry(inSeconds: 600))).newOrders[0]
    try bench.restart()
    var all = bench.goLiveAgain()
    for _ in 0..<2 {
      let turn = bench.pass(seconds: 7)
      all.append(turn)
      guard let query = turn.all(OrderQuery.self).last else { continue }
      var report = bench.report(entry, .unknownOrder, reason: .unknownOrder)
      report.envelope = Envelope(origin: 0, correlation: query.envelope.correlation)
      bench.deliver(report)
      all.append(bench.conclude())
    }
    #expect(all.newOrders.isEmpty)
    #expect(all.intentEnds.map(\.outcome) == [.rejected])
    #expect(all.intentEnds[0].filledQuantity == 0)
  }

  @Test func anExpiredIntentIsNeverSent() {
    let bench = live()
    let turn = bench.ask(ExecutorBench.intent(expireNanos: bench.now().wall))
    #expect(turn.newOrders.isEmpty)
    #expect(turn.intentEnds.map(\.outcome) == [.expired])
    #expect(turn.intentEnds.map(\.reason) == [.expired])
  }

  @Test func aRestingEntryExpiresByTheBootClockThoughTheWallClockIsSetBack() {
    let bench = live()
    let entry = bench.ask(
      ExecutorBench.intent(price: 9_990, expireNanos: bench.expiry(inSeconds: 2))
    ).newOrders[0]
    bench.accept([entry])
    bench.pass(seconds: 1)
    bench.moveWallClock(seconds: -3_600)
    #expect(bench.pass(seconds: 0.9).cancels.isEmpty)
    #expect(bench.pass(seconds: 0.2).cancels.map(\.origClOrdID) == [entry.clOrdID])
  }

  /// A process that comes back has no permit yet: what rests is taken back at once, whatever the clocks say.
  @Test(arguments: [false, true])
  func afterARestartNoEntryRestsWithoutAPermit(isFromSnapshot: Bool) throws {
    let bench = live()
    let entry = bench.ask(
      ExecutorBench.intent(price: 9_990, expireNanos: bench.expiry(inSeconds: 2))
    ).newOrders[0]
    bench.accept([entry])
    bench.venueOpenOrders = [bench.listed(entry)]
    bench.moveWallClock(seconds: -3_600)
    let revived = try bench.revived(fromSnapshot: isFromSnapshot)
    #expect(revived.goLiveAgain().cancels.map(\.origClOrdID) == [entry.clOrdID])
  }

  @Test func aRestingEntryIsCancelledWhenItExpires() {
    let bench = live()
    let entry = bench.ask(
      ExecutorBench.intent(price: 9_990, expireNanos: bench.expiry(inSeconds: 2))
    ).newOrders[0]
    bench.accept([entry])
    let turn = bench.pass(seconds: 2.1)
    #expect(turn.cancels.map(\.origClOrdID) == [entry.clOrdID])
    let end = bench.confirm(turn.cancels[0], entry)
    #expect(end.intentEnds.map(\.outcome) == [.expired])
  }

  @Test func anEntryFilledInPartAndExpiredEndsPartiallyFilled() {
    let bench = live()
    let entry = bench.ask(
      ExecutorBench.intent(price: 9_990, expireNanos: bench.expiry(inSeconds: 2))
    ).newOrders[0]
    bench.accept([entry])
    bench.fill(entry, lots: 3, id: 1, cum: 3)
    let turn = bench.pass(seconds: 2.1)
    let cancel = turn.cancels.first { $0.origClOrdID == entry.clOrdID }
    #expect(bench.confirm(cancel!, entry, cum: 3).intentEnds.map(\.outcome) == [.partiallyFilled])
  }

  @Test func whatTheVenueRefusesEndsRejectedWithItsReason() {
    let bench = live()
    let entry = bench.ask(ExecutorBench.intent(expireNanos: bench.expiry())).newOrders[0]
    bench.deliver(bench.report(entry, .rejected, status: .rejected, reason: .insufficientBalance))
    let end = bench.conclude().intentEnds
    #expect(end.map(\.outcome) == [.rejected])
    #expect(end.map(\.reason) == [.insufficientBalance])
  }

  @Test func anIntentWaitsForThePermitAndExpiresWithoutOne() {
    let bench = ExecutorBench()
    bench.isQueenAlive = false
    bench.start()
    bench.conclude()
    bench.session(.live)
    bench.status(.live)
    bench.top(10_000, 10_002)
    let turn = bench.ask(ExecutorBench.intent(expireNanos: bench.expiry(inSeconds: 1)))
    #expect(turn.newOrders.isEmpty)
    #expect(turn.intentEnds.isEmpty)
    let later = bench.pass(seconds: 1.5)
    #expect(later.newOrders.isEmpty)
    #expect(later.intentEnds.map(\.outcome) == [.expired])
  }

  @Test func aPermitToReduceRefusesAnEntry() {
    let bench = live()
    bench.grantedLevel = .reduce
    bench.pass(seconds: 2)
    let turn = bench.ask(ExecutorBench.intent(expireNanos: bench.expiry()))
    #expect(turn.newOrders.isEmpty)
    #expect(turn.intentEnds.map(\.reason) == [.noPermit])
  }

  @Test func aHaltRefusesAnEntryAndTakesARestingOneBack() {
    let bench = live()
    let entry = bench.ask(ExecutorBench.intent(price: 9_990, expireNanos: bench.expiry())).newOrders[0]
    bench.accept([entry])
    let halted = bench.command(.halt).turn
    #expect(halted.cancels.map(\.origClOrdID) == [entry.clOrdID])
    #expect(bench.confirm(halted.cancels[0], entry).intentEnds.map(\.outcome) == [.canceled])
    let refused = bench.ask(ExecutorBench.intent(2, expireNanos: bench.expiry()))
    #expect(refused.intentEnds.map(\.reason) == [.halted])
  }

  @Test(arguments: [
    (10_002 as Int64, 10_002 as Int64?, 10_100 as Int64?), (10_002, 9_950, 10_002), (10_002, 10_010, nil),
  ])
  func aStopOrTargetOnTheWrongSideIsRefused(price: Int64, stop: Int64?, target: Int64?) {
    let bench = live()
    let turn = bench.ask(
      ExecutorBench.intent(price: price, stop: stop, target: target, expireNanos: bench.expiry()))
    #expect(turn.newOrders.isEmpty)
    #expect(turn.intentEnds.map(\.reason) == [.invalidStop])
  }

  @Test func theTargetOfAnEntryAtTheMarketMayLieWithinItsWorstPrice() {
    let bench = live()
    let intent = ExecutorBench.intent(
      price: 10_102, stop: 9_950, target: 10_100, inForce: .immediateOrCancel, expireNanos: bench.expiry())
    #expect(bench.ask(intent).newOrders.count == 1)
    let upsideDown = ExecutorBench.intent(
      2, price: 10_102, stop: 9_950, target: 9_940, inForce: .immediateOrCancel,
      expireNanos: bench.expiry())
    #expect(bench.ask(upsideDown).intentEnds.map(\.reason) == [.invalidStop])
  }

  @Test func capsHoldForIntentsToo() {
    let bench = live()
    let large = bench.ask(ExecutorBench.intent(1, lots: 101, expireNanos: bench.expiry()))
    #expect(large.intentEnds.map(\.check) == [.orderQuantity])
    let far = bench.ask(ExecutorBench.intent(2, price: 10_400, target: 10_500, expireNanos: bench.expiry()))
    #expect(far.intentEnds.map(\.check) == [.priceCollar])
    #expect(bench.counter("ordersDenied.orderQuantity") == 1)
    #expect(bench.counter("ordersDenied.priceCollar") == 1)
  }

  @Test func aRiskThatComesBackIsToldOfEveryOpenIntent() {
    let bench = live()
    let entry = bench.ask(ExecutorBench.intent(price: 9_990, expireNanos: bench.expiry())).newOrders[0]
    bench.accept([entry])
    bench.deliver(.sessionClosed(component: ExecutorBench.risk))
    bench.deliver(.sessionOpened(component: ExecutorBench.risk, peerEpoch: 2))
    let turn = bench.conclude()
    #expect(turn.intentProgress.map(\.outcome) == [.working])
    #expect(turn.all(AccountReport.self).count == 1)
  }

  @Test func theBooksComeBackFromFactsAndFromASnapshot() throws {
    let bench = live()
    let (_, legs) = bench.enter()
    bench.accept(legs)
    bench.ask(ExecutorBench.intent(2, price: 9_990, expireNanos: bench.expiry()))
    #expect(try bench.rebuilt().books == bench.books)
    let before = bench.books
    try bench.restart()
    #expect(bench.books.intents == before.intents)
  }

  /// What was refused stays refused, also when it comes again with better terms or after a restart.
  @Test(arguments: [false, true])
  func anIntentRefusedAtTheDoorIsNotTakenOnLater(isFromSnapshot: Bool) throws {
    let bench = live()
    let refused = bench.ask(ExecutorBench.intent(3, stop: 10_050, expireNanos: bench.expiry(inSeconds: 600)))
    #expect(refused.intentEnds.map(\.outcome) == [.rejected])
    let again = ExecutorBench.intent(3, expireNanos: bench.expiry(inSeconds: 600))
    #expect(bench.ask(again).newOrders.isEmpty && bench.counter("duplicates") == 1)
    let revived = try bench.revived(fromSnapshot: isFromSnapshot)
    revived.goLiveAgain()
    #expect(revived.ask(again).newOrders.isEmpty)
    #expect(revived.pass(seconds: 3).newOrders.isEmpty && revived.counter("duplicates") == 1)
  }
}
