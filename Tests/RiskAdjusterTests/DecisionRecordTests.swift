import ActorKit
import CoreTestKit
import RiskAdjuster
import Testing
import Trading
import Vocabulary
import Wire

/// What risk keeps of a decision in its journal: what it rested on, once for each target and intent.
struct DecisionRecordTests {
  private func ready(_ limits: RiskLimits? = RiskFixture.limits()) -> RiskFixture {
    let risk = RiskFixture(limits: limits)
    risk.ready()
    return risk
  }

  private func facts(_ turn: Turn) throws -> [RiskFact] {
    try turn.facts.map { fact in
      var reader = SnapshotReader(fact.bytes)
      let known = try RiskFact(kind: fact.kind, from: &reader)
      try reader.finish()
      return known
    }
  }

  private func targets(_ turn: Turn) throws -> [DecidedTarget] {
    try facts(turn).compactMap { if case .targetDecided(let target) = $0 { target } else { nil } }
  }

  @Test func aTargetIsKeptWithWhatItRestedOn() throws {
    var limits = RiskFixture.limits(maxGross: "5000")
    limits.priceBand = Bps(raw: 300 * 1_000_000)
    let risk = ready(limits)
    risk.position("2")
    risk.bench.advance(nanos: 3 * .nanosPerMilli)
    risk.signal(bids: [.init(10, "1"), .init(20, "6")], asks: [.init(10, "2")])
    let outcome = Outcome(risk.bench.conclude())
    #expect(outcome.bids == ["99.9 x 1", "99.8 x 5"] && outcome.asks == ["100.1 x 2"])
    let kept = try #require(try targets(outcome.turn).first)
    let sent = try #require(outcome.targets.first)
    #expect(kept.strategy == 7 && kept.instrument == 1 && kept.revision == sent.revision)
    #expect(kept.signalRevision == 1 && kept.validUntilNanos == sent.validUntil)
    #expect(kept.basis.mid == price("100") && kept.basis.dataAgeNanos == 3 * .nanosPerMilli)
    #expect(kept.basis.position == quantity("2") && kept.basis.worstCase == quantity("2"))
    #expect(kept.basis.permit == .open)
    let used = try #require(kept.basis.limits)
    #expect(used.maxPosition == quantity("10") && used.maxOrderQuantity == quantity("5"))
    #expect(used.maxOrderNotional == money("1000") && used.maxGrossNotional == money("5000"))
    #expect(used.collarMilliBps == 200_000 && used.bandMilliBps == 300_000)
    #expect(kept.wantedBidLevels == 2 && kept.wantedBidQuantity == quantity("7"))
    #expect(kept.wantedAskLevels == 1 && kept.wantedAskQuantity == quantity("2"))
    #expect(kept.bidLevels == 2 && kept.bidQuantity == quantity("6"))
    #expect(kept.askLevels == 1 && kept.askQuantity == quantity("2") && kept.check == .orderQuantity)
    #expect(outcome.turn.facts.first?.correlation == sent.envelope.correlation)
  }

  @Test func everyTargetThatLeavesIsKeptOnceAndARepetitionNever() throws {
    let risk = ready()
    var sent = 0
    var kept = 0
    var revisions: Set<UInt64> = []
    func count(_ turn: Turn) throws {
      sent += Outcome(turn).targets.count
      for target in try targets(turn) {
        kept += 1
        revisions.insert(target.revision)
      }
    }
    try count(risk.decide(bids: [.init(10, "1")]).turn)
    #expect(sent == 1 && kept == 1)
    // Nothing new, whatever makes risk look again.
    risk.market("99.98", "100.02")
    try count(risk.bench.conclude())
    #expect(sent == 1 && kept == 1)
    for step in 1...5 { try count(risk.decide(bids: [.init(Double(10 + step), "1")]).turn) }
    // It runs out: pulled once.
    try count(risk.bench.run(nanos: 3 * .nanosPerSecond))
    #expect(sent == 7 && kept == sent && revisions.count == kept)
  }

  @Test func aRefusalIsKeptWithItsCheckAndWithoutWhatWasNotKnown() throws {
    let risk = ready(nil)
    let refused = risk.decide(bids: [.init(10, "1")])
    let kept = try #require(try targets(refused.turn).first)
    #expect(refused.isPull && kept.check == .noLimits && kept.basis.limits == nil)
    #expect(kept.wantedBidLevels == 1 && kept.bidLevels == 0 && kept.bidQuantity == .zero)
    let unpriced = ready()
    unpriced.top("90", "110")
    let pulled = unpriced.decide(asks: [.init(10, "1")])
    let none = try #require(try targets(pulled.turn).first)
    #expect(none.check == .unpriced && none.basis.mid == nil && none.wantedAskQuantity == quantity("1"))
  }

  @Test func anIntentIsKeptWithWhatItRestedOnInItsTurn() throws {
    let risk = ready(RiskFixture.limits(maxOrderQuantity: "3"))
    risk.position("1")
    risk.trade(1)
    let turn = risk.bench.conclude()
    let id = RiskFixture.id(1)
    #expect(turn.facts.map(\.kind) == [7, 6] && turn.facts.allSatisfy { $0.correlation == id.correlation })
    let judged = try facts(turn).compactMap { if case .intentJudged(let fact) = $0 { fact } else { nil } }
    let kept = try #require(judged.first)
    #expect(kept.intent == id && kept.maxLossPerTrade == money("10") && kept.check == .orderQuantity)
    #expect(kept.wantedQuantity == quantity("5") && kept.grantedQuantity == quantity("3"))
    #expect(kept.basis.mid == price("100") && kept.basis.position == quantity("1"))
    #expect(kept.basis.worstCase == quantity("1") && kept.basis.limits?.maxOrderQuantity == quantity("3"))
  }

  /// What a kill may take must not be missed.
  @Test func noStateFollowsFromThem() throws {
    let risk = ready()
    risk.trade(1)
    _ = risk.decide(bids: [.init(10, "1")])
    let rebuilt = try risk.bench.rebuilt(on: RiskAdjuster(RiskFixture.configuration(RiskFixture.limits())))
    #expect(CoreBench.savedState(of: rebuilt) == risk.bench.savedState)
    var bare = RiskAdjuster(RiskFixture.configuration(RiskFixture.limits()))
    for fact in risk.bench.facts where ![5, 6].contains(fact.kind) {
      var reader = SnapshotReader(fact.bytes)
      bare.apply(try RiskFact(kind: fact.kind, from: &reader))
    }
    #expect(risk.bench.facts.map(\.kind).contains(5))
    #expect(CoreBench.savedState(of: bare) == risk.bench.savedState)
  }
}
