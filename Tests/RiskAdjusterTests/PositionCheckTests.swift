import CoreTestKit
import RiskAdjuster
import Testing
import Trading
import Vocabulary
import Wire

/// The worst-case position against its limit of 10.
struct PositionCheckTests {
  private func risk(_ maxPosition: String = "10") -> RiskFixture {
    let risk = RiskFixture(
      limits: RiskFixture.limits(
        maxOrderQuantity: "1000", maxPosition: maxPosition, maxOrderNotional: "1000000"))
    risk.ready()
    return risk
  }

  /// Position of 200 and a limit of 25 per cent of 100,000 at a price of 100: 250.
  @Test func theConcentrationVectorsHold() {
    func room(_ side: Side, _ position: Int64, committed: Int64 = 0) -> SideRoom {
      SideRoom(
        exposure: SideExposure(position: Int128(side.sign * position), committed: Int128(committed)),
        maxPosition: 250, band: .normal, worst: 0, closesOnly: false)
    }
    func allowed(_ room: SideRoom, _ wanted: Int64) -> (Int64, Finding?) {
      var findings = Findings()
      return (room.allowed(Quantity(raw: wanted), taken: 0, &findings).raw, findings.first)
    }
    // Buying 100 would make 30 per cent: not whole.
    let plain = allowed(room(.buy, 200), 100)
    #expect(
      plain.0 == 50 && plain.1 == Finding(.position, .quantity, measured: Int64(300), limit: Int64(250)))
    // Buying 60 with 40 working would make 30 per cent too.
    let working = allowed(room(.buy, 200, committed: 40), 60)
    #expect(working.0 == 10 && working.1?.measured == 300)
    // Selling 300 ends at -100, 10 per cent: whole.
    #expect(allowed(room(.sell, 200), 300).0 == 300 && allowed(room(.sell, 200), 300).1 == nil)
    // At the limit and a unit beyond, both ways.
    #expect(allowed(room(.buy, 200), 50).1 == nil && allowed(room(.buy, 200), 51).0 == 50)
    #expect(allowed(room(.sell, 200), 450).1 == nil && allowed(room(.sell, 200), 451).0 == 450)
  }

  @Test func theBandsChangeAboveTheirPercentage() {
    #expect(PositionBand(worst: 700, limit: 1_000) == .normal)
    #expect(PositionBand(worst: 701, limit: 1_000) == .warning)
    #expect(PositionBand(worst: 850, limit: 1_000) == .warning)
    #expect(PositionBand(worst: 851, limit: 1_000) == .critical)
    #expect(PositionBand(worst: 1_000, limit: 1_000) == .critical)
    #expect(PositionBand(worst: 1_001, limit: 1_000) == .overLimit)
    #expect(PositionBand(worst: Int128(Int64.max) * 2, limit: Int128(Int64.max)) == .overLimit)
  }

  @Test func quotesMayFillTheRoomAndNoMore() {
    let risk = risk()
    risk.position("3")
    risk.fillsSeen = 0
    let whole = risk.decide(bids: [.init(10, "4"), .init(20, "3")], asks: [.init(10, "13")])
    #expect(whole.verdict == .accepted)
    let cut = risk.decide(bids: [.init(10, "4"), .init(20, "3.001")], asks: [.init(10, "13.001")])
    #expect(cut.bids == ["99.9 x 4", "99.8 x 3"] && cut.asks == ["100.1 x 13"])
    #expect(cut.check == .position && cut.measured == quantity("10.001").raw)
  }

  @Test func aWarningHalvesWhatOpensAndNotWhatCloses() {
    let risk = risk()
    risk.position("7.001")
    let outcome = risk.decide(bids: [.init(10, "2")], asks: [.init(10, "4"), .init(20, "4")])
    // Asks: 7.001 close, of the 0.999 beyond them half is left: 0.4995, in whole lots 4 - 0.5.
    #expect(outcome.bids == ["99.9 x 1"] && outcome.asks == ["100.1 x 4", "100.2 x 3.5"])
    #expect(outcome.check == .position && outcome.measured == quantity("7.001").raw)
    #expect(outcome.limit == quantity("7").raw)
    #expect(outcome.turn.all(PositionStateChanged.self).last?.current == .warning)
  }

  @Test func criticalAllowsOnlyWhatCloses() {
    let risk = risk()
    risk.position("-8.501")
    let outcome = risk.decide(bids: [.init(10, "9")], asks: [.init(10, "1")])
    #expect(outcome.bids == ["99.9 x 8.501"] && outcome.asks.isEmpty)
    #expect(outcome.verdict == .reduced && outcome.check == .positionCritical)
    let refused = risk.decide(asks: [.init(10, "1")])
    #expect(refused.isPull && refused.verdict == .refused && refused.measured == quantity("8.501").raw)
  }

  @Test func overTheLimitViolationAndAlarmAreRaisedOnceAndClosingGoesOn() {
    let risk = risk()
    risk.position("10.001")
    let outcome = risk.decide(bids: [.init(10, "1")], asks: [.init(10, "10.001")])
    #expect(outcome.bids.isEmpty && outcome.asks == ["100.1 x 10.001"])
    #expect(outcome.check == .positionOverLimit)
    let violation = outcome.turn.all(RiskViolation.self)
    #expect(violation.count == 1 && violation[0].measured == quantity("10.001").raw)
    #expect(outcome.turn.all(Alarm.self).map(\.code) == [.positionOverLimit])
    let change = outcome.turn.all(PositionStateChanged.self)[0]
    #expect(change.previous == .normal && change.current == .overLimit && change.limit == quantity("10").raw)
    risk.position("10.002")
    #expect(risk.bench.conclude().all(RiskViolation.self).isEmpty)
  }

  @Test func workingOrdersThatNobodyWantsAnyMoreCount() {
    let risk = risk()
    // Nothing is wanted, yet 6 bids work: of an earlier incarnation, or their cancels are on the way.
    risk.position("1", workingBid: "6")
    let outcome = risk.decide(bids: [.init(10, "4")])
    #expect(outcome.bids == ["99.9 x 3"] && outcome.check == .position)
    #expect(outcome.measured == quantity("11").raw)
  }

  @Test func workingOrdersAreNotCountedAgainstTheirOwnSuccessor() {
    let risk = risk()
    #expect(risk.decide(bids: [.init(10, "8")]).verdict == .accepted)
    risk.position("0", workingBid: "8")
    #expect(risk.bench.conclude().all(PositionStateChanged.self).isEmpty)
    let moved = risk.decide(bids: [.init(20, "8")])
    #expect(moved.bids == ["99.8 x 8"] && moved.decisions.isEmpty)
  }

  @Test func cancelsOnTheWayCountUntilTheyAreDone() {
    let risk = risk()
    _ = risk.decide(bids: [.init(10, "6")])
    risk.position("0", workingBid: "6")
    #expect(risk.decide().isPull)
    #expect(risk.decide(bids: [.init(20, "6")]).bids == ["99.8 x 4"])
    risk.position("0", workingBid: "0")
    #expect(risk.decide(bids: [.init(20, "6")]).bids == ["99.8 x 6"])
  }

  @Test func anOrderInDoubtCountsBesideItsSuccessor() {
    let risk = risk()
    _ = risk.decide(bids: [.init(10, "6")])
    risk.position("0", workingBid: "6")
    risk.execution(.inDoubt, .inDoubt, id: "A", leaves: "6")
    let doubtful = risk.decide(bids: [.init(20, "6")])
    #expect(doubtful.bids == ["99.8 x 4"] && doubtful.check == .position)
    // The venue never had it.
    risk.execution(.unknownOrder, .notPlaced, id: "A")
    risk.position("0", workingBid: "4")
    #expect(risk.decide(bids: [.init(20, "6")]).bids == ["99.8 x 6"])
  }

  @Test func afterAReportWithDoubtsAllWorkingOrdersCount() {
    let risk = risk()
    _ = risk.decide(bids: [.init(10, "6")])
    risk.report(workingBid: "6", inDoubt: 1)
    #expect(risk.decide(bids: [.init(20, "6")]).bids == ["99.8 x 4"])
    risk.report(workingBid: "4", inDoubt: 0)
    #expect(risk.decide(bids: [.init(20, "6")]).bids == ["99.8 x 6"])
  }

  @Test func twoStrategiesShareTheRoom() {
    let risk = risk()
    #expect(risk.decide(bids: [.init(10, "6")], strategy: 7).verdict == .accepted)
    let second = risk.decide(bids: [.init(10, "6")], strategy: 8)
    #expect(second.bids == ["99.9 x 4"] && second.check == .position)
    #expect(second.measured == quantity("12").raw)
    // The first may keep what it has; it is not squeezed by what it left to the other.
    #expect(risk.decide(bids: [.init(10, "6")], strategy: 7).bids == ["99.9 x 6"])
    _ = risk.decide(strategy: 7)
    #expect(risk.decide(bids: [.init(10, "6")], strategy: 8).bids == ["99.9 x 6"])
  }

  @Test func twoStrategiesOfOneTurnShareTheRoomToo() {
    let risk = risk()
    risk.signal(bids: [.init(10, "6")], strategy: 8)
    risk.signal(bids: [.init(10, "6")], strategy: 7)
    let turn = risk.bench.conclude()
    // By number, not by arrival.
    #expect(turn.all(RiskDecision.self).map(\.strategy) == [7, 8])
    #expect(turn.all(RiskDecision.self).map(\.verdict) == [.accepted, .reduced])
  }

  @Test func aFillTrimsWhatStandsToTheRoomThatIsLeft() {
    let risk = risk()
    _ = risk.decide(bids: [.init(10, "3"), .init(20, "3")], asks: [.init(10, "2")])
    // Six bought by somebody else's order: with 3 + 3 more it would be 12.
    risk.position("6", workingBid: "6", workingAsk: "2", fills: 1)
    let trimmed = Outcome(risk.bench.conclude())
    #expect(trimmed.bids == ["99.9 x 3"] && trimmed.asks == ["100.1 x 2"])
    // It still stands for a signal that has not seen the fill.
    #expect(trimmed.targets[0].fillSequenceSeen == 0)
  }

  @Test func figuresAtTheEndOfTheRangeRefuseInsteadOfOverflowing() {
    let risk = risk()
    risk.positionRaw(.max, workingBid: .max, workingAsk: .max)
    let outcome = risk.decide(bids: [.init(10, raw: .max)], asks: [.init(10, raw: .max)])
    #expect(outcome.bids.isEmpty)
    risk.positionRaw(.min, workingBid: .max, workingAsk: .max)
    #expect(risk.decide(asks: [.init(10, raw: .max)]).asks.isEmpty)
    risk.positionRaw(0, workingBid: -1)
    #expect(risk.decide(bids: [.init(10, "1")]).check == .stalePosition)
    #expect(risk.counter("dropped.malformed") == 1)
  }
}
