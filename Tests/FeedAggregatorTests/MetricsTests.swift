import ActorKit
import CoreTestKit
import FeedAggregator
import Models
import Testing
import Wire

@Suite struct MetricsTests {
  private func expect(_ value: Double, near expected: Double, _ comment: Comment? = nil) {
    #expect(
      (value - expected).magnitude <= 1e-9 * expected.magnitude, comment ?? "\(value) is not \(expected)")
  }

  @Test func theFiguresOfABookAreThoseComputedByHand() throws {
    let feed = try FeedBench()
    let metrics = try #require(feed.goodBook().metrics.first)
    #expect(metrics.mid == FeedBench.price(100.5))
    // 101 × 3/4 + 100 × 1/4.
    #expect(metrics.microPrice == FeedBench.price(100.75))
    expect(metrics.spreadBps, near: 1e4 / 100.5)
    // Levels (3, 1) and (2, 4), the second weighing e^-0.5.
    let weight = 0.606_530_659_712_633_4
    expect(metrics.imbalance, near: (2 - 2 * weight) / (4 + 6 * weight))
    #expect(metrics.state == .live)
  }

  @Test func whatIsNotYetKnownIsNotANumber() throws {
    let feed = try FeedBench()
    let metrics = try #require(feed.goodBook().metrics.first)
    #expect(metrics.volatilityBps.isNaN)
    #expect(metrics.volatilityUncertaintyBps.isNaN)
    #expect(metrics.buyArrivalRate.isNaN)
    #expect(metrics.sellArrivalRate.isNaN)
    #expect(metrics.adverseSelectionBps.isNaN)
  }

  @Test func metricsComeAtMostOnceAnIntervalAndTheLastIsNotLost() throws {
    let feed = try FeedBench(metricsIntervalNanos: 100 * .nanosPerMilli)
    #expect(feed.goodBook().metrics.count == 1)
    feed.bench.advance(nanos: 99 * .nanosPerMilli)
    #expect(feed.delta(11, 11, bids: [(100, 4)]).metrics.isEmpty)
    let turn = feed.bench.run(nanos: .nanosPerMilli)
    #expect(turn.metrics.count == 1)
    // 101 × 4/5 + 100 × 1/5.
    #expect(turn.metrics.first?.microPrice == FeedBench.price(100.8))
    #expect(feed.bench.run(nanos: .nanosPerSecond).metrics.isEmpty)
  }

  /// Their origin would tell of a market event that was long ago, and of a reaction that was slow.
  @Test func figuresHeldBackUntilTheirTimeHaveNoOrigin() throws {
    let feed = try FeedBench(metricsIntervalNanos: 100 * .nanosPerMilli)
    let first = feed.bench.now.wall
    #expect(feed.goodBook().metrics.map(\.envelope.origin) == [first])
    feed.bench.advance(nanos: 40 * .nanosPerMilli)
    let delta = feed.delta(11, 11, bids: [(100, 4)])
    #expect(delta.tops.map(\.envelope.origin) == [first + 40 * .nanosPerMilli])
    #expect(feed.bench.run(nanos: 60 * .nanosPerMilli).metrics.map(\.envelope.origin) == [0])
  }

  @Test func metricsTellThatTheDataIsStale() throws {
    let feed = try FeedBench(staleAfterNanos: 500 * .nanosPerMilli)
    feed.goodBook()
    #expect(feed.bench.run(nanos: .nanosPerSecond).metrics.map(\.state) == [.stale])
  }

  @Test func volatilityIsTheModelsFromTheMids() throws {
    let feed = try FeedBench()
    feed.goodBook()
    var reference = try EWMAVolatility(
      halfLifeNanos: 60 * .nanosPerSecond, minimumIntervalNanos: 100 * .nanosPerMilli)
    try reference.update(price: 100.5, atNanos: feed.bench.now.market)
    var last: MarketMetrics?
    for step in UInt64(1)...30 {
      // Irregular times; the best bid goes away and comes back, so the mid moves between 100.25 and 100.5.
      feed.bench.advance(nanos: Int64(100 + 37 * (step % 5)) * .nanosPerMilli)
      let isHigh = step % 2 == 0
      let turn = feed.delta(10 + step, 10 + step, bids: [(100, isHigh ? 3 : 0)])
      try reference.update(price: isHigh ? 100.5 : 100.25, atNanos: feed.bench.now.market)
      last = turn.metrics.last
      if step < 20 { #expect(last?.volatilityBps.isNaN == true, "step \(step)") }
    }
    let metrics = try #require(last)
    expect(metrics.volatilityBps, near: try #require(reference.volatilityBpsPerRootSecond))
    expect(
      metrics.volatilityUncertaintyBps,
      near: try #require(reference.volatilityUncertaintyBpsPerRootSecond()))
  }

  @Test func aJumpTakenBackNeverEntersTheVolatility() throws {
    let calm = try FeedBench()
    let shaken = try FeedBench()
    for feed in [calm, shaken] { feed.goodBook() }
    var figures: [Double] = []
    for feed in [calm, shaken] {
      var volatility = Double.nan
      for step in UInt64(1)...40 {
        feed.bench.advance(nanos: 100 * .nanosPerMilli)
        let jumps = feed.bench === shaken.bench && step == 30
        // Depth keeps the book alive; it has no part in the mid.
        feed.delta(10 + step, 10 + step, bids: [(99.5, Double(step))])
        let turn = feed.ticker(step, jumps ? 200 : 100 + Double(step % 2) / 2, jumps ? 201 : 101)
        if let last = (turn.metrics + feed.bench.run(nanos: 100 * .nanosPerMilli).metrics).last {
          volatility = last.volatilityBps
        }
      }
      figures.append(volatility)
    }
    #expect(figures[1].isFinite && figures[1] < 2 * figures[0], "\(figures)")
  }

  @Test func arrivalsAreCountedBySide() throws {
    // Half-life 60 s: with one buy at each of the seconds 0…59 the rate at 60 s is
    // β Σ e^(-β i), i = 1…60, over 1 - 1/2, and β = ln 2 / 60.
    var rate = try ArrivalRate(halfLifeNanos: 60 * .nanosPerSecond)
    rate.watch(fromNanos: 0)
    for second in Int64(0)..<60 { try rate.add(atNanos: second * .nanosPerSecond) }
    expect(
      try #require(rate.ratePerSecond(atNanos: 60 * .nanosPerSecond)), near: 0.994_234_895_068_140_6, nil)
    #expect(rate.ratePerSecond(atNanos: 58 * .nanosPerSecond) == nil)
    #expect(throws: ModelError.outOfOrder("time of an arrival", at: 0)) { try rate.add(atNanos: 5) }

    let feed = try FeedBench(staleAfterNanos: 100 * .nanosPerSecond)
    feed.goodBook()
    var metrics: MarketMetrics?
    for second in UInt64(0)..<60 {
      if let last = feed.trade(second + 1, .buy, 101).metrics.last { metrics = last }
      if second < 15 { #expect(metrics?.buyArrivalRate.isNaN != false, "second \(second)") }
      feed.bench.advance(nanos: .nanosPerSecond)
    }
    metrics = feed.delta(11, 11, bids: [(100, 4)]).metrics.last
    expect(try #require(metrics).buyArrivalRate, near: 0.994_234_895_068_140_6, nil)
    #expect(metrics?.sellArrivalRate == 0)
  }
}
