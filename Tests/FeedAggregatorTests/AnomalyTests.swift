import ActorKit
import CoreTestKit
import FeedAggregator
import Testing
import Wire

/// Each anomaly with the bad input and its cure.
@Suite struct AnomalyTests {
  @Test func aDuplicateDeltaIsDroppedAndNothingElse() throws {
    let feed = try FeedBench()
    feed.goodBook()
    feed.delta(11, 12, bids: [(100, 5)])
    let turn = feed.delta(11, 12, bids: [(100, 9)])
    #expect(turn.sent.isEmpty)
    #expect(feed.counter("anomaly.duplicate") == 1)
    #expect(feed.delta(13, 13, bids: [(100, 6)]).tops.first?.bidQuantity == FeedBench.quantity(6))
  }

  @Test func aLateDeltaIsDroppedAndNothingElse() throws {
    let feed = try FeedBench()
    feed.goodBook()
    #expect(feed.delta(8, 9, bids: [(100, 9)]).sent.isEmpty)
    #expect(feed.counter("anomaly.late") == 1)
  }

  @Test func aTradeSeenBeforeIsDropped() throws {
    let feed = try FeedBench()
    feed.goodBook()
    #expect(feed.trade(5, .buy, 101).all(Trade.self).count == 1)
    #expect(feed.trade(5, .buy, 101).all(Trade.self).isEmpty)
    #expect(feed.trade(4, .buy, 101).all(Trade.self).isEmpty)
    #expect(feed.counter("anomaly.duplicate") == 1)
    #expect(feed.counter("anomaly.late") == 1)
    #expect(feed.trade(6, .sell, 100).all(Trade.self).count == 1)
  }

  @Test func aTradeWithoutPositivePriceAndQuantityIsDropped() throws {
    let feed = try FeedBench()
    feed.goodBook()
    for (price, quantity) in [(0.0, 1.0), (-100, 1), (101, 0), (101, -1)] {
      #expect(feed.trade(nil, .buy, price, quantity).all(Trade.self).isEmpty)
    }
    #expect(feed.counter("anomaly.nonPositive") == 4)
  }

  @Test func aTradeOffTheTickIsDropped() throws {
    let feed = try FeedBench()
    feed.goodBook()
    #expect(feed.trade(1, .buy, 101.25).all(Trade.self).isEmpty)
    #expect(feed.counter("anomaly.offTick") == 1)
  }

  @Test(arguments: [(-1.0, 1.0, "nonPositive"), (100.0, -1.0, "nonPositive"), (100.25, 1.0, "offTick")])
  func aDeltaWithAnImpossibleLevelIsNotAppliedInPartAndNeedsASnapshot(
    price: Double, quantity: Double, anomaly: String
  ) throws {
    let feed = try FeedBench()
    feed.goodBook()
    let turn = feed.delta(11, 11, bids: [(100, 8), (price, quantity)])
    #expect(turn.standing == ["stale \(anomaly)"])
    #expect(turn.all(BookDelta.self).isEmpty)
    #expect(turn.all(SnapshotRequest.self, to: .link(component: FeedBench.venue)).count == 1)
    #expect(feed.delta(12, 12, bids: [(100, 8)]).all(BookDelta.self).isEmpty)
    #expect(feed.counter("ignored") == 1)
    #expect(feed.goodBook(last: 12).standing == ["live none"])
  }

  @Test func dataOfAnUnknownInstrumentIsDropped() throws {
    let feed = try FeedBench()
    feed.deliver(.snapshot, last: 1, bids: [(1, 1)], asks: [(2, 1)], instrument: 8)
    #expect(feed.bench.conclude().sent.isEmpty)
    #expect(feed.counter("anomaly.unknownInstrument") == 1)
  }

  @Test func aHoleMakesStaleUntilASnapshot() throws {
    let feed = try FeedBench()
    feed.goodBook()
    #expect(feed.delta(11, 11, bids: [(100, 4)]).standing.isEmpty)
    let turn = feed.delta(13, 14, bids: [(100, 7)])
    #expect(turn.standing == ["stale hole"])
    #expect(turn.all(BookDelta.self).isEmpty)
    #expect(turn.tops.isEmpty)
    #expect(feed.delta(15, 15, bids: [(100, 7)]).sent.isEmpty)
    let healed = feed.goodBook(last: 20)
    #expect(healed.standing == ["live none"])
    #expect(healed.all(BookSnapshot.self).count == 1)
    #expect(feed.delta(21, 21, bids: [(100, 7)]).all(BookDelta.self).count == 1)
  }

  @Test func aDeltaThatOverlapsTheSnapshotIsNoHole() throws {
    let feed = try FeedBench()
    feed.goodBook(last: 10)
    #expect(feed.delta(9, 12, bids: [(100, 4)]).all(BookDelta.self).count == 1)
    #expect(feed.counter("anomaly.hole") == 0)
  }

  @Test func aGapOfTheTransportMakesStaleAndTheHostAsks() throws {
    let feed = try FeedBench()
    feed.goodBook()
    let topic = try #require(Topic("venue", "market", "BTCUSDT", "SIM"))
    feed.bench.deliver(.streamGap(sender: FeedBench.venue, topic: topic))
    let turn = feed.bench.conclude()
    #expect(turn.standing == ["stale hole"])
    #expect(turn.all(SnapshotRequest.self).isEmpty)
    #expect(feed.goodBook(last: 3).standing == ["live none"])
  }

  @Test func aCrossedOrLockedBookIsStaleUntilASnapshot() throws {
    for price in [101.0, 101.5] {
      let feed = try FeedBench()
      feed.goodBook()
      let turn = feed.delta(11, 11, bids: [(price, 1)])
      #expect(turn.standing == ["stale crossedBook"])
      #expect(turn.all(BookDelta.self).isEmpty)
      // Uncrossing by itself proves nothing: the level that should have gone may still be there.
      #expect(feed.delta(12, 12, bids: [(price, 0)]).sent.isEmpty)
      #expect(feed.goodBook(last: 12).standing == ["live none"])
    }
  }

  @Test func aCrossedSnapshotCuresNothing() throws {
    let feed = try FeedBench()
    feed.deliver(.snapshot, last: 1, bids: [(102, 1)], asks: [(101, 1)])
    let turn = feed.bench.conclude()
    #expect(turn.standing == ["stale crossedBook"])
    #expect(turn.all(BookSnapshot.self).isEmpty)
    #expect(feed.goodBook().standing == ["live none"])
  }

  @Test func aSideWithoutALevelIsStaleUntilItHasOne() throws {
    let feed = try FeedBench()
    feed.goodBook()
    let turn = feed.delta(11, 11, asks: [(101, 0), (101.5, 0)])
    #expect(turn.standing == ["stale emptyBook"])
    #expect(turn.tops.first?.askPrice == nil)
    #expect(feed.counter("anomaly.emptyBook") == 1)
    #expect(feed.delta(12, 12, asks: [(101, 2)]).standing == ["live none"])
  }

  @Test func aRestartedSourceIsStaleUntilASnapshotAndMayNumberAnew() throws {
    let feed = try FeedBench()
    feed.goodBook(last: 1_000)
    feed.bench.deliver(.streamRestarted(sender: FeedBench.venue))
    #expect(feed.bench.conclude().standing == ["stale sourceRestarted"])
    #expect(feed.goodBook(last: 1).standing == ["live none"])
    #expect(feed.delta(2, 2, bids: [(100, 7)]).all(BookDelta.self).count == 1)
  }

  @Test func aClockThatGoesBackIsNotedAndTheDataUsed() throws {
    let feed = try FeedBench()
    feed.goodBook()
    let earlier = feed.bench.now.market - 1
    #expect(feed.delta(11, 11, bids: [(100, 4)], eventNanos: earlier).tops.count == 1)
    #expect(feed.counter("anomaly.clockBackwards") == 1)
  }

  @Test func aWildTimeDoesNotHoldUpTheClock() throws {
    let feed = try FeedBench()
    feed.goodBook()
    feed.delta(11, 11, bids: [(100, 4)], eventNanos: .max)
    feed.bench.advance(nanos: 20 * .nanosPerSecond)
    feed.delta(12, 12, bids: [(100, 5)])
    #expect(feed.counter("anomaly.clockBackwards") == 0 && feed.counter("anomaly.timeJump") == 1)
  }

  @Test func aWildIdMakesNothingLateAndTwoInARowAreANewNumbering() throws {
    let feed = try FeedBench()
    let far = UInt64.max - 5
    feed.goodBook()
    feed.ticker(1, 100, 101)
    feed.trade(1, .buy, 101)
    #expect(feed.delta(11, far, bids: [(100, 9)]).all(BookDelta.self).isEmpty)
    feed.ticker(far, 100, 101)
    feed.trade(far, .buy, 101)
    #expect(feed.counter("anomaly.idJump") == 3)
    #expect(feed.delta(11, 11, bids: [(100, 4)]).all(BookDelta.self).count == 1)
    feed.ticker(2, 100, 101)
    #expect(feed.trade(2, .buy, 101).all(Trade.self).count == 1)
    #expect(feed.counter("anomaly.late") == 0 && feed.counter("anomaly.hole") == 0)
    feed.delta(far - 3, far - 3, bids: [(100, 4)])
    #expect(feed.delta(far - 2, far - 2, bids: [(100, 4)]).standing == ["stale hole"])
    #expect(feed.goodBook(last: far - 2).standing == ["live none"])
  }

  @Test func aLevelHeldAtTheLargestIsNotedAndUsed() throws {
    let feed = try FeedBench()
    feed.goodBook()
    let message = VenueMarketData(
      envelope: Envelope(origin: 0), instrument: FeedBench.instrument, kind: .delta, aggressor: .unrecognized,
      eventNanos: feed.bench.now.market, firstUpdateId: 11, lastUpdateId: 11, condition: .market)
    feed.bench.deliver(from: Peer(component: FeedBench.venue, link: .stream)) { writer in
      message.encode(
        into: &writer, bidsCount: 1, bids: { _ in .init(price: FeedBench.price(100), quantity: .max) },
        asksCount: 0, asks: { _ in preconditionFailure("no asks") })
    }
    #expect(feed.bench.conclude().all(BookDelta.self).count == 1)
    #expect(feed.counter("anomaly.quantityRange") == 1)
  }

  @Test func aFullBookDropsTheWorstAndSaysSo() throws {
    let feed = try FeedBench(bookDepth: 2)
    feed.goodBook()
    feed.delta(11, 11, bids: [(100.5, 1)])
    #expect(feed.counter("anomaly.bookFull") == 1)
    #expect(feed.delta(12, 12, bids: [(100, 1), (100.5, 0)]).tops.first?.bidPrice == FeedBench.price(100))
  }
}
