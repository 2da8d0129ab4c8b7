import ActorKit
import CoreTestKit
import RiskAdjuster
import Testing
import Wire

/// Ten messages a second, six at once, two of them for cancels alone: four orders, then one every 100 ms.
struct MessageRateTests {
  private func risk() -> RiskFixture {
    let risk = RiskFixture(limits: RiskFixture.limits(perSecond: 10, burst: 6, reserve: 2))
    risk.ready()
    return risk
  }

  private func levels(_ offsets: Double...) -> [RiskFixture.Level] { offsets.map { .init($0, "1") } }

  @Test func asManyChangedLevelsAsTokensPassAndNoMore() {
    #expect(risk().decide(bids: levels(10, 20, 30, 40)).verdict == .accepted)
    let outcome = risk().decide(bids: levels(10, 20, 30, 40, 50))
    #expect(outcome.targets.isEmpty && outcome.verdict == .refused && outcome.check == .messageRate)
    #expect(outcome.measured == 5 && outcome.limit == 4)
  }

  @Test func anEmptyBudgetKeepsTheOldTarget() {
    let risk = risk()
    _ = risk.decide(bids: levels(10, 20, 30, 40))
    let kept = risk.decide(bids: levels(11, 20, 30, 40))
    #expect(kept.targets.isEmpty && kept.check == .messageRate)
    // The same levels cost nothing: only their time is renewed.
    let renewed = risk.decide(bids: levels(10, 20, 30, 40))
    #expect(renewed.bids.count == 4 && renewed.verdict == .accepted)
  }

  @Test func aRefusedChangePassesByItselfOnceThereIsBudget() {
    let risk = risk()
    _ = risk.decide(bids: levels(10, 20, 30, 40))
    _ = risk.decide(bids: levels(11, 20, 30, 40))
    // The next order's token is there 100 ms after the last was taken; the retry comes a microsecond later.
    #expect(risk.bench.run(nanos: 99_998_999).all(TargetQuotes.self).isEmpty)
    let outcome = Outcome(risk.bench.run(nanos: 1_001))
    #expect(outcome.bids.first == "99.89 x 1" && outcome.verdict == .accepted)
    // The refilled budget caused it, not the market event of a tenth of a second ago.
    #expect(outcome.targets.first?.envelope.origin == 0)
  }

  @Test func pullsAndRemovalsAlwaysPass() {
    let risk = risk()
    _ = risk.decide(bids: levels(10, 20, 30, 40))
    #expect(risk.decide(bids: levels(10, 20, 30)).bids.count == 3)
    #expect(risk.decide().isPull)
    #expect(risk.decide(bids: levels(10)).check == .messageRate)
  }

  @Test func aTargetThatMayNoLongerStandIsTrimmedWithoutBudget() {
    let risk = risk()
    _ = risk.decide(bids: levels(10, 20, 30, 40))
    risk.top("100.99", "101.01")
    // 200 bp of 101: from 98.98. The new levels cannot be afforded; all old ones are still within.
    #expect(risk.decide(bids: levels(11, 21)).targets.isEmpty)
    risk.top("101.79", "101.81")
    // From 99.764: of 99.90, 99.80, 99.70 and 99.60 two stay.
    #expect(risk.decide(bids: levels(12, 22)).bids == ["99.9 x 1", "99.8 x 1"])
  }

  @Test func aChangeLargerThanTheBurstNeverPassesAndIsNotRetried() {
    let risk = risk()
    #expect(risk.decide(bids: levels(10, 20, 30, 40, 50)).check == .messageRate)
    #expect(risk.bench.run(nanos: 900 * .nanosPerMilli).all(TargetQuotes.self).isEmpty)
  }
}
