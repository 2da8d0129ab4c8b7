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

  /// Somebody buys by hand on the account; the list of trades shows it.
  private func buyByHand(_ bench: ExecutorBench, lots quantity: Int64, id: UInt64) throws {
    let name = try #require(ClOrdIDText("by-hand"))
    let order = NewOrder(
      account: ExecutorBench.account, instrument: ExecutorBench.instrument, clOrdID: name, side: .buy,
      ordType: .limit, timeInForce: .goodTillCancel, execInst: [], price: ticks(10_001).raw,
      quantity: lots(quantity).raw, requestNanos: 0, recvWindowNanos: 0)
    _ = bench.trade(order, lots: quantity, id: id, cum: quantity)
  }

  private func mayBeSold(_ bench: ExecutorBench) -> Quantity {
    bench.books.exposure(in: ExecutorBench.instrument).workingSells
  }

  @Test func withoutReduceOnlyTheStopThatCarriedDustIsCountedUntilItIsGone() throws {
    let bench = try live(reduceOnly: false)
    try buyByHand(bench, lots: 2, id: 70)
    bench.pass(seconds: 11)
    bench.accept(bench.enter(target: nil).legs)
    #expect(mayBeSold(bench) == lots(12), "too little for an order of its own: the stop carries it")
    try buyByHand(bench, lots: 3, id: 71)
    let turn = bench.pass(seconds: 11)
    #expect(!turn.cancels.isEmpty && turn.newOrders.map(\.timeInForce).contains(.immediateOrCancel))
    let position = bench.books.ledger[ExecutorBench.instrument].quantity
    #expect(position == lots(15) && mayBeSold(bench) <= position, "\(mayBeSold(bench)) may be sold")
  }

  @Test func withReduceOnlyAllOfItIsClosedAtOnce() throws {
    let bench = try live(reduceOnly: true)
    bench.accept(bench.enter(target: nil).legs)
    try buyByHand(bench, lots: 5, id: 70)
    let turn = bench.pass(seconds: 11)
    let closing = turn.newOrders.filter { $0.timeInForce == .immediateOrCancel }
    #expect(closing.map(\.quantity) == [lots(5).raw] && closing.allSatisfy { $0.execInst == .reduceOnly })
  }
}
