import ActorKit
import CoreTestKit
import Governance
import RiskAdjuster
import Testing
import Wire

struct RiskHaltTests {
  private let quote = [RiskFixture.Level(10, "1")]

  private func results(_ turn: Turn) -> [CommandOutcome] {
    turn.all(CommandResult.self, to: .reply(Peer(component: 0, link: .control, route: 9))).map(\.outcome)
  }

  /// The scopes of this risk's own things; then scopes it does not stop for.
  @Test(arguments: [Scope.firm, .account, .strategy, .instrument])
  func aHaltPullsAtEveryScopeAndSurvivesARestart(_ scope: Scope) throws {
    let risk = RiskFixture()
    risk.ready()
    #expect(risk.decide(bids: quote).verdict == .accepted)
    risk.command(.halt, scope, account: 3, strategy: 7, instrument: 1, by: "", because: "")
    let halted = Outcome(risk.bench.conclude())
    #expect(halted.isPull && halted.check == .haltLatched && results(halted.turn) == [.done])
    let next = RiskFixture()
    next.bench = try risk.bench.restarted(on: RiskAdjuster(RiskFixture.configuration(RiskFixture.limits())))
    next.bench.start(epoch: 2)
    next.ready()
    #expect(next.decide(bids: quote).check == .haltLatched)
    next.command(.resume, scope, account: 3, strategy: 7, instrument: 1, id: 2)
    let released = Outcome(next.bench.conclude())
    #expect(results(released.turn) == [.done] && released.bids.count == 1)
    #expect(released.targets[0].revision > 2 << 40)
  }

  @Test func otherStrategiesAndInstrumentsGoOn() {
    let risk = RiskFixture()
    risk.ready()
    risk.market(instrument: 2)
    risk.command(.halt, .strategy, strategy: 8, id: 1)
    risk.command(.halt, .instrument, instrument: 2, id: 2)
    risk.bench.conclude()
    #expect(risk.decide(bids: quote).verdict == .accepted)
    #expect(risk.decide(bids: quote, strategy: 8).check == .haltLatched)
    #expect(risk.decide(bids: quote, instrument: 2).check == .haltLatched)
  }

  @Test func aStrategyIsNotFlattenedAndNotHaltedForIt() {
    let risk = RiskFixture()
    risk.ready()
    risk.command(.flatten, .strategy, strategy: 7, id: 1)
    #expect(results(risk.bench.conclude()) == [.refused])
    #expect(risk.decide(bids: quote).verdict == .accepted)
  }

  @Test func aReleaseNeedsAPersonAReasonAndAnId() {
    let risk = RiskFixture()
    risk.ready()
    risk.command(.halt, .account, account: 3, id: 0)
    risk.command(.resume, .account, account: 3, by: "", id: 2)
    risk.command(.resume, .account, account: 3, because: "  ", id: 3)
    risk.command(.resume, .account, account: 3, id: 0)
    risk.command(.resume, .firm, id: 4)
    #expect(results(risk.bench.conclude()) == [.done, .refused, .refused, .refused, .refused])
    #expect(risk.decide(bids: quote).check == .haltLatched)
    risk.command(.resume, .account, account: 3, id: 5)
    let released = Outcome(risk.bench.conclude())
    #expect(results(released.turn) == [.done] && released.verdict == .accepted)
  }

  @Test func aRepeatedReleaseDoesNotUndoALaterHaltEvenAfterARestart() throws {
    let risk = RiskFixture()
    risk.ready()
    risk.command(.halt, .firm, id: 1)
    risk.command(.resume, .firm, id: 2)
    risk.command(.halt, .firm, id: 3)
    risk.command(.resume, .firm, id: 2)
    #expect(results(risk.bench.conclude()) == [.done, .done, .done, .duplicate])
    let next = RiskFixture()
    next.bench = try risk.bench.restarted(on: RiskAdjuster(RiskFixture.configuration(RiskFixture.limits())))
    next.bench.start(epoch: 2)
    next.ready()
    next.command(.resume, .firm, id: 2)
    #expect(results(next.bench.conclude()) == [.duplicate])
    #expect(next.decide(bids: quote).check == .haltLatched)
  }

  @Test func commandsThatMakeNoSenseHereAreRefused() {
    let risk = RiskFixture()
    risk.ready()
    risk.command(.halt, .account, account: 4, id: 1)
    risk.command(.halt, .account, id: 2)
    risk.command(.halt, .instrument, instrument: 99, id: 3)
    risk.command(.halt, .component, id: 4)
    risk.command(.halt, .unrecognized, id: 5)
    risk.command(.stop, .account, account: 3, id: 6)
    risk.command(.unrecognized, .firm, id: 7)
    #expect(results(risk.bench.conclude()) == Array(repeating: .refused, count: 7))
    risk.command(.halt, .firm, id: 8, link: .stream)
    #expect(results(risk.bench.conclude()).isEmpty && risk.counter("dropped.unexpected") == 1)
    #expect(risk.decide(bids: quote).verdict == .accepted)
  }

  @Test func theDurableStateIsTheSameFromFactsAndFromASnapshot() throws {
    let risk = RiskFixture()
    risk.ready()
    risk.command(.halt, .instrument, instrument: 1, id: 1)
    risk.command(.halt, .strategy, strategy: 9, id: 2)
    risk.command(.resume, .instrument, instrument: 1, id: 3)
    risk.bench.conclude()
    let fresh = RiskAdjuster(RiskFixture.configuration(RiskFixture.limits()))
    let rebuilt = try risk.bench.rebuilt(on: fresh)
    let saved = risk.bench.savedState
    #expect(CoreBench.savedState(of: rebuilt) == saved)
    var restored = fresh
    var reader = SnapshotReader(saved)
    try restored.restore(from: &reader)
    #expect(CoreBench.savedState(of: restored) == saved)
    for length in 0..<saved.count {
      var cut = SnapshotReader(Array(saved.prefix(length)))
      #expect(throws: RestoreError.self) { try restored.restore(from: &cut) }
    }
  }

  @Test func moreHaltsThanCanBeListedHaltTheFirm() {
    var register = HaltRegister()
    for number in 0..<UInt32(HaltRegister.limit) { register.latch(.instrument(number)) }
    #expect(!register.covers(account: 1, strategy: 1, instrument: 999))
    #expect(register.latch(.instrument(999)) == .firm)
    #expect(register.covers(account: 1, strategy: 1, instrument: 1_000))
  }

  @Test func onlyTheNewestCommandsAreKnown() throws {
    var register = CommandRegister()
    for number in 1...UInt64(CommandRegister.limit + 1) { register.insert(Correlation(high: 0, low: number)) }
    #expect(!register.contains(Correlation(high: 0, low: 1)))
    #expect(register.contains(Correlation(high: 0, low: 2)) && register.count == CommandRegister.limit)
    var writer = SnapshotWriter()
    register.write(to: &writer)
    var reader = SnapshotReader(writer.bytes)
    var copy = try CommandRegister(from: &reader)
    copy.insert(Correlation(high: 1, low: 1))
    #expect(!copy.contains(Correlation(high: 0, low: 2)) && copy.contains(Correlation(high: 0, low: 3)))
  }
}
