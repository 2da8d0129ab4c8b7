import ActorKit
import CoreTestKit
import Testing
import Trading
import VenueSimulator
import Wire

/// Stop orders: waiting outside the book, triggered by trades, then market orders.
@Suite struct StopTests {
  @Test func aSellStopWorksOnceTheMarketTradesAtItsPriceOrBelow() {
    let venue = VenueBench.recorded(bids: [(99, 5), (97, 5)], asks: [(101, 5)])
    #expect(venue.place(venue.stop("s", .sell, 1, at: 98)).map(\.gist) == ["s new new 0/1000"])
    #expect(venue.market(.trade, trade: (98.01, 1, .sell)).isEmpty)
    #expect(
      venue.market(.trade, trade: (98, 1, .sell)).map(\.gist) == [
        "s triggered triggered 0/1000", "s trade 1000@9900 filled 1000/0",
      ])
    #expect(venue.counter("stopsTriggered") == 1)
    #expect(venue.core.trades(account: 1).map(\.liquidity) == [.taker])
  }

  @Test func aBuyStopWorksOnceTheMarketTradesAtItsPriceOrAbove() {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)])
    _ = venue.place(venue.stop("s", .buy, 1, at: 102))
    #expect(venue.market(.trade, trade: (101.99, 1, .buy)).isEmpty)
    #expect(
      venue.market(.trade, trade: (103, 1, .buy)).map(\.gist) == [
        "s triggered triggered 0/1000", "s trade 1000@10100 filled 1000/0",
      ])
  }

  @Test func quotesTriggerNothingAndAGapIsTakenWhereItEnds() {
    let venue = VenueBench.recorded(bids: [(99, 5), (90, 5)], asks: [(101, 5)])
    _ = venue.place(venue.stop("s", .sell, 1, at: 98))
    #expect(venue.market(.delta, bids: [(99, 0)]).isEmpty)
    #expect(
      venue.market(.trade, trade: (90, 1, .sell)).map(\.gist) == [
        "s triggered triggered 0/1000", "s trade 1000@9000 filled 1000/0",
      ])
  }

  @Test func whatFindsNoLiquidityEnds() {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)])
    _ = venue.place(venue.stop("part", .sell, 8, at: 98))
    #expect(
      venue.market(.trade, trade: (98, 1, .sell)).map(\.gist) == [
        "part triggered triggered 0/8000", "part trade 5000@9900 partiallyFilled 5000/3000",
        "part expired expired 5000/0 noLiquidity",
      ])
    // All of the displayed 5 are taken.
    _ = venue.place(venue.stop("none", .sell, 1, at: 97))
    #expect(
      venue.market(.trade, trade: (97, 1, .sell)).map(\.gist) == [
        "none triggered triggered 0/1000", "none expired expired 0/0 noLiquidity",
      ])
  }

  @Test func aStopThatTheMarketHasPassedWorksOnArrival() {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)])
    // Before any trade the quote that it would meet counts.
    #expect(venue.place(venue.stop("early", .sell, 1, at: 98)).map(\.execType) == [.new])
    #expect(venue.place(venue.stop("quote", .sell, 1, at: 99)).map(\.execType) == [.new, .triggered, .trade])
    _ = venue.market(.trade, trade: (102, 1, .buy))
    #expect(venue.place(venue.stop("above", .sell, 1, at: 101)).map(\.execType) == [.new])
    #expect(
      venue.place(venue.stop("passed", .buy, 1, at: 102)).map(\.execType) == [.new, .triggered, .trade])
  }

  @Test func aCancelledStopIsNeverTriggered() {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)])
    _ = venue.place(venue.stop("s", .sell, 1, at: 98))
    #expect(venue.cancel("s").map(\.gist) == ["s canceled canceled 0/0"])
    #expect(venue.market(.trade, trade: (90, 1, .sell)).isEmpty)
    #expect(venue.counter("stopsTriggered") == 0)
  }

  @Test func theNearestIsTriggeredFirstAndAtOnePriceTheOldest() {
    let venue = VenueBench.recorded(bids: [(99, 50)], asks: [(101, 5)])
    for (id, price) in [("far", 97.0), ("near", 98), ("later", 98)] {
      _ = venue.place(venue.stop(id, .sell, 1, at: price))
    }
    let triggered = venue.market(.trade, trade: (96, 1, .sell)).filter { $0.execType == .triggered }
    #expect(triggered.map(\.clOrdID) == ["near", "later", "far"].map(Fixture.id))
  }

  @Test func whatAStopTradesTriggersTheNext() {
    let venue = VenueBench.quiet()
    for (id, price) in [("b0", 99.9), ("b1", 99.8), ("b2", 99.5), ("b3", 99.4)] {
      _ = venue.place(venue.order(id, .buy, 1, at: price, account: 2), from: VenueBench.secondExecutor)
    }
    _ = venue.place(venue.stop("second", .sell, 1, at: 99.8))
    _ = venue.place(venue.stop("first", .sell, 1, at: 99.85))
    // Neither is passed: nothing has traded, and the best bid is 99.9.
    #expect(venue.core.openOrders(account: 1).count == 2)
    let reports = venue.place(venue.order("push", .sell, 1.5, at: 99.8, .immediateOrCancel))
    #expect(
      reports.filter { $0.account == 1 }.map(\.gist) == [
        "push new new 0/1500", "push trade 1000@9990 partiallyFilled 1000/500",
        "push trade 500@9980 filled 1500/0", "first triggered triggered 0/1000",
        "first trade 500@9980 partiallyFilled 500/500", "first trade 500@9950 filled 1000/0",
        "second triggered triggered 0/1000", "second trade 500@9950 partiallyFilled 500/500",
        "second trade 500@9940 filled 1000/0",
      ])
    #expect(venue.core.openOrders(account: 1).isEmpty)
  }

  @Test func stopsWithImpossibleFieldsAreRefused() {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)])
    func reason(_ change: (inout NewOrder) -> Void) -> [RejectReason] {
      var order = venue.stop("s", .sell, 1, at: 98)
      change(&order)
      return venue.place(order).map(\.reason)
    }
    #expect(reason { $0.stopPrice = nil } == [.invalidStop])
    #expect(reason { $0.stopPrice = Fixture.price(98.001) } == [.invalidStop])
    #expect(reason { $0.stopPrice = -1 } == [.invalidStop])
    #expect(reason { $0.timeInForce = .immediateOrCancel } == [.malformed])
    #expect(reason { $0.execInst = .postOnly } == [.malformed])
    #expect(reason { $0.execInst = .reduceOnly } == [.reduceOnlyWouldOpen])
    #expect(reason { $0.quantity = Fixture.quantity(0.001) } == [.belowMinimum])
    #expect(reason { $0.ordType = .limit } == [.malformed])
    #expect(reason { _ in } == [.none])
    #expect(venue.replace("s", by: "t", 1, at: 97).map(\.reason) == [.malformed])
  }

  @Test func aVenueWithoutStopsRefusesThem() {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)]) {
      $0.capabilities.orderTypes.remove(.stop)
    }
    #expect(
      venue.place(venue.stop("s", .sell, 1, at: 98)).map(\.gist) == ["s rejected rejected 0/0 malformed"])
  }

  @Test func aWaitingStopHoldsNothingAndIsPaidForWhenItIsTriggered() {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)])
    _ = venue.place(venue.stop("s", .sell, 1, at: 98))
    #expect(venue.core.balance(account: 1, currency: Fixture.btc)?.locked == .zero)
    #expect(venue.place(venue.order("all", .sell, 100, at: 150)).map(\.execType) == [.new])
    #expect(
      venue.market(.trade, trade: (98, 1, .sell)).map(\.gist) == [
        "s triggered triggered 0/1000", "s rejected rejected 0/0 insufficientBalance",
      ])
    #expect(venue.query("s").map(\.ordStatus) == [.rejected])
  }

  @Test func aReduceOnlyStopTakesOnlyWhatIsLeftToClose() {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)])
    _ = venue.place(venue.order("open", .buy, 1, at: 101))
    var stop = venue.stop("s", .sell, 1, at: 98)
    stop.execInst = .reduceOnly
    #expect(venue.place(stop).map(\.execType) == [.new])
    _ = venue.place(venue.order("some", .sell, 0.4, at: 99, .immediateOrCancel))
    #expect(
      venue.market(.trade, trade: (98, 1, .sell)).map(\.gist) == [
        "s triggered triggered 0/1000", "s trade 600@9900 partiallyFilled 600/400",
        "s expired expired 600/0 reduceOnlyWouldOpen",
      ])
    #expect(venue.core.position(account: 1, instrument: 1)?.raw == 0)
  }

  @Test func anAccountShowsTypeAndStopPrice() throws {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)])
    _ = venue.place(venue.stop("s", .sell, 1, at: 98))
    #expect(venue.query("s").map(\.gist) == ["s orderStatus new 0/1000"])
    let query = AccountQuery(account: 1, parts: .openOrders, afterTradeSequence: 0)
    venue.bench.deliver(from: VenueBench.executor) { query.encode(into: &$0) }
    let sent = venue.end().sent + venue.run(2 * VenueBench.latency).sent
    let state = try #require(sent.last { $0.template == .accountState })
    state.read { message in
      guard case .accountState(let view) = copy message else { return }
      #expect(view.openOrder(0).ordType == .stop)
      #expect(view.openOrder(0).stopPrice == Fixture.price(98))
      #expect(view.openOrder(0).price == 0)
    }
  }

  @Test func aDeadMansSwitchMaySpareStopsThatWait() {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)])
    _ = venue.place(venue.stop("s", .sell, 1, at: 98))
    let command = CancelAll(
      account: 1, requestNanos: venue.bench.now.wall, afterSilenceNanos: 1_000_000_000,
      conditions: .sparesStops)
    venue.bench.deliver(from: VenueBench.executor) { command.encode(into: &$0) }
    venue.settle()
    #expect(venue.run(2_000_000_000).all(VenueReport.self).isEmpty)
    #expect(!venue.market(.trade, trade: (90, 1, .sell)).isEmpty, "it still guards the position")
  }

  @Test func theDeadMansSwitchCancelsStops() {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)])
    _ = venue.place(venue.stop("s", .sell, 1, at: 98))
    let command = CancelAll(
      account: 1, requestNanos: venue.bench.now.wall, afterSilenceNanos: 1_000_000_000, conditions: [])
    venue.bench.deliver(from: VenueBench.executor) { command.encode(into: &$0) }
    venue.settle()
    let reports = venue.run(2_000_000_000).all(VenueReport.self)
    #expect(reports.map(\.gist) == ["s canceled canceled 0/0"])
    #expect(venue.market(.trade, trade: (90, 1, .sell)).isEmpty)
  }
}

/// Stops over a restart.
@Suite struct StopRestartTests {
  @Test func aStopWaitsOnAfterARestart() throws {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)])
    let first = venue.bench.now.market
    _ = venue.place(venue.stop("s", .sell, 1, at: 98))
    venue.run(2_000_000_000)
    let next = VenueBench(restarting: venue, epoch: 2)
    next.bench.deliver(.sourceReady(firstMarketNanos: first))
    let restart = next.bench.now.market
    // The source begins again; what is past triggers nothing.
    #expect(next.market(.snapshot, bids: [(99, 3)], asks: [(101, 5)], at: first).isEmpty)
    #expect(next.market(.trade, trade: (90, 9, .sell), at: first + 1).isEmpty)
    #expect(next.query("s").map(\.gist) == ["s orderStatus new 0/1000"])
    #expect(
      next.market(.trade, trade: (98, 1, .sell), at: restart).map(\.execType) == [.triggered, .trade])
  }

  @Test func aStopThatTheMarketPassedMeanwhileWorksOnTheReturn() {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)])
    _ = venue.place(venue.stop("s", .sell, 1, at: 98))
    let next = VenueBench(restarting: venue, epoch: 2)
    next.bench.deliver(.sourceReady(firstMarketNanos: nil))
    _ = next.query("none")
    let reports = next.market(.snapshot, bids: [(95, 5)], asks: [(96, 5)])
    #expect(reports.map(\.gist) == ["s triggered triggered 0/1000", "s trade 1000@9500 filled 1000/0"])
  }

  @Test func aStopSurvivesInASyntheticMarketToo() {
    let venue = VenueBench.quiet()
    _ = venue.place(venue.stop("s", .sell, 1, at: 50))
    let next = VenueBench(restarting: venue, epoch: 2)
    #expect(next.query("s").map(\.gist) == ["s orderStatus new 0/1000"])
    #expect(next.cancel("s").map(\.gist) == ["s canceled canceled 0/0"])
  }

  @Test func factsAndSnapshotRebuildStopsExactly() throws {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)])
    _ = venue.place(venue.stop("waits", .sell, 1, at: 90))
    _ = venue.place(venue.stop("worked", .sell, 7, at: 98))
    _ = venue.market(.trade, trade: (98, 1, .sell))
    let rebuilt = try venue.bench.rebuilt(on: VenueSimulator(venue.core.configuration))
    #expect(CoreBench.savedState(of: rebuilt) == venue.bench.savedState)
    #expect(rebuilt.openOrders(account: 1) == venue.core.openOrders(account: 1))
    #expect(rebuilt.openOrders(account: 1).map(\.stopPrice) == [Price(raw: Fixture.price(90))])
    var restored = VenueSimulator(venue.core.configuration)
    var reader = SnapshotReader(venue.bench.savedState)
    try restored.restore(from: &reader)
    try reader.finish()
    #expect(CoreBench.savedState(of: restored) == venue.bench.savedState)
  }

  @Test func whatWasWrittenBeforeThereWereStopsIsRefused() {
    let order = VenueOrder(
      account: 1, instrument: 1, venueOrderId: 1, clOrdID: Fixture.id("a"), side: .buy, type: .limit,
      timeInForce: .gtc, isPostOnly: false, isReduceOnly: false, price: Price(raw: Fixture.price(100)),
      quantity: Quantity(raw: Fixture.quantity(1)), priority: 1, acceptedNanos: 1, correlation: .none)
    var writer = SnapshotWriter()
    VenueFact.accepted(order).encode(into: &writer)
    // The stop price's absence and the trigger are the last two bytes.
    var reader = SnapshotReader(Array(writer.bytes.dropLast(2)))
    #expect(throws: RestoreError.self) { try VenueFact(kind: 1, from: &reader) }
    var version = SnapshotWriter()
    version.write(UInt16(1))
    var old = SnapshotReader(version.bytes)
    var venue = VenueSimulator(Fixture.configuration(.replay))
    #expect(throws: RestoreError.unknownVersion(1)) { try venue.restore(from: &old) }
  }
}

extension VenueBench {
  func stop(
    _ id: String, _ side: SideCode, _ quantity: Double, at stopPrice: Double, account: UInt16 = 1
  ) -> NewOrder {
    var order = order(id, side, quantity, at: nil, account: account)
    order.ordType = .stop
    order.stopPrice = Fixture.price(stopPrice)
    return order
  }
}
