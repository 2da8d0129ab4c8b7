import CoreTestKit
import OrderExecutor
import Testing
import Trading
import Wire

/// What nobody owns is closed beside what protects the rest, and never so much that both could do too much.
@Suite struct OwnerlessCloseTests {
  private func live(reduceOnly: Bool) throws -> ExecutorBench {
    var configuration = ExecutorBench.configuration()
    configuration.instruments = [try ExecutorBench.sampleWith(minQuantity: lots(3))]
    configuration.venue.set(.reduceOnly, reduceOnly)
    configuration.closesOwnerless = true
    let bench = ExecutorBench(configuration)
    bench.goLive()
    return bench
  }

  @Test func withoutReduceOnlyTheStopThatCarriedDustIsCountedUntilItIsGone() throws {
    let bench = try live(reduceOnly: false)
    bench.tradeByHand(.buy, lots: 2, id: 70)
    bench.pass(seconds: 11)
    bench.accept(bench.enter(target: nil).legs)
    #expect(bench.mayBeSold == lots(12), "too little for an order of its own: the stop carries it")
    bench.tradeByHand(.buy, lots: 3, id: 71)
    let turn = bench.pass(seconds: 11)
    #expect(!turn.cancels.isEmpty && turn.newOrders.map(\.timeInForce).contains(.immediateOrCancel))
    #expect(bench.position == lots(15) && bench.mayBeSold <= bench.position, "\(bench.mayBeSold) may be sold")
  }

  @Test func withReduceOnlyAllOfItIsClosedAtOnce() throws {
    let bench = try live(reduceOnly: true)
    bench.accept(bench.enter(target: nil).legs)
    bench.tradeByHand(.buy, lots: 5, id: 70)
    let turn = bench.pass(seconds: 11)
    let closing = turn.newOrders.filter { $0.timeInForce == .immediateOrCancel }
    #expect(closing.map(\.quantity) == [lots(5).raw] && closing.allSatisfy { $0.execInst == .reduceOnly })
  }

  /// A position that only the lost turns knew, with a stop that nobody's intent explains.
  private func afterCut(reduceOnly: Bool) throws -> (ExecutorBench, stop: NewOrder) {
    var configuration = ExecutorBench.configuration()
    configuration.venue = .with(stops: true, reduceOnly: reduceOnly, pairs: false)
    configuration.closesOwnerless = true
    let bench = ExecutorBench(configuration)
    bench.goLive()
    _ = bench.trade(ExecutorBench.lost(1_000, .buy, 10_002, lots: 10), lots: 10, id: 1, cum: 10)
    let stop = ExecutorBench.lost(1_001, .sell, 9_949, lots: 10, isStop: true)
    bench.venueOpenOrders = [bench.listed(stop)]
    let (next, turn) = try bench.comeBack()
    #expect(turn.cancels.isEmpty && next.position == lots(10))
    return (next, stop)
  }

  @Test func withoutReduceOnlyAStopThatWasFoundGoesBeforeWhatItProtectsIsClosed() throws {
    let (bench, stop) = try afterCut(reduceOnly: false)
    let turn = bench.pass(seconds: 7)
    #expect(bench.core.hasMadeGoodTheCut && turn.newOrders.isEmpty)
    let cancel = try #require(turn.cancels.first { $0.origClOrdID == stop.clOrdID })
    bench.venueOpenOrders = []
    var after = bench.confirm(cancel, stop)
    after.append(bench.pass(seconds: 1))
    #expect(after.newOrders.map(\.quantity) == [lots(10).raw] && bench.mayBeSold == bench.position)
  }

  @Test func withReduceOnlyItStaysUntilThatIsClosed() throws {
    let (bench, stop) = try afterCut(reduceOnly: true)
    let turn = bench.pass(seconds: 7)
    let exit = try #require(turn.newOrders.first)
    #expect(turn.cancels.isEmpty && exit.execInst == .reduceOnly && exit.quantity == lots(10).raw)
    let after = bench.fill(exit, lots: 10, id: 2, cum: 10)
    #expect(after.cancels.map(\.origClOrdID) == [stop.clOrdID])
  }
}
