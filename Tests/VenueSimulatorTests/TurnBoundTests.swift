import ActorKit
import CoreTestKit
import Testing
import Trading
import VenueSimulator
import Wire

/// What many requests, huge figures and leaping clocks can make of one turn stays within its bounds.
@Suite struct TurnBoundTests {
  @Test func aJournalOfAnotherConfigurationIsRefusedNotTrapped() throws {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)])
    _ = venue.place(venue.order("a", .buy, 6, at: 101, account: 2), from: VenueBench.secondExecutor)
    let accounts = Fixture.configuration(.replay) { $0.accounts.removeLast() }
    #expect(throws: RestoreError.self) { try venue.bench.rebuilt(on: VenueSimulator(accounts)) }
    let instruments = Fixture.configuration(.replay) {
      $0.instruments = [Fixture.instrument(number: 9) ?? Fixture.unreachable()]
    }
    #expect(throws: RestoreError.self) { try venue.bench.rebuilt(on: VenueSimulator(instruments)) }
  }

  /// Years of a market would be years of work, in which nothing is heard.
  @Test func aMarketThatIsYearsBehindBeginsAnewWithOurOrders() throws {
    let venue = VenueBench(Fixture.configuration(.synthetic(Fixture.busyMarket(seed: 3))))
    _ = venue.place(venue.order("a", .buy, 1, at: 50))
    _ = venue.place(venue.order("b", .sell, 1, at: 150))
    let day: Int64 = 86_400 * .nanosPerSecond
    venue.bench.advance(nanos: day)
    let turn = venue.end()
    #expect(venue.counter("marketsBegunAnew") == 1 && venue.counter("marketEvents") < 1_000)
    let snapshot = try #require(turn.sent.first { $0.decoded(VenueMarketData.self)?.kind == .snapshot })
    snapshot.read { message in
      guard case .venueMarketData(let view) = copy message else { return }
      #expect(view.bidsCount > 10 && view.asksCount > 10)
      #expect((0..<view.bidsCount).contains { view.bid($0).price == Fixture.price(50) })
    }
    #expect(venue.core.openOrders(account: 1).count == 2)
    #expect(venue.cancel("a").map(\.execType) == [.canceled])
    // It goes on, and what it tells adds up.
    var follower = PublicBook()
    let later = venue.run(5 * .nanosPerSecond).sent
    let since = turn.sent.drop(while: { $0.frame != snapshot.frame }) + later
    for sent in since where sent.destination == .topic(0) {
      try follower.take(sent.frame)
    }
    #expect(follower.trades > 5)
    #expect(venue.counter("marketsBegunAnew") == 1)
  }

  @Test func theLastMarketTimeThereIsTrapsNothing() {
    let faults = AnswerFaults(disconnectsPerMinute: 6)
    let venue = VenueBench(
      Fixture.configuration(.synthetic(Fixture.busyMarket(seed: 3))) { $0.faults = faults }, clockRuns: false)
    venue.bench.now.market = .max - 500_000_000
    venue.end()
    for step in 0..<20 {
      venue.send(venue.order("n\(step)", .buy, 1, at: 50))
      venue.end()
      let left = Int64.max - venue.bench.now.market
      venue.bench.now.market += min(left, 100_000_000)
    }
    #expect(venue.counter("marketEvents") > 0)
  }
}
