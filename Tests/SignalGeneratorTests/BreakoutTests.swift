import ActorKit
import CoreTestKit
import SignalGenerator
import Strategies
import Testing
import Trading
import Vocabulary
import Wire

@Suite struct BreakoutTests {
  typealias Bench = SignalBench<BuiltInStrategies>

  /// Three bars of 100 ms; the stop 10 bps away, the target 20; a pause of 200 ms.
  private func breakout(_ settings: [(String, Double)] = []) -> StrategyConfiguration {
    let usual = [
      ("barMillis", 100.0), ("channelBars", 3), ("minStopBps", 10), ("stopVolatilities", 0),
      ("coolDownMillis", 200),
    ].filter { ours in !settings.contains { $0.0 == ours.0 } }
    return StrategyConfiguration(
      name: "trend", number: 2, kind: "breakout", instrument: 7, account: 1, parameters: usual + settings)
  }

  /// A mid a hundred milliseconds later.
  private func next(_ bench: Bench, _ mid: Double, afterMillis: Int64 = 100) -> [TradeSignal] {
    bench.bench.advance(nanos: afterMillis * .nanosPerMilli)
    bench.top(mid - 0.5, mid + 0.5)
    return bench.bench.conclude().all(TradeSignal.self)
  }

  /// Everything is known and the channel is 9,990 to 10,010.
  private func ready(_ settings: [(String, Double)] = []) throws -> Bench {
    let bench = try Bench([breakout(settings)])
    bench.ready()
    for mid in [10_010.0, 9_990, 10_000] { #expect(next(bench, mid).isEmpty) }
    return bench
  }

  @Test func aMidAboveTheChannelIsBought() throws {
    let bench = try ready()
    #expect(next(bench, 10_010).isEmpty)
    let signal = try #require(next(bench, 10_011, afterMillis: 1).first)
    #expect(signal.side == .buy && signal.entryPrice == nil)
    // 10,011 less and plus 10 and 20 bps, to the tick nearer to the mid.
    #expect(signal.stopPrice == Bench.price(10_000.99))
    #expect(signal.takeProfitPrice == Bench.price(10_031.02))
    #expect((signal.rewardRisk - 20.02 / 10.01).magnitude < 1e-9)
    #expect((signal.confidence - 1 / 20.0).magnitude < 1e-12)
    #expect(signal.expireNanos == bench.bench.now.wall + 2 * .nanosPerSecond)
  }

  @Test func aMidBelowTheChannelIsSold() throws {
    let bench = try ready()
    let signal = try #require(next(bench, 9_980).first)
    #expect(signal.side == .sell)
    #expect(signal.stopPrice == Bench.price(9_989.98))
    #expect(signal.takeProfitPrice == Bench.price(9_960.04))
    #expect((signal.confidence - 0.5).magnitude < 1e-12)
  }

  @Test func afterARestartTheChannelIsThere() throws {
    var configuration = breakout()
    configuration.stateMaxAgeNanos = 60 * .nanosPerSecond
    let bench = try Bench([configuration])
    bench.ready()
    for mid in [10_010.0, 9_990, 10_000] { #expect(next(bench, mid).isEmpty) }
    bench.session(.shutdown)
    bench.bench.conclude()
    let again = try Bench(restarting: bench, [configuration])
    again.session(.live)
    again.ready()
    #expect(again.counter("states.restored") == 1)
    #expect(next(again, 10_020).first?.side == .buy)
    // Without its state, or with other bars, it only watches.
    for other in [breakout(), breakout([("channelBars", 4)])] {
      var other = other
      if other != breakout() { other.stateMaxAgeNanos = 60 * .nanosPerSecond }
      let anew = try Bench(restarting: bench, [other])
      anew.ready()
      #expect(next(anew, 10_020).isEmpty)
    }
  }

  @Test func insideTheChannelAndItsMarginNothingIsDone() throws {
    let bench = try ready([("marginBps", 5)])
    #expect(next(bench, 10_010).isEmpty)
    #expect(next(bench, 10_015, afterMillis: 1).isEmpty)
    #expect(next(bench, 10_015.1, afterMillis: 1).count == 1)
  }

  @Test func beforeTheChannelIsWholeItOnlyWatches() throws {
    let bench = try Bench([breakout()])
    bench.ready()
    for mid in [10_100.0, 10_200] { #expect(next(bench, mid).isEmpty) }
    #expect(next(bench, 10_300).count == 1)
  }

  @Test func theStopStandsAsFarAsTheMarketMoves() throws {
    // 2.5 bps/√s over 0.3 s, ten times: 13.693 bps.
    let bench = try ready([("stopVolatilities", 10)])
    let signal = try #require(next(bench, 10_020).first)
    #expect(signal.stopPrice == Bench.price(10_006.28))
  }

  @Test func aLimitEntryStandsAtTheMid() throws {
    let bench = try ready([("limitEntry", 1)])
    let signal = try #require(next(bench, 10_020.003).first)
    #expect(signal.entryPrice == Bench.price(10_020))
    let stop = try #require(signal.stopPrice)
    let target = try #require(signal.takeProfitPrice)
    let told = Double(target - Bench.price(10_020)) / Double(Bench.price(10_020) - stop)
    #expect((signal.rewardRisk - told).magnitude < 1e-9)
  }

  @Test func itWaitsUntilItIsFlatAndItsSignalHasEndedAndThePauseIsOver() throws {
    let bench = try ready()
    let id = try #require(next(bench, 10_020).first?.id)
    // Open.
    #expect(next(bench, 10_040, afterMillis: 300).isEmpty)
    bench.report(id, .filled, filled: 0.001, average: 10_040)
    bench.position(0.001, fillSequence: 1)
    bench.bench.conclude()
    #expect(next(bench, 10_060).isEmpty)
    bench.position(0, fillSequence: 2)
    // Free, and the channel's high is left again.
    #expect(next(bench, 10_080).count == 1)
    bench.report(IntentID(component: 3, strategy: 2, epoch: 3, counter: 2), .rejected)
    #expect(next(bench, 10_100).isEmpty)
    #expect(next(bench, 10_120, afterMillis: 99).isEmpty)
    #expect(next(bench, 10_140, afterMillis: 1).count == 1)
  }

  @Test(arguments: [0.000_4, -0.000_4]) func dustCountsAsFlat(_ dust: Double) throws {
    let bench = try ready()
    bench.position(dust, fillSequence: 1)
    bench.bench.conclude()
    #expect(next(bench, 10_020).count == 1)
  }

  @Test func aPositionThatCouldBeClosedDoesNot() throws {
    let bench = try ready()
    bench.position(-0.001, fillSequence: 1)
    bench.bench.conclude()
    #expect(next(bench, 10_020).isEmpty)
  }

  @Test func withoutTheRightToTradeItOnlyWatches() throws {
    let bench = try ready()
    bench.session(.failsafe)
    #expect(next(bench, 10_020).isEmpty)
    #expect(bench.counter("intents.blocked") == 0 && bench.counter("faults") == 0)
    bench.session(.live)
    #expect(next(bench, 10_040).count == 1)
  }

  @Test func anUnknownVolatilityGivesNoSignal() throws {
    let bench = try ready()
    bench.metrics(volatility: .nan)
    bench.bench.conclude()
    #expect(next(bench, 10_020).isEmpty)
    #expect(bench.counter("faults") == 0)
  }

  @Test func itSaysThatItIsDirectional() {
    #expect(BuiltInStrategies.directionalKinds == ["breakout"])
  }
}
