import ActorKit
import CoreTestKit
import SignalGenerator
import Strategies
import Testing
import Wire

@Suite struct GLFTMakerTests {
  typealias Bench = SignalBench<BuiltInStrategies>

  private func near(_ value: Double?, _ expected: Double) -> Bool {
    value.map { ($0 - expected).magnitude < 1e-6 } ?? false
  }

  @Test func offsetsAreThoseOfTheClosedForm() throws {
    let bench = try Bench([glft()])
    let signal = try #require(bench.ready().signals().last)
    #expect(near(signal.bids.first?.offsetBps, 2.187379))
    #expect(near(signal.asks.first?.offsetBps, 2.187379))
    #expect(signal.block.referencePrice == Bench.price(10_000))
    // Three lots of 0.01.
    bench.position(0.03, fillSequence: 1)
    let skewed = try #require(bench.bench.conclude().signals().last)
    #expect(near(skewed.bids.first?.offsetBps, 3.430077))
    #expect(near(skewed.asks.first?.offsetBps, 0.944681))
    #expect(skewed.block.fillSequenceSeen == 1)
  }

  @Test func theExactSolutionIsTakenWhenAskedFor() throws {
    let bench = try Bench([glft([("eigenvector", 1), ("maxInventoryLots", 30)])])
    let signal = try #require(bench.ready(position: 0.03).signals().last)
    #expect(near(signal.bids.first?.offsetBps, 3.453217))
    #expect(near(signal.asks.first?.offsetBps, 0.915623))
  }

  @Test func theExactSolutionIsComputedAnewOnlyWhenTheVolatilityMoved() throws {
    var maker = GLFTMaker()
    var out = Outputs(seed: 1)
    var view = StrategyView()
    view.markets = [MarketData(try Bench.bitcoin(), bookDepth: 0)]
    view.names = [("quoted", 0)]
    view.markets[0].standing = .live
    view.position = .flat
    let parameters = try GLFTMaker.Parameters(settings: [("eigenvector", 1), ("volatilityZ", 0)])
    var solutions: [Int] = []
    for volatility in [2.0, 2.09, 1.91, 2.11, 2.2, 1.0] {
      view.markets[0].metrics = MetricsView(
        MarketMetrics(
          instrument: 7, eventNanos: 1, mid: 1, microPrice: 1, spreadBps: 1, volatilityBps: volatility,
          volatilityUncertaintyBps: 0, imbalance: 0, adverseSelectionBps: 0, buyArrivalRate: 0,
          sellArrivalRate: 0, state: .live))
      try maker.on(Input(), Context(parameters, view), &out)
      solutions.append(maker.solutions)
    }
    #expect(solutions == [1, 1, 1, 2, 2, 3])
  }

  @Test func volatilityIsTakenAtItsWorst() throws {
    // σ + z · uncertainty = 1.5 + 2 × 0.5 = 2.5.
    let bench = try Bench([glft([("volatilityZ", 2)])])
    bench.session(.live)
    bench.status(.live)
    bench.position(0)
    bench.top(9_999.5, 10_000.5)
    bench.metrics(volatility: 1.5, uncertainty: 0.5)
    #expect(near(bench.bench.conclude().signals().last?.bids.first?.offsetBps, 2.187379))
  }

  @Test func theReferenceIsTheMicroPriceOfTheNewestQuote() throws {
    let bench = try Bench([glft([("requoteThresholdBps", 0)])])
    bench.ready()
    bench.bench.advance(nanos: 1)
    bench.top(9_999, 10_001, 3, 1)
    let signal = try #require(bench.bench.conclude().signals().last)
    // 10,001 × 3/4 + 9,999 × 1/4.
    #expect(signal.block.referencePrice == Bench.price(10_000.5))
  }

  @Test func levelsStandBehindEachOtherALotEach() throws {
    let bench = try Bench([glft([("levels", 3), ("levelStepBps", 0.5)])])
    let signal = try #require(bench.ready().signals().last)
    #expect(signal.bids.map(\.quantity) == [1_000_000, 1_000_000, 1_000_000])
    #expect(near(signal.bids[1].offsetBps - signal.bids[0].offsetBps, 0.5))
    #expect(near(signal.asks[2].offsetBps - signal.asks[0].offsetBps, 1))
  }

  @Test(arguments: [
    // Position in units of 1e-3; the room is 0.05 ± position, lots are 0.01.
    (0, [10, 10, 10], [10, 10, 10]), (30, [10, 10], [10, 10, 10]), (45, [5], [10, 10, 10]),
    (50, [], [10, 10, 10]), (60, [], [10, 10, 10]), (-50, [10, 10, 10], []), (-42, [10, 10, 10], [8]),
  ])
  func restingQuotesNeverExceedTheRoom(position: Int, bids: [Int64], asks: [Int64]) throws {
    let bench = try Bench([glft([("levels", 3), ("maxInventoryLots", 5)])])
    let signal = try #require(bench.ready(position: Double(position) / 1_000).signals().last)
    #expect(signal.bids.map(\.quantity) == bids.map { $0 * 100_000 })
    #expect(signal.asks.map(\.quantity) == asks.map { $0 * 100_000 })
  }

  @Test func noQuoteIsNearerThanTheLeastHalfSpread() throws {
    let bench = try Bench([glft([("minHalfSpreadBps", 2)])])
    let signal = try #require(bench.ready(position: 0.03).signals().last)
    #expect(near(signal.bids.first?.offsetBps, 3.430077))
    #expect(signal.asks.first?.offsetBps == 2)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, -1])
  func aVolatilityThatCannotBePulls(volatility: Double) throws {
    let bench = try Bench([glft()])
    #expect(bench.ready().signals().last?.bids.count == 1)
    bench.metrics(volatility: volatility)
    let pulled = bench.bench.conclude().signals()
    #expect(pulled.count == 1)
    #expect(pulled.first?.bids.isEmpty == true && pulled.first?.asks.isEmpty == true)
    #expect(bench.counter("pulls.strategy") == 1)
    bench.metrics()
    #expect(bench.bench.conclude().signals().last?.bids.count == 1)
  }

  @Test func aMarketThatHasNotMovedIsQuotedAtTheLeastVolatility() throws {
    let bench = try Bench([glft([("minVolatilityBps", 2.5)])])
    bench.ready()
    bench.metrics(volatility: 0)
    bench.position(0, fillSequence: 1)
    #expect(near(bench.bench.conclude().signals().last?.bids.first?.offsetBps, 2.187379))
  }

  @Test func aLotBelowTheLeastSizeIsAFault() throws {
    let bench = try Bench([glft([("lotQuantity", 0.000_1)])])
    let turn = bench.ready()
    #expect(bench.counter("faults") == 1)
    #expect(turn.alarms.first?.contains("maker1") == true)
  }
}
