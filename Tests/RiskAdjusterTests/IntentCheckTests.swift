import ActorKit
import CoreTestKit
import RiskAdjuster
import Testing
import Trading
import Vocabulary
import Wire

/// The checks a directional signal goes through, each with the figure it names.
struct IntentCheckTests {
  /// The one terminal report, journaled and durable, with the decision that says why.
  private func expectRefusal(
    _ turn: Turn, _ check: RiskCheck, _ unit: MeasureUnit = .none, measured: Int64 = 0, limit: Int64 = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(turn.orders.isEmpty, sourceLocation: sourceLocation)
    #expect(turn.facts.map(\.kind) == [8], sourceLocation: sourceLocation)
    let end = turn.ends
    #expect(end.map(\.check) == [check], sourceLocation: sourceLocation)
    #expect(
      end.map(\.outcome) == [check == .expired ? .expired : .rejected], sourceLocation: sourceLocation)
    #expect(
      end.map(\.reason) == [check == .expired ? .expired : .riskRefused], sourceLocation: sourceLocation)
    #expect(end.first?.filledQuantity == 0 && end.first?.averagePrice == nil, sourceLocation: sourceLocation)
    let decision = turn.decision
    #expect(decision?.verdict == .refused && decision?.check == check, sourceLocation: sourceLocation)
    #expect(decision?.unit == unit, sourceLocation: sourceLocation)
    #expect(decision?.measured == measured && decision?.limit == limit, sourceLocation: sourceLocation)
  }

  private func ready(_ limits: RiskLimits? = RiskFixture.limits()) -> RiskFixture {
    let risk = RiskFixture(limits: limits)
    risk.ready()
    return risk
  }

  @Test func aSoundSignalPasses() throws {
    let risk = ready()
    risk.trade(1)
    let turn = risk.bench.conclude()
    #expect(turn.orders.count == 1 && turn.ends.isEmpty)
    #expect(turn.decision?.verdict == .accepted && turn.decision?.signalRevision == 1)
    #expect(risk.counter("intents") == 1 && risk.counter("intents.accepted") == 1)
  }

  @Test func aStrategyOrInstrumentOfOthersIsRefused() {
    let risk = ready()
    risk.trade(1, instrument: 3)
    expectRefusal(risk.bench.conclude(), .unknownInstrument)
    risk.trade(2, strategy: RiskFixture.otherStrategy)
    expectRefusal(risk.bench.conclude(), .unknownInstrument)
    #expect(risk.counter("intents.check.unknownInstrument") == 2)
  }

  @Test func withoutLimitsNothingPasses() {
    let risk = ready(nil)
    risk.trade(1)
    expectRefusal(risk.bench.conclude(), .noLimits)
  }

  @Test func withoutABudgetNothingPasses() {
    let risk = ready(RiskFixture.limits(maxLoss: nil))
    risk.trade(1)
    expectRefusal(risk.bench.conclude(), .tradeBudget, .money)
  }

  @Test(
    arguments: [
      (Scope.firm, nil, nil, nil), (.account, 3, nil, nil), (.strategy, nil, 7, nil),
      (.instrument, nil, nil, 1),
    ] as [(Scope, UInt16?, UInt16?, UInt32?)])
  func aHaltThatCoversItRefuses(scope: Scope, account: UInt16?, strategy: UInt16?, instrument: UInt32?) {
    let risk = ready()
    risk.command(.halt, scope, account: account, strategy: strategy, instrument: instrument)
    risk.bench.conclude()
    risk.trade(1)
    expectRefusal(risk.bench.conclude(), .haltLatched, .count, measured: 1)
    risk.command(
      .resume, scope, account: account, strategy: strategy, instrument: instrument, id: 2)
    risk.bench.conclude()
    risk.trade(2)
    #expect(risk.bench.conclude().orders.count == 1)
  }

  @Test func aHaltOfOthersDoesNot() {
    let risk = ready()
    risk.command(.halt, .strategy, strategy: 8)
    risk.command(.halt, .instrument, instrument: 2, id: 2)
    risk.bench.conclude()
    risk.trade(1)
    #expect(risk.bench.conclude().orders.count == 1)
  }

  @Test(arguments: [PermitLevel.reduce, .cancel]) func withoutAnOpenPermitNothingIsOpened(level: PermitLevel)
  {
    let risk = ready()
    risk.live(.live, permit: level, revision: 2)
    risk.trade(1)
    expectRefusal(risk.bench.conclude(), .noPermit)
  }

  @Test func anExpiredOneIsRefusedAsExpired() {
    let risk = ready()
    risk.trade(1, lifeNanos: 0)
    let now = risk.bench.now.wall
    expectRefusal(risk.bench.conclude(), .expired, .nanos, measured: now, limit: now)
    #expect(risk.counter("intents.ended.expired") == 1)
    risk.trade(2, lifeNanos: 1)
    #expect(risk.bench.conclude().orders.count == 1)
  }

  @Test func aSideOrFigureThatIsNoneIsRefused() {
    let risk = ready()
    risk.trade(1, .unrecognized)
    expectRefusal(risk.bench.conclude(), .malformed)
    // The id names strategy 7.
    risk.trade(2, strategy: 8)
    expectRefusal(risk.bench.conclude(), .malformed)
    var counter: UInt64 = 2
    for (confidence, rewardRisk) in [(1.1, 2.0), (-0.1, 2), (0.5, 0), (0.5, -2)] {
      counter += 1
      risk.trade(counter, confidence: confidence, rewardRisk: rewardRisk)
      expectRefusal(risk.bench.conclude(), .malformed)
    }
    for value in [Double.nan, .infinity, -.infinity] {
      counter += 2
      risk.trade(counter - 1, confidence: value)
      expectRefusal(risk.bench.conclude(), .notANumber)
      risk.trade(counter, rewardRisk: value)
      expectRefusal(risk.bench.conclude(), .notANumber)
    }
    risk.trade(counter + 1, entry: "-1")
    expectRefusal(
      risk.bench.conclude(), .malformed, .price, measured: price("-1").raw, limit: price("0.01").raw)
  }

  @Test func staleDataRefuses() {
    let risk = ready()
    risk.bench.advance(nanos: 1_500 * .nanosPerMilli + 1)
    risk.trade(1)
    expectRefusal(
      risk.bench.conclude(), .staleMarketData, .nanos, measured: 1_500_000_001, limit: 1_500_000_000)
    risk.market()
    risk.status(.suspect)
    risk.trade(2)
    expectRefusal(
      risk.bench.conclude(), .staleMarketData, .nanos, measured: .max, limit: 1_500_000_000)
  }

  @Test func anUnknownPositionRefuses() {
    let risk = ready()
    risk.bench.deliver(.sessionClosed(component: RiskFixture.executor))
    risk.trade(1)
    expectRefusal(risk.bench.conclude(), .stalePosition)
    risk.openSession()
    risk.trade(2)
    expectRefusal(risk.bench.conclude(), .stalePosition)
    risk.report()
    risk.trade(3)
    #expect(risk.bench.conclude().orders.count == 1)
  }

  @Test func aMarketWithOneSideIsNoReference() {
    let risk = ready()
    risk.top("99.99", nil)
    risk.trade(1)
    expectRefusal(risk.bench.conclude(), .missingReference)
  }

  @Test func aLimitBeyondTheCollarIsRefused() {
    let risk = ready()
    risk.trade(1, entry: "103", stop: "101", target: "107")
    expectRefusal(risk.bench.conclude(), .priceCollar, .milliBps, measured: 300_000, limit: 200_000)
    risk.trade(2, entry: "102", stop: "100", target: "106")
    #expect(risk.bench.conclude().orders.count == 1)
  }

  /// Stop, target, distance measured in ticks; 5 are asked for. Nil: it is missing.
  @Test(
    arguments: [
      (nil, "104", 0), ("98", nil, 0), ("0", "104", 0), ("99.96", "104", 4), ("100", "104", 0),
      ("101", "104", -100), ("98", "100.04", 4), ("98", "96", -400),
      // Off the tick it is rounded to the tick nearer to the entry.
      ("99.9501", "104", 4),
    ] as [(String?, String?, Int64)])
  func stopAndTargetStandOnTheRightSideAndNotTooNear(stop: String?, target: String?, ticks: Int64) {
    let risk = ready()
    risk.trade(1, stop: stop, target: target)
    expectRefusal(
      risk.bench.conclude(), .stopDistance, .price, measured: ticks * price("0.01").raw,
      limit: 5 * price("0.01").raw)
  }

  @Test func theNearestAllowedStopPasses() {
    let risk = ready(RiskFixture.limits(maxLoss: "0.1"))
    risk.trade(1, stop: "99.95", target: "100.05", rewardRisk: 1)
    #expect(risk.bench.conclude().orders.map(\.quantity) == [quantity("2").raw])
    risk.trade(2, .sell, stop: "100.05", target: "99.95", rewardRisk: 1)
    #expect(risk.bench.conclude().orders.map(\.quantity) == [quantity("2").raw])
  }

  @Test func aRewardRiskThatIsNotThatOfThePricesIsRefused() {
    let risk = ready()
    risk.trade(1, rewardRisk: 2.5)
    expectRefusal(
      risk.bench.conclude(), .rewardRisk, .milliBps, measured: 2_500_000, limit: 1_000_000)
    risk.trade(2, rewardRisk: 1.5)
    expectRefusal(
      risk.bench.conclude(), .rewardRisk, .milliBps, measured: 2_500_000, limit: 1_000_000)
    risk.trade(3, rewardRisk: 1e300)
    expectRefusal(risk.bench.conclude(), .rewardRisk, .milliBps, measured: .max, limit: 1_000_000)
    for (counter, told) in [(4, 2.19), (5, 1.81)] {
      risk.trade(UInt64(counter), rewardRisk: told)
      #expect(risk.bench.conclude().orders.count == 1)
      risk.intentReport(RiskFixture.id(UInt64(counter)), .canceled)
      risk.bench.conclude()
    }
  }

  @Test func aBudgetThatDoesNotBearTheSmallestOrderRefuses() {
    // The smallest order, 0.002, loses 0.004.
    let risk = ready(RiskFixture.limits(maxLoss: "0.00399999"))
    risk.trade(1)
    expectRefusal(risk.bench.conclude(), .tradeBudget, .money, measured: 400_000, limit: 399_999)
  }

  @Test func whatIsWorthTooLittleIsRefused() {
    // 0.03 at 100; 5 is the least.
    let risk = ready(RiskFixture.limits(maxLoss: "0.06"))
    risk.trade(1)
    expectRefusal(
      risk.bench.conclude(), .minimumSize, .money, measured: money("3").raw, limit: money("5").raw)
  }

  @Test func anEntryWhoseStopWouldBeWorthTooLittleIsRefused() {
    // 0.05 at 100 is worth the least, 5; at the stop of 98 it is not.
    let risk = ready(RiskFixture.limits(maxLoss: "0.1"))
    risk.trade(1)
    expectRefusal(
      risk.bench.conclude(), .stopSize, .money, measured: money("4.9").raw, limit: money("5").raw)
  }

  @Test func withoutMessagesToSpendItIsRefused() {
    let risk = ready(RiskFixture.limits(perSecond: 1, burst: 5, reserve: 0))
    risk.trade(1)
    #expect(risk.bench.conclude().orders.count == 1)
    risk.trade(2)
    expectRefusal(risk.bench.conclude(), .messageRate, .count, measured: 3, limit: 2)
  }

  @Test(arguments: [nil, 3, 100])
  func oneOpenIntentMoreThanAllowedIsRefused(allowed: Int?) {
    var limits = RiskFixture.limits(maxLoss: "0.12")
    if let allowed { limits.maxOpenIntents = allowed }
    let most = UInt64(allowed ?? 64)
    let risk = ready(limits)
    for counter in 1...most { risk.trade(counter) }
    #expect(risk.bench.conclude().orders.count == Int(most))
    risk.trade(most + 1)
    expectRefusal(risk.bench.conclude(), .openIntents, .count, measured: Int64(most), limit: Int64(most))
    risk.intentReport(RiskFixture.id(2), .canceled)
    risk.trade(most + 2)
    #expect(risk.bench.conclude().orders.count == 1)
  }

  @Test func moreInOneTurnThanASessionsWindowAreRefusedAtOnce() {
    let risk = ready()
    for counter: UInt64 in 1...257 { risk.trade(counter, lifeNanos: 0) }
    let turn = risk.bench.conclude()
    #expect(turn.ends.count == 257)
    #expect(turn.ends.first?.check == .openIntents && turn.ends.first?.intent == RiskFixture.id(257))
  }
}
