import ActorKit
import CoreTestKit
import OrderExecutor
import Testing
import Trading
import Wire

/// The journal's last turns were cut off, and the venue knows what they did.
@Suite struct CutJournalTests {
  private typealias Bench = ExecutorBench

  @Test(arguments: [false, true])
  func whatOnlyTheLostTurnsKnewIsTakenOverOnceAndNothingOpensBeforeItsTimeIsOver(
    fromSnapshot: Bool
  ) throws {
    let bench = ExecutorBench()
    bench.goLive()
    let known = bench.quote(bids: [(9_999, 5)]).newOrders[0]
    bench.accept([known])
    let (open, filled) = (Bench.lost(1_000, .buy, 9_998, lots: 10), Bench.lost(1_001, .sell, 10_001, lots: 4))
    _ = bench.trade(open, lots: 3, id: 1, cum: 3)
    let told = bench.trade(filled, lots: 4, id: 2, cum: 4)
    bench.venueOpenOrders = [bench.listed(known), bench.listed(open, cum: 3)]
    let (next, turn) = try bench.comeBack(fromSnapshot: fromSnapshot)
    let found = try #require(next.books.order(Bench.lostID(1_000)))
    #expect(found.purpose == .found && found.state.cumQuantity == lots(3))
    #expect(turn.cancels.contains { $0.origClOrdID == open.clOrdID })
    #expect(
      Set(turn.alarms.map { "\($0)" })
        == ["journal", "reconciliationDifference", "unknownOrderFill", "ownerlessPosition"])
    #expect(
      turn.all(Alarm.self).allSatisfy { ($0.severity == .warning) == ($0.code != .ownerlessPosition) },
      "whose the fills are nobody knows")
    #expect(next.position == lots(-1) && next.books.fillCount == 2)
    // Told again, by report and by list, it is not booked again.
    next.deliver(told)
    next.deliver(bench.report(open, .canceled, status: .canceled, cum: 3))
    next.venueOpenOrders = []
    next.conclude()
    #expect(next.books.fillCount == 2 && next.core.state == .degraded)
    #expect(next.quote(bids: [(9_990, 5)]).newOrders.isEmpty)
    #expect(next.pass(seconds: 5.9).newOrders.isEmpty && !next.core.hasMadeGoodTheCut)
    let after = next.pass(seconds: 1.2)
    #expect(after.newOrders.count == 1 && next.core.hasMadeGoodTheCut && next.core.state == .live)
    let text = try #require(after.newOrders.first).clOrdID
    let first = try #require(ClOrdID(text))
    #expect(first > Bench.lostID(1_001) && first.epoch == 2, "no id is given twice")
    next.pass(seconds: 12)
    #expect(next.books.fillCount == 2 && next.position == lots(-1) && next.core.state == .live)
    if !fromSnapshot {
      #expect(CoreBench.savedState(of: try next.rebuilt()) == next.savedState, "facts alone make the state")
    }
  }

  /// Its request may have been on its way until then.
  @Test func anOrderThatArrivesLateIsTakenOverWithItsFill() throws {
    let bench = ExecutorBench()
    bench.goLive()
    let (next, _) = try bench.comeBack()
    next.pass(seconds: 2)
    let late = Bench.lost(1_000, .buy, 9_998, lots: 10)
    let fill = next.trade(late, lots: 10, id: 1, cum: 10)
    next.deliver(fill)
    next.pass(seconds: 1.1)
    #expect(next.books.fillCount == 1 && next.position == lots(10))
    next.pass(seconds: 5)
    #expect(next.core.hasMadeGoodTheCut && next.core.state == .live)
    next.deliver(fill)
    next.conclude()
    #expect(next.books.fillCount == 1)
  }

  /// Nothing of what was ordered before is known.
  @Test func aJournalThatLostEveryOrderIsNotTakenForAnothers() throws {
    let bench = ExecutorBench()
    bench.start()
    bench.conclude()
    let order = Bench.lost(3, .buy, 9_998, lots: 10)
    bench.venueOpenOrders = [bench.listed(order)]
    let (next, turn) = try bench.comeBack()
    #expect(turn.cancels.map(\.origClOrdID) == [order.clOrdID])
    #expect(next.core.state == .degraded)
  }

  @Test func theVenuesClockDecidesToo() throws {
    let bench = ExecutorBench()
    bench.goLive()
    let (next, _) = try bench.comeBack()
    next.moveWallClock(seconds: -5)
    next.pass(seconds: 8)
    #expect(!next.core.hasMadeGoodTheCut)
    next.pass(seconds: 4)
    #expect(next.core.hasMadeGoodTheCut)
  }

  @Test func nothingOpensBeforeRiskIsHeard() throws {
    let bench = ExecutorBench()
    bench.goLive()
    let (next, _) = try bench.comeBack(isRiskThere: false)
    next.pass(seconds: 20)
    #expect(!next.core.hasMadeGoodTheCut)
    next.deliver(.sessionOpened(component: ExecutorBench.risk, peerEpoch: 1))
    next.pass(seconds: 1.1)
    #expect(next.core.hasMadeGoodTheCut)
  }

  @Test(arguments: [false, true])
  func aKillBeforeItIsMadeGoodForgetsNothing(fromSnapshot: Bool) throws {
    let bench = ExecutorBench()
    bench.goLive()
    let (second, _) = try bench.comeBack()
    second.pass(seconds: 3)
    second.venueOpenOrders = [second.listed(Bench.lost(1_000, .buy, 9_998, lots: 10))]
    // The host may have lost its own note.
    let (third, turn) = try second.comeBack(fromSnapshot: fromSnapshot, turns: nil)
    #expect(turn.cancels.map(\.origClOrdID) == [ClOrdIDText(Bench.lostID(1_000))])
    #expect(third.quote(bids: [(9_990, 5)]).newOrders.isEmpty)
    #expect(third.pass(seconds: 5.9).newOrders.isEmpty, "its own window begins with its start")
    #expect(third.pass(seconds: 1.2).newOrders.count == 1)
  }

  /// 4 knew of no cut, 4 and 5 did not keep what each strategy has.
  @Test(arguments: [(UInt8(4), 6), (5, 5)])
  func aStateOfAnOlderLayoutIsRead(version: UInt8, missing: Int) throws {
    let bench = ExecutorBench()
    bench.goLive()
    var older = bench.savedState
    #expect(Array(older.suffix(6)) == [0, 1, 0, 0, 0, 0], "no cut, strategies kept, none of them traded")
    older.removeLast(missing)
    older[0] = version
    var core = OrderExecutor(bench.configuration)
    var reader = SnapshotReader(older)
    try core.restore(from: &reader)
    try reader.finish()
    core.apply(.strategiesBegan(atNanos: 1))
    #expect(CoreBench.savedState(of: core) == bench.savedState)
  }

  /// 6 did not keep how far the venue's trades were booked at the cut.
  @Test func aCutOfAnOlderLayoutIsRead() throws {
    let bench = ExecutorBench()
    bench.goLive()
    let (next, _) = try bench.comeBack()
    #expect(next.books.cut?.tradeSequence == 0)
    var older = next.savedState
    older.removeSubrange(older.count - 14..<older.count - 5)
    older[0] = 6
    var core = OrderExecutor(next.configuration)
    var reader = SnapshotReader(older)
    try core.restore(from: &reader)
    try reader.finish()
    #expect(core.books.cut?.tradeSequence == nil)
    #expect(core.books.cut?.lastKnown == next.books.cut?.lastKnown)
  }

  // MARK: What orders can be proven to be

  /// The entry is known; its fill and its legs were lost.
  @Test func legsOfTheLostTurnsAreKeptAndNotPlacedAgain() throws {
    let bench = ExecutorBench()
    bench.goLive()
    let entry = bench.ask(ExecutorBench.intent(expireNanos: bench.expiry())).newOrders[0]
    bench.accept([entry])
    _ = bench.trade(entry, lots: 10, id: 1, cum: 10)
    let stop = Bench.lost(1_000, .sell, 9_950, lots: 10, isStop: true)
    let target = Bench.lost(1_001, .sell, 10_100, lots: 10)
    bench.venueOpenOrders = [bench.listed(stop), bench.listed(target)]
    let (next, turn) = try bench.comeBack()
    // The entry is taken back before the permit is there, as at any start.
    #expect(turn.newOrders.isEmpty && turn.cancels.map(\.origClOrdID) == [entry.clOrdID])
    #expect(next.books.order(Bench.lostID(1_000))?.purpose == .stopLoss)
    #expect(next.books.order(Bench.lostID(1_001))?.purpose == .takeProfit)
    #expect(next.books.order(Bench.lostID(1_000))?.intent == ExecutorBench.intentID(1))
    #expect(next.pass(seconds: 8).newOrders.isEmpty && next.core.hasMadeGoodTheCut)
  }

  /// Protection does not wait for the window.
  @Test func whatIsOpenIsProtectedAtOnce() throws {
    let bench = ExecutorBench()
    bench.goLive()
    let entry = bench.ask(ExecutorBench.intent(expireNanos: bench.expiry())).newOrders[0]
    bench.accept([entry])
    _ = bench.trade(entry, lots: 10, id: 1, cum: 10)
    let (_, turn) = try bench.comeBack()
    #expect(turn.newOrders.map(\.ordType) == [.stop, .limit])
  }

  @Test func aStopThatNoIntentExplainsIsKeptWhileItCanClose() throws {
    let bench = ExecutorBench()
    bench.goLive()
    let bought = bench.quote(bids: [(9_999, 5)]).newOrders[0]
    bench.accept([bought])
    bench.fill(bought, lots: 5, id: 1, cum: 5)
    let stop = Bench.lost(1_000, .sell, 9_900, lots: 5, isStop: true)
    bench.venueOpenOrders = [bench.listed(stop)]
    let (next, turn) = try bench.comeBack()
    #expect(turn.cancels.isEmpty && next.books.order(Bench.lostID(1_000))?.type == .stop)
    _ = next.trade(Bench.lost(1_001, .sell, 10_001, lots: 5), lots: 5, id: 2, cum: 5)
    #expect(next.pass(seconds: 2).cancels.map(\.origClOrdID) == [stop.clOrdID])
  }

  /// Taken on, and not sent as far as the journal knows.
  private func waitingIntent() -> ExecutorBench {
    let bench = ExecutorBench()
    bench.goLive()
    bench.status(.stale)
    #expect(bench.ask(ExecutorBench.intent(expireNanos: bench.expiry())).newOrders.isEmpty)
    return bench
  }

  @Test func anEntryOfTheLostTurnsIsItsIntents() throws {
    let bench = waitingIntent()
    let entry = Bench.lost(1_000, .buy, 10_002, lots: 10)
    bench.venueOpenOrders = [bench.listed(entry)]
    let (next, turn) = try bench.comeBack()
    #expect(turn.newOrders.isEmpty && turn.cancels.isEmpty)
    let fill = next.fill(entry, lots: 10, id: 1, cum: 10)
    #expect(fill.newOrders.map(\.ordType) == [.stop, .limit] && fill.intentEnds.map(\.outcome) == [.filled])
    #expect(next.pass(seconds: 8).newOrders.isEmpty)
  }

  @Test func anIntentWhoseEntryMayHaveBeenSentIsNeverEnteredAgain() throws {
    let bench = waitingIntent()
    let (next, turn) = try bench.comeBack()
    #expect(turn.newOrders.isEmpty)
    let after = next.pass(seconds: 8)
    #expect(after.newOrders.isEmpty && after.intentEnds.map(\.outcome) == [.rejected])
  }

  /// The turn that took it in and sent its entry was lost; risk has not heard of that and sends it again.
  @Test func anIntentThatIsSentAgainIsTurnedDown() throws {
    let bench = ExecutorBench()
    bench.goLive()
    let (next, _) = try bench.comeBack()
    let early = next.ask(ExecutorBench.intent(1, expireNanos: next.expiry()))
    #expect(early.newOrders.isEmpty && early.intentEnds.map(\.outcome) == [.rejected])
    next.pass(seconds: 8)
    var again = ExecutorBench.intent(2, expireNanos: next.expiry())
    again.envelope.flags = EnvelopeFlags.possDup.rawValue
    #expect(next.ask(again).intentEnds.map(\.outcome) == [.rejected])
    #expect(next.ask(ExecutorBench.intent(3, expireNanos: next.expiry())).newOrders.count == 1)
  }
}
