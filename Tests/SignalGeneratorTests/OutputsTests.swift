import Strategies
import Testing
import Trading

/// What a strategy may say.
@Suite struct OutputsTests {
  private func fault(
    _ side: Side = .buy, entry: Outputs.Entry = .limit(Price(raw: 100)), stop: Int64 = 90,
    target: Int64 = 120, confidence: Double = 1, rewardRisk: Double = 2, life: Duration = .seconds(1),
    instrument: String = "quoted"
  ) -> StrategyFault? {
    var out = Outputs(seed: 1)
    out.signal(
      instrument, side, entry: entry, stop: Price(raw: stop), takeProfit: Price(raw: target),
      confidence: confidence, rewardRisk: rewardRisk, validFor: life)
    #expect((out.signal == nil) == (out.fault != nil))
    return out.fault
  }

  @Test func aSoundSignalIsTaken() {
    #expect(fault() == nil)
    #expect(fault(.sell, stop: 120, target: 90) == nil)
    #expect(fault(entry: .market) == nil)
    #expect(fault(confidence: 0, rewardRisk: 0.000_1, life: .milliseconds(1)) == nil)
    #expect(fault(life: .seconds(3_600)) == nil)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity]) func figuresMustBeFinite(value: Double) {
    #expect(fault(confidence: value) == .notANumber("the confidence of a signal"))
    #expect(fault(rewardRisk: value) == .notANumber("the reward/risk of a signal"))
  }

  @Test func figuresMustBeInRange() {
    #expect(fault(confidence: -0.1) != nil && fault(confidence: 1.1) != nil)
    #expect(fault(rewardRisk: 0) != nil && fault(rewardRisk: -2) != nil)
    #expect(
      fault(life: .zero) != nil && fault(life: .seconds(3_601)) != nil && fault(life: .seconds(-1)) != nil)
  }

  @Test func pricesMustStandOnTheRightSides() {
    #expect(fault(stop: 100) != nil && fault(stop: 101) != nil)
    #expect(fault(target: 100) != nil && fault(target: 99) != nil)
    #expect(fault(.sell) != nil)
    #expect(fault(stop: 0) != nil && fault(stop: -5) != nil && fault(target: .min) != nil)
    #expect(fault(entry: .limit(.zero)) != nil)
    // At the market only their order can be judged here.
    #expect(fault(entry: .market, stop: 120, target: 90) != nil)
    #expect(fault(.sell, entry: .market) != nil)
  }

  @Test func onlyTheQuotedInstrumentIsTraded() { #expect(fault(instrument: "other") != nil) }

  @Test func aSecondSignalOfARunIsAFaultAndANewTurnBeginsAnew() {
    var out = Outputs(seed: 1)
    func give() {
      out.signal(
        "quoted", .buy, entry: .market, stop: Price(raw: 1), takeProfit: Price(raw: 2), confidence: 1,
        rewardRisk: 1, validFor: .seconds(1))
    }
    give()
    give()
    #expect(out.fault == .invalidOutput("a second signal in one run"))
    out.reset()
    give()
    #expect(out.fault == nil && out.signal != nil)
  }
}
