import ActorKit
import CoreTestKit
import RiskAdjuster
import Testing
import Trading
import Wire

/// With halts, open and ended intents and marks of several senders in the books: a process that comes back
/// with a snapshot holds and does what one does that read the whole journal.
struct PopulatedBooksTests {
  private static let limits = RiskFixture.limits(maxGross: "900", maxLoss: "4")

  /// A life; `look` is called after each step.
  private func live(_ risk: RiskFixture, _ look: (String) throws -> Void) rethrows {
    risk.ready()
    try look("nothing yet")
    risk.trade(1)
    risk.trade(2, stop: nil)
    risk.trade(3, component: 6)
    risk.bench.conclude()
    try look("intents accepted and refused, of two senders")
    risk.intentReport(RiskFixture.id(1), .working, filled: "1")
    risk.position("1", workingBid: "1", fills: 1)
    risk.bench.conclude()
    try look("an intent filled in part")
    risk.intentReport(RiskFixture.id(3, component: 6), .canceled)
    risk.bench.conclude()
    try look("an intent that ended")
    risk.command(.halt, .strategy, strategy: 900, id: 1)
    risk.command(.halt, .instrument, instrument: 2, id: 2)
    risk.command(.halt, .account, account: 9, id: 3)
    risk.command(.resume, .strategy, strategy: 900, id: 4)
    risk.bench.conclude()
    try look("halts, one of them released")
    _ = risk.decide(bids: [.init(10, "1")], asks: [.init(10, "1")])
    try look("quotes")
  }

  private func revived(_ risk: RiskFixture, fromSnapshot isFromSnapshot: Bool) throws -> RiskFixture {
    let fresh = RiskAdjuster(RiskFixture.configuration(Self.limits))
    let next = RiskFixture(limits: Self.limits)
    next.bench = isFromSnapshot ? try risk.bench.restored(on: fresh) : try risk.bench.restarted(on: fresh)
    return next
  }

  private func goOn(_ risk: RiskFixture) -> Turn {
    risk.bench.start(epoch: 2)
    var all = risk.ready()
    for counter: UInt64 in 1...4 {
      risk.trade(counter)
      risk.trade(counter, component: 6)
    }
    all.append(risk.bench.conclude())
    all.append(risk.decide(bids: [.init(10, "5")], asks: [.init(10, "5")]).turn)
    risk.intentReport(RiskFixture.id(1), .filled, filled: "2", average: "100")
    risk.command(.resume, .strategy, strategy: 900, id: 4)
    risk.command(.resume, .instrument, instrument: 2, id: 5)
    all.append(risk.bench.conclude())
    all.append(risk.bench.run(nanos: 2 * .nanosPerSecond))
    return all
  }

  @Test func aSnapshotHoldsAndDoesWhatTheJournalDoes() throws {
    let risk = RiskFixture(limits: Self.limits)
    try live(risk) { step in
      let both = try [true, false].map { try revived(risk, fromSnapshot: $0) }
      for one in both { #expect(one.bench.savedState == risk.bench.savedState, "\(step)") }
      let turns = both.map(goOn)
      #expect(turns[0].facts == turns[1].facts, "\(step)")
      #expect(turns[0].sent == turns[1].sent, "\(step)")
    }
  }
}
