import ActorKit
import CoreTestKit
import RiskAdjuster
import Testing
import Trading
import Wire

/// What a strategy's component is told of refusals, of risk's and of the executor's.
@Suite struct DenialTests {
  private func ready() -> RiskFixture {
    let risk = RiskFixture()
    risk.ready()
    return risk
  }

  private func denials(_ turn: Turn, to component: UInt16 = RiskFixture.signal) -> [QuoteDenial] {
    turn.addressed(QuoteDenial.self).compactMap { destination, message in
      guard case .state(component, let key) = destination else { return nil }
      #expect(key >> 56 == UInt64(message.gate.rawValue) && UInt32(truncatingIfNeeded: key) == 1)
      return message
    }
  }

  private func quote(
    _ risk: RiskFixture, bids: [RiskFixture.Level] = [], asks: [RiskFixture.Level] = [],
    afterNanos: Int64 = .nanosPerMicro
  ) -> [QuoteDenial] {
    risk.bench.advance(nanos: afterNanos)
    risk.top("99.99", "100.01")
    risk.signal(bids: bids, asks: asks)
    return denials(risk.bench.conclude())
  }

  private func ofExecutor(
    _ risk: RiskFixture, _ check: RiskCheck, side: SideCode = .buy, count: UInt64 = 1, revision: UInt64 = 0,
    from sender: UInt16 = RiskFixture.executor
  ) -> [QuoteDenial] {
    let denial = QuoteDenial(
      envelope: risk.envelope(sender), account: RiskFixture.account, strategy: 7, instrument: 1,
      gate: .executor, side: side, verdict: check == .none ? .accepted : .refused, check: check,
      unit: check == .none ? .none : .count, measured: check == .none ? nil : 3,
      limit: check == .none ? nil : 2, count: count, revision: revision)
    risk.bench.deliver(from: Peer(component: sender, link: .session)) { denial.encode(into: &$0) }
    return denials(risk.bench.conclude())
  }

  @Test func aSideThatIsRefusedIsToldWithCheckFiguresAndRevision() {
    let risk = ready()
    let told = quote(risk, bids: [.init(300, "1")], asks: [.init(10, "1")])
    #expect(told.map(\.side) == [.buy] && told.map(\.gate) == [.risk])
    #expect(told.map(\.verdict) == [.refused] && told.map(\.check) == [.priceCollar])
    #expect(told.map(\.count) == [1] && told.map(\.revision) == [1] && told.map(\.strategy) == [7])
    #expect(told.first?.unit != MeasureUnit.none && told.first?.measured != nil)
  }

  @Test func whatIsCutIsToldAsReduced() {
    let risk = ready()
    let told = quote(risk, bids: [.init(10, "9")], asks: [.init(10, "1")])
    #expect(told.map(\.verdict) == [.reduced] && told.map(\.check) == [.orderQuantity])
    #expect(told.map(\.limit) == [quantity("5").raw] && told.map(\.measured) == [quantity("9").raw])
  }

  @Test func aDenialThatRepeatsIsToldOnceAndCounted() {
    let risk = ready()
    #expect(quote(risk, bids: [.init(10, "9")]).count == 1)
    for _ in 0..<8 {
      #expect(quote(risk, bids: [.init(10, "9")], afterNanos: 100 * .nanosPerMilli).isEmpty)
    }
    let later = quote(risk, bids: [.init(10, "9")], afterNanos: 300 * .nanosPerMilli)
    #expect(later.map(\.count) == [10] && later.map(\.revision) == [10])
    let over = quote(risk, bids: [.init(10, "1")])
    #expect(over.map(\.verdict) == [.accepted] && over.map(\.check) == [RiskCheck.none])
    #expect(over.map(\.count) == [0])
    #expect(quote(risk, bids: [.init(11, "1")]).isEmpty)
  }

  @Test func aRefusalOfAllConcernsTheSidesThatWereQuoted() {
    let risk = ready()
    risk.command(.halt, .account, account: RiskFixture.account)
    risk.bench.conclude()
    #expect(quote(risk, bids: [.init(10, "1")]).map(\.side) == [.buy])
    let both = quote(risk, bids: [.init(10, "1")], asks: [.init(10, "1")])
    #expect(both.map(\.side) == [.sell] && both.map(\.check) == [.haltLatched])
    // Nothing is wanted any more, so nothing is refused.
    #expect(quote(risk).map(\.verdict) == [.accepted, .accepted])
  }

  @Test func quotesThatNobodyRenewsAreOverAndNotDenied() {
    let risk = ready()
    #expect(quote(risk, bids: [.init(10, "9")]).count == 1)
    risk.bench.advance(nanos: 1_100 * .nanosPerMilli)
    #expect(denials(risk.bench.conclude()).map(\.verdict) == [.accepted])
  }

  @Test func whatTheExecutorsGateHasAgainstItGoesOnToTheStrategysComponent() throws {
    let risk = ready()
    risk.bench.advance(nanos: 1)
    risk.signal(bids: [.init(10, "1")])
    let target = try #require(risk.bench.conclude().all(TargetQuotes.self).first)
    let told = ofExecutor(risk, .openOrders, revision: target.revision)
    #expect(told.map(\.gate) == [.executor] && told.map(\.check) == [.openOrders])
    #expect(told.map(\.measured) == [3] && told.map(\.limit) == [2])
    // Which quotes, in the strategy's own numbers.
    #expect(told.map(\.revision) == [1])
    #expect(ofExecutor(risk, .openOrders, count: 2, revision: 1).map(\.revision) == [0])
    #expect(ofExecutor(risk, .none).map(\.verdict) == [.accepted])
    #expect(ofExecutor(risk, .none).isEmpty)
  }

  @Test func denialsAreTakenFromTheExecutorAlone() {
    let risk = ready()
    _ = quote(risk, bids: [.init(10, "1")])
    #expect(ofExecutor(risk, .openOrders, from: 99).isEmpty)
    #expect(ofExecutor(risk, .openOrders, side: .unrecognized).isEmpty)
    #expect(risk.counter("dropped.wrongSender") == 1 && risk.counter("dropped.malformed") == 1)
  }

  @Test func aNewSessionWithTheExecutorEndsWhatItDoesNotTellAgain() {
    let risk = ready()
    _ = quote(risk, bids: [.init(10, "1")])
    #expect(ofExecutor(risk, .openOrders).count == 1)
    risk.openSession(executorEpoch: 2)
    let over = denials(risk.bench.conclude()).filter { $0.gate == .executor }
    #expect(over.map(\.verdict) == [.accepted] && over.map(\.side) == [.buy])
  }

  @Test func whatCameBeforeTheFirstQuotesIsToldWithThem() {
    let risk = ready()
    #expect(ofExecutor(risk, .selfTrade, side: .sell).isEmpty)
    let told = quote(risk, bids: [.init(10, "1")])
    #expect(told.map(\.check) == [.selfTrade] && told.map(\.side) == [.sell])
  }
}
