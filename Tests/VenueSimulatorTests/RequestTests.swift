import ActorKit
import CoreTestKit
import Testing
import Trading
import VenueSimulator
import Wire

/// Ids, receive windows, latencies and when the market is closed.
@Suite struct RequestTests {
  @Test func anIdIsTakenOnlyWhileItsOrderIsOpen() {
    let venue = VenueBench.quiet()
    _ = venue.place(venue.order("a", .buy, 1, at: 100))
    #expect(venue.place(venue.order("a", .buy, 1, at: 100)).map(\.reason) == [.duplicateClOrdID])
    _ = venue.cancel("a")
    #expect(venue.place(venue.order("a", .buy, 2, at: 100)).map(\.execType) == [.new])
    // The id means the newer order now.
    #expect(venue.query("a").map(\.orderQuantity) == [Fixture.quantity(2)])
    // Another account's ids are its own.
    let other = venue.place(
      venue.order("a", .buy, 1, at: 100, account: 2), from: VenueBench.secondExecutor)
    #expect(other.map(\.execType) == [.new])
  }

  @Test func anIdIsTakenForeverWhereTheVenueSaysSo() {
    let venue = VenueBench.quiet { $0.capabilities.clientIDs.rule = .uniqueEver }
    _ = venue.place(venue.order("a", .buy, 1, at: 100))
    _ = venue.cancel("a")
    #expect(venue.place(venue.order("a", .buy, 1, at: 100)).map(\.reason) == [.duplicateClOrdID])
    #expect(venue.place(venue.order("b", .buy, 1, at: 100)).map(\.reason) == [.none])
    #expect(venue.replace("b", by: "a", 1, at: 100).map(\.reason) == [.duplicateClOrdID])
  }

  @Test func aRefusedOrderLeavesItsIdFree() {
    let venue = VenueBench.quiet { $0.capabilities.clientIDs.rule = .uniqueEver }
    #expect(venue.place(venue.order("a", .buy, 1, at: 100.001)).map(\.reason) == [.priceNotOnTick])
    #expect(venue.query("a").map(\.execType) == [.unknownOrder])
    #expect(venue.place(venue.order("a", .buy, 1, at: 100)).map(\.reason) == [.none])
  }

  @Test func theReceiveWindowIsCheckedOnReceipt() {
    let venue = VenueBench.quiet()
    var late = venue.order("late", .buy, 1, at: 100)
    late.requestNanos -= late.recvWindowNanos + 1
    #expect(venue.place(late).map(\.reason) == [.outsideRecvWindow])
    var last = venue.order("last", .buy, 1, at: 100)
    last.requestNanos -= last.recvWindowNanos - 2 * VenueBench.latency
    #expect(venue.place(last).map(\.reason) == [.none])
    var early = venue.order("early", .buy, 1, at: 100)
    early.requestNanos += 1_000_000_001
    #expect(venue.place(early).map(\.reason) == [.outsideRecvWindow])
    var tooLong = venue.order("long", .buy, 1, at: 100)
    tooLong.recvWindowNanos = 60_000_000_001
    #expect(venue.place(tooLong).map(\.reason) == [.outsideRecvWindow])
    var absurd = venue.order("absurd", .buy, 1, at: 100)
    absurd.requestNanos = .max
    #expect(venue.place(absurd).map(\.reason) == [.outsideRecvWindow])
    #expect(venue.counter("rejected.outsideRecvWindow") == 4)
  }

  @Test func theReceiveWindowIsCheckedAgainBeforeMatching() {
    let venue = VenueBench.quiet { $0.orderLatencyNanos = 100_000_000 }
    var order = venue.order("a", .buy, 1, at: 100)
    order.recvWindowNanos = 99_000_000
    venue.send(order)
    #expect(venue.end().sent.allSatisfy { $0.template != .venueReport })
    let reports = venue.run(200_000_000).all(VenueReport.self)
    #expect(reports.map(\.gist) == ["a rejected rejected 0/0 outsideRecvWindow"])
    var intime = venue.order("b", .buy, 1, at: 100)
    intime.recvWindowNanos = 101_000_000
    venue.send(intime)
    venue.end()
    #expect(venue.run(200_000_000).all(VenueReport.self).map(\.execType) == [.new])
  }

  @Test func cancelsAndReplacesHaveReceiveWindowsToo() {
    let venue = VenueBench.quiet()
    _ = venue.place(venue.order("a", .buy, 1, at: 100))
    let cancel = CancelOrder(
      account: 1, instrument: 1, clOrdID: Fixture.id("c"), origClOrdID: Fixture.id("a"),
      requestNanos: venue.bench.now.wall - 1_000, recvWindowNanos: 999)
    venue.bench.deliver(from: VenueBench.executor) { cancel.encode(into: &$0) }
    #expect(venue.settle().map(\.execType) == [.cancelRejected])
    #expect(venue.core.openOrders(account: 1).count == 1)
  }

  @Test func requestsTakeTheOrderLatencyAndReportsTheirs() {
    let venue = VenueBench.quiet {
      $0.orderLatencyNanos = 5_000_000
      $0.reportLatencyNanos = 7_000_000
    }
    let sent = venue.bench.now.market
    venue.send(venue.order("a", .buy, 1, at: 100))
    venue.end()
    #expect(venue.run(11_999_999).all(VenueReport.self).isEmpty)
    let reports = venue.run(1).all(VenueReport.self)
    #expect(reports.map(\.eventNanos) == [sent + 5_000_000])
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func nothingOvertakesWithinAnAccount(seed: UInt64) {
    let venue = VenueBench.quiet {
      $0.latencyJitterNanos = 900_000
      $0.latencySeed = seed
    }
    var reports: [VenueReport] = []
    for index in 0..<50 {
      venue.send(venue.order("n\(index)", .buy, 0.1, at: 100))
      venue.end()
      reports += venue.run(50_000).all(VenueReport.self)
    }
    reports += venue.run(10_000_000).all(VenueReport.self)
    #expect(reports.map(\.clOrdID) == (0..<50).map { Fixture.id("n\($0)") }, "seed \(seed)")
    #expect(zip(reports, reports.dropFirst()).allSatisfy { $0.reportSequence + 1 == $1.reportSequence })
    #expect(zip(reports, reports.dropFirst()).allSatisfy { $0.eventNanos <= $1.eventNanos })
  }

  @Test func beforeTheMarketNothingIsTakenButEverythingIsAnswered() {
    let venue = VenueBench(Fixture.configuration(.synthetic(Fixture.quietMarket)), clockRuns: false)
    venue.send(venue.order("a", .buy, 1, at: 100))
    let closed = venue.end().all(VenueReport.self)
    #expect(closed.map(\.gist) == ["a rejected rejected 0/0 marketClosed"])
    #expect(closed.first?.eventNanos == 0)
    let query = OrderQuery(account: 1, instrument: 1, clOrdID: Fixture.id("a"))
    venue.bench.deliver(from: VenueBench.executor) { query.encode(into: &$0) }
    #expect(venue.end().all(VenueReport.self).map(\.execType) == [.unknownOrder])
  }

  @Test func afterTheEndOfTheDataOrdersCanOnlyBeCancelled() {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)])
    _ = venue.place(venue.order("a", .buy, 1, at: 99))
    venue.bench.deliver(.sourceEnded)
    #expect(venue.place(venue.order("b", .buy, 1, at: 99)).map(\.reason) == [.marketClosed])
    #expect(venue.replace("a", by: "a2", 2, at: 99).map(\.reason) == [.marketClosed])
    #expect(venue.query("a").map(\.gist) == ["a orderStatus new 0/1000"])
    #expect(venue.cancel("a").map(\.gist) == ["a canceled canceled 0/0"])
  }

  @Test func aRecordingWithoutABookIsClosed() {
    let venue = VenueBench(Fixture.configuration(.replay))
    venue.bench.deliver(.sourceReady(firstMarketNanos: nil))
    #expect(venue.place(venue.order("a", .buy, 1, at: 99)).map(\.reason) == [.marketClosed])
    venue.market(.delta, bids: [(98, 1)])
    #expect(venue.place(venue.order("b", .buy, 1, at: 99)).map(\.reason) == [.marketClosed])
    venue.market(.delta, asks: [(101, 1)])
    #expect(venue.place(venue.order("c", .buy, 1, at: 99)).map(\.reason) == [.none])
  }

  @Test func reportsCarryWhatCausedThem() {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)])
    let taken = venue.place(venue.order("a", .buy, 1, at: 101))
    #expect(taken.allSatisfy { $0.envelope.origin == 77 && $0.envelope.correlationLow == 4 })
    _ = venue.place(venue.order("b", .buy, 1, at: 99))
    let filled = venue.market(.trade, trade: (98, 1, .sell))
    #expect(filled.map(\.envelope.origin) == [0])
    #expect(filled.map(\.envelope.correlationHigh) == [3])
    #expect(filled.first?.execHigh == 6)
    #expect(filled.first?.execLow == 2)
  }
}
