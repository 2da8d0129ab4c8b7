import ActorKit
import CoreTestKit
import RiskAdjuster
import Testing
import Trading
import Vocabulary
import Wire

/// How much is traded: what the stop allows, then what the limits leave of it.
struct IntentSizingTests {
  // MARK: - From the budget (docs/MODELS.md, Sizing)

  /// Entered at 1.09 with the stop at 1.085, lots of 1,000.
  private func plan(
    entry: String = "1.09", stop: String = "1.085", target: String = "1.1", side: Side = .buy,
    takerFee: Int64 = 0, limits: RiskLimits = RiskFixture.limits()
  ) throws -> IntentPlan {
    let instrument = try Instrument(
      number: 1, name: InstrumentName(symbol: "EURUSD", venue: "SIM"), base: currency("EUR"),
      quote: currency("USD"), tickSize: price("0.00001"), lotSize: quantity("1000"),
      minQuantity: quantity("1000"), takerFee: Bps(raw: takerFee))
    let sign = Double(side.sign)
    let (at, risked, gained) = (price(entry).double, price(stop).double, price(target).double)
    let signal = TradeSignal(
      envelope: Envelope(origin: 0), signalHigh: 0, signalLow: 0, strategy: 7, instrument: 1,
      side: SideCode(side), entryPrice: price(entry).raw, stopPrice: price(stop).raw,
      takeProfitPrice: price(target).raw, confidence: 1,
      rewardRisk: sign * (gained - at) / (sign * (at - risked)), expireNanos: 0, eventNanos: 0)
    return try IntentPlan(signal, side, instrument, mid: price(entry), limits)
  }

  @Test func theSizeIsTheBudgetOverTheLossOfOneUnit() throws {
    // 1 per cent of 10,000; in binary 100/(1.09 − 1.085) is 19,999.999…, which would lose a lot.
    #expect(try plan().quantity(budget: money("100"), slippage: .zero) == quantity("20000"))
    #expect(try plan().quantity(budget: money("99.99999999"), slippage: .zero) == quantity("19000"))
    #expect(
      try plan(stop: "1.095", target: "1.08", side: .sell).quantity(budget: money("100"), slippage: .zero)
        == quantity("20000"))
  }

  @Test func slippageIsAllowedFor() throws {
    // 1.09 × 1.100917e-4 = 0.00012, rounded up to 1e-9: 100/0.00512 = 19,531.
    #expect(try plan().quantity(budget: money("100"), slippage: Bps(raw: 1_100_917)) == quantity("19000"))
  }

  @Test func feesOfBothWaysArePaidFromTheBudget() throws {
    // 2 bps of 1.09 and of 1.085 are 0.000435: 100/0.005435 = 18,399.
    #expect(
      try plan(takerFee: 2_000_000).quantity(budget: money("100"), slippage: .zero) == quantity("18000"))
    // Rounding is against us: a fee of one millionth of a basis point costs at least 1e-9 a unit.
    #expect(try plan(takerFee: 1).quantity(budget: money("100"), slippage: .zero) == quantity("19000"))
    // A rebate is no reason to trade more.
    #expect(
      try plan(takerFee: -2_000_000).quantity(budget: money("100"), slippage: .zero) == quantity("20000"))
  }

  @Test func atTheEndsOfTheRangeNothingOverflows() throws {
    // More than a quantity can hold is as much as it can.
    let most = try plan(entry: "0.0001", stop: "0.00005", target: "0.0002", limits: Self.oneTick)
      .quantity(budget: .max, slippage: .zero)
    #expect(most == Quantity(raw: Int64.max / quantity("1000").raw * quantity("1000").raw))
    let dear = try plan(entry: "9000000000", stop: "1000000000", target: "9200000000", limits: Self.oneTick)
    #expect(throws: Finding(.tradeBudget, .money, measured: Int64.max, limit: 1)) {
      _ = try dear.quantity(budget: Money(raw: 1), slippage: .zero)
    }
    // A loss per unit beyond any price.
    #expect(throws: Finding(.tradeBudget, .money, measured: Int64.max, limit: 1)) {
      _ = try dear.quantity(budget: Money(raw: 1), slippage: Bps(raw: 100_000_000_000))
    }
  }

  private static var oneTick: RiskLimits {
    var limits = RiskFixture.limits()
    limits.minStopTicks = 1
    return limits
  }

  // MARK: - What goes to the executor

  private func order(
    _ limits: RiskLimits, position: String = "0", entry: String? = nil
  ) -> (order: OrderIntent?, decision: RiskDecision?) {
    let risk = RiskFixture(limits: limits)
    risk.ready()
    risk.position(position, fills: 1)
    risk.trade(1, entry: entry)
    let turn = risk.bench.conclude()
    return (turn.orders.first, turn.decision)
  }

  @Test func anEntryAtTheMarketIsALimitThatEndsAtTheAllowance() {
    // 10 bps of 100: a loss of 2.1 a unit, 10/2.1 = 4.7619.
    let (order, _) = order(RiskFixture.limits(slippageBps: 10))
    #expect(order?.ordType == .limit && order?.timeInForce == .immediateOrCancel)
    #expect(order?.price == price("100.1").raw && order?.quantity == quantity("4.761").raw)
    #expect(order?.stopPrice == price("98").raw && order?.takeProfitPrice == price("104").raw)
    #expect(order?.execInst == [] && order?.account == 3 && order?.strategy == 7)
  }

  @Test func theAllowanceEndsAtTheCollar() {
    let (order, _) = order(RiskFixture.limits(collarBps: 5, slippageBps: 10))
    #expect(order?.price == price("100.05").raw)
  }

  @Test func aLimitEntryRestsUntilTheSignalExpires() {
    // 0.5 less than the mid: 10/1.5.
    let risk = RiskFixture(limits: RiskFixture.limits(maxOrderQuantity: "9"))
    risk.ready()
    risk.trade(1, entry: "99.506", rewardRisk: 4.494 / 1.506)
    let order = risk.bench.conclude().orders.first
    #expect(order?.timeInForce == .goodTillCancel && order?.price == price("99.50").raw)
    #expect(order?.quantity == quantity("6.666").raw)
    #expect(order?.expireNanos == risk.bench.now.wall + .nanosPerSecond)
    #expect(order?.envelope.origin == 77)
  }

  /// Limits, position before, what is ordered, the check that cut it, its figures.
  @Test(arguments: [
    (RiskFixture.limits(maxLoss: "100"), "0", "5", RiskCheck.orderQuantity, MeasureUnit.quantity, "50", "5"),
    (RiskFixture.limits(maxOrderNotional: "300"), "0", "3", .orderNotional, .money, "500", "300"),
    (RiskFixture.limits(), "6", "4", .position, .quantity, "11", "10"),
    // Above 70 per cent sizes are halved.
    (RiskFixture.limits(), "7.1", "2.5", .position, .quantity, "7.1", "7"),
    (RiskFixture.limits(maxGross: "350"), "0", "3.5", .grossNotional, .money, "0", "350"),
  ])
  func theLimitsCutWhatTheStopAllows(
    limits: RiskLimits, position: String, size: String, check: RiskCheck, unit: MeasureUnit,
    measured: String, limit: String
  ) {
    let (order, decision) = order(limits, position: position)
    #expect(order?.quantity == quantity(size).raw)
    #expect(decision?.verdict == .reduced && decision?.check == check && decision?.unit == unit)
    #expect(decision?.measured == quantity(measured).raw && decision?.limit == quantity(limit).raw)
  }

  @Test func nearTheLimitOnlyWhatClosesPasses() {
    #expect(order(RiskFixture.limits(), position: "9").decision?.check == .positionCritical)
    #expect(order(RiskFixture.limits(), position: "10.5").decision?.check == .positionOverLimit)
    // Buying back 5 of a short position of 9 is never cut.
    #expect(order(RiskFixture.limits(), position: "-9").order?.quantity == quantity("5").raw)
  }
}
