import ActorKit
import CoreTestKit
import FeedAggregator
import SignalGenerator
import Strategies
import Testing
import Trading
import Wire

/// The real feed in front of the real generator: a venue's deltas in, quotes out.
@Suite struct FeedToSignalTests {
  typealias Bench = SignalBench<BuiltInStrategies>

  private let venue = Peer(component: 1, link: .stream)

  /// Tells the feed of a book around a bid, and the generator what the feed makes of it; gives the signals.
  private func tell(
    _ feed: CoreBench<FeedAggregator>, _ signal: Bench, _ kind: MarketDataKind, first: UInt64, bid: Double,
    quantity: Double = 1
  ) -> [Signal] {
    let message = VenueMarketData(
      envelope: Envelope(origin: 0), instrument: 7, kind: kind, aggressor: .unrecognized,
      eventNanos: feed.now.market, firstUpdateId: first, lastUpdateId: first,
      condition: .market)
    feed.deliver(from: venue) { writer in
      message.encode(
        into: &writer, bidsCount: 2,
        bids: { .init(price: Bench.price(bid - Double($0)), quantity: Bench.quantity(quantity)) },
        asksCount: 1, asks: { _ in .init(price: Bench.price(10_002), quantity: Bench.quantity(1)) })
    }
    for sent in feed.conclude().sent {
      if case .topic = sent.destination { signal.bench.deliver(sent.frame, from: signal.feed) }
    }
    return signal.bench.conclude().signals()
  }

  @Test func quotesBeginWhenTheVolatilityIsKnownAndEndWithAHole() throws {
    let feed = CoreBench(
      FeedAggregator(.init(component: 2, venueComponent: 1, instruments: [try Bench.bitcoin()])))
    feed.start(epoch: 1)
    let signal = try Bench([glft([("volatilityZ", 1)])])
    signal.session(.live)
    signal.position(0)
    var quotedAt: Int?
    _ = tell(feed, signal, .snapshot, first: 1, bid: 10_000)
    for step in 1...30 {
      feed.advance(nanos: 100 * .nanosPerMilli)
      signal.bench.advance(nanos: 100 * .nanosPerMilli)
      // The bid at 10,001 comes and goes, and with it the mid.
      let signals = tell(
        feed, signal, .delta, first: UInt64(step + 1), bid: 10_001, quantity: Double(step % 2 + step % 3))
      if quotedAt == nil, signals.contains(where: { !$0.bids.isEmpty && !$0.asks.isEmpty }) {
        quotedAt = step
      }
    }
    #expect(quotedAt != nil && quotedAt ?? 0 >= 20, "the volatility is known after 20 returns")
    let pulled = tell(feed, signal, .delta, first: 99, bid: 10_001)
    #expect(pulled.map(\.bids.count) == [0])
    #expect(signal.counter("pulls.dataStale") == 1)
    #expect(tell(feed, signal, .snapshot, first: 99, bid: 10_000).last?.bids.count == 1)
  }
}
