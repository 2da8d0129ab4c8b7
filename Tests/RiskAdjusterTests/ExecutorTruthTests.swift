import ActorKit
import CoreTestKit
import RiskAdjuster
import Testing
import Trading
import Wire

/// What the executor tells of refusals and fills, and what follows where it tells too little.
struct ExecutorTruthTests {
  /// An executor of a schema below 3 counts the fills of the account, which says nothing of an instrument's.
  @Test func nothingIsOpenedOnAPositionWhoseFillsNobodyCounts() {
    let risk = RiskFixture()
    risk.live()
    risk.market()
    risk.openSession()
    risk.report(position: "1", countsByInstrument: false)
    risk.bench.conclude()
    let opening = risk.decide(bids: [.init(10, "1")])
    #expect(opening.verdict == .refused && opening.check == .stalePosition)
    // What only closes may pass, as far as it does.
    let closing = risk.decide(asks: [.init(10, "2")])
    #expect(closing.verdict == .reduced && closing.check == .stalePosition)
    #expect(closing.asks == ["100.1 x 1"])
    // A position that is told later does not say which fills it holds either.
    risk.position("1", fills: 9)
    risk.fillsSeen = 9
    #expect(risk.decide(bids: [.init(11, "1")]).check == .stalePosition)
    // A session with one that does count ends it.
    risk.openSession(executorEpoch: 2)
    risk.report(position: "1", fills: 9)
    #expect(risk.decide(bids: [.init(12, "1")]).verdict == .accepted)
  }

  @Test func noIntentIsCarriedOnToAnExecutorThatDoesNotCountFills() {
    let risk = RiskFixture()
    risk.live()
    risk.market()
    risk.openSession()
    risk.report(countsByInstrument: false)
    risk.bench.conclude()
    risk.trade(1)
    let turn = risk.bench.conclude()
    #expect(turn.all(OrderIntent.self).isEmpty)
    #expect(turn.all(RiskDecision.self).map(\.check) == [.stalePosition])
  }
}
