import ActorKit
import CoreTestKit
import SignalGenerator
import Strategies
import Testing
import Wire

/// When signals go out, and what is in them.
@Suite struct SignalTests {
  typealias Bench = SignalBench<BuiltInStrategies>

  @Test func aSignalCarriesWhatRiskNeeds() throws {
    let bench = try Bench([glft()], epoch: 3)
    let turn = bench.ready(fillSequence: 41)
    let signal = try #require(turn.signals(on: 0).last)
    #expect(signal.block.strategy == 1)
    #expect(signal.block.instrument == 7)
    #expect(signal.block.fillSequenceSeen == 41)
    #expect(signal.block.validUntil == bench.bench.now.wall + .nanosPerSecond)
    #expect(signal.block.eventNanos == bench.bench.now.market)
    // The newest market message of the turn: the figures.
    #expect(signal.block.envelope.origin == bench.bench.now.wall - 9)
    #expect(signal.block.takerBuyRate.isNaN && signal.block.takerSellRate.isNaN)
    #expect(signal.block.revision >> 40 == 3)
    #expect(signal.metadata.isEmpty)
    #expect(bench.bench.core.topics.map(\.description) == ["signal.quote.1.BTCUSDT.SIM.", "colony.alarm."])
  }

  @Test func revisionsRiseOverRestarts() throws {
    let old = try Bench([glft()], epoch: 3)
    let before = old.ready().signals().map(\.block.revision)
    let new = try Bench([glft()], epoch: 4)
    let after = new.ready().signals().map(\.block.revision)
    let all = before + after
    #expect(all == all.sorted() && Set(all).count == all.count)
  }

  @Test func smallMovesAreNotWorthASignal() throws {
    let bench = try Bench([glft([("requoteThresholdBps", 1)])])
    bench.ready()
    // 0.9 bps of 10,000 is 0.9.
    bench.top(10_000.4, 10_001.4)
    #expect(bench.bench.conclude().signals().isEmpty)
    #expect(bench.counter("unchanged") == 1)
    bench.top(10_000.6, 10_001.6)
    #expect(bench.bench.conclude().signals().count == 1)
  }

  @Test func anOffsetThatMovedIsWorthASignal() throws {
    let bench = try Bench([glft([("requoteThresholdBps", 0.2)])])
    bench.ready()
    bench.metrics(volatility: 2.6)
    #expect(bench.bench.conclude().signals().isEmpty)
    bench.metrics(volatility: 10)
    #expect(bench.bench.conclude().signals().count == 1)
  }

  /// A later fill in another instrument says nothing of the fills before it in this one: the position shown
  /// is still the old one.
  @Test func newsOfAnotherInstrumentDoesNotMakeThePositionNewer() throws {
    let bench = try Bench([glft([("requoteThresholdBps", 0)])])
    bench.ready(fillSequence: 4)
    let other = PositionChanged(
      envelope: Envelope(origin: 0), account: 1, instrument: 8, position: 1, realizedPnl: 0, fees: 0, cash: 0,
      workingBid: 0, workingAsk: 0, fillSequence: 9, eventNanos: bench.bench.now.market)
    bench.bench.deliver(from: bench.executor) { frame in
      other.encode(into: &frame, ownersCount: 1) { _ in
        PositionChanged.Owner(strategy: 1, position: 1, realizedPnl: 0, fees: 0, cash: 0, fills: 9)
      }
    }
    bench.top(10_000.5, 10_001.5)
    #expect(bench.bench.conclude().signals().map(\.block.fillSequenceSeen) == [4])
  }

  @Test func aFillIsWorthASignalHoweverSmallTheMove() throws {
    let bench = try Bench([glft([("requoteThresholdBps", 100)])])
    bench.ready()
    bench.position(0.001, fillSequence: 1)
    bench.metrics()
    #expect(bench.bench.conclude().signals().map(\.block.fillSequenceSeen) == [1])
  }

  @Test func quotesAreSaidAgainAtHalfTheirLife() throws {
    let bench = try Bench([glft([("quoteLifeMillis", 1_000)])])
    bench.ready()
    #expect(bench.bench.run(nanos: 499 * .nanosPerMilli).signals().isEmpty)
    let renewed = bench.bench.run(nanos: .nanosPerMilli).signals()
    #expect(renewed.count == 1)
    #expect(renewed.first?.block.validUntil == bench.bench.now.wall + .nanosPerSecond)
    // No market message caused it.
    #expect(renewed.first?.block.envelope.origin == 0)
    #expect(bench.bench.run(nanos: 2 * .nanosPerSecond).signals().count == 4)
  }

  @Test func manyMessagesOfATurnMakeOneDecision() throws {
    let bench = try Bench([glft()])
    bench.ready()
    for step in 1...50 { bench.top(9_999.5 + Double(step), 10_000.5 + Double(step)) }
    let signals = bench.bench.conclude().signals()
    #expect(signals.count == 1)
    #expect(signals.first?.block.referencePrice == Bench.price(10_050))
    #expect(bench.counter("runs") == 2)
  }

  @Test func strategiesOfOneKindKeepToThemselves() throws {
    let bench = try Bench([
      glft(number: 1), glft([("minHalfSpreadBps", 50)], number: 2),
    ])
    let turn = bench.ready()
    #expect(turn.signals(on: 0).last?.block.strategy == 1)
    #expect(turn.signals(on: 1).last?.bids.first?.offsetBps == 50)
  }

  @Test func theSameInputsGiveTheSameBytes() throws {
    func bytes() throws -> [[UInt8]] {
      let bench = try Bench([glft(), glft([("levels", 5)], number: 2)])
      var frames = bench.ready().sent.map(\.frame)
      for step in 0..<200 {
        bench.bench.advance(nanos: 13 * .nanosPerMilli)
        bench.top(9_990 + Double(step % 17), 9_991 + Double(step % 17), 1, Double(1 + step % 3))
        if step % 5 == 0 { bench.metrics(volatility: 1 + Double(step % 4)) }
        if step % 40 == 0 { bench.position(Double(step) / 10_000, fillSequence: UInt64(step)) }
        frames += bench.bench.conclude().sent.map(\.frame)
      }
      return frames
    }
    let first = try bytes()
    #expect(first.count > 100)
    #expect(try bytes() == first)
  }
}
