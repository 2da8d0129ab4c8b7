import ActorKit
import CoreTestKit
import Governance
import RiskAdjuster
import Testing
import Trading
import Vocabulary
import Wire

/// Every signal has one end, whatever is repeated, lost, late or full.
struct IntentLifeTests {
  private func ready(_ limits: RiskLimits = RiskFixture.limits()) -> RiskFixture {
    let risk = RiskFixture(limits: limits)
    risk.ready()
    return risk
  }

  @Test func anAcceptedIntentIsJournaledAndKeepsTheSignalsId() {
    let risk = ready()
    risk.trade(1)
    let turn = risk.bench.conclude()
    let id = RiskFixture.id(1)
    #expect(turn.orders.map { IntentID(high: $0.intentHigh, low: $0.intentLow) } == [id])
    #expect(turn.orders.first?.envelope.correlation == id.correlation)
    #expect(turn.facts.map(\.kind) == [7, 6] && turn.facts.first?.correlation == id.correlation)
    #expect(turn.progress.isEmpty && turn.ends.isEmpty)
  }

  @Test func aRepeatedSignalIsDecidedOnOnce() throws {
    let risk = ready()
    risk.trade(1)
    risk.trade(1)
    risk.trade(2, stop: nil)
    risk.trade(2, stop: nil)
    var turn = risk.bench.conclude()
    #expect(turn.orders.count == 1 && turn.ends.count == 1 && turn.facts.map(\.kind) == [7, 6, 8])
    for _ in 0..<3 {
      risk.trade(1)
      risk.trade(2)
    }
    turn = risk.bench.conclude()
    #expect(turn.orders.isEmpty && turn.ends.isEmpty && turn.facts.isEmpty)
    // Of the one that is open the sender hears how it stands.
    #expect(turn.progress.map(\.outcome) == [.accepted, .accepted, .accepted])
    #expect(risk.counter("intents.duplicate") == 8 && risk.counter("intents") == 2)
    // A lower id has been decided on or will never come.
    risk.trade(3)
    risk.bench.conclude()
    let next = try risk.restarted()
    for counter: UInt64 in 1...3 { next.trade(counter) }
    #expect(next.bench.conclude().orders.isEmpty)
    #expect(next.counter("intents.duplicate") == 3)
  }

  @Test func aSignalOnWhichIncarnationsTrappedEndsWithOneReportAndBecomesNoIntent() throws {
    let risk = ready()
    risk.trade(1, isPoisoned: true)
    risk.trade(1, isPoisoned: true)
    risk.trade(2, from: Peer(component: RiskFixture.signal, link: .stream), isPoisoned: true)
    let turn = risk.bench.conclude()
    #expect(turn.orders.isEmpty)
    #expect(turn.ends.map(\.outcome) == [.rejected] && turn.ends.map(\.reason) == [.poisoned])
    // Journaled in the same turn, before anything is acknowledged.
    #expect(turn.facts.map(\.correlation) == [RiskFixture.id(1).correlation])
    risk.trade(1)
    #expect(risk.bench.conclude().orders.isEmpty)
    let next = try risk.restarted()
    next.trade(1)
    next.trade(2)
    #expect(next.bench.conclude().orders.count == 1)
  }

  @Test func theMarksOfSendersAreTheirOwn() {
    let risk = ready(RiskFixture.limits(maxLoss: "1"))
    risk.trade(5)
    risk.trade(3, component: 6)
    #expect(risk.bench.conclude().orders.count == 2)
    risk.trade(4)
    risk.trade(4, component: 6)
    #expect(risk.bench.conclude().orders.count == 1)
    // A new incarnation counts from 1 again.
    risk.trade(1, epoch: 2)
    #expect(risk.bench.conclude().orders.count == 1)
  }

  @Test func onlyAComponentsOwnSignalsAreTakenAndOnlyInItsSession() {
    let risk = ready()
    risk.trade(1, from: Peer(component: 2, link: .stream))
    #expect(risk.counter("dropped.unexpected") == 1)
    risk.trade(1, from: Peer(component: 4, link: .session))
    #expect(risk.counter("dropped.wrongSender") == 1)
    risk.trade(1, from: Peer(component: 6, link: .session))
    #expect(risk.counter("dropped.malformed") == 1)
    let turn = risk.bench.conclude()
    #expect(turn.orders.isEmpty && turn.ends.isEmpty && turn.facts.isEmpty)
  }

  @Test(arguments: RiskCheck.order) func theExecutorsCheckIsToldOn(_ check: RiskCheck) throws {
    let risk = ready()
    risk.trade(1)
    risk.bench.conclude()
    risk.intentReport(RiskFixture.id(1), .rejected, reason: .riskRefused, check: check)
    let turn = risk.bench.conclude()
    #expect(turn.ends.map(\.check) == [check] && turn.ends.map(\.reason) == [.riskRefused])
  }

  @Test func reportsAreToldOnAndTheEndOnce() throws {
    let risk = ready()
    risk.bench.deliver(.sessionOpened(component: RiskFixture.signal, peerEpoch: 1))
    risk.trade(1)
    risk.bench.conclude()
    let id = RiskFixture.id(1)
    risk.intentReport(id, .accepted)
    risk.intentReport(id, .working, filled: "2")
    let told = risk.bench.conclude().progress
    #expect(told.map(\.outcome) == [.accepted, .working])
    #expect(told.map(\.filledQuantity) == [0, quantity("2").raw])
    risk.intentReport(id, .partiallyFilled, filled: "3", average: "100.05", reason: .noLiquidity)
    risk.intentReport(id, .partiallyFilled, filled: "3", average: "100.05", reason: .noLiquidity)
    let turn = risk.bench.conclude()
    #expect(turn.facts.map(\.kind) == [8])
    let end = try #require(turn.ends.first)
    #expect(turn.ends.count == 1 && end.outcome == .partiallyFilled && end.reason == .noLiquidity)
    #expect(end.filledQuantity == quantity("3").raw && end.averagePrice == price("100.05").raw)
    #expect(end.envelope.correlation == id.correlation && end.check == .none)
    #expect(risk.counter("intents.late") == 1 && risk.counter("intents.ended.partiallyFilled") == 1)
    let next = try risk.restarted()
    next.intentReport(id, .filled)
    #expect(next.bench.conclude().ends.isEmpty)
  }

  @Test func progressIsNotHeapedUpForASenderThatIsAway() {
    let risk = ready()
    risk.trade(1)
    risk.bench.conclude()
    risk.intentReport(RiskFixture.id(1), .working)
    #expect(risk.bench.conclude().progress.isEmpty)
    risk.bench.deliver(.sessionOpened(component: RiskFixture.signal, peerEpoch: 1))
    #expect(risk.bench.conclude().progress.map(\.outcome) == [.working])
    risk.bench.deliver(.sessionClosed(component: RiskFixture.signal))
    risk.intentReport(RiskFixture.id(1), .working)
    #expect(risk.bench.conclude().progress.isEmpty)
    #expect(risk.counter("dropped.unexpected") == 0)
  }

  @Test func reportsOfOthersChangeNothing() {
    let risk = ready()
    risk.trade(1)
    risk.bench.conclude()
    risk.intentReport(RiskFixture.id(1), .filled, from: 9)
    risk.intentReport(RiskFixture.id(1), .filled, account: 4)
    risk.intentReport(RiskFixture.id(1), .unrecognized)
    risk.intentReport(RiskFixture.id(1), .filled, filled: "-1")
    risk.intentReport(RiskFixture.id(1), .filled, average: "0")
    #expect(risk.bench.conclude().facts.isEmpty)
    #expect(risk.counter("dropped.wrongSender") == 1 && risk.counter("dropped.wrongAccount") == 1)
    #expect(risk.counter("dropped.malformed") == 3)
  }

  @Test func anIntentThatCouldNotBeQueuedEndsRejected() {
    let risk = ready()
    risk.trade(1)
    risk.bench.conclude()
    let event = LinkEvent.notSent(
      component: RiskFixture.executor, template: .orderIntent, correlation: RiskFixture.id(1).correlation,
      reason: .backPressured)
    risk.bench.deliver(event)
    risk.bench.deliver(event)
    let turn = risk.bench.conclude()
    #expect(turn.facts.map(\.kind) == [8])
    #expect(turn.ends.map(\.outcome) == [.rejected] && turn.ends.map(\.reason) == [.backPressured])
    risk.intentReport(RiskFixture.id(1), .filled)
    #expect(risk.bench.conclude().ends.isEmpty)
  }

  @Test func anEndThatCouldNotBeQueuedIsToldAgain() {
    let risk = ready()
    risk.trade(1, stop: nil)
    #expect(risk.bench.conclude().ends.count == 1)
    let event = LinkEvent.notSent(
      component: RiskFixture.signal, template: .intentReport, correlation: RiskFixture.id(1).correlation,
      reason: .backPressured)
    risk.bench.deliver(event)
    risk.bench.deliver(event)
    #expect(risk.bench.run(nanos: .nanosPerSecond).ends.map(\.check) == [.stopDistance])
    #expect(risk.bench.run(nanos: 5 * .nanosPerSecond).ends.isEmpty)
    risk.bench.deliver(event)
    risk.bench.deliver(.sessionOpened(component: RiskFixture.signal, peerEpoch: 1))
    #expect(risk.bench.conclude().ends.count == 1)
    #expect(risk.counter("intents.undelivered") == 2)
  }
}

/// What open intents count for, and what a restart leaves of them.
struct OpenIntentTests {
  private func quote(_ risk: RiskFixture) -> Outcome {
    risk.fillsSeen = 9
    return risk.decide(bids: [.init(10, "5")], strategy: 8)
  }

  /// Three of 4 bought at most: a stop 2.5 away.
  private func withOne(_ risk: RiskFixture = RiskFixture()) -> RiskFixture {
    risk.ready()
    risk.trade(1, stop: "97.5", target: "105")
    #expect(risk.bench.conclude().orders.map(\.quantity) == [quantity("4").raw])
    return risk
  }

  @Test func anOpenIntentTakesItsRoomFromOthers() {
    let risk = withOne(RiskFixture(limits: RiskFixture.limits(maxPosition: "8")))
    // 8 at most, 4 are on their way.
    #expect(quote(risk).bids == ["99.9 x 4"])
    risk.trade(2, stop: "97.5", target: "105")
    let turn = risk.bench.conclude()
    #expect(turn.orders.isEmpty && turn.ends.map(\.check) == [.positionCritical])
  }

  @Test func quotesThatStandTakeTheirRoomFromAnIntent() {
    let risk = RiskFixture(limits: RiskFixture.limits(maxPosition: "8"))
    risk.ready()
    #expect(quote(risk).bids == ["99.9 x 5"])
    risk.trade(1, stop: "97.5", target: "105")
    let turn = risk.bench.conclude()
    #expect(turn.orders.map(\.quantity) == [quantity("3").raw])
    #expect(turn.decision?.check == .position)
  }

  @Test func itsOrderIsNotCountedTwice() {
    let risk = withOne(RiskFixture(limits: RiskFixture.limits(maxPosition: "8")))
    risk.position("0", workingBid: "4")
    #expect(quote(risk).bids == ["99.9 x 4"])
  }

  @Test func whatIsFilledCountsInThePositionAlone() {
    let risk = withOne(RiskFixture(limits: RiskFixture.limits(maxPosition: "8")))
    risk.position("3", workingBid: "1", fills: 1)
    risk.intentReport(RiskFixture.id(1), .working, filled: "3")
    #expect(quote(risk).bids == ["99.9 x 4"])
    risk.intentReport(RiskFixture.id(1), .partiallyFilled, filled: "3")
    risk.position("3", fills: 1)
    #expect(quote(risk).bids == ["99.9 x 5"])
  }

  @Test func aLateReportDoesNotMakeAnIntentLessFilled() {
    let risk = withOne(RiskFixture(limits: RiskFixture.limits(maxPosition: "8")))
    risk.position("3", workingBid: "1", fills: 1)
    risk.intentReport(RiskFixture.id(1), .working, filled: "3")
    risk.intentReport(RiskFixture.id(1), .working, filled: "1")
    #expect(quote(risk).bids == ["99.9 x 4"])
  }

  @Test func afterARestartItCountsAtWorstCaseUntilItsFateIsTold() throws {
    let limits = RiskFixture.limits(maxPosition: "8")
    let risk = withOne(RiskFixture(limits: limits))
    risk.intentReport(RiskFixture.id(1), .working, filled: "3")
    risk.bench.conclude()
    let next = try risk.restarted(limits: limits)
    next.report(position: "0", workingBid: "1")
    #expect(quote(next).bids == ["99.9 x 4"])
    next.intentReport(RiskFixture.id(1), .canceled)
    next.report()
    #expect(quote(next).bids == ["99.9 x 5"])
    // What a session told counts no more when it opens anew.
    let again = withOne(RiskFixture(limits: limits))
    again.intentReport(RiskFixture.id(1), .working, filled: "3")
    again.openSession()
    again.report()
    #expect(quote(again).bids == ["99.9 x 4"])
  }

  @Test func aSenderThatReturnsHearsOfItsOpenIntentsAlone() throws {
    let risk = RiskFixture(limits: RiskFixture.limits(maxLoss: "1"))
    risk.ready()
    risk.trade(1)
    risk.trade(2)
    risk.trade(1, component: 6)
    risk.bench.conclude()
    risk.intentReport(RiskFixture.id(2), .canceled)
    risk.bench.conclude()
    let next = try risk.restarted(limits: RiskFixture.limits(maxLoss: "1"))
    next.bench.deliver(.sessionOpened(component: RiskFixture.signal, peerEpoch: 2))
    let turn = next.bench.conclude()
    #expect(turn.progress.map(\.intent) == [RiskFixture.id(1)])
    #expect(turn.progress.map(\.outcome) == [.accepted])
    #expect(turn.all(IntentReport.self).count == 1)
  }

  @Test func anIntentThatTheJournalLostIsToldOnUntilItEnds() {
    let risk = RiskFixture()
    risk.ready()
    risk.bench.deliver(.sessionOpened(component: RiskFixture.signal, peerEpoch: 1))
    let lost = RiskFixture.id(5)
    risk.intentReport(lost, .working, filled: "1")
    risk.intentReport(lost, .working, filled: "2")
    #expect(risk.bench.conclude().progress.count == 2)
    #expect(risk.counter("intents.adopted") == 1)
    // Its signal, come again, is not asked for a second time.
    risk.trade(5)
    #expect(risk.bench.conclude().orders.isEmpty)
    risk.intentReport(lost, .filled, filled: "2", average: "100")
    risk.intentReport(lost, .filled, filled: "2", average: "100")
    let turn = risk.bench.conclude()
    #expect(turn.facts.map(\.kind) == [8] && turn.ends.map(\.outcome) == [.filled])
    risk.trade(5)
    #expect(risk.bench.conclude().orders.isEmpty)
  }

  @Test func snapshotAndFactsMakeTheSameState() throws {
    let risk = withOne()
    risk.trade(2, stop: nil)
    risk.trade(7, entry: "99", stop: "97.5", target: "102", component: 6)
    risk.command(.halt, .strategy, strategy: 9)
    risk.intentReport(RiskFixture.id(1), .working, filled: "1")
    risk.bench.conclude()
    let saved = risk.bench.savedState
    let rebuilt = try risk.bench.rebuilt(on: RiskAdjuster(RiskFixture.configuration(nil)))
    #expect(CoreBench.savedState(of: rebuilt) == saved)
    var restored = RiskAdjuster(RiskFixture.configuration(nil))
    var reader = SnapshotReader(saved)
    try restored.restore(from: &reader)
    #expect(CoreBench.savedState(of: restored) == saved)
    for count in 0..<saved.count {
      var cut = SnapshotReader(Array(saved[..<count]))
      #expect(throws: RestoreError.self) { try restored.restore(from: &cut) }
    }
  }

  @Test func aStateOfTheFirstVersionIsRead() throws {
    var writer = SnapshotWriter()
    writer.write(UInt16(1))
    var halts = HaltRegister()
    halts.latch(.strategy(9))
    halts.write(to: &writer)
    CommandRegister().write(to: &writer)
    var core = RiskAdjuster(RiskFixture.configuration(nil))
    var reader = SnapshotReader(writer.bytes)
    try core.restore(from: &reader)
    #expect(CoreBench.savedState(of: core).count == writer.bytes.count + 8)
  }

  @Test func everyFactIsReadBackAsItWasWritten() throws {
    let id = IntentID(component: .max, strategy: 1, epoch: .max, counter: .max)
    let facts: [RiskFact] = [
      .intentAccepted(
        AcceptedIntent(
          id: id, strategy: 1, instrument: .max, side: .sell, type: .limit, timeInForce: .ioc,
          quantity: .max, price: Price(raw: 7), stopPrice: Price(raw: 9), takeProfitPrice: Price(raw: 5),
          expireNanos: .max, atNanos: .min, origin: 3)),
      .intentAccepted(
        AcceptedIntent(
          id: id, strategy: 1, instrument: 0, side: .buy, type: .market, timeInForce: .gtc,
          quantity: Quantity(raw: 1), price: nil, stopPrice: nil, takeProfitPrice: nil, expireNanos: 0,
          atNanos: 0, origin: 0)),
      .intentEnded(
        RiskIntentEnd(
          intent: id, instrument: 1, outcome: .rejected, reason: .riskRefused, check: .openIntents,
          filledQuantity: .max, averagePrice: Price(raw: 1), atNanos: 2)),
      .intentEnded(RiskIntentEnd(intent: id, instrument: 1, outcome: .canceled, reason: .none, atNanos: 2)),
    ]
    for fact in facts {
      var writer = SnapshotWriter()
      fact.encode(into: &writer)
      var reader = SnapshotReader(writer.bytes)
      #expect(try RiskFact(kind: fact.kind, from: &reader) == fact)
      try reader.finish()
    }
    var nothing = SnapshotReader([])
    #expect(throws: RestoreError.unknownKind(9)) { _ = try RiskFact(kind: 9, from: &nothing) }
  }
}
