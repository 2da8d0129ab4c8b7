import ActorKit
import CoreTestKit
import SignalGenerator
import Strategies
import Testing
import Trading
import Vocabulary
import Wire

/// A strategy as a user would write one: it plots what it sees and fails when told to.
struct Watcher: Strategy {
  struct Parameters: StrategyParameters {
    /// Throws when a trade is at or above this price.
    @Live(0...1_000_000) var failAt = 1_000_000.0
  }

  static let kind = "watcher"
  static let inputs: Inputs = [
    .book("quoted", depth: 10), .trades("quoted"), .executions("quoted"), .timer("beat", .milliseconds(250)),
  ]

  private var trades = 0
  private var beats = 0
  private var fills = 0

  init() {}

  mutating func on(
    _ input: Input, _ context: borrowing Context<Parameters>, _ out: inout Outputs
  ) throws(StrategyFault) {
    let seen = try context.trades("quoted")
    trades += seen.count
    fills += context.executions.count
    if input.has(.timer("beat")) { beats += 1 }
    for trade in seen where trade.price.double >= context.parameters.failAt {
      throw .other("a trade at \(trade.price)")
    }
    guard let best = try context.book("quoted")?.bestBid else { return }
    out.plot("trades", Double(trades))
    out.plot("beats", Double(beats))
    out.plot("fills", Double(fills))
    let level = QuoteLevel(offsetBps: 5, quantity: try context.quantity(0.01, of: "quoted"))
    out.quote(
      "quoted", QuoteLadder(bids: level, asks: level), around: .price(best.price), validFor: .seconds(60))
    if context.random(&out) > 1 { out.alert("chance is broken") }
  }
}

extension Context {
  fileprivate func random(_ out: inout Outputs) -> Double { out.random.unit() }
}

@Suite struct OwnStrategyTests {
  typealias Bench = SignalBench<StrategyList<Watcher, BuiltInStrategies>>

  private func watcher(_ settings: [(String, Double)] = [], number: UInt16 = 1) -> StrategyConfiguration {
    StrategyConfiguration(
      name: "watcher\(number)", number: number, kind: "watcher", instrument: 7, account: 1,
      parameters: settings)
  }

  private func book(_ bench: Bench, _ bid: Double, _ ask: Double) {
    let message = BookSnapshot(
      envelope: Envelope(origin: bench.bench.now.wall), instrument: 7, eventNanos: bench.bench.now.market,
      venueUpdateId: 1)
    bench.bench.deliver(from: bench.feed) { writer in
      message.encode(
        into: &writer, bidsCount: 1,
        bids: { _ in .init(price: Bench.price(bid), quantity: Bench.quantity(1)) }, asksCount: 1,
        asks: { _ in .init(price: Bench.price(ask), quantity: Bench.quantity(1)) })
    }
  }

  private func bid(_ bench: Bench, _ price: Double, _ quantity: Double) {
    let message = BookDelta(
      envelope: Envelope(origin: bench.bench.now.wall), instrument: 7, eventNanos: bench.bench.now.market,
      venueUpdateId: 2)
    bench.bench.deliver(from: bench.feed) { writer in
      message.encode(
        into: &writer, bidsCount: 1,
        bids: { _ in .init(price: Bench.price(price), quantity: Bench.quantity(quantity)) }, asksCount: 0,
        asks: { _ in .init(price: 0, quantity: 0) })
    }
  }

  @Test func aStrategyOfOnesOwnRunsBesideTheBuiltInOnes() throws {
    let bench = try Bench([watcher(number: 1), glft(number: 2)])
    #expect(StrategyList<Watcher, BuiltInStrategies>.kinds == ["watcher", "glft", "breakout"])
    bench.ready()
    book(bench, 9_999, 10_001)
    let turn = bench.bench.conclude()
    #expect(turn.signals(on: 0).last?.block.referencePrice == Bench.price(9_999))
    #expect(turn.signals(on: 0).last?.metadata == "trades=0.0 beats=0.0 fills=0.0")
  }

  @Test func theBookFollowsSnapshotAndDeltasAndIsGoneAfterAGap() throws {
    let bench = try Bench([watcher()])
    bench.ready()
    bid(bench, 10_000, 1)
    #expect(bench.bench.conclude().signals().isEmpty)
    book(bench, 9_999, 10_001)
    #expect(bench.bench.conclude().signals().map(\.block.referencePrice) == [Bench.price(9_999)])
    bid(bench, 10_000, 1)
    #expect(bench.bench.conclude().signals().map(\.block.referencePrice) == [Bench.price(10_000)])
    bid(bench, 10_000, 0)
    #expect(bench.bench.conclude().signals().map(\.block.referencePrice) == [Bench.price(9_999)])
    let topic = try #require(Topic("market", "book", "BTCUSDT", "SIM"))
    bench.bench.deliver(.streamGap(sender: 2, topic: topic))
    bid(bench, 10_000, 1)
    #expect(bench.bench.conclude().signals().isEmpty)
    book(bench, 9_998, 10_001)
    #expect(bench.bench.conclude().signals().map(\.block.referencePrice) == [Bench.price(9_998)])
  }

  @Test func timersBeatOnTheMarketClock() throws {
    let bench = try Bench([watcher()])
    bench.ready()
    book(bench, 9_999, 10_001)
    bench.bench.conclude()
    #expect(bench.counter("runs") == 2)
    bench.bench.run(nanos: .nanosPerSecond)
    #expect(bench.counter("runs") == 6)
    // After a pause of the market clock it beats once.
    bench.bench.now.market += 10 * .nanosPerSecond
    bench.bench.conclude()
    #expect(bench.counter("runs") == 7)
  }

  @Test func everyTradeOfATurnIsShownOnce() throws {
    let bench = try Bench([watcher()])
    bench.ready()
    book(bench, 9_999, 10_001)
    for _ in 0..<3 { bench.trade(10_000) }
    bench.bench.conclude()
    book(bench, 9_997, 10_001)
    bench.trade(10_000)
    #expect(bench.bench.conclude().signals().last?.metadata.hasPrefix("trades=4.0") == true)
  }

  @Test func ownFillsAreShownAndThoseOfOthersAreNot() throws {
    let bench = try Bench([watcher(number: 1)])
    bench.ready()
    func fill(strategy: UInt16, _ type: ExecType = .trade) {
      let report = ExecutionReport(
        envelope: Envelope(origin: 0), account: 1, strategy: strategy, instrument: 7, clOrdID: ClOrdIDText(),
        execType: type, ordStatus: .filled, side: .buy, ordType: .limit, timeInForce: .goodTillCancel,
        reason: .none, price: Bench.price(10_000), orderQuantity: 1, cumQuantity: 1, leavesQuantity: 0,
        lastQuantity: 1, lastPrice: Bench.price(10_000), liquidity: .maker, fillSequence: 1, eventNanos: 1,
        purpose: .quote, check: .none, unit: .none)
      bench.bench.deliver(from: bench.executor) { report.encode(into: &$0) }
    }
    fill(strategy: 1)
    fill(strategy: 2)
    fill(strategy: 1, .new)
    book(bench, 9_999, 10_001)
    #expect(bench.bench.conclude().signals().last?.metadata == "trades=0.0 beats=0.0 fills=1.0")
  }

  @Test func executionsAreListenedToOnlyWhereAStrategyDeclaresThem() throws {
    let name = try Bench.bitcoin().name
    let (ours, theirs) = (Topics.executionFill(account: 1, name), Topics.executionFill(account: 2, name))
    let asking = try Bench([watcher(number: 1), glft(number: 2)]).bench.core
    #expect(asking.wants(ours) && !asking.wants(theirs))
    let silent = try Bench([glft(number: 2)]).bench.core
    #expect(!silent.wants(ours))
    for core in [asking, silent] { #expect(core.wants(Topics.position(account: 1, name))) }
  }

  @Test func aStrategyThatFailsLosesItsQuotesAndNothingElse() throws {
    let bench = try Bench([watcher([("failAt", 11_000)], number: 1), glft(number: 2)])
    bench.ready()
    book(bench, 9_999, 10_001)
    #expect(bench.bench.conclude().signals(on: 0).last?.bids.count == 1)
    bench.trade(11_000)
    bench.top(9_000, 9_001)
    let turn = bench.bench.conclude()
    #expect(turn.signals(on: 0).map(\.bids.count) == [0])
    #expect(turn.signals(on: 1).map(\.bids.count) == [1])
    #expect(
      turn.alarms == ["strategy 'watcher1': failed, its quotes are pulled: a trade at 11000"])
    #expect(bench.counter("faults") == 1)
    #expect(bench.counter("pulls.fault") == 1)
    // The next fault within ten seconds is counted, not told again.
    bench.trade(11_000)
    #expect(bench.bench.conclude().alarms.isEmpty)
    #expect(bench.counter("faults") == 2)
    book(bench, 9_998, 10_001)
    #expect(bench.bench.conclude().signals(on: 0).map(\.bids.count) == [1])
  }

  @Test func everyMistakeInAConfigurationIsReported() throws {
    let wrong = SignalGeneratorConfiguration(
      component: 3, feedComponent: 2, executors: [], instruments: [try Bench.bitcoin()],
      strategies: [
        watcher([("failAt", -1)], number: 1), watcher(number: 1),
        StrategyConfiguration(name: "x", number: 2, kind: "glfd", instrument: 8, account: 1),
      ])
    let problems = SignalGenerator<StrategyList<Watcher, BuiltInStrategies>>.problems(in: wrong)
    #expect(
      problems == [
        "a strategy number twice", "a strategy name twice",
        "strategy 'watcher1': account 1 has no executor among the inputs",
        "strategy 'watcher1': 'failAt' is -1.0, but must be from 0.0 to 1000000.0",
        "strategy 'watcher1': account 1 has no executor among the inputs",
        "strategy 'x': there is no kind 'glfd'; there are watcher, glft, breakout",
      ])
  }
}
