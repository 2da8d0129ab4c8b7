import ActorKit
import CoreTestKit
import RiskAdjuster
import Testing
import Trading
import Wire

/// The checks that judge a signal as a whole.
struct SignalCheckTests {
  private let quote = [RiskFixture.Level(10, "1")]

  @Test func aSoundSignalPassesWithPricesOnTheTickBehindTheMarket() {
    let risk = RiskFixture()
    risk.ready()
    // 100 - 10 bp = 99.90 exactly; 100 - 12.34 bp = 99.8766, down to 99.87; asks go up: 100.1234 to 100.13.
    risk.signal(
      bids: [.init(10, "1"), .init(12.34, "2")], asks: [.init(10, "1"), .init(12.34, "2")], fillsSeen: 0)
    let outcome = Outcome(risk.bench.conclude())
    #expect(outcome.bids == ["99.9 x 1", "99.87 x 2"])
    #expect(outcome.asks == ["100.1 x 1", "100.13 x 2"])
    #expect(outcome.verdict == .accepted && outcome.check == RiskCheck.none)
    let target = outcome.targets[0]
    #expect(target.account == 3 && target.strategy == 7 && target.instrument == 1)
    #expect(target.revision == 1 << 40 | 1)
    #expect(target.validUntil == risk.bench.now.wall + .nanosPerSecond)
    #expect(target.envelope.origin == 77 && target.envelope.correlationHigh == 0xABC)
    let destination = outcome.turn.addressed(TargetQuotes.self)[0].destination
    #expect(destination == .state(component: 4, key: 7 << 32 | 1))
  }

  /// Two risk owners may hear the same signal generator. A signal acted on by both would be traded twice.
  @Test func aStrategyOfAnotherAccountIsNotActedOn() {
    let risk = RiskFixture()
    risk.ready()
    let outcome = risk.decide(bids: quote, strategy: RiskFixture.otherStrategy)
    #expect(outcome.targets.isEmpty && outcome.turn.all(RiskDecision.self).isEmpty)
    #expect(risk.counter("dropped.otherAccount") == 1 && risk.counter("signals") == 0)
    #expect(risk.decide(bids: quote).verdict == .accepted)
  }

  @Test func withoutLimitsEverythingIsRefused() {
    let risk = RiskFixture(limits: nil)
    risk.ready()
    let outcome = risk.decide(bids: quote)
    #expect(outcome.isPull && outcome.verdict == .refused && outcome.check == .noLimits)
    #expect(risk.counter("refused.noLimits") == 1)
  }

  @Test func anInstrumentWithoutLimitsOrInAnotherCurrencyIsRefused() {
    var limits = RiskFixture.limits()
    limits.instruments.removeAll { $0.instrument == 2 }
    var risk = RiskFixture(limits: limits)
    risk.ready()
    risk.market(instrument: 2)
    #expect(risk.decide(bids: quote, instrument: 2).check == .noLimits)
    limits = RiskFixture.limits()
    limits.currency = currency("EUR")
    risk = RiskFixture(limits: limits)
    risk.ready()
    #expect(risk.decide(bids: quote).check == .noLimits)
  }

  @Test(arguments: [SessionCode.startup, .ready, .failsafe, .shutdown, .unrecognized])
  func onlyALiveSessionAllowsAnything(_ state: SessionCode) {
    let risk = RiskFixture()
    risk.ready()
    #expect(risk.decide(bids: quote).verdict == .accepted)
    risk.live(state, permit: .open, revision: 2)
    let pulled = Outcome(risk.bench.conclude())
    #expect(pulled.isPull && pulled.check == .noPermit)
    let refused = risk.decide(bids: quote)
    #expect(refused.targets.isEmpty && refused.decisions.isEmpty)
    #expect(risk.counter("refused.noPermit") == 1)
  }

  @Test func withoutASessionStateNothingPasses() {
    let risk = RiskFixture()
    risk.market()
    risk.openSession()
    risk.report()
    #expect(risk.decide(bids: quote).check == .noPermit)
  }

  @Test func aDegradedSessionAllowsOnlyWhatCloses() {
    let risk = RiskFixture()
    risk.ready()
    risk.position("2")
    risk.live(.degraded, permit: .reduce, revision: 2)
    let outcome = risk.decide(bids: [.init(10, "1")], asks: [.init(10, "1.5"), .init(20, "1.5")])
    #expect(outcome.bids.isEmpty && outcome.asks == ["100.1 x 1.5", "100.2 x 0.5"])
    #expect(outcome.verdict == .reduced && outcome.check == .noPermit)
  }

  @Test func aSessionDegradedByAnotherAccountLeavesThisOneOpen() {
    let risk = RiskFixture()
    risk.ready()
    risk.live(.degraded, permit: .open, revision: 2)
    #expect(risk.decide(bids: quote).verdict == .accepted)
  }

  @Test func anOlderSessionStateDoesNotReplaceANewerOne() {
    let risk = RiskFixture()
    risk.ready()
    risk.live(.failsafe, permit: .cancel, revision: 3)
    risk.live(.live, revision: 2)
    #expect(risk.decide(bids: quote).check == .noPermit)
    risk.live(.live, revision: 1, epoch: 2)
    #expect(risk.decide(bids: quote).verdict == .accepted)
  }

  @Test func validityEndsAtItsNanosecond() {
    let risk = RiskFixture()
    risk.ready()
    risk.signal(bids: quote, lifeNanos: 0)
    let late = Outcome(risk.bench.conclude())
    #expect(late.isPull && late.check == .expired && late.measured == late.limit)
    risk.signal(bids: quote, lifeNanos: 1)
    #expect(Outcome(risk.bench.conclude()).verdict == .accepted)
  }

  @Test func anUnknownInstrumentIsRefusedAndToldOnce() {
    let risk = RiskFixture()
    risk.ready()
    let outcome = risk.decide(bids: quote, instrument: 99)
    #expect(outcome.targets.isEmpty && outcome.check == .unknownInstrument)
    #expect(risk.decide(bids: quote, instrument: 99).decisions.isEmpty)
    #expect(risk.counter("refused.unknownInstrument") == 2)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, .signalingNaN])
  func figuresThatAreNoneAreRefused(_ offset: Double) {
    let risk = RiskFixture()
    risk.ready()
    let outcome = risk.decide(bids: [.init(10, "1"), .init(offset, "1")])
    #expect(outcome.isPull && outcome.check == .notANumber)
    #expect(risk.decide(asks: [.init(offset, "1")]).decisions.isEmpty)
    #expect(risk.counter("refused.notANumber") == 2)
  }

  @Test(arguments: [0, -1, Int64.min])
  func sizesThatCannotBeAreRefused(_ size: Int64) {
    let risk = RiskFixture()
    risk.ready()
    let outcome = risk.decide(asks: [.init(10, raw: size)])
    #expect(outcome.isPull && outcome.check == .malformed && outcome.measured == size)
  }

  @Test func levelsOutOfOrderCrossedOrTooManyAreRefused() {
    let risk = RiskFixture()
    risk.ready()
    #expect(risk.decide(bids: [.init(20, "1"), .init(10, "1")]).check == .malformed)
    #expect(risk.decide(bids: [.init(-1, "1")], asks: [.init(-1, "1")]).targets.isEmpty)
    let many = (1...33).map { RiskFixture.Level(Double($0), "0.1") }
    #expect(risk.decide(bids: many).targets.isEmpty)
    #expect(risk.counter("refused.malformed") == 3)
    #expect(risk.decide(bids: Array(many.prefix(32))).bids.count == 32)
  }

  @Test func levelsThatRoundToOnePriceAreOneOrder() {
    let risk = RiskFixture()
    risk.ready()
    let outcome = risk.decide(bids: [.init(10, "1"), .init(10.5, "2"), .init(11.5, "1")])
    #expect(outcome.bids == ["99.9 x 1", "99.89 x 2", "99.88 x 1"])
    let merged = risk.decide(bids: [.init(10.2, "1"), .init(10.5, "2")])
    #expect(merged.bids == ["99.89 x 3"])
  }

  @Test func dataMayBeAsOldAsItsLimitAndNoOlder() {
    let risk = RiskFixture()
    risk.ready()
    risk.top("99.99", "100.01", ageNanos: 0)
    #expect(risk.decide(bids: quote, afterNanos: 1_500 * .nanosPerMilli).verdict == .accepted)
    let outcome = risk.decide(bids: quote, afterNanos: 1)
    #expect(outcome.isPull && outcome.check == .staleMarketData)
    #expect(outcome.measured == 1_500_000_001 && outcome.limit == 1_500_000_000)
  }

  @Test func dataFromTheFutureIsAsSuspectAsOldData() {
    let risk = RiskFixture()
    risk.ready()
    risk.top("99.99", "100.01", ageNanos: -1_500_000_000)
    #expect(risk.decide(bids: quote, afterNanos: 0).verdict == .accepted)
    risk.top("99.99", "100.01", ageNanos: -1_500_000_001)
    #expect(risk.decide(bids: quote, afterNanos: 0).check == .staleMarketData)
  }

  @Test(arguments: [FeedState.syncing, .suspect, .stale, .ended, .unrecognized])
  func onlyALiveFeedIsTradedOn(_ state: FeedState) {
    let risk = RiskFixture()
    risk.ready()
    #expect(risk.decide(bids: quote).verdict == .accepted)
    risk.status(state)
    let pulled = Outcome(risk.bench.conclude())
    #expect(pulled.isPull && pulled.check == .staleMarketData)
    // The same signal, still valid, is taken up again when the feed is back.
    risk.status(.live)
    #expect(Outcome(risk.bench.conclude()).bids == ["99.9 x 1"])
  }

  @Test func aSilentFeedAGapAndARestartPullTheQuotes() {
    let topic = Topic("market", "top", "BTCUSDT", "SIM")!
    let losses: [LinkEvent] = [
      .peerSuspect(component: 1), .peerSilent(component: 1), .streamRestarted(sender: 1),
      .streamGap(sender: 1, topic: topic),
      .streamGap(sender: 1, topic: Topic("market", "status", "BTCUSDT", "SIM")!),
    ]
    for loss in losses {
      let risk = RiskFixture()
      risk.ready()
      #expect(risk.decide(bids: quote).verdict == .accepted)
      risk.bench.deliver(loss)
      let pulled = Outcome(risk.bench.conclude())
      #expect(pulled.isPull, "after \(loss)")
      risk.bench.deliver(.peerHeard(component: 1, epoch: 1))
      risk.market()
      #expect(Outcome(risk.bench.conclude()).bids == ["99.9 x 1"], "after \(loss)")
    }
  }

  /// Else every later one would be older.
  @Test func aRevisionThatItsSenderCannotHaveMadeIsRefused() {
    let risk = RiskFixture()
    risk.ready()
    risk.signal(bids: [.init(10, "1")], revision: .max)
    risk.live(.failsafe, permit: .cancel, revision: 1 << 62)
    #expect(Outcome(risk.bench.conclude()).targets.isEmpty)
    #expect(risk.counter("dropped.malformed") == 2)
    #expect(risk.decide(bids: [.init(10, "1")]).verdict == .accepted)
  }

  @Test func aSignalWithoutAnEndIsGoodForTheLongestLifeThereIs() throws {
    let risk = RiskFixture()
    risk.ready()
    let now = risk.bench.now.wall
    risk.signal(bids: [.init(10, "1")], lifeNanos: .max - now)
    let target = try #require(Outcome(risk.bench.conclude()).targets.first)
    #expect(target.validUntil == now + 60 * .nanosPerSecond)
  }

  /// Else all that came later would look as far from the clock.
  @Test func oneTimeFarAheadDoesNotMakeAllLaterDataStale() {
    let risk = RiskFixture()
    risk.ready()
    risk.top("99.99", "100.01", ageNanos: risk.bench.now.market - .max)
    #expect(risk.decide(bids: [.init(10, "1")]).check == .staleMarketData)
    risk.bench.advance(nanos: 10 * .nanosPerSecond)
    risk.top("99.99", "100.01")
    #expect(risk.decide(bids: [.init(10, "1")]).verdict == .accepted)
  }

  @Test func aStandingMarketClockAllowsNothing() {
    let risk = RiskFixture()
    risk.bench.now.market = 0
    risk.ready()
    #expect(risk.decide(bids: quote).check == .staleMarketData)
  }

  @Test func staleDataPullsByItselfWhenTimePasses() {
    let risk = RiskFixture()
    risk.ready()
    risk.signal(bids: quote, lifeNanos: 60 * .nanosPerSecond)
    #expect(Outcome(risk.bench.conclude()).bids.count == 1)
    #expect(risk.bench.run(nanos: 1_500_000_000).all(TargetQuotes.self).isEmpty)
    let pulled = Outcome(risk.bench.run(nanos: 1))
    #expect(pulled.isPull && pulled.check == .staleMarketData)
  }

  @Test func theExecutorsTruthIsNeeded() {
    let risk = RiskFixture()
    risk.live()
    risk.market()
    #expect(risk.decide(bids: quote).check == .stalePosition)
    risk.openSession()
    #expect(risk.decide(bids: quote).targets.isEmpty)
    risk.report()
    #expect(Outcome(risk.bench.conclude()).bids == ["99.9 x 1"])
    risk.bench.deliver(.sessionClosed(component: RiskFixture.executor))
    #expect(Outcome(risk.bench.conclude()).isPull)
    risk.openSession(executorEpoch: 2)
    #expect(Outcome(risk.bench.conclude()).targets.isEmpty)
    risk.report()
    #expect(Outcome(risk.bench.conclude()).bids == ["99.9 x 1"])
  }

  @Test(arguments: [ComponentState.starting, .quarantined, .stopping, .finished, .unrecognized])
  func anExecutorThatCannotActAllowsNothing(_ state: ComponentState) {
    let risk = RiskFixture()
    risk.ready()
    risk.report(state: state)
    #expect(risk.decide(bids: quote).check == .stalePosition)
    risk.report(state: .live)
    #expect(risk.decide(bids: quote).verdict == .accepted)
  }

  @Test func aSignalBlindOfAFillIsRefusedUntilItHasSeenIt() {
    let risk = RiskFixture()
    risk.ready()
    #expect(risk.decide(bids: [.init(10, "2")], asks: [.init(10, "2")]).verdict == .accepted)
    risk.position("0.5", workingBid: "1.5", workingAsk: "2", fills: 1)
    // What stands was part of the worst case from the start; it stays.
    #expect(Outcome(risk.bench.conclude()).targets.isEmpty)
    let blind = risk.decide(bids: [.init(10, "2")])
    #expect(blind.isPull && blind.check == .stalePosition && blind.measured == 0 && blind.limit == 1)
    risk.fillsSeen = 1
    let seeing = risk.decide(bids: [.init(10, "2")])
    #expect(seeing.bids == ["99.9 x 2"] && seeing.targets[0].fillSequenceSeen == 1)
  }

  @Test func aFillOfAnotherInstrumentNeedNotBeSeen() {
    let risk = RiskFixture()
    risk.ready()
    risk.position("1", fills: 5, instrument: 2)
    let outcome = risk.decide(bids: quote)
    // Fills are counted by instrument: five of another say nothing of this one's.
    #expect(outcome.verdict == .accepted && outcome.targets[0].fillSequenceSeen == 0)
  }

  /// The executor's window was full: the news of a fill's order came, that of the position behind it did not.
  @Test func aFillWhosePositionIsLostIsNotClaimed() {
    let risk = RiskFixture()
    risk.ready()
    risk.position("0.5", fills: 1)
    risk.execution(.trade, .filled, id: "2-1-9", fills: 2)
    risk.position("1", fills: 7, instrument: 2)
    risk.fillsSeen = 2
    let outcome = risk.decide(bids: quote)
    #expect(outcome.targets.allSatisfy { $0.fillSequenceSeen == 1 })
    #expect(!outcome.targets.isEmpty)
    risk.report(position: "1", fills: 2)
    #expect(risk.decide(bids: [.init(11, "1")]).targets.last?.fillSequenceSeen == 2)
  }

  @Test func booksThatHaveFewerFillsThanWereHeardOfAreOtherBooks() {
    let risk = RiskFixture()
    risk.ready()
    risk.position("1", fills: 9)
    risk.report(position: "0", fills: 0)
    let outcome = risk.decide(bids: quote)
    #expect(outcome.verdict == .accepted && outcome.targets.last?.fillSequenceSeen == 0)
  }

  @Test func withoutAReferenceOrAMidNothingIsPriced() {
    let risk = RiskFixture()
    risk.ready()
    risk.signal(bids: quote, reference: .min)
    #expect(Outcome(risk.bench.conclude()).check == .missingReference)
    risk.signal(bids: quote, reference: 0)
    risk.bench.conclude()
    for (bid, ask) in [(nil, "100.01"), ("99.99", nil), ("100.02", "100.01"), ("0", "100.01")] {
      risk.top(bid, ask)
      _ = risk.decide(bids: quote)
    }
    #expect(risk.counter("refused.missingReference") == 6)
    risk.top("100", "100.01")
    #expect(risk.decide(bids: quote).verdict == .accepted)
  }
}
