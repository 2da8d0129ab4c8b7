import ActorKit
import CoreTestKit
import OrderExecutor
import Testing
import Trading
import Wire

/// What stands at the venue to close, when the turns that placed it were cut from the journal: it closes no
/// more than is open, stays while it protects that, and goes when it does not.
@Suite struct CutProtectionTests {
  private typealias Bench = ExecutorBench

  /// An intent that the journal knows, and nothing that came of it.
  private func waiting(
    _ bench: ExecutorBench, price: Int64 = 10_002, inForce: TimeInForceCode = .goodTillCancel
  ) {
    bench.goLive()
    bench.status(.stale)
    bench.ask(Bench.intent(price: price, inForce: inForce, expireNanos: bench.expiry()))
  }

  /// Intents whose entries the journal knows, each filled at the venue for so many lots.
  private func entered(_ bench: ExecutorBench, _ quantities: [Int64], target: Int64? = nil) {
    bench.goLive()
    for (index, quantity) in quantities.enumerated() {
      let entry = bench.ask(
        Bench.intent(
          UInt64(index + 1), lots: quantity, price: 9_990 + Int64(index), target: target,
          expireNanos: bench.expiry())
      ).newOrders[0]
      bench.accept([entry])
      _ = bench.trade(entry, lots: quantity, id: UInt64(index + 1), cum: quantity)
    }
  }

  private func stop(_ counter: UInt64, _ price: Int64, lots quantity: Int64) -> NewOrder {
    Bench.lost(counter, .sell, price, lots: quantity, isStop: true)
  }

  private func list(_ orders: [NewOrder], at bench: ExecutorBench) {
    bench.venueOpenOrders = orders.enumerated().map { bench.listed($1, id: UInt64(500 + $0)) }
  }

  private func stops(of intent: UInt64, _ bench: ExecutorBench) -> [ClOrdID] {
    bench.books.open.filter { $0.purpose == .stopLoss && $0.intent == Bench.intentID(intent) }.map(\.id)
  }

  @Test(arguments: [TimeInForceCode.goodTillCancel, .immediateOrCancel], [false, true])
  func legsOfAnEntryThatOnlyTheLostTurnsKnewAreKept(_ inForce: TimeInForceCode, fromSnapshot: Bool) throws {
    let bench = ExecutorBench()
    waiting(bench, inForce: inForce)
    _ = bench.trade(Bench.lost(1_000, .buy, 10_001, lots: 10), lots: 10, id: 1, cum: 10)
    list([stop(1_001, 9_950, lots: 10), Bench.lost(1_002, .sell, 10_100, lots: 10)], at: bench)
    let (next, turn) = try bench.comeBack(fromSnapshot: fromSnapshot)
    #expect(turn.cancels.isEmpty && turn.newOrders.isEmpty && turn.intentEnds.map(\.outcome) == [.filled])
    #expect(next.books.order(Bench.lostID(1_000))?.purpose == .entry)
    #expect(next.books.order(Bench.lostID(1_001))?.purpose == .stopLoss)
    #expect(next.books.order(Bench.lostID(1_002))?.purpose == .takeProfit)
    #expect(next.books.held(in: Bench.instrument) == lots(10))
    #expect(next.books.ownerless(in: Bench.instrument).isZero)
    let later = next.pass(seconds: 8)
    #expect(later.cancels.isEmpty && later.newOrders.isEmpty && next.core.state == .live)
    #expect(try next.booksFromSnapshot() == next.books)
    if !fromSnapshot { #expect(CoreBench.savedState(of: try next.rebuilt()) == next.savedState) }
  }

  @Test func anEntryOfTheLostTurnsIsProtectedAtOnce() throws {
    let bench = ExecutorBench()
    waiting(bench)
    _ = bench.trade(Bench.lost(1_000, .buy, 10_001, lots: 4), lots: 4, id: 1, cum: 4)
    let (next, turn) = try bench.comeBack()
    #expect(turn.newOrders.map(\.ordType) == [.stop, .limit])
    #expect(turn.newOrders.map(\.quantity) == [lots(4).raw, lots(4).raw] && next.position == lots(4))
    // That nothing of it works any more the venue says when it is asked.
    next.accept(turn.newOrders)
    list(turn.newOrders, at: next)
    let query = try #require(next.pass(seconds: 8).orderQueries.first)
    #expect(ClOrdID(query.clOrdID) == Bench.lostID(1_000))
    let entry = Bench.lost(1_000, .buy, 10_001, lots: 10)
    next.deliver(
      next.report(
        entry, .orderStatus, status: .canceled, cum: 4, correlation: query.envelope.correlation))
    let after = next.conclude()
    #expect(after.intentEnds.map(\.outcome) == [.partiallyFilled] && after.cancels.isEmpty)
    #expect(next.pass(seconds: 2).cancels.isEmpty && next.core.hasMadeGoodTheCut)
  }

  /// What no intent, or more than one, can have wanted is nobody's.
  @Test(arguments: ["dearer", "larger", "other side", "two of them", "closing", "two intents"])
  func aFillThatIsNoIntentsForSureStaysNobodys(_ what: String) throws {
    let bench = ExecutorBench()
    waiting(bench)
    let expected: Int64
    switch what {
    case "dearer":
      expected = 10
      _ = bench.trade(Bench.lost(1_000, .buy, 10_003, lots: 10), lots: 10, id: 1, cum: 10)
    case "larger":
      expected = 11
      _ = bench.trade(Bench.lost(1_000, .buy, 10_002, lots: 11), lots: 11, id: 1, cum: 11)
    case "other side":
      expected = -10
      _ = bench.trade(Bench.lost(1_000, .sell, 10_002, lots: 10), lots: 10, id: 1, cum: 10)
    case "two of them":
      expected = 10
      _ = bench.trade(Bench.lost(1_000, .buy, 10_002, lots: 5), lots: 5, id: 1, cum: 5)
      _ = bench.trade(Bench.lost(1_001, .buy, 10_002, lots: 5), lots: 5, id: 2, cum: 5)
    case "closing":
      expected = 4
      bench.tradeByHand(.sell, lots: 6, id: 1)
      _ = bench.trade(Bench.lost(1_000, .buy, 10_002, lots: 10), lots: 10, id: 2, cum: 10)
    default:
      expected = 10
      bench.ask(Bench.intent(2, lots: 20, expireNanos: bench.expiry()))
      _ = bench.trade(Bench.lost(1_000, .buy, 10_002, lots: 10), lots: 10, id: 1, cum: 10)
    }
    let (next, turn) = try bench.comeBack()
    #expect(turn.newOrders.isEmpty && next.books.held(in: Bench.instrument).isZero)
    #expect(next.books.ownerless(in: Bench.instrument) == lots(expected))
  }

  /// The intent that waits has the stop price of another, which only the lost turns knew.
  @Test func aStopIsNotGivenToAnIntentThatHoldsNothing() throws {
    let bench = ExecutorBench()
    waiting(bench, price: 9_990)
    _ = bench.trade(Bench.lost(1_000, .buy, 10_002, lots: 10), lots: 10, id: 1, cum: 10)
    list([stop(1_001, 9_950, lots: 10)], at: bench)
    let (next, turn) = try bench.comeBack()
    #expect(next.books.order(Bench.lostID(1_001))?.purpose == .found)
    #expect(turn.cancels.isEmpty && next.pass(seconds: 8).cancels.isEmpty && next.core.hasMadeGoodTheCut)
  }

  @Test(arguments: [false, true])
  func stopsOfOnePriceGoToTheIntentsThatHoldSoMuch(reduceOnly: Bool) throws {
    let bench = ExecutorBench.at(reduceOnly: reduceOnly)
    entered(bench, [10, 5])
    list([stop(1_000, 9_950, lots: 5), stop(1_001, 9_950, lots: 10)], at: bench)
    let (next, turn) = try bench.comeBack()
    #expect(stops(of: 1, next) == [Bench.lostID(1_001)] && stops(of: 2, next) == [Bench.lostID(1_000)])
    #expect(turn.newOrders.isEmpty && next.pass(seconds: 8).newOrders.isEmpty)
    #expect(next.mayBeSold == lots(15) && next.position == lots(15))
  }

  @Test(arguments: [false, true])
  func aStopInTwoPartsIsItsIntents(reduceOnly: Bool) throws {
    let bench = ExecutorBench.at(reduceOnly: reduceOnly)
    entered(bench, [10])
    list([stop(1_000, 9_950, lots: 5), stop(1_001, 9_950, lots: 5)], at: bench)
    let (next, turn) = try bench.comeBack()
    #expect(stops(of: 1, next) == [Bench.lostID(1_000), Bench.lostID(1_001)])
    #expect(turn.newOrders.isEmpty && next.pass(seconds: 8).newOrders.isEmpty)
    #expect(next.mayBeSold == lots(10))
  }

  @Test func withReduceOnlyAFoundStopStaysUntilTheIntentsOwnStands() throws {
    let bench = ExecutorBench.at(reduceOnly: true)
    entered(bench, [10])
    let found = stop(1_000, 9_949, lots: 10)
    list([found], at: bench)
    let (next, turn) = try bench.comeBack()
    let placed = turn.newOrders
    #expect(placed.map(\.quantity) == [lots(10).raw])
    #expect(!turn.cancels.contains { $0.origClOrdID == found.clOrdID })
    #expect(next.accept(placed).cancels.map(\.origClOrdID) == [found.clOrdID])
  }

  @Test func withoutReduceOnlyNothingIsPlacedBesideAFoundStop() throws {
    let bench = ExecutorBench.at(reduceOnly: false)
    entered(bench, [10])
    let found = stop(1_000, 9_949, lots: 6)
    list([found], at: bench)
    let (next, turn) = try bench.comeBack()
    #expect(turn.newOrders.map(\.quantity) == [lots(4).raw] && next.mayBeSold == lots(10))
    next.accept(turn.newOrders)
    list([found] + turn.newOrders, at: next)
    let later = next.pass(seconds: 8)
    #expect(later.newOrders.isEmpty && later.cancels.isEmpty && next.core.hasMadeGoodTheCut)
    #expect(!later.alarms.contains(.unprotectedPosition), "what was found protects as well")
  }

  @Test func withoutReduceOnlyAFoundStopThatIsTooLargeGoesFirst() throws {
    let bench = ExecutorBench.at(reduceOnly: false)
    entered(bench, [10])
    let found = stop(1_000, 9_949, lots: 15)
    list([found], at: bench)
    let (next, turn) = try bench.comeBack()
    #expect(turn.newOrders.isEmpty)
    let cancel = try #require(turn.cancels.first { $0.origClOrdID == found.clOrdID })
    next.venueOpenOrders = []
    #expect(next.confirm(cancel, found).newOrders.map(\.quantity) == [lots(10).raw])
  }

  /// The older intent is over; the newer one has its own stop.
  @Test func aFoundStopDoesNotOutliveTheIntentItProtected() throws {
    let bench = ExecutorBench.at(reduceOnly: false)
    entered(bench, [5])
    let found = stop(1_000, 9_940, lots: 5)
    list([found], at: bench)
    let (next, _) = try bench.comeBack()
    next.pass(seconds: 8)
    let own = next.enter(2, stop: 9_800, target: nil).legs
    #expect(own.map(\.quantity) == [lots(10).raw] && next.mayBeSold == lots(15))
    next.accept(own)
    list([found] + own, at: next)
    next.tradeByHand(.sell, lots: 5, id: 70)
    let turn = next.pass(seconds: 11)
    #expect(turn.cancels.map(\.origClOrdID) == [found.clOrdID] && next.position == lots(10))
  }

  /// Whose it was is known when the cut is made good: no strategy's that quotes.
  @Test func aFoundStopDoesNotSellWhatAStrategyBoughtByItsQuotes() throws {
    let bench = ExecutorBench()
    bench.goLive()
    let bought = bench.quote(bids: [(9_999, 5)]).newOrders[0]
    bench.accept([bought])
    bench.fill(bought, lots: 5, id: 1, cum: 5)
    let found = stop(1_000, 9_900, lots: 5)
    list([found], at: bench)
    let (next, turn) = try bench.comeBack()
    #expect(turn.cancels.isEmpty && next.pass(seconds: 5).cancels.isEmpty)
    #expect(next.pass(seconds: 3).cancels.map(\.origClOrdID) == [found.clOrdID])
    #expect(next.core.hasMadeGoodTheCut)
  }

  @Test func withoutReduceOnlyAFoundStopGoesBeforeTheGuardedTargetIsTaken() throws {
    let bench = ExecutorBench.at(reduceOnly: false)
    entered(bench, [10], target: 10_100)
    let found = stop(1_000, 9_949, lots: 10)
    list([found], at: bench)
    let (next, _) = try bench.comeBack()
    next.pass(seconds: 8)
    next.top(10_101, 10_103)
    let turn = next.conclude()
    let cancel = try #require(turn.cancels.first)
    #expect(cancel.origClOrdID == found.clOrdID && turn.newOrders.isEmpty)
    next.venueOpenOrders = []
    let exit = next.confirm(cancel, found).newOrders
    #expect(exit.map(\.timeInForce) == [.immediateOrCancel] && exit.map(\.quantity) == [lots(10).raw])
  }
}
