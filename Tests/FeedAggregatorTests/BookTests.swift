import ActorKit
import CoreTestKit
import FeedAggregator
import Testing
import Trading
import Wire

@Suite struct BookTests {
  /// A book as anyone would write it down: a price, a quantity.
  struct PlainBook: Equatable {
    var bids: [Int64: Int64] = [:]
    var asks: [Int64: Int64] = [:]

    /// Takes in what a feed publishes on its book topic.
    mutating func take(_ sent: SentMessage) {
      let index = FeedBench.TopicIndex.book.rawValue
      switch sent.destination {
      case .topic(index), .snapshot(index, _): break
      default: return
      }
      sent.read { message in
        switch message {
        case .bookSnapshot(let view):
          self = PlainBook()
          for index in 0..<view.bidsCount { bids[view.bid(index).price] = view.bid(index).quantity }
          for index in 0..<view.asksCount { asks[view.ask(index).price] = view.ask(index).quantity }
        case .bookDelta(let view):
          for index in 0..<view.bidsCount { set(\.bids, view.bid(index).price, view.bid(index).quantity) }
          for index in 0..<view.asksCount { set(\.asks, view.ask(index).price, view.ask(index).quantity) }
        default: Issue.record("a \(message.template) on the book topic")
        }
      }
    }

    mutating func set(_ side: WritableKeyPath<PlainBook, [Int64: Int64]>, _ price: Int64, _ quantity: Int64) {
      self[keyPath: side][price] = quantity == 0 ? nil : quantity
    }
  }

  /// Random deltas that keep the book uncrossed: bids at or below 100, asks above.
  private func randomLevels(_ random: inout SplitMix64, from price: Double, step: Double) -> FeedBench.Levels
  {
    (0..<Int(random.below(6))).map { _ in
      (price + step * Double(random.below(40)), Double(random.below(5)) / 2)
    }
  }

  @Test(arguments: [1, 2, 3, 20_240_711] as [UInt64])
  func thePublishedBookIsTheVenuesBook(seed: UInt64) throws {
    let feed = try FeedBench(bookDepth: 200)
    var random = SplitMix64(seed: seed)
    var reference = PlainBook()
    var published = PlainBook()
    let first: (bids: FeedBench.Levels, asks: FeedBench.Levels) = ([(100, 1)], [(100.5, 1)])
    feed.deliver(.snapshot, last: 1, bids: first.bids, asks: first.asks)
    reference.bids[FeedBench.price(100)] = FeedBench.quantity(1)
    reference.asks[FeedBench.price(100.5)] = FeedBench.quantity(1)
    for sent in feed.bench.conclude().sent { published.take(sent) }
    for id in UInt64(2)..<600 {
      let bids = randomLevels(&random, from: 100, step: -0.5)
      let asks = randomLevels(&random, from: 100.5, step: 0.5)
      for level in bids {
        reference.set(\.bids, FeedBench.price(level.price), FeedBench.quantity(level.quantity))
      }
      for level in asks {
        reference.set(\.asks, FeedBench.price(level.price), FeedBench.quantity(level.quantity))
      }
      feed.deliver(.delta, first: id, last: id, bids: bids, asks: asks)
      let turn = random.below(3) == 0 ? feed.bench.conclude() : Turn()
      for sent in turn.sent { published.take(sent) }
      guard !turn.sent.isEmpty else { continue }
      try #require(published == reference, "seed \(seed), delta \(id)")
      try expectTop(turn, reference, "seed \(seed), delta \(id)")
    }
  }

  private func expectTop(_ turn: Turn, _ reference: PlainBook, _ place: Comment) throws {
    guard let top = turn.tops.last else { return }
    #expect(turn.tops.count == 1, place)
    let (bid, ask) = (reference.bids.keys.max(), reference.asks.keys.min())
    #expect(top.bidPrice == bid && top.askPrice == ask, place)
    #expect(top.bidQuantity == bid.flatMap { reference.bids[$0] } ?? 0, place)
    #expect(top.askQuantity == ask.flatMap { reference.asks[$0] } ?? 0, place)
  }

  @Test func theBestQuoteIsToldOnlyWhenItChanges() throws {
    let feed = try FeedBench()
    #expect(feed.goodBook().tops.count == 1)
    #expect(feed.delta(11, 11, bids: [(99.5, 9)]).tops.isEmpty)
    #expect(feed.delta(12, 12, bids: [(100, 3)]).tops.isEmpty)
    #expect(feed.delta(13, 13, bids: [(100, 4)]).tops.count == 1)
    // Two changes in one turn that cancel out are none.
    feed.deliver(.delta, first: 14, last: 14, bids: [(100, 9)])
    feed.deliver(.delta, first: 15, last: 15, bids: [(100, 4)])
    let turn = feed.bench.conclude()
    #expect(turn.tops.isEmpty)
    #expect(turn.all(BookDelta.self).count == 2)
  }

  @Test func withTickersTheBestQuoteIsMadeOfTickersAlone() throws {
    let feed = try FeedBench()
    feed.goodBook()
    let turn = feed.ticker(77, 100.5, 102, quantity: 5)
    #expect(turn.tops.first?.bidPrice == FeedBench.price(100.5))
    #expect(turn.tops.first?.askQuantity == FeedBench.quantity(5))
    #expect(turn.tops.first?.venueUpdateId == 77)
    #expect(feed.delta(11, 11, bids: [(100, 4)]).tops.isEmpty)
    #expect(feed.ticker(77, 100.5, 103).tops.isEmpty)
    #expect(feed.ticker(76, 100.5, 103).tops.isEmpty)
    #expect(feed.ticker(78, 100.5, 103).tops.count == 1)
  }

  /// Executors take a best quote they have not heard of for a second or two for old.
  @Test func aBestQuoteThatStandsIsToldAgainWhileTheVenueSpeaks() throws {
    let feed = try FeedBench()
    feed.goodBook()
    feed.bench.advance(nanos: 499 * .nanosPerMilli)
    #expect(feed.delta(11, 11, bids: [(99, 4)]).tops.isEmpty)
    feed.bench.advance(nanos: .nanosPerMilli)
    #expect(feed.delta(12, 12, bids: [(99, 5)]).tops.count == 1)
    #expect(feed.delta(13, 13, bids: [(99, 6)]).tops.isEmpty)
    // Without a word of the venue nothing shows that it still stands.
    #expect(feed.bench.run(nanos: .nanosPerSecond).tops.isEmpty)
  }

  @Test func aTickerCrossedInItselfIsStaleUntilTheNext() throws {
    let feed = try FeedBench()
    feed.goodBook()
    feed.ticker(1, 100, 101)
    #expect(feed.ticker(2, 102, 101).standing == ["stale crossedBook"])
    #expect(feed.ticker(3, 100, 101).standing == ["live none"])
  }

  @Test func everyOutputCarriesTheTimeOfReceipt() throws {
    let feed = try FeedBench()
    let first = feed.bench.now.wall
    for sent in feed.goodBook().sent {
      #expect(sent.read { $0.envelope.origin } == first, "\(sent.template)")
    }
    feed.bench.advance(nanos: 5)
    #expect(feed.trade(1, .buy, 101).all(Trade.self).first?.envelope.origin == first + 5)
  }

  @Test func snapshotsAnswerUnderTheAskersCorrelation() throws {
    let feed = try FeedBench()
    let peer = Peer(component: 4, link: .control, route: 3)
    func ask(_ topic: Topic) -> Turn {
      let request = SnapshotRequest(
        envelope: Envelope(origin: 0, correlation: Correlation(high: 4, low: 99)), topic: topic.text)
      feed.bench.deliver(from: peer) { request.encode(into: &$0) }
      return feed.bench.conclude()
    }
    let topics = feed.bench.core.topics
    #expect(ask(topics[FeedBench.TopicIndex.book.rawValue]).sent.isEmpty)
    feed.goodBook()
    for index in [FeedBench.TopicIndex.definition, .book, .top, .status] {
      let turn = ask(topics[index.rawValue])
      try #require(turn.sent.count == 1, "\(index)")
      #expect(turn.sent[0].destination == .snapshot(topic: index.rawValue, peer))
      #expect(turn.sent[0].read { $0.envelope.correlation } == Correlation(high: 4, low: 99))
    }
    #expect(ask(topics[FeedBench.TopicIndex.trade.rawValue]).sent.isEmpty)
    #expect(ask(try #require(Topic("market", "book", "OTHER"))).sent.isEmpty)
    #expect(feed.counter("snapshots.answered") == 4)
    #expect(feed.counter("snapshots.refused") == 3)
    var book = PlainBook()
    book.take(ask(topics[FeedBench.TopicIndex.book.rawValue]).sent[0])
    #expect(
      book.bids == [
        FeedBench.price(100): FeedBench.quantity(3), FeedBench.price(99.5): FeedBench.quantity(2),
      ])
  }

  @Test func anAnswerOlderThanTheStreamIsNotTaken() throws {
    let feed = try FeedBench()
    feed.goodBook()
    func send(_ kind: MarketDataKind, sequence: UInt64, first: UInt64?, last: UInt64) -> Turn {
      var envelope = Envelope(origin: 0)
      envelope.sequence = sequence
      let message = VenueMarketData(
        envelope: envelope, instrument: FeedBench.instrument, kind: kind, aggressor: .unrecognized,
        eventNanos: feed.bench.now.market, firstUpdateId: first, lastUpdateId: last,
        condition: .market)
      feed.bench.deliver(from: Peer(component: FeedBench.venue, link: .stream)) { writer in
        message.encode(
          into: &writer, bidsCount: 1,
          bids: { _ in .init(price: FeedBench.price(100), quantity: FeedBench.quantity(1)) }, asksCount: 1,
          asks: { _ in .init(price: FeedBench.price(101), quantity: FeedBench.quantity(1)) })
      }
      return feed.bench.conclude()
    }
    #expect(send(.delta, sequence: 8, first: 12, last: 13).standing == ["stale hole"])
    #expect(send(.snapshot, sequence: 7, first: nil, last: 12).statuses.isEmpty)
    #expect(send(.snapshot, sequence: 8, first: nil, last: 13).standing == ["live none"])
  }

  @Test func theVenueIsAskedAgainEverMoreSeldom() throws {
    let feed = try FeedBench()
    feed.goodBook()
    #expect(feed.delta(99, 99).all(SnapshotRequest.self).count == 1)
    // After 250 ms, then 500, 1,000, 2,000, 4,000: at 0.25, 0.75, 1.75, 3.75, 7.75, 11.75 s.
    let turn = feed.bench.run(nanos: 12 * .nanosPerSecond)
    #expect(turn.all(SnapshotRequest.self, to: .link(component: FeedBench.venue)).count == 6)
    feed.goodBook(last: 200)
    #expect(feed.bench.run(nanos: 12 * .nanosPerSecond).all(SnapshotRequest.self).isEmpty)
  }
}
