import ActorKit
import CoreTestKit
import OrderExecutor
import Testing
import Trading
import Wire

@Suite struct QuotingTests {
  @Test func aTargetBecomesPostOnlyOrdersThatRest() {
    let bench = ExecutorBench()
    bench.goLive()
    let turn = bench.quote(bids: [(9_999, 5), (9_998, 10)], asks: [(10_003, 5)])
    let orders = turn.newOrders
    #expect(orders.count == 3)
    #expect(orders.map(\.price) == [ticks(9_999).raw, ticks(9_998).raw, ticks(10_003).raw])
    #expect(orders.map(\.quantity) == [lots(5).raw, lots(10).raw, lots(5).raw])
    for order in orders {
      #expect(order.execInst == .postOnly)
      #expect(order.timeInForce == .goodTillCancel)
      #expect(order.ordType == .limit)
      #expect(order.requestNanos == bench.now().wall)
      #expect(order.envelope.origin == 77)
    }
    #expect(turn.reports.map(\.execType) == [.pendingNew, .pendingNew, .pendingNew])
    // The journal knows of every order before the network does.
    #expect(turn.facts.map(\.kind) == [1, 1, 1])
  }

  @Test func anUnchangedTargetSendsNothing() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.accept(bench.quote(bids: [(9_999, 5)], asks: [(10_003, 5)]).newOrders)
    let turn = bench.quote(bids: [(9_999, 5)], asks: [(10_003, 5)])
    #expect(turn.newOrders.isEmpty && turn.cancels.isEmpty)
  }

  @Test func onlyWhatDiffersIsTouched() {
    let bench = ExecutorBench()
    bench.goLive()
    let orders = bench.quote(bids: [(9_999, 5), (9_998, 5)], asks: [(10_003, 5)]).newOrders
    bench.accept(orders)
    let turn = bench.quote(bids: [(9_999, 5), (9_997, 5)], asks: [(10_003, 8)])
    #expect(turn.cancels.map(\.origClOrdID) == [orders[1].clOrdID])
    #expect(turn.newOrders.map(\.price) == [ticks(9_997).raw, ticks(10_003).raw])
    #expect(turn.newOrders.map(\.quantity) == [lots(5).raw, lots(3).raw])
  }

  @Test func cancelsGoBeforeNewOrders() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.accept(bench.quote(bids: [(9_999, 5)], asks: [(10_003, 5)]).newOrders)
    let turn = bench.quote(bids: [(9_998, 5)], asks: [(10_004, 5)])
    let kinds = turn.sent.filter { $0.destination == ExecutorBench.toVenue }.map(\.template)
    #expect(kinds == [.cancelOrder, .cancelOrder, .newOrder, .newOrder])
  }

  @Test func anOrderTooLargeForWhatIsWantedIsReplaced() {
    let bench = ExecutorBench()
    bench.goLive()
    let first = bench.quote(bids: [(9_999, 5)]).newOrders
    bench.accept(first)
    let turn = bench.quote(bids: [(9_999, 3)])
    #expect(turn.cancels.map(\.origClOrdID) == [first[0].clOrdID])
    #expect(turn.newOrders.map(\.quantity) == [lots(3).raw])
  }

  @Test func theOldestOrderAtAPriceKeepsItsPlace() {
    let bench = ExecutorBench()
    bench.goLive()
    let first = bench.quote(bids: [(9_999, 5)]).newOrders
    bench.accept(first)
    let second = bench.quote(bids: [(9_999, 8)]).newOrders
    bench.accept(second)
    let turn = bench.quote(bids: [(9_999, 5)])
    #expect(turn.cancels.map(\.origClOrdID) == [second[0].clOrdID])
    #expect(turn.newOrders.isEmpty)
  }

  @Test func anEmptyTargetCancelsAll() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.accept(bench.quote(bids: [(9_999, 5)], asks: [(10_003, 5)]).newOrders)
    #expect(bench.quote().cancels.count == 2)
  }

  @Test func anExpiredTargetIsAnEmptyOne() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.target(bids: [(9_999, 5)], validSeconds: 2)
    bench.accept(bench.conclude().newOrders)
    #expect(bench.pass(seconds: 1.9).cancels.isEmpty)
    #expect(bench.pass(seconds: 0.2).cancels.count == 1)
  }

  @Test func anOlderRevisionIsRefused() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.target(bids: [(9_999, 5)], revision: 1_000)
    bench.accept(bench.conclude().newOrders)
    bench.target(bids: [(9_990, 5)], revision: 1_000)
    bench.target(bids: [(9_991, 5)], revision: 999)
    let turn = bench.conclude()
    #expect(turn.newOrders.isEmpty && turn.cancels.isEmpty)
    #expect(bench.counter("refused.oldRevision") == 2)
  }

  @Test func strategiesDoNotDisturbEachOther() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.accept(bench.quote(bids: [(9_999, 5)]).newOrders)
    bench.target(bids: [(9_999, 2)], strategy: 12)
    let turn = bench.conclude()
    #expect(turn.cancels.isEmpty)
    #expect(turn.newOrders.map(\.quantity) == [lots(2).raw])
    bench.accept(turn.newOrders)
    bench.target(strategy: 12)
    #expect(bench.conclude().cancels.count == 1)
  }

  @Test func aCrossingQuoteRestsOneTickBehind() {
    let bench = ExecutorBench()
    bench.goLive()
    let turn = bench.quote(bids: [(10_002, 5)], asks: [(9_999, 5)])
    #expect(turn.newOrders.map(\.price) == [ticks(10_001).raw])
    // The ask moved to 10001 would trade with our own bid there.
    #expect(bench.counter("ordersDenied.selfTrade") == 1)
    #expect(bench.counter("postOnlyMoved") == 1)
  }

  @Test func aMovedQuoteIsNotMovedAgainWhileTheMarketStands() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.accept(bench.quote(bids: [(10_005, 5)]).newOrders)
    bench.top(10_000, 10_002)
    #expect(bench.conclude().sent.isEmpty)
    let again = bench.quote(bids: [(10_005, 5)])
    #expect(again.newOrders.isEmpty && again.cancels.isEmpty)
  }

  @Test func aRestingQuoteStaysWhenTheMarketTouchesIt() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.accept(bench.quote(bids: [(10_001, 5)]).newOrders)
    bench.top(9_999, 10_001)
    let turn = bench.conclude()
    #expect(turn.newOrders.isEmpty && turn.cancels.isEmpty)
  }

  @Test(arguments: [FeedState.syncing, .suspect, .stale, .ended])
  func quotesArePulledUnlessTheFeedIsLive(_ state: FeedState) {
    let bench = ExecutorBench()
    bench.goLive()
    bench.accept(bench.quote(bids: [(9_999, 5)]).newOrders)
    bench.status(state)
    #expect(bench.conclude().cancels.count == 1)
    #expect(bench.quote(bids: [(9_998, 5)]).newOrders.isEmpty)
    let denial = state == .suspect ? "unpriced" : "staleMarketData"
    #expect(bench.counter("ordersDenied.\(denial)") >= 1)
  }

  @Test func aSilentFeedPullsQuotesAndAHeardOneBringsThemBack() {
    let bench = ExecutorBench()
    bench.goLive()
    let orders = bench.quote(bids: [(9_999, 5)]).newOrders
    bench.accept(orders)
    bench.deliver(.peerSuspect(component: ExecutorBench.feed))
    let cancels = bench.conclude().cancels
    #expect(cancels.count == 1)
    bench.confirm(cancels[0], orders[0])
    bench.deliver(.peerHeard(component: ExecutorBench.feed, epoch: 1))
    #expect(bench.conclude().newOrders.count == 1)
  }

  @Test(arguments: [(nil, 10_002), (10_000, nil), (10_002, 10_002), (10_003, 10_002)] as [(Int64?, Int64?)])
  func withoutATwoSidedUncrossedTopNothingRests(_ bid: Int64?, _ ask: Int64?) {
    let bench = ExecutorBench()
    bench.goLive()
    bench.accept(bench.quote(bids: [(9_990, 5)]).newOrders)
    bench.top(bid, ask)
    #expect(bench.conclude().cancels.count == 1)
  }

  @Test func aGapOnTheTopPullsQuotesUntilTheNextTop() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.accept(bench.quote(bids: [(9_990, 5)]).newOrders)
    guard let topic = Topic("market", "top", "BTCUSDT.SIM") else { preconditionFailure("a topic") }
    bench.deliver(.streamGap(sender: ExecutorBench.feed, topic: topic))
    #expect(bench.conclude().cancels.count == 1)
  }

  @Test func aTargetMadeBeforeALaterFillPlacesNothingNew() {
    let bench = ExecutorBench()
    bench.goLive()
    let orders = bench.quote(bids: [(9_999, 5), (9_998, 5)]).newOrders
    bench.accept(orders)
    bench.fill(orders[0], lots: 2, id: 1, cum: 2)
    bench.target(bids: [(9_999, 9)], seen: 0)
    let stale = bench.conclude()
    #expect(stale.newOrders.isEmpty)
    // What is no longer wanted is cancelled all the same.
    #expect(stale.cancels.map(\.origClOrdID) == [orders[1].clOrdID])
    #expect(bench.counter("staleTargets") >= 1)
    bench.target(bids: [(9_999, 9)], seen: 1)
    #expect(bench.conclude().newOrders.map(\.quantity) == [lots(6).raw])
  }

  @Test func quietTurnsSendNothing() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.accept(bench.quote(bids: [(9_990, 5)], asks: [(10_010, 5)]).newOrders)
    for step in 0..<1_000 {
      bench.top(10_000 + Int64(step % 3), 10_002 + Int64(step % 3))
      let turn = bench.conclude()
      #expect(turn.sent.isEmpty && turn.facts.isEmpty)
    }
  }

  @Test func aSteadyMakerCostsTwoMessagesPerSideAndMove() {
    let bench = ExecutorBench()
    bench.goLive()
    var resting: [ClOrdIDText: NewOrder] = [:]
    for step in 0..<50 {
      let mid = 10_001 + Int64(step % 5)
      bench.top(mid - 1, mid + 1)
      bench.target(bids: [(mid - 3, 5), (mid - 4, 5)], asks: [(mid + 3, 5), (mid + 4, 5)])
      let turn = bench.conclude()
      // One tick up: of two levels a side one keeps its place.
      if step > 0 && step % 5 != 0 { #expect(turn.newOrders.count == 2 && turn.cancels.count == 2) }
      for order in turn.newOrders { resting[order.clOrdID] = order }
      bench.accept(turn.newOrders)
      for cancel in turn.cancels {
        guard let order = resting.removeValue(forKey: cancel.origClOrdID) else { continue }
        bench.confirm(cancel, order)
      }
      bench.pass(seconds: 0.2)
    }
    #expect(bench.books.open.count == 4)
    #expect(resting.count == 4)
  }
}
