import ActorKit
import CoreTestKit
import OrderExecutor
import Testing
import Trading
import Wire

@Suite struct GateTests {
  @Test func anOrderAboveTheCapIsDeniedOnceInWords() {
    let bench = ExecutorBench(ExecutorBench.configuration(maxOrderLots: 10))
    bench.goLive()
    let turn = bench.quote(bids: [(9_999, 11)], asks: [(10_003, 10)])
    #expect(turn.newOrders.map(\.side) == [.sell])
    let denied = turn.reports.filter { $0.execType == .denied }
    #expect(denied.map(\.reason) == [.riskRefused] && denied.map(\.check) == [.orderQuantity])
    #expect(denied.first?.unit == .quantity)
    #expect(denied.first?.measured == lots(11).raw && denied.first?.limit == lots(10).raw)
    #expect(denied.first?.clOrdID.isEmpty == true)
    #expect(denied.first?.side == .buy)
    for _ in 0..<20 {
      let again = bench.quote(bids: [(9_999, 11)], asks: [(10_003, 10)])
      #expect(!again.reports.contains { $0.execType == .denied })
    }
    #expect(bench.counter("ordersDenied.orderQuantity") == 21, "counted for every target")
  }

  @Test func theWorstCaseCountsWhatIsOpenOnTheSameSide() {
    let bench = ExecutorBench(ExecutorBench.configuration(maxPositionLots: 20))
    bench.goLive()
    let turn = bench.quote(bids: [(9_999, 8), (9_998, 8), (9_997, 8)], asks: [(10_003, 20)])
    #expect(turn.newOrders.map(\.quantity) == [lots(8).raw, lots(8).raw, lots(20).raw])
    #expect(bench.counter("ordersDenied.position") == 1)
    bench.accept(turn.newOrders)
    // Sixteen bought: selling is limited by the other end only.
    bench.deliver(bench.trade(turn.newOrders[0], lots: 8, id: 1, cum: 8))
    bench.deliver(bench.trade(turn.newOrders[1], lots: 8, id: 2, cum: 8))
    bench.conclude()
    let next = bench.quote(bids: [(9_999, 5)], asks: [(10_003, 36)])
    #expect(next.newOrders.map(\.side) == [.sell])
    #expect(next.newOrders.map(\.quantity) == [lots(16).raw])
  }

  @Test func aPriceBeyondTheCollarIsDenied() {
    let bench = ExecutorBench(ExecutorBench.configuration(collarBps: 100))
    bench.goLive()
    // The band is twice the collar: 2 % below 100.01.
    let turn = bench.quote(bids: [(9_801, 1), (9_800, 1)])
    #expect(turn.newOrders.map(\.price) == [ticks(9_801).raw])
    #expect(bench.counter("ordersDenied.priceCollar") == 1)
  }

  @Test func anInstrumentWithoutCapsIsNotTraded() {
    var configuration = ExecutorBench.configuration()
    configuration.caps = []
    let bench = ExecutorBench(configuration)
    bench.goLive()
    #expect(bench.quote(bids: [(9_999, 1)]).newOrders.isEmpty)
    #expect(bench.counter("ordersDenied.noLimits") == 1)
  }

  @Test func ownOrdersNeverTradeWithEachOther() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.accept(bench.quote(asks: [(10_001, 5)]).newOrders)
    bench.target(bids: [(10_001, 5)], strategy: 12)
    let turn = bench.conclude()
    #expect(turn.newOrders.isEmpty)
    #expect(bench.counter("ordersDenied.selfTrade") == 1)
    // In a wide market one would also trade at a price better than asked.
    bench.top(9_990, 10_010)
    bench.target(bids: [(10_005, 5)], strategy: 12)
    #expect(bench.conclude().newOrders.isEmpty)
    #expect(bench.counter("ordersDenied.selfTrade") == 2)
  }

  @Test func theNumberOfOpenOrdersIsBounded() {
    let bench = ExecutorBench(ExecutorBench.configuration(maxOpenOrders: 3))
    bench.goLive()
    let turn = bench.quote(bids: [(9_999, 1), (9_998, 1)], asks: [(10_003, 1), (10_004, 1)])
    #expect(turn.newOrders.count == 3)
    #expect(bench.counter("ordersDenied.openOrders") == 1)
  }

  @Test func theRateKeepsAReserveForCancels() {
    let rate = MessageRate(perSecond: 10, burst: 10, cancelReserve: 4)
    let bench = ExecutorBench(ExecutorBench.configuration(rate: rate))
    bench.goLive()
    bench.pass(seconds: 2)
    let wanted: [(Int64, Int64)] = (0..<10).map { (9_999 - $0, 1) }
    bench.target(bids: wanted)
    let turn = bench.conclude()
    #expect(turn.newOrders.count == 6)
    #expect(bench.counter("ordersDenied.messageRate") == 1)
    bench.accept(turn.newOrders)
    // Out of tokens for orders, there are four for cancels at once.
    #expect(bench.quote().cancels.count == 4)
    #expect(bench.pass(seconds: 0.25).cancels.count == 2)
  }

  @Test func whatTheRateHeldBackFollowsAsTokensCome() {
    let rate = MessageRate(perSecond: 10, burst: 6, cancelReserve: 2)
    let bench = ExecutorBench(ExecutorBench.configuration(rate: rate))
    bench.goLive()
    bench.pass(seconds: 1)
    bench.target(bids: (0..<8).map { (9_999 - $0, 1) })
    var orders = bench.conclude().newOrders
    #expect(orders.count == 4)
    bench.accept(orders)
    for _ in 0..<10 {
      let more = bench.pass(seconds: 0.1).newOrders
      bench.accept(more)
      orders += more
    }
    #expect(orders.count == 8)
    #expect(Set(orders.map(\.price)).count == 8)
  }

  @Test func smallerThanTheVenueTakesIsNotSent() throws {
    var configuration = ExecutorBench.configuration()
    configuration.instruments = [try ExecutorBench.sampleWith(minQuantity: lots(5))]
    let bench = ExecutorBench(configuration)
    bench.goLive()
    let order = bench.quote(bids: [(9_999, 10)]).newOrders
    bench.accept(order)
    bench.fill(order[0], lots: 2, id: 1, cum: 2)
    // Two are missing again; the venue takes no less than five.
    #expect(bench.quote(bids: [(9_999, 10)]).newOrders.isEmpty)
    #expect(bench.counter("ordersDenied.minimumSize") == 1)
  }

  /// The cap holds for both ends of a position, and for what several orders may lead to together.
  @Test func whatIsSoldIsCappedAsWhatIsBought() {
    let bench = ExecutorBench(ExecutorBench.configuration(maxPositionLots: 20))
    bench.goLive()
    let turn = bench.quote(bids: [(9_999, 15), (9_998, 6)], asks: [(10_003, 15), (10_004, 6)])
    #expect(turn.newOrders.map(\.side) == [.buy, .sell])
    #expect(turn.newOrders.map(\.quantity) == [lots(15).raw, lots(15).raw])
    let more = bench.quote(bids: [(9_999, 15), (9_998, 5)], asks: [(10_003, 15), (10_004, 5)])
    #expect(more.newOrders.count == 2)
    let single = ExecutorBench(ExecutorBench.configuration(maxPositionLots: 20))
    single.goLive()
    #expect(single.quote(asks: [(10_003, 21)]).newOrders.isEmpty)
    #expect(single.quote(asks: [(10_003, 20)]).newOrders.count == 1)
  }
}
