import ActorKit
import CoreTestKit
import Testing
import Trading
import VenueSimulator
import Wire

/// Our orders beside a recorded market, each vector worked out by hand.
@Suite struct ReplayQueueTests {
  private func venue() -> VenueBench {
    VenueBench.recorded(bids: [(99, 5), (98, 10)], asks: [(101, 5), (102, 10)])
  }

  @Test func aRestingOrderWaitsBehindWhatIsDisplayed() {
    let venue = venue()
    _ = venue.place(venue.order("a", .buy, 2, at: 99))
    // Five stand before it: 3 leave two, 2 leave none, the next one is ours.
    #expect(venue.market(.trade, trade: (99, 3, .sell)).isEmpty)
    #expect(venue.market(.trade, trade: (99, 2, .sell)).isEmpty)
    #expect(
      venue.market(.trade, trade: (99, 1, .sell)).map(\.gist) == [
        "a trade 1000@9900 partiallyFilled 1000/1000"
      ])
    // Never more than was traded, never more than is open.
    #expect(venue.market(.trade, trade: (99, 7, .sell)).map(\.gist) == ["a trade 1000@9900 filled 2000/0"])
  }

  @Test func oneTradeEatsTheQueueThenUs() {
    let venue = venue()
    _ = venue.place(venue.order("a", .buy, 2, at: 99))
    #expect(
      venue.market(.trade, trade: (99, 6.5, .sell)).map(\.gist) == [
        "a trade 1500@9900 partiallyFilled 1500/500"
      ])
  }

  @Test func ownOrdersAtOnePriceShareATradeInTheirOrder() {
    let venue = venue()
    _ = venue.place(venue.order("a", .buy, 2, at: 99))
    // Three more come to the level before the second of ours: it waits behind 8 of others and 2 of ours.
    venue.market(.delta, bids: [(99, 8)])
    _ = venue.place(venue.order("b", .buy, 2, at: 99))
    // 10 trade: 5 others, our 2, 3 others. Nothing is left for the second, but nothing stands before it now.
    #expect(venue.market(.trade, trade: (99, 10, .sell)).map(\.gist) == ["a trade 2000@9900 filled 2000/0"])
    #expect(
      venue.market(.trade, trade: (99, 1, .sell)).map(\.gist) == [
        "b trade 1000@9900 partiallyFilled 1000/1000"
      ])
  }

  @Test func aBuyersTradeAtOurBidDoesNotFillIt() {
    let venue = venue()
    _ = venue.place(venue.order("a", .buy, 2, at: 99))
    #expect(venue.market(.trade, trade: (99, 50, .buy)).isEmpty)
    #expect(venue.market(.trade, trade: (101, 50, .buy)).isEmpty)
  }

  @Test func aTradeThroughOurPriceFillsUsAtOurPrice() {
    let venue = venue()
    _ = venue.place(venue.order("a", .buy, 2, at: 99))
    _ = venue.place(venue.order("b", .buy, 2, at: 99.5))
    // Three trade at 98: the better of ours first, all that is left goes to the other.
    let reports = venue.market(.trade, trade: (98, 3, .sell))
    #expect(
      reports.map(\.gist) == [
        "b trade 2000@9950 filled 2000/0", "a trade 1000@9900 partiallyFilled 1000/1000",
      ])
    #expect(reports.allSatisfy { $0.liquidity == .maker })
  }

  @Test func cancelledQuantityBeforeUsShortensTheQueue() {
    let venue = venue()
    _ = venue.place(venue.order("a", .buy, 2, at: 99))
    venue.market(.delta, bids: [(99, 2)])
    #expect(
      venue.market(.trade, trade: (99, 3, .sell)).map(\.gist) == [
        "a trade 1000@9900 partiallyFilled 1000/1000"
      ])
  }

  @Test func quantityThatComesLaterStandsBehindUs() {
    let venue = venue()
    _ = venue.place(venue.order("a", .buy, 2, at: 99))
    venue.market(.delta, bids: [(99, 50)])
    #expect(
      venue.market(.trade, trade: (99, 6, .sell)).map(\.gist) == [
        "a trade 1000@9900 partiallyFilled 1000/1000"
      ])
  }

  @Test func aBookThatCrossesUsFillsUsAtOurPriceAsFarAsItGoes() {
    let venue = venue()
    _ = venue.place(venue.order("a", .buy, 2, at: 100))
    let reports = venue.market(.delta, asks: [(99.5, 1.5)])
    #expect(reports.map(\.gist) == ["a trade 1500@10000 partiallyFilled 1500/500"])
    // The same displayed quantity does not fill twice, a new update of the level does.
    #expect(venue.market(.delta, asks: [(101, 6)]).isEmpty)
    #expect(venue.market(.delta, asks: [(99.5, 0.2)]).map(\.lastQuantity) == [Fixture.quantity(0.2)])
  }

  @Test func aSnapshotMovesTheQueueLikeAnUpdate() {
    let venue = venue()
    _ = venue.place(venue.order("a", .buy, 2, at: 99))
    _ = venue.place(venue.order("deep", .buy, 2, at: 90))
    venue.market(.snapshot, bids: [(99, 1), (98, 10)], asks: [(101, 5)])
    #expect(
      venue.market(.trade, trade: (99, 2, .sell)).map(\.gist) == [
        "a trade 1000@9900 partiallyFilled 1000/1000"
      ])
  }

  @Test func takingConsumesWhatIsDisplayedUntilTheLevelsNextUpdate() {
    let venue = venue()
    #expect(
      venue.place(venue.order("a", .buy, 4, at: 101)).last?.gist == "a trade 4000@10100 filled 4000/0")
    #expect(
      venue.place(venue.order("b", .buy, 4, at: 101, .immediateOrCancel)).map(\.gist) == [
        "b new new 0/4000", "b trade 1000@10100 partiallyFilled 1000/3000", "b expired expired 1000/0",
      ])
    #expect(
      venue.place(venue.order("c", .buy, 1, at: 101, .fillOrKill)).map(\.reason) == [.fillOrKillNotFillable])
    // Another level's update changes nothing, its own does.
    venue.market(.delta, asks: [(102, 11)])
    #expect(
      venue.place(venue.order("d", .buy, 1, at: 101, .fillOrKill)).map(\.reason) == [.fillOrKillNotFillable])
    venue.market(.delta, asks: [(101, 5)])
    #expect(venue.place(venue.order("e", .buy, 5, at: 101, .fillOrKill)).last?.ordStatus == .filled)
  }

  @Test func anOrderThatTookAndRestsMeetsTheNextAsk() {
    let venue = venue()
    let reports = venue.place(venue.order("a", .buy, 6, at: 101))
    #expect(
      reports.map(\.gist) == ["a new new 0/6000", "a trade 5000@10100 partiallyFilled 5000/1000"])
    // The consumed level still shows five, and does not fill us again.
    #expect(venue.market(.delta, bids: [(98, 11)]).isEmpty)
    #expect(venue.market(.delta, asks: [(100.5, 3)]).map(\.gist) == ["a trade 1000@10100 filled 6000/0"])
  }

  @Test func requestsMeetTheBookOfTheirTime() {
    let venue = venue()
    venue.send(venue.order("a", .buy, 1, at: 101))
    venue.end()
    // The order is matched 1 ms from now. The ask goes away a little later, in a frame that comes in the same
    // turn.
    let now = venue.bench.now.market
    venue.bench.advance(nanos: 3 * VenueBench.latency)
    let reports = venue.market(.delta, asks: [(101, 0)], at: now + VenueBench.latency + 1)
    #expect(reports.map(\.gist) == ["a new new 0/1000", "a trade 1000@10100 filled 1000/0"])
    #expect(reports.map(\.eventNanos) == [now + VenueBench.latency, now + VenueBench.latency])
    #expect(venue.place(venue.order("b", .buy, 1, at: 101)).map(\.execType) == [.new])
  }

  @Test func theRecordingIsGivenOutAsItIs() throws {
    let venue = venue()
    let delta = venue.everything.count
    venue.market(.delta, bids: [(97, 3), (96, 0)], asks: [(103, 4)])
    venue.market(.trade, trade: (99, 1.5, .sell))
    venue.market(.ticker, bids: [(99, 5)], asks: [(101, 5)])
    let given = venue.everything[delta...].filter { $0.destination == .topic(0) }
    #expect(given.compactMap { $0.decoded(VenueMarketData.self)?.kind } == [.delta, .trade, .ticker])
    let levels = try #require(given.first).read { message -> [Int64] in
      guard case .venueMarketData(let view) = copy message else { return [] }
      return [view.bid(0).price, view.bid(1).quantity, view.ask(0).quantity]
    }
    #expect(levels == [Fixture.price(97), 0, Fixture.quantity(4)])
    #expect(given.first?.decoded(VenueMarketData.self)?.eventNanos != nil)
  }

  @Test func aSnapshotGivenOutHoldsTheBestThousandLevels() throws {
    let venue = VenueBench.recorded(
      bids: (0..<1_200).map { (99 - Double($0) / 100, 1) },
      asks: (0..<1_200).map { (101 + Double($0) / 100, 1) })
    let request = SnapshotRequest(
      envelope: Envelope(origin: 0, correlation: Correlation(high: 1, low: 2)),
      topic: venue.core.topics[0].text)
    let peer = Peer(component: 3, link: .control, route: 8)
    venue.bench.deliver(from: peer) { request.encode(into: &$0) }
    let answer = try #require(venue.end().sent.last { $0.destination == .snapshot(topic: 0, peer) })
    let counts = answer.read { message -> [Int] in
      guard case .venueMarketData(let view) = copy message else { return [] }
      return [view.bidsCount, view.asksCount]
    }
    #expect(counts == [1_000, 1_000])
    #expect(answer.decoded(VenueMarketData.self)?.envelope.correlationLow == 2)
    #expect(answer.frame.count <= FrameWriter.maxFrame)
  }
}
