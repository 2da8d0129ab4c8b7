import ActorKit
import CoreTestKit
import OrderExecutor
import Testing
import Trading
import Wire

/// Nothing takes an order's place before it is gone: until then it may still be executed.
@Suite struct LegReplacementTests {
  private func live(
    venueHasStops: Bool = true, reduceOnly: Bool = true, instrument: Instrument = ExecutorBench.sample
  ) -> ExecutorBench {
    var configuration = ExecutorBench.configuration()
    configuration.instruments = [instrument]
    configuration.venue.set(.stopOrders, venueHasStops)
    configuration.venue.set(.reduceOnly, reduceOnly)
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

  /// The venue lets none of its stops open anything: the old one stays until the new one stands.
  @Test func withReduceOnlyTheLargerStopStaysUntilTheSmallerStandsHoweverLongThatTakes() throws {
    let bench = live()
    let (_, legs) = bench.enter()
    bench.accept(legs)
    let turn = bench.fill(legs[1], lots: 4, id: 8, cum: 4)
    let smaller = try #require(turn.newOrders.first)
    #expect(turn.cancels.isEmpty && smaller.quantity == lots(6).raw && smaller.execInst == .reduceOnly)
    bench.venueOpenOrders = [bench.listed(legs[0]), bench.listed(legs[1], cum: 4)]
    for step in 0..<16 {
      bench.top(10_000 + Int64(step % 3), 10_002 + Int64(step % 3))
      var turn = bench.conclude()
      turn.append(bench.pass(seconds: 0.5))
      #expect(!turn.cancels.contains { $0.origClOrdID == legs[0].clOrdID }, "step \(step)")
      #expect(bench.books.restingStops(in: ExecutorBench.instrument) >= lots(10), "step \(step)")
    }
    #expect(bench.accept([smaller]).cancels.map(\.origClOrdID) == [legs[0].clOrdID])
  }

  /// What is left is too little for a stop of its own, and the old one would close what another intent has.
  @Test func withReduceOnlyAStopThatCannotBecomeSmallerGoesWhereAnotherIntentHasSomething() throws {
    for hasAnother in [false, true] {
      let bench = live(instrument: try ExecutorBench.sampleWith(minQuantity: lots(5)))
      let (_, legs) = bench.enter()
      bench.accept(legs)
      if hasAnother { bench.accept(bench.enter(2).legs) }
      let turn = bench.fill(legs[1], lots: 8, id: 8, cum: 8)
      #expect(turn.cancels.map(\.origClOrdID) == (hasAnother ? [legs[0].clOrdID] : []))
    }
  }

  /// Where the venue would let both fill, what is placed waits for what is taken back.
  @Test func withoutReduceOnlyASmallerStopWaitsUntilTheLargerOneIsGoneHoweverLongThatTakes() throws {
    let bench = live(reduceOnly: false)
    let (_, legs) = bench.enter(target: nil)
    bench.accept(legs)
    let cancel = try #require(handTrade(bench, lots: 4, id: 77).cancels.first)
    #expect(cancel.origClOrdID == legs[0].clOrdID)
    bench.venueOpenOrders = [bench.listed(legs[0])]
    // Markets move, the cancel is doubted, the position becomes smaller still.
    for step in 0..<16 {
      bench.top(10_000 + Int64(step % 3), 10_002 + Int64(step % 3))
      var turn = bench.conclude()
      turn.append(bench.pass(seconds: 0.5))
      if step == 3 { turn.append(handTrade(bench, lots: 1, id: 78)) }
      #expect(turn.newOrders.isEmpty, "step \(step)")
      #expect(stops(bench) == lots(10), "step \(step)")
    }
    #expect(bench.confirm(cancel, legs[0]).newOrders.map(\.quantity) == [lots(5).raw])
    #expect(stops(bench) == lots(5))
  }

  /// A person sells at the venue.
  private func handTrade(_ bench: ExecutorBench, lots quantity: Int64, id: UInt64) -> Turn {
    let order = NewOrder(
      account: ExecutorBench.account, instrument: ExecutorBench.instrument,
      clOrdID: ClOrdIDText("hand-\(id)") ?? ClOrdIDText(), side: .sell, ordType: .limit,
      timeInForce: .goodTillCancel, execInst: [], price: ticks(10_000).raw, quantity: lots(quantity).raw,
      requestNanos: 0, recvWindowNanos: 0)
    bench.deliver(bench.trade(order, lots: quantity, id: id, cum: quantity))
    return bench.conclude()
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
