import ActorKit
import CoreTestKit
import Testing
import Trading
import VenueSimulator
import Wire

/// What many requests, huge figures and leaping clocks can make of one turn stays within its bounds.
@Suite struct TurnBoundTests {
  @Test func longPagesForManyAskersAreSpreadOverTurns() {
    let venue = VenueBench.recorded(bids: [(90, 5)], asks: (0..<250).map { (100 + Double($0) / 100, 0.1) })
    _ = venue.place(venue.order("sweep", .buy, 25, at: 110))
    let query = AccountQuery(account: 1, parts: .trades, afterTradeSequence: 0)
    for _ in 0..<1_000 { venue.bench.deliver(from: VenueBench.executor) { query.encode(into: &$0) } }
    venue.end()
    venue.bench.advance(nanos: 4 * VenueBench.latency)
    var pages = 0
    while pages < 1_000 {
      let sent = venue.end().sent.filter { $0.template == .accountState }
      let bytes = sent.reduce(0) { $0 + $1.frame.count }
      #expect(bytes < 9 << 20)
      pages += sent.count
      if sent.isEmpty { break }
    }
    #expect(pages == 1_000)
  }

  /// Between two publications of depth, more prices than a message has room for.
  @Test func manyOrdersAtNewPricesAreToldInMessagesThatFit() {
    let venue = VenueBench.quiet()
    let before = venue.everything.count
    for batch in 0..<3 {
      for index in 0..<1_900 {
        let price = 10 + Double(batch * 1_900 + index) / 100
        let name = "n\(batch).\(index)"
        venue.send(venue.order(name, .buy, 1, at: price))
        let cancel = CancelOrder(
          account: 1, instrument: 1, clOrdID: Fixture.id("c\(batch).\(index)"), origClOrdID: Fixture.id(name),
          requestNanos: venue.bench.now.wall, recvWindowNanos: 5_000_000_000)
        venue.bench.deliver(from: VenueBench.executor) { cancel.encode(into: &$0) }
      }
      venue.settle()
    }
    venue.run(200_000_000)
    let deltas = venue.everything[before...].compactMap { $0.decoded(VenueMarketData.self) }
      .filter { $0.kind == .delta }
    #expect(deltas.count > 5)
    for (one, next) in zip(deltas, deltas.dropFirst()) {
      #expect(next.firstUpdateId == (one.lastUpdateId ?? 0) + 1)
    }
    #expect(venue.counter("cancels") == 5_700)
  }

  /// With a currency of its own on either side of every instrument, the balances take the place of trades.
  @Test func theAccountWithTheMostCurrenciesFitsInOneMessage() throws {
    func currency(_ text: String) -> Currency { Currency(text) ?? Fixture.unreachable() }
    let venue = VenueBench.recorded(bids: [(90, 5)], asks: (0..<300).map { (100 + Double($0) / 100, 0.1) }) {
      $0.maxOpenOrders = 256
      $0.instruments = [Fixture.instrument]
      for number in 2...512 {
        do {
          $0.instruments.append(
            try Instrument(
              number: UInt32(number), name: InstrumentName("N\(number).SIM"), base: currency("B\(number)"),
              quote: currency("Q\(number)"), tickSize: Fixture.instrument.tickSize,
              lotSize: Fixture.instrument.lotSize))
        } catch { preconditionFailure("\(error)") }
      }
    }
    _ = venue.place(venue.order("sweep", .buy, 30, at: 110))
    for index in 0..<256 {
      venue.send(venue.order("n\(index)", .buy, 0.1, at: 80))
      venue.end()
    }
    venue.run(3 * VenueBench.latency)
    var trades = 0
    var after: UInt64 = 0
    for _ in 0..<3 {
      let query = AccountQuery(
        account: 1, parts: [.balances, .positions, .openOrders, .trades], afterTradeSequence: after)
      venue.bench.deliver(from: VenueBench.executor) { query.encode(into: &$0) }
      venue.end()
      let sent = try #require(venue.run(2 * VenueBench.latency).sent.last { $0.template == .accountState })
      after = try #require(sent.decoded(AccountState.self)).tradeSequence
      sent.read { message in
        guard case .accountState(let view) = copy message else { return }
        #expect(view.balancesCount == 1_024 && view.openOrdersCount == 256)
        trades += view.tradesCount
      }
    }
    #expect(trades == 300)
  }

  /// The public quantity at a price is the sum over all accounts, which may be more than a quantity holds.
  @Test func hugeOrdersAtOnePriceAreToldAsTheLargestQuantity() {
    var market = Fixture.quietMarket
    market.flows[0].startPrice = Price(raw: Fixture.price(0.5))
    let venue = VenueBench(
      Fixture.configuration(.synthetic(market)) { configuration in
        for index in configuration.accounts.indices {
          configuration.accounts[index].balances[1].amount = Money(raw: .max)
        }
      })
    func order(_ id: String, _ account: UInt16) -> NewOrder {
      var order = venue.order(id, .sell, 1, at: 0.9, account: account)
      order.quantity = 6_000_000_000_000_000_000
      return order
    }
    #expect(venue.place(order("a", 1)).map(\.execType) == [.new])
    #expect(venue.place(order("b", 2), from: VenueBench.secondExecutor).map(\.execType) == [.new])
    func told() -> Int64? {
      venue.run(200_000_000).sent.last { $0.decoded(VenueMarketData.self)?.kind == .delta }?.read { message in
        guard case .venueMarketData(let view) = copy message else { return nil }
        return (0..<view.asksCount).map { view.ask($0) }.last { $0.price == Fixture.price(0.9) }?.quantity
      }
    }
    #expect(told() == .max)
    _ = venue.cancel("a")
    #expect(told() == 6_000_000_000_000_000_000)
  }

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
