import ActorKit
import CoreTestKit
import FeedAggregator
import Testing
import Trading
import Wire

@Suite struct StateTests {
  @Test func itIsReadyWhenEveryBookHasBeenLiveAndLiveWithTheSession() throws {
    let feed = try FeedBench()
    #expect(feed.bench.core.state == .starting)
    feed.goodBook()
    #expect(feed.bench.core.state == .ready)
    feed.session(.live)
    #expect(feed.bench.core.state == .live)
    feed.delta(90, 91)
    #expect(feed.bench.core.state == .live)
    feed.session(.degraded)
    #expect(feed.bench.core.state == .live)
    feed.session(.failsafe)
    #expect(feed.bench.core.state == .ready)
    feed.session(.shutdown)
    #expect(feed.bench.core.state == .finished)
  }

  @Test func aSourceThatWaitsForTheSessionDoesNotHoldItUp() throws {
    let feed = try FeedBench()
    _ = feed.connector(.waiting)
    #expect(feed.bench.core.state == .ready)
  }

  @Test func definitionAndStateAreToldAtTheStart() throws {
    let configuration = FeedAggregator.Configuration(
      component: 2, venueComponent: 1, instruments: [try FeedBench.bitcoin()])
    let bench = CoreBench(FeedAggregator(configuration))
    bench.start(epoch: 1)
    let turn = bench.conclude()
    let definition = try #require(turn.all(InstrumentDefinition.self, to: .topic(0)).first)
    #expect(definition.symbol.description == "BTCUSDT")
    #expect(definition.tickSize == 500_000_000)
    #expect(turn.standing == ["syncing none"])
    #expect(bench.core.topics.map(\.description).first == "market.definition.BTCUSDT.SIM.")
  }

  @Test func onlyTheVenueMayGiveMarketData() throws {
    let feed = try FeedBench()
    feed.deliver(.snapshot, last: 1, bids: [(100, 1)], asks: [(101, 1)], from: 9)
    #expect(feed.bench.conclude().sent.isEmpty)
    #expect(feed.counter("unexpected") == 1)
  }

  @Test func messagesWithoutMeaningAreRefusedAndCounted() throws {
    let feed = try FeedBench()
    feed.goodBook()
    feed.deliver(.unrecognized)
    feed.deliver(.trade, aggressor: .unrecognized, price: 100, quantity: 1)
    feed.deliver(.trade, aggressor: .buy, price: nil, quantity: 1)
    feed.deliver(.delta, bids: [(100, 1)], eventNanos: 0)
    #expect(feed.bench.conclude().sent.isEmpty)
    #expect(feed.counter("malformed") == 4)
  }

  @Test func aCommandIsRefusedUnderItsId() throws {
    let feed = try FeedBench()
    let peer = Peer(component: 0, link: .control, route: 5)
    let command = Command(
      envelope: Envelope(origin: 0, correlation: Correlation(high: 1, low: 2)), kind: .halt, scope: .firm,
      operatorName: NameText())
    feed.bench.deliver(from: peer) { command.encode(into: &$0, reason: "test".utf8) }
    let result = try #require(feed.bench.conclude().all(CommandResult.self, to: .reply(peer)).first)
    #expect(result.outcome == .refused)
    #expect(result.envelope.correlation == Correlation(high: 1, low: 2))
  }

  @Test func aConfigurationThatCannotBeIsNamed() throws {
    let good = FeedAggregator.Configuration(
      component: 2, venueComponent: 1, instruments: [try FeedBench.bitcoin()])
    #expect(good.problem == nil)
    let spoilers: [(inout FeedAggregator.Configuration) -> Void] = [
      { $0.instruments = [] }, { $0.instruments += $0.instruments }, { $0.volatilityHalfLifeSeconds = .nan },
      { $0.volatilityHalfLifeSeconds = 0 }, { $0.volatilitySampleNanos = -1 }, { $0.imbalanceLevels = 0 },
      { $0.staleAfterNanos = 0 }, { $0.bookDepth = 0 }, { $0.metricsIntervalNanos = 0 },
      { $0.priceJumpBps = .nan },
    ]
    for (index, spoil) in spoilers.enumerated() {
      var bad = good
      spoil(&bad)
      #expect(bad.problem != nil, "spoiler \(index)")
    }
  }
}
