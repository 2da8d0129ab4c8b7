import ActorKit
import CoreTestKit
import OrderExecutor
import Testing
import Trading
import Wire

/// What our own gate has against a strategy's quotes is told to risk, for the strategy.
@Suite struct DenialTests {
  private func denials(_ turn: Turn) -> [QuoteDenial] {
    turn.addressed(QuoteDenial.self).compactMap { destination, message in
      guard case .state(ExecutorBench.risk, let key) = destination else { return nil }
      #expect(UInt32(truncatingIfNeeded: key) == ExecutorBench.instrument)
      return message
    }
  }

  private func live() -> ExecutorBench {
    let bench = ExecutorBench(ExecutorBench.configuration(maxOrderLots: 5))
    bench.goLive()
    return bench
  }

  @Test func aSideThatIsHeldBackIsToldWithCheckAndFigures() {
    let told = denials(live().quote(bids: [(9_999, 10)], asks: [(10_003, 1)]))
    #expect(told.map(\.side) == [.buy] && told.map(\.gate) == [.executor])
    #expect(told.map(\.verdict) == [.refused] && told.map(\.check) == [.orderQuantity])
    #expect(told.map(\.measured) == [lots(10).raw] && told.map(\.limit) == [lots(5).raw])
    #expect(told.map(\.count) == [1] && told.map(\.strategy) == [ExecutorBench.strategy])
  }

  @Test func aDenialThatRepeatsIsToldOnceASecondWithItsCount() {
    let bench = live()
    var told: [UInt64] = []
    for _ in 0..<30 {
      told += denials(bench.quote(bids: [(9_999, 10)])).map(\.count)
      bench.pass(seconds: 0.1)
    }
    #expect(told.count == 3 && told.first == 1)
    #expect(told == told.sorted() && (told.last ?? 0) > 20)
  }

  @Test func itIsOverWhenAnOrderPassesAndWhenNothingIsWanted() {
    let bench = live()
    #expect(denials(bench.quote(bids: [(9_999, 10)])).count == 1)
    let passed = denials(bench.quote(bids: [(9_999, 5)]))
    #expect(passed.map(\.verdict) == [.accepted] && passed.map(\.check) == [RiskCheck.none])
    #expect(denials(bench.quote(bids: [(9_998, 10)])).count == 1)
    #expect(denials(bench.quote()).map(\.verdict) == [.accepted])
    #expect(denials(bench.quote()).isEmpty)
  }

  /// A refusal after an end is another one: counted and reported as the first was.
  @Test func aDenialThatWasOverIsReportedAnew() {
    let bench = live()
    var denied = 0
    for _ in 0..<3 {
      denied += bench.quote(bids: [(9_999, 10)]).reports.count { $0.execType == .denied }
      #expect(denials(bench.quote()).map(\.verdict) == [.accepted])
      bench.pass(seconds: 2)
    }
    #expect(denied == 3 && bench.counter("ordersDenied.orderQuantity") == 3)
  }

  @Test func aHaltIsToldForBothSidesAndItsEndToo() {
    let bench = live()
    bench.quote(bids: [(9_999, 1)], asks: [(10_003, 1)])
    let halted = denials(bench.command(.halt).turn)
    #expect(halted.map(\.check) == [.haltLatched, .haltLatched] && halted.map(\.side) == [.buy, .sell])
    #expect(denials(bench.command(.resume).turn).map(\.verdict).allSatisfy { $0 == .accepted })
  }

  /// Risk of an older schema is sent none, and nothing else is held against it.
  @Test func aRiskThatIsTooOldForItIsNotTakenForMisinformed() {
    let bench = live()
    bench.deliver(
      .notSent(
        component: ExecutorBench.risk, template: .quoteDenial, correlation: .none, reason: .peerTooOld))
    #expect(bench.quote(bids: [(9_999, 1)]).newOrders.count == 1)
  }
}
