import ActorKit
import CoreTestKit
import FeedAggregator
import Testing
import Trading
import Vocabulary
import Wire

/// A feed on the bench with one instrument, BTCUSDT.SIM (number 7, tick 0.5, lot 0.001), and its venue's
/// voice.
struct FeedBench {
  static let venue: UInt16 = 1
  static let instrument: UInt32 = 7
  static let topicCount = 6

  enum TopicIndex: Int { case definition, book, top, trade, metrics, status }

  let bench: CoreBench<FeedAggregator>

  init(
    staleAfterNanos: Int64 = 2 * .nanosPerSecond, bookDepth: Int = 50,
    metricsIntervalNanos: Int64 = 100 * .nanosPerMilli
  ) throws {
    let configuration = FeedAggregator.Configuration(
      component: 2, venueComponent: Self.venue, instruments: [try Self.bitcoin()],
      staleAfterNanos: staleAfterNanos, bookDepth: bookDepth, metricsIntervalNanos: metricsIntervalNanos)
    bench = CoreBench(FeedAggregator(configuration))
    bench.start(epoch: 1)
    bench.conclude()
  }

  static func bitcoin() throws -> Instrument {
    try Instrument(
      number: instrument, name: InstrumentName(symbol: "BTCUSDT", venue: "SIM"),
      base: #require(Currency("BTC")), quote: #require(Currency("USDT")), tickSize: Price(raw: 500_000_000),
      lotSize: Quantity(raw: 100_000), maxSpread: Bps(raw: 300_000_000))
  }

  typealias Levels = [(price: Double, quantity: Double)]

  /// Delivers a message of the venue without ending the turn.
  func deliver(
    _ kind: MarketDataKind, first: UInt64? = nil, last: UInt64? = nil, bids: Levels = [], asks: Levels = [],
    instrument: UInt32 = FeedBench.instrument, aggressor: SideCode = .unrecognized, tradeId: UInt64? = nil,
    price: Double? = nil, quantity: Double? = nil, eventNanos: Int64? = nil, from: UInt16 = FeedBench.venue
  ) {
    let message = VenueMarketData(
      envelope: Envelope(origin: 0), instrument: instrument, kind: kind, aggressor: aggressor,
      eventNanos: eventNanos ?? bench.now.market, firstUpdateId: first, lastUpdateId: last,
      tradeId: tradeId, price: price.map(Self.price), quantity: quantity.map(Self.quantity),
      condition: .market)
    bench.deliver(from: Peer(component: from, link: .stream)) { writer in
      message.encode(
        into: &writer, bidsCount: bids.count,
        bids: { .init(price: Self.price(bids[$0].price), quantity: Self.quantity(bids[$0].quantity)) },
        asksCount: asks.count,
        asks: { .init(price: Self.price(asks[$0].price), quantity: Self.quantity(asks[$0].quantity)) })
    }
  }

  static func price(_ value: Double) -> Int64 { Int64((value * 1e9).rounded()) }
  static func quantity(_ value: Double) -> Int64 { Int64((value * 1e8).rounded()) }

  /// A good book with the best quote 100.0 × 3 / 101.0 × 1, ids up to 10.
  @discardableResult
  func goodBook(last: UInt64 = 10) -> Turn {
    deliver(.snapshot, last: last, bids: [(100, 3), (99.5, 2)], asks: [(101, 1), (101.5, 4)])
    return bench.conclude()
  }

  @discardableResult
  func delta(
    _ first: UInt64?, _ last: UInt64?, bids: Levels = [], asks: Levels = [], eventNanos: Int64? = nil
  ) -> Turn {
    deliver(.delta, first: first, last: last, bids: bids, asks: asks, eventNanos: eventNanos)
    return bench.conclude()
  }

  @discardableResult
  func ticker(_ last: UInt64?, _ bid: Double, _ ask: Double, quantity: Double = 1) -> Turn {
    deliver(.ticker, last: last, bids: [(bid, quantity)], asks: [(ask, quantity)])
    return bench.conclude()
  }

  @discardableResult
  func trade(
    _ id: UInt64?, _ aggressor: SideCode, _ price: Double, _ quantity: Double = 1, eventNanos: Int64? = nil
  ) -> Turn {
    deliver(
      .trade, aggressor: aggressor, tradeId: id, price: price, quantity: quantity, eventNanos: eventNanos)
    return bench.conclude()
  }

  func session(_ state: SessionCode) {
    let message = SessionState(
      envelope: Envelope(origin: 0), revision: 1, state: state, cause: .none, permit: .open, halted: 0,
      degradations: 0, interruptions: 0, sinceNanos: 0, speedMilli: 1_000)
    bench.deliver(from: Peer(component: 6, link: .stream)) { message.encode(into: &$0) }
    bench.conclude()
  }

  func connector(_ state: ConnectorState, over link: Peer.Link = .stream) -> Turn {
    let message = ConnectorHealth(
      envelope: Envelope(origin: 0), component: Self.venue, state: state, sinceNanos: 0)
    bench.deliver(from: Peer(component: Self.venue, link: link)) { message.encode(into: &$0) }
    return bench.conclude()
  }

  func counter(_ name: String) -> Int64? {
    var report = CounterReport()
    bench.core.report(into: &report)
    return report[name]
  }
}

extension Turn {
  var statuses: [FeedStatus] { all(FeedStatus.self, to: .topic(FeedBench.TopicIndex.status.rawValue)) }
  var tops: [TopOfBook] { all(TopOfBook.self, to: .topic(FeedBench.TopicIndex.top.rawValue)) }
  var metrics: [MarketMetrics] { all(MarketMetrics.self, to: .topic(FeedBench.TopicIndex.metrics.rawValue)) }
  /// State and cause of the turn's only change of state.
  var standing: [String] { statuses.map { "\($0.state.name) \($0.cause.name)" } }
}
