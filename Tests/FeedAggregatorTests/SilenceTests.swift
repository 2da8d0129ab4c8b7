import ActorKit
import CoreTestKit
import Testing
import Wire

@Suite struct SilenceTests {
  @Test func silenceBeyondTheFloorIsStaleAndTheNextUpdateHeals() throws {
    let feed = try FeedBench(staleAfterNanos: 2 * .nanosPerSecond)
    feed.goodBook()
    #expect(feed.bench.run(nanos: 1_999_999_999).statuses.isEmpty)
    let turn = feed.bench.run(nanos: 1)
    #expect(turn.standing == ["stale silence"])
    #expect(turn.statuses.first?.envelope.origin == 0)
    #expect(feed.delta(11, 11, bids: [(100, 4)]).standing == ["live none"])
    #expect(feed.counter("anomaly.silence") == 1)
  }

  @Test func aQuietInstrumentIsNotADeadOne() throws {
    let feed = try FeedBench(staleAfterNanos: 2 * .nanosPerSecond)
    feed.goodBook()
    // An update every 1.5 s: the mean pause is 1.5 s, the limit 30 s.
    for id in UInt64(11)...40 {
      feed.bench.advance(nanos: 1_500 * .nanosPerMilli)
      feed.delta(id, id, bids: [(100, Double(id))])
    }
    #expect(feed.bench.run(nanos: 29_900 * .nanosPerMilli).statuses.isEmpty)
    #expect(feed.bench.run(nanos: 200 * .nanosPerMilli).standing == ["stale silence"])
  }

  @Test func silenceIsNotJudgedWhileTheMarketClockStands() throws {
    let feed = try FeedBench()
    feed.bench.now.market = 0
    feed.deliver(.snapshot, last: 1, bids: [(100, 1)], asks: [(101, 1)], eventNanos: 5)
    #expect(feed.bench.conclude().standing == ["live none"])
    feed.bench.advance(nanos: 3_600 * .nanosPerSecond)
    #expect(feed.bench.conclude().statuses.isEmpty)
    // The clock starts: so does the silence.
    feed.bench.now.market = Instant.testStart.market
    #expect(feed.bench.conclude().statuses.isEmpty)
    #expect(feed.bench.run(nanos: 2 * .nanosPerSecond).standing == ["stale silence"])
  }

  @Test func aSilentTickerIsNotHealedByDepth() throws {
    let feed = try FeedBench(staleAfterNanos: 2 * .nanosPerSecond)
    feed.goodBook()
    feed.ticker(1, 100, 101)
    for id in UInt64(11)...13 {
      feed.bench.advance(nanos: .nanosPerSecond)
      feed.delta(id, id, bids: [(99.5, Double(id))])
    }
    #expect(feed.delta(14, 14, bids: [(99.5, 1)]).statuses.isEmpty)
    #expect(feed.counter("anomaly.silence") == 1)
    #expect(feed.ticker(2, 100, 101).standing == ["live none"])
  }

  @Test func aSilentLinkIsStaleAndTheFirstUpdateAfterItHeals() throws {
    let feed = try FeedBench()
    feed.goodBook()
    feed.bench.deliver(.peerSilent(component: FeedBench.venue))
    #expect(feed.bench.conclude().standing == ["stale silence"])
    feed.bench.deliver(.peerHeard(component: FeedBench.venue, epoch: 1))
    #expect(feed.bench.conclude().statuses.isEmpty)
    #expect(feed.delta(11, 11, bids: [(100, 4)]).standing == ["live none"])
  }

  @Test func theSilenceOfOthersMeansNothing() throws {
    let feed = try FeedBench()
    feed.goodBook()
    feed.bench.deliver(.peerSilent(component: 9))
    #expect(feed.bench.conclude().sent.isEmpty)
  }

  @Test func whoCallsAtTheControlPortTellsNothingOfTheMarket() throws {
    let feed = try FeedBench()
    feed.goodBook()
    #expect(feed.connector(.endOfData, over: .control).standing.isEmpty)
    #expect(feed.connector(.endOfData, over: .session).standing.isEmpty)
    #expect(feed.counter("unexpected") == 2)
  }

  @Test func theEndOfTheDataIsNoSilence() throws {
    let feed = try FeedBench()
    feed.goodBook()
    #expect(feed.connector(.endOfData).standing == ["ended none"])
    #expect(feed.bench.run(nanos: 60 * .nanosPerSecond).statuses.isEmpty)
    #expect(feed.delta(11, 11, bids: [(100, 4)]).sent.isEmpty)
    #expect(feed.counter("afterEnd") == 1)
  }
}
