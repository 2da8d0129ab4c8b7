import ActorKit
import CoreTestKit
import OrderExecutor
import Testing
import Trading
import Wire

@Suite struct RestartTests {
  /// The points of an order's life at which the process may die.
  enum Point: CaseIterable {
    case created, accepted, partlyFilled, cancelSent, cancelInDoubt, createInDoubt, canceled, filled, rejected
  }

  /// Brings a bench to a point; the order, with what the venue then has of it.
  private func bring(_ bench: ExecutorBench, to point: Point) -> (
    order: NewOrder, isAtVenue: Bool, cum: Int64
  ) {
    bench.goLive()
    let order = bench.quote(bids: [(9_999, 10)]).newOrders[0]
    switch point {
    case .created: return (order, true, 0)
    case .createInDoubt:
      bench.pass(seconds: 10.1)
      return (order, true, 0)
    case .rejected:
      bench.deliver(bench.report(order, .rejected, status: .rejected, reason: .marketClosed))
      bench.conclude()
      return (order, false, 0)
    default: break
    }
    bench.accept([order])
    switch point {
    case .partlyFilled:
      bench.fill(order, lots: 4, id: 1, cum: 4)
      return (order, true, 4)
    case .filled:
      bench.fill(order, lots: 10, id: 1, cum: 10)
      return (order, false, 10)
    case .cancelSent: bench.quote()
    case .cancelInDoubt:
      bench.quote()
      bench.pass(seconds: 5.1)
    case .canceled:
      bench.confirm(bench.quote().cancels[0], order)
      return (order, false, 0)
    default: break
    }
    return (order, true, 0)
  }

  @Test(arguments: Point.allCases)
  func factsAloneRebuildTheState(_ point: Point) throws {
    let bench = ExecutorBench()
    _ = bring(bench, to: point)
    let rebuilt = try bench.rebuilt()
    #expect(rebuilt.books == bench.books)
    #expect(CoreBench.savedState(of: rebuilt) == bench.savedState)
  }

  @Test(arguments: Point.allCases)
  func aSnapshotRestoresTheState(_ point: Point) throws {
    let bench = ExecutorBench()
    _ = bring(bench, to: point)
    var restored = OrderExecutor(bench.configuration)
    var reader = SnapshotReader(bench.savedState)
    try restored.restore(from: &reader)
    try reader.finish()
    #expect(restored.books == bench.books)
    #expect(CoreBench.savedState(of: restored) == bench.savedState)
  }

  /// A venue of a later version refuses with a word that this build does not know, or with none.
  @Test func aRefusalWithoutAKnownReasonIsReadBack() throws {
    let bench = ExecutorBench()
    bench.goLive()
    let order = bench.quote(bids: [(9_999, 10)]).newOrders[0]
    bench.deliver(bench.report(order, .rejected, status: .rejected, reason: .unrecognized))
    _ = bench.conclude()
    #expect(try bench.rebuilt().books == bench.books)
    #expect(try bench.booksFromSnapshot() == bench.books)
  }

  /// The venue has the order: after the restart it is adopted, never sent again, and cancelled because no
  /// target speaks for it yet.
  @Test(arguments: Point.allCases)
  func afterARestartTheVenuesTruthIsAdopted(_ point: Point) throws {
    let bench = ExecutorBench()
    let (order, isAtVenue, cum) = bring(bench, to: point)
    // A fill happened while the process was dead.
    if isAtVenue {
      _ = bench.trade(order, lots: 1, id: 50, cum: cum + 1)
      bench.venueOpenOrders = [bench.listed(order, cum: cum + 1)]
    }
    try bench.restart()
    bench.isVenueAnswering = true
    bench.goLiveAgain()
    let turn = bench.pass(seconds: 0.5)
    #expect(turn.newOrders.isEmpty)
    #expect(bench.books.ledger[ExecutorBench.instrument].quantity == lots(cum + (isAtVenue ? 1 : 0)))
    #expect(bench.core.state == .live)
    #expect(bench.books.inDoubtCount == 0)
    #expect(bench.books.open.count == (isAtVenue ? 1 : 0))
    #expect(bench.books.open.allSatisfy { $0.isCancelPending })
  }

  /// The list of open orders comes in pages: none is missing because it is on a later one, and what is on none
  /// has ended.
  @Test func openOrdersAreListedOverSeveralAnswers() throws {
    let bench = ExecutorBench()
    bench.goLive()
    let orders = bench.quote(bids: [(9_990, 1), (9_991, 1), (9_992, 1), (9_993, 1), (9_994, 1)]).newOrders
    bench.accept(orders)
    bench.venueOpenOrders = orders.prefix(4).enumerated().map { index, order in
      bench.listed(order, id: 500 + UInt64(index))
    }
    bench.ordersPerAnswer = 2
    bench.suspend(seconds: 10)
    try bench.restart()
    bench.goLiveAgain()
    bench.pass(seconds: 8)
    #expect(bench.books.open.map { ClOrdIDText($0.id) } == orders.prefix(4).map(\.clOrdID))
    #expect(bench.core.state == .live)
  }

  /// The venue never got the order, or has ended it meanwhile.
  @Test(arguments: Point.allCases)
  func afterARestartAnOrderTheVenueHasNotEnds(_ point: Point) throws {
    let bench = ExecutorBench()
    let (order, _, cum) = bring(bench, to: point)
    try bench.restart()
    bench.goLiveAgain()
    for _ in 0..<20 {
      for query in bench.pass(seconds: 1).orderQueries {
        bench.deliver(
          bench.report(
            order, .unknownOrder, status: .unrecognized, reason: .unknownOrder,
            correlation: query.envelope.correlation))
        bench.conclude()
      }
    }
    #expect(bench.books.open.isEmpty)
    #expect(bench.books.ledger[ExecutorBench.instrument].quantity == lots(cum))
    #expect(bench.core.state == .live)
    let turn = bench.quote(bids: [(9_999, 10)])
    #expect(turn.newOrders.count == 1)
    #expect(turn.newOrders[0].clOrdID != order.clOrdID)
  }

  @Test func anOrderUnansweredAtTheRestartWaitsForItsFence() throws {
    let bench = ExecutorBench()
    bench.goLive()
    let order = bench.quote(bids: [(9_999, 10)]).newOrders[0]
    try bench.restart()
    bench.goLiveAgain()
    #expect(bench.books.open.first?.status == .inDoubt)
    #expect(bench.pass(seconds: 5.9).orderQueries.isEmpty, "receive window 5 s and margin 1 s")
    #expect(bench.pass(seconds: 0.2).orderQueries.map(\.clOrdID) == [order.clOrdID])
    // The level stays blocked until then.
    #expect(bench.quote(bids: [(9_999, 10)]).newOrders.isEmpty)
  }

  @Test func restartsOneAfterTheOtherKeepTheState() throws {
    let bench = ExecutorBench()
    bench.goLive()
    var id: UInt64 = 0
    for step in 0..<12 {
      let orders = bench.quote(bids: [(9_990 + Int64(step), 3)]).newOrders
      bench.accept(orders)
      for order in orders {
        id += 1
        bench.fill(order, lots: 3, id: id, cum: 3)
      }
      let before = bench.savedState
      let rebuilt = CoreBench.savedState(of: try bench.rebuilt())
      #expect(rebuilt == before)
      try bench.restart()
      bench.goLiveAgain()
    }
    #expect(bench.books.ledger[ExecutorBench.instrument].quantity == lots(36))
    #expect(bench.books.fillCount == 12)
  }

  @Test func closedOrdersAreBoundedAndTheNewestStay() throws {
    let bench = ExecutorBench()
    bench.goLive()
    var first: ClOrdIDText?
    var last: ClOrdIDText?
    for step in 0..<4_200 {
      let order = bench.quote(bids: [(9_990 + Int64(step % 2), 1)]).newOrders[0]
      bench.deliver(bench.report(order, .new))
      bench.deliver(bench.report(order, .expired, status: .expired))
      bench.target()
      bench.conclude()
      if first == nil { first = order.clOrdID }
      last = order.clOrdID
      bench.pass(seconds: 0.1)
    }
    #expect(first.flatMap { ClOrdID($0.description) }.flatMap(bench.books.order) == nil)
    #expect(last.flatMap { ClOrdID($0.description) }.flatMap(bench.books.order) != nil)
    let rebuilt = CoreBench.savedState(of: try bench.rebuilt())
    #expect(rebuilt == bench.savedState)
  }
}
