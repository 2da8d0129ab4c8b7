import ActorKit
import CoreTestKit
import Testing
import Trading
import VenueSimulator
import Wire

/// The synthetic market as the public sees it.
@Suite struct MarketTests {
  /// Runs the market for a while in steps of this length and gives what it published.
  private func published(
    seed: UInt64, step: Int64, nanos: Int64 = 20_000_000_000
  ) -> (frames: [[UInt8]], venue: VenueBench) {
    let venue = VenueBench(Fixture.configuration(.synthetic(Fixture.busyMarket(seed: seed))))
    for _ in 0..<(nanos / step) {
      venue.bench.advance(nanos: step)
      venue.end()
    }
    return (venue.everything.filter { $0.destination == .topic(0) }.map(\.frame), venue)
  }

  @Test func theSameSeedGivesTheSameMarketWhateverTheTurns() {
    let fine = published(seed: 7, step: 10_000_000).frames
    let coarse = published(seed: 7, step: 500_000_000).frames
    #expect(fine.count > 500)
    #expect(fine == coarse)
    #expect(fine != published(seed: 8, step: 500_000_000).frames)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func snapshotAndDeltasAddUpAndNeverCross(seed: UInt64) throws {
    let (frames, venue) = published(seed: seed, step: 100_000_000, nanos: 60_000_000_000)
    var follower = PublicBook()
    for frame in frames { try follower.take(frame) }
    #expect(follower.trades > 50, "seed \(seed)")
    #expect(follower.tickers > 50, "seed \(seed)")
    // What a newcomer is told is what a follower has.
    let peer = Peer(component: 3, link: .control, route: 8)
    let request = SnapshotRequest(topic: venue.core.topics[0].text)
    venue.bench.deliver(from: peer) { request.encode(into: &$0) }
    let sent = venue.end().sent
    for message in sent where message.destination == .topic(0) { try follower.take(message.frame) }
    var fresh = PublicBook()
    try fresh.take(#require(sent.last { $0.destination == .snapshot(topic: 0, peer) }).frame)
    let isSame = fresh.book.bids == follower.book.bids && fresh.book.asks == follower.book.asks
    #expect(isSame, "seed \(seed)")
    #expect(fresh.lastUpdateId == follower.lastUpdateId, "seed \(seed)")
    #expect(fresh.book.depth(.buy) > 10 && fresh.book.depth(.sell) > 10, "seed \(seed)")
  }

  @Test func depthIsPublishedAtItsOwnPaceAndTradesAtOnce() {
    let venue = published(seed: 4, step: 100_000_000).venue
    let messages = venue.everything.compactMap { $0.decoded(VenueMarketData.self) }
    let start = messages.first?.eventNanos ?? 0
    #expect(messages.first?.kind == .snapshot)
    let isOnGrid = messages.map { ($0.eventNanos - start) % 100_000_000 == 0 }
    for (message, isOnGrid) in zip(messages, isOnGrid) where message.kind == .delta { #expect(isOnGrid) }
    #expect(zip(messages, isOnGrid).contains { $0.kind == .trade && !$1 })
    let times = messages.map(\.eventNanos)
    #expect(times == times.sorted())
  }

  @Test func aRestartedMarketFindsThePriceWhereItWouldHaveBeen() throws {
    let (frames, venue) = published(seed: 11, step: 100_000_000, nanos: 120_000_000_000)
    let next = VenueBench(restarting: venue, epoch: 2)
    var before = PublicBook()
    for frame in frames { try before.take(frame) }
    var after = PublicBook()
    for message in next.everything where message.destination == .topic(0) { try after.take(message.frame) }
    let (old, new) = (try #require(before.book.mid), try #require(after.book.mid))
    // The mid has wandered off its start; both books stand around where it is now.
    #expect(abs(old - 100) / 100 > 20e-4)
    #expect(abs(old - new) / old < 10e-4)
    #expect(after.lastUpdateId > before.lastUpdateId)
  }

  @Test func ownOrdersAreOrdersLikeAllOthers() throws {
    let venue = VenueBench(Fixture.configuration(.synthetic(Fixture.busyMarket(seed: 21))))
    venue.run(1_000_000_000)
    let ticker = try #require(
      venue.everything.last { $0.decoded(VenueMarketData.self)?.kind == .ticker })
    let best = ticker.read { message -> Int64 in
      guard case .venueMarketData(let view) = copy message, view.bidsCount == 1 else { return 0 }
      return view.bid(0).price
    }
    // At the best bid: the next sellers meet it.
    let price = Double(best) / 1e9
    let before = venue.everything.count
    let reports = venue.place(venue.order("a", .buy, 0.2, at: price, .goodTillCancel, .postOnly))
    #expect(reports.first?.execType == .new)
    venue.run(30_000_000_000)
    let fills = venue.everything[before...].compactMap { $0.decoded(VenueReport.self) }
      .filter { $0.execType == .trade }
    #expect(fills.last?.ordStatus == .filled)
    #expect(fills.allSatisfy { $0.liquidity == .maker && $0.lastPrice == Fixture.price(price) })
    let trades = venue.everything[before...].compactMap { $0.decoded(VenueMarketData.self) }
      .filter { $0.kind == .trade && $0.aggressor == .sell }
    for fill in fills {
      let isPublic = trades.contains { trade in
        trade.price == fill.lastPrice && trade.quantity == fill.lastQuantity
          && trade.eventNanos == fill.eventNanos
      }
      #expect(isPublic)
    }
  }

  @Test func aLongPauseIsCaughtUpInBoundedTurns() {
    let venue = VenueBench(Fixture.configuration(.synthetic(Fixture.busyMarket(seed: 2))))
    venue.bench.advance(nanos: 300_000_000_000)
    let first = venue.end()
    #expect(first.sent.count < 5_000)
    #expect(venue.core.nextWake.isDue(at: venue.bench.now))
    var turns = 0
    while venue.core.nextWake.isDue(at: venue.bench.now), turns < 100 {
      venue.end()
      turns += 1
    }
    #expect(turns > 1 && turns < 100)
  }
}

/// The market as a subscriber rebuilds it, with all checks that it can make.
struct PublicBook {
  var book = OrderBook(capacity: 2_000)
  var lastUpdateId: UInt64 = 0
  var trades = 0
  var tickers = 0

  struct Broken: Error, CustomStringConvertible { var description: String }

  mutating func take(_ frame: [UInt8]) throws {
    guard case .venueMarketData(let view)? = Inbound(frame.span.bytes) else {
      throw Broken(description: "kind")
    }
    switch view.kind {
    case .snapshot: book.clear()
    case .delta:
      guard view.firstUpdateId == lastUpdateId + 1 else {
        throw Broken(description: "a hole: \(String(describing: view.firstUpdateId)) after \(lastUpdateId)")
      }
    case .trade:
      trades += 1
      return
    case .ticker:
      tickers += 1
      if view.bidsCount == 1, view.asksCount == 1, view.bid(0).price >= view.ask(0).price {
        throw Broken(description: "a crossed ticker")
      }
      return
    case .unrecognized: throw Broken(description: "kind")
    }
    lastUpdateId = view.lastUpdateId ?? 0
    for index in 0..<view.bidsCount {
      book.apply(.buy, Price(raw: view.bid(index).price), Quantity(raw: view.bid(index).quantity))
    }
    for index in 0..<view.asksCount {
      book.apply(.sell, Price(raw: view.ask(index).price), Quantity(raw: view.ask(index).quantity))
    }
    if let bid = book.bestBid, let ask = book.bestAsk, bid.price >= ask.price {
      throw Broken(description: "crossed at \(lastUpdateId)")
    }
  }
}
