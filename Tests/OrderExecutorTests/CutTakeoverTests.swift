import ActorKit
import CoreTestKit
import OrderExecutor
import Testing
import Trading
import Wire

/// An order of lost turns has all its fills, however the venue's lists show the two one after the other.
@Suite struct CutTakeoverTests {
  private typealias Bench = ExecutorBench

  /// The venue has cancelled an order that was filled for 3 of its lots, and nothing is left to wait for.
  private func endsWell(_ bench: ExecutorBench, _ order: NewOrder) throws {
    bench.venueOpenOrders = []
    bench.deliver(bench.report(order, .canceled, status: .canceled, cum: 3))
    bench.conclude()
    bench.pass(seconds: 12)
    let id = try #require(ClOrdID(order.clOrdID))
    #expect(bench.books.order(id)?.state.cumQuantity == lots(3))
    #expect(bench.books.order(id)?.awaitedFills.isZero == true && bench.books.fillCount == 1)
    #expect(bench.core.state == .live && bench.position == lots(3))
    #expect(try bench.booksFromSnapshot() == bench.books)
  }

  @Test(arguments: [false, true])
  func anOrderOfALaterPageHasTheTradesOfTheFirst(fromSnapshot: Bool) throws {
    let bench = ExecutorBench()
    bench.goLive()
    let first = Bench.lost(1_000, .buy, 9_997, lots: 10)
    let second = Bench.lost(1_001, .buy, 9_998, lots: 10)
    _ = bench.trade(second, lots: 3, id: 1, cum: 3)
    bench.venueOpenOrders = [bench.listed(first, id: 501), bench.listed(second, cum: 3, id: 502)]
    let (next, turn) = try bench.comeBack(fromSnapshot: fromSnapshot, ordersPerAnswer: 1)
    #expect(turn.cancels.map(\.origClOrdID) == [first.clOrdID, second.clOrdID])
    #expect(next.books.order(Bench.lostID(1_001))?.state.cumQuantity == lots(3))
    next.deliver(next.report(first, .canceled, status: .canceled))
    try endsWell(next, second)
  }

  @Test func moreTradesThanOneAnswerHoldsAreBookedOnce() throws {
    let bench = ExecutorBench()
    bench.goLive()
    for id in UInt64(1)...7 {
      _ = bench.trade(Bench.lost(1_000, .buy, 9_998, lots: 10), lots: 1, id: id, cum: Int64(id))
    }
    bench.venueOpenOrders = [bench.listed(Bench.lost(1_000, .buy, 9_998, lots: 10), cum: 7)]
    let next = try bench.revived(fromSnapshot: false)
    next.tradesPerAnswer = 2
    next.deliver(.journalCut(turns: 2))
    next.conclude()
    #expect(next.books.fillCount == 7 && next.position == lots(7))
    #expect(next.books.order(Bench.lostID(1_000))?.state.cumQuantity == lots(7))
  }

  /// Also when the process dies between the two answers.
  @Test(arguments: [false, true], [nil, false, true])
  func anOrderThatIsListedAfterItsTradesHasThem(fromSnapshot: Bool, dyingFromSnapshot: Bool?) throws {
    let bench = ExecutorBench()
    bench.goLive()
    let order = Bench.lost(1_000, .buy, 9_998, lots: 10)
    _ = bench.trade(order, lots: 3, id: 1, cum: 3)
    var (next, turn) = try bench.comeBack(fromSnapshot: fromSnapshot)
    #expect(turn.cancels.isEmpty && next.books.ownerless(in: Bench.instrument) == lots(3))
    next.venueOpenOrders = [next.listed(order, cum: 3)]
    if let dyingFromSnapshot {
      (next, turn) = try next.comeBack(fromSnapshot: dyingFromSnapshot, turns: nil)
    } else {
      turn = next.pass(seconds: 1.1)
    }
    #expect(turn.cancels.map(\.origClOrdID) == [order.clOrdID])
    #expect(next.books.order(Bench.lostID(1_000))?.state.cumQuantity == lots(3))
    try endsWell(next, order)
    if dyingFromSnapshot == nil, !fromSnapshot {
      #expect(CoreBench.savedState(of: try next.rebuilt()) == next.savedState, "facts alone make the state")
    }
  }

  /// Its trades alone could be of either intent; its quantity then tells whose it is.
  @Test func whatWasBookedOfAnEntryBeforeItWasListedIsItsIntents() throws {
    let bench = ExecutorBench()
    bench.goLive()
    bench.status(.stale)
    bench.ask(Bench.intent(1, lots: 10, expireNanos: bench.expiry()))
    bench.ask(Bench.intent(2, lots: 20, expireNanos: bench.expiry()))
    let entry = Bench.lost(1_000, .buy, 10_002, lots: 20)
    _ = bench.trade(entry, lots: 3, id: 1, cum: 3)
    let (next, _) = try bench.comeBack()
    #expect(next.books.ownerless(in: Bench.instrument) == lots(3))
    next.venueOpenOrders = [next.listed(entry, cum: 3)]
    let turn = next.pass(seconds: 1.1)
    #expect(next.books.ownerless(in: Bench.instrument).isZero)
    #expect(next.books.intents[Bench.intentID(2)]?.held == lots(3))
    #expect(turn.newOrders.map(\.quantity) == [lots(3).raw, lots(3).raw], "stop and target")
    #expect(try next.booksFromSnapshot() == next.books)
    #expect(CoreBench.savedState(of: try next.rebuilt()) == next.savedState)
  }

  /// What older builds wrote of a cut and of an order that they took over.
  @Test func factsWithoutTheNewFieldsAreRead() throws {
    let cut = JournalCut(lastKnown: Bench.lostID(9), turns: 2, atNanos: 5)
    let taken = TakenOrder(
      id: Bench.lostID(10), strategy: 0, instrument: 7, side: .sell, purpose: .found, type: .stop,
      price: ticks(9_950), quantity: lots(4), intent: nil, venueOrderId: 3, atNanos: 5)
    for (fact, kind, added) in [
      (ExecutorFact.journalCut(cut), UInt16(27), 1), (.orderTakenOver(taken), 28, 4),
    ] {
      var writer = SnapshotWriter()
      fact.encode(into: &writer)
      var reader = SnapshotReader(Array(writer.bytes.dropLast(added)))
      #expect(try ExecutorFact(kind: kind, from: &reader) == fact)
      try reader.finish()
    }
  }
}
