import CoreTestKit
import RiskAdjuster
import Testing
import Trading
import Wire

/// The checks that judge the levels one by one, each at its limit and a unit beyond.
struct LevelCheckTests {
  @Test func theCollarAllowsItsLimitAndNoTickMore() {
    let risk = RiskFixture()
    risk.ready()
    // 200 bp of a mid of 100.00: from 98.00 to 102.00.
    let outcome = risk.decide(
      bids: [.init(-200, "1"), .init(200, "1"), .init(201, "1")],
      asks: [.init(210, "1")])
    #expect(outcome.bids == ["102 x 1", "98 x 1"] && outcome.asks.isEmpty)
    #expect(outcome.verdict == .reduced && outcome.check == .priceCollar)
    // The ask is judged last, but the first finding of a check is the one told: 97.99 is 201 bp away.
    #expect(outcome.measured == 201_000 && outcome.limit == 200_000)
    let refused = risk.decide(bids: [.init(201, "1")], asks: [.init(201, "1")])
    #expect(refused.isPull && refused.verdict == .refused && refused.check == .priceCollar)
  }

  @Test func theWiderBandHoldsAwayFromTheMarketOnly() {
    var limits = RiskFixture.limits(collarBps: 20)
    limits.priceBand = Bps(raw: 100 * 1_000_000)
    let risk = RiskFixture(limits: limits)
    risk.ready()
    let outcome = risk.decide(bids: [.init(-21, "1"), .init(-20, "1"), .init(100, "1"), .init(101, "1")])
    #expect(outcome.bids == ["100.2 x 1", "99 x 1"])
  }

  @Test func theCollarFollowsTheMarketNotTheReference() {
    let risk = RiskFixture()
    risk.ready()
    // Ten per cent at once are no price until two further quotes bear them out.
    risk.top("109.99", "110.01")
    #expect(risk.decide(bids: [.init(10, "1")]).check == .unpriced)
    for _ in 0..<2 { risk.top("109.99", "110.01") }
    // Around 110 the collar begins at 107.80: a reference of 100 is ten per cent off.
    #expect(risk.decide(bids: [.init(10, "1")]).check == .priceCollar)
  }

  /// Where quotes may be far apart, one trade moves their middle by more than elsewhere.
  @Test func aMarketOfWideQuotesKeepsItsPriceWhenOneSideMoves() {
    let limits = RiskFixture.limits(collarBps: 500)
    let risk = RiskFixture(limits: limits, maxSpread: Bps(raw: 500_000_000))
    risk.ready()
    risk.top("98", "102")
    risk.top("100", "104")
    #expect(risk.decide(bids: [.init(10, "1")]).verdict == .accepted)
  }

  @Test func anOrderMayBeAsLargeAsItsLimit() {
    let risk = RiskFixture()
    risk.ready()
    #expect(risk.decide(bids: [.init(10, "5")]).verdict == .accepted)
    let outcome = risk.decide(bids: [.init(10, "5.001")])
    #expect(outcome.bids == ["99.9 x 5"] && outcome.verdict == .reduced && outcome.check == .orderQuantity)
    #expect(outcome.measured == quantity("5.001").raw && outcome.limit == quantity("5").raw)
  }

  @Test func anOrderMayBeWorthAsMuchAsItsLimit() {
    // 99.90 x 2 = 199.80.
    let risk = RiskFixture(limits: RiskFixture.limits(maxOrderNotional: "199.8"))
    risk.ready()
    #expect(risk.decide(bids: [.init(10, "2")]).verdict == .accepted)
    let outcome = risk.decide(bids: [.init(10, "2.001")])
    #expect(outcome.bids == ["99.9 x 2"] && outcome.check == .orderNotional)
    #expect(outcome.measured == money("199.8999").raw && outcome.limit == money("199.8").raw)
  }

  @Test func aCutGoesDownToWholeLots() {
    // 150 / 99.90 = 1.5015...
    let risk = RiskFixture(limits: RiskFixture.limits(maxOrderNotional: "150"))
    risk.ready()
    #expect(risk.decide(bids: [.init(10, "2")]).bids == ["99.9 x 1.501"])
    #expect(risk.decide(bids: [.init(10, "1.0019")]).bids == ["99.9 x 1.001"])
  }

  @Test func whatIsLeftMustBeWorthSending() {
    let risk = RiskFixture()
    risk.ready()
    // The least value is 5: at 99.90 that is 0.0501 (0.051 in lots).
    #expect(risk.decide(bids: [.init(10, "0.051")]).verdict == .accepted)
    let small = risk.decide(bids: [.init(10, "0.05")])
    #expect(small.isPull && small.check == .minimumSize && small.measured == money("4.995").raw)
    #expect(risk.decide(bids: [.init(10, "0.001")]).targets.isEmpty)
  }

  @Test func theFirstCheckInOrderIsNamed() {
    let risk = RiskFixture()
    risk.ready()
    // The second level is beyond the collar, the first too large: the collar comes first in the order.
    let outcome = risk.decide(bids: [.init(10, "6"), .init(300, "1")])
    #expect(outcome.bids == ["99.9 x 5"] && outcome.check == .priceCollar)
  }

  @Test func grossNotionalCountsTheOtherInstrumentsAtWorstCase() {
    // The other: 3 held and 1 bid for at 50 = 200. Left of 700: 500, at 100 five units here.
    let risk = RiskFixture(limits: RiskFixture.limits(maxPosition: "10", maxGross: "700"))
    risk.ready()
    risk.market("49.99", "50.01", instrument: 2)
    risk.position("3", workingBid: "1", instrument: 2)
    #expect(risk.decide(bids: [.init(10, "5")]).verdict == .accepted)
    let outcome = risk.decide(bids: [.init(10, "4"), .init(20, "2")])
    #expect(outcome.bids == ["99.9 x 4", "99.8 x 1"] && outcome.check == .grossNotional)
    #expect(outcome.measured == money("200").raw && outcome.limit == money("700").raw)
  }

  @Test func grossNotionalWithoutAPriceAllowsOnlyWhatCloses() {
    let risk = RiskFixture(limits: RiskFixture.limits(maxGross: "700"))
    risk.ready()
    risk.position("3", instrument: 2)
    risk.position("1")
    let outcome = risk.decide(bids: [.init(10, "1")], asks: [.init(10, "3")])
    #expect(outcome.bids.isEmpty && outcome.asks == ["100.1 x 1"] && outcome.check == .grossNotional)
  }

  @Test func grossNotionalCountsOpenIntentsInOtherInstruments() {
    let risk = RiskFixture(limits: RiskFixture.limits(maxPosition: "10", maxGross: "700"))
    risk.ready()
    risk.market(instrument: 2)
    risk.position("0", instrument: 2)
    // Five units at 100, of which nobody has heard yet: 200 are left of 700.
    risk.trade(1, instrument: 2)
    #expect(risk.bench.conclude().orders.map(\.quantity) == [quantity("5").raw])
    let outcome = risk.decide(bids: [.init(10, "4")])
    #expect(outcome.bids == ["99.9 x 2"] && outcome.check == .grossNotional)
  }
}
