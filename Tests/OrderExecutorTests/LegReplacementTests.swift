import ActorKit
import CoreTestKit
import OrderExecutor
import Testing
import Trading
import Wire

/// Nothing takes an order's place before it is gone: until then it may still be executed.
@Suite struct LegReplacementTests {
  private func live(venueHasStops: Bool = true) -> ExecutorBench {
    var configuration = ExecutorBench.configuration()
    configuration.venueHasStops = venueHasStops
    let bench = ExecutorBench(configuration)
    bench.goLive()
    bench.deliver(.sessionOpened(component: ExecutorBench.risk, peerEpoch: 1))
    bench.conclude()
    return bench
  }

  /// What all open stops together may still fill.
  private func stops(_ bench: ExecutorBench) -> Quantity {
    bench.books.open.reduce(.zero) { $1.purpose == .stopLoss ? $0 + $1.worstCaseOpen : $0 }
  }

  @Test func aSmallerStopWaitsUntilTheLargerOneIsGoneHoweverLongThatTakes() throws {
    let bench = live()
    let (_, legs) = bench.enter()
    bench.accept(legs)
    let cancel = try #require(bench.fill(legs[1], lots: 4, id: 8, cum: 4).cancels.first)
    #expect(cancel.origClOrdID == legs[0].clOrdID)
    bench.venueOpenOrders = [bench.listed(legs[0]), bench.listed(legs[1], cum: 4)]
    // Markets move, the cancel is doubted, what is open is filled further.
    for step in 0..<16 {
      bench.top(10_000 + Int64(step % 3), 10_002 + Int64(step % 3))
      var turn = bench.conclude()
      turn.append(bench.pass(seconds: 0.5))
      if step == 3 { turn.append(bench.fill(legs[1], lots: 1, id: 9, cum: 5)) }
      #expect(turn.newOrders.isEmpty, "step \(step)")
      #expect(stops(bench) == lots(10), "step \(step)")
    }
    #expect(bench.confirm(cancel, legs[0]).newOrders.map(\.quantity) == [lots(5).raw])
    #expect(stops(bench) == lots(5))
  }

  @Test func aPositionIsNotClosedWhileItsTargetMayStillBeFilled() throws {
    let bench = live(venueHasStops: false)
    let (_, legs) = bench.enter()
    bench.accept(legs)
    bench.top(9_949, 9_951)
    let turn = bench.conclude()
    let cancel = try #require(turn.cancels.first)
    #expect(turn.newOrders.isEmpty)
    bench.venueOpenOrders = legs.map { bench.listed($0) }
    for step in 0..<8 {
      bench.top(9_948 - Int64(step % 3), 9_950 - Int64(step % 3))
      #expect(bench.conclude().newOrders.isEmpty, "step \(step)")
      #expect(bench.pass(seconds: 0.5).newOrders.isEmpty, "step \(step)")
    }
    var closing = bench.confirm(cancel, legs[0])
    if closing.newOrders.isEmpty { closing.append(bench.pass(seconds: 1)) }
    #expect(closing.newOrders.map(\.timeInForce) == [.immediateOrCancel])
    #expect(closing.newOrders.map(\.quantity) == [lots(10).raw])
  }
}
