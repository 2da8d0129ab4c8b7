import ActorKit
import CoreTestKit
import QueenOrchestrator
import Testing
import Wire

struct HealthTests {
  private func live() -> QueenFixture {
    let queen = QueenFixture()
    queen.live()
    return queen
  }

  @Test func aLossHealedWithinTheGraceIsAnInterruption() {
    let queen = live()
    let turn = queen.lose(1, forNanos: .seconds(5), epoch: 2)
    #expect(turn.all(SafetyEvent.self).map(\.severity) == [.info])
    let session = queen.session
    #expect(session.state == .live && session.interruptions == 1 && session.degradations == 0)
    #expect(queen.counter("interruptions") == 1 && queen.counter("degradations.feed") == 0)
  }

  @Test func aNanosecondMoreIsADegradation() {
    let queen = live()
    let turn = queen.lose(1, forNanos: .seconds(5) + 1, epoch: 2)
    #expect(turn.all(SessionState.self, to: .topic(0)).map(\.state).contains(.degraded))
    #expect(turn.all(Alarm.self).map(\.code) == [.componentLost])
    #expect(turn.all(SafetyEvent.self).map(\.severity) == [.warning, .info])
    // Back and well: live again, the degradation stays in the window.
    let session = queen.session
    #expect(session.state == .live && session.degradations == 1 && session.interruptions == 0)
    #expect(queen.counter("degradations.feed") == 1)
  }

  @Test func aRestartSoFastThatNoBeatIsMissedIsAnInterruption() {
    let queen = live()
    queen.bench.deliver(.peerHeard(component: 11, epoch: 2))
    queen.beat(11, .starting, epoch: 2)
    queen.bench.conclude()
    queen.bench.run(nanos: .seconds(2))
    queen.beat(11, .ready, epoch: 2)
    #expect(queen.session.interruptions == 1)
  }

  @Test func lateBeatsAloneAreNothing() {
    let queen = live()
    queen.bench.deliver(.peerSuspect(component: 11))
    queen.bench.conclude()
    queen.bench.run(nanos: .seconds(1))
    queen.bench.deliver(.peerHeard(component: 11, epoch: 1))
    queen.beat(11, .live)
    #expect(queen.session.interruptions == 0 && queen.state == .live)
    queen.bench.run(nanos: .seconds(10))
    #expect(queen.state == .live)
  }

  @Test func aMemberThatIsUpButNotFitIsLostToo() {
    let queen = live()
    queen.beat(12, .quarantined)
    queen.bench.conclude()
    queen.bench.run(nanos: .seconds(5) + 1)
    #expect(queen.state == .degraded && queen.permit()?.level == .open)
    #expect(queen.permit(account: 2, executor: 12)?.level == .reduce)
  }

  @Test func aMemberDegradedBySomebodyElseIsNotCountedBesideHim() {
    let queen = live()
    queen.bench.deliver(.peerSilent(component: 30))
    queen.beat(11, .degraded)
    queen.beat(12, .degraded)
    queen.bench.conclude()
    queen.bench.run(nanos: .seconds(20))
    #expect(queen.session.degradations == 1 && queen.state == .degraded)
    queen.bench.deliver(.peerHeard(component: 30, epoch: 2))
    queen.beat(30, .live, epoch: 2)
    #expect(queen.state == .degraded)
    queen.beat(11, .live)
    queen.beat(12, .live)
    #expect(queen.state == .live)
  }

  /// Component lost; levels of the accounts 1 and 2; what the session tells.
  @Test(arguments: [
    (UInt16(1), [PermitLevel.reduce, .reduce], PermitLevel.reduce), (2, [.open, .open], .open),
    (11, [.reduce, .open], .open), (21, [.reduce, .open], .open), (12, [.open, .reduce], .open),
    (22, [.open, .reduce], .open), (30, [.reduce, .reduce], .reduce),
  ])
  func aLossConcernsWhoDependsOnIt(_ component: UInt16, _ levels: [PermitLevel], _ told: PermitLevel) {
    let queen = live()
    queen.bench.deliver(.peerSilent(component: component))
    queen.bench.conclude()
    queen.bench.run(nanos: .seconds(6))
    #expect(queen.session.permit == told && queen.state == .degraded)
    #expect(queen.permit(account: 1, executor: 11)?.level == levels[0])
    #expect(queen.permit(account: 2, executor: 12)?.level == levels[1])
  }

  @Test func flappingEndsInFailsafeAtTheThirdDegradation() {
    let queen = live()
    queen.lose(11, forNanos: .seconds(6), epoch: 2)
    queen.bench.run(nanos: .seconds(100))
    queen.lose(1, forNanos: .seconds(6), epoch: 2)
    #expect(queen.state == .live)
    queen.bench.run(nanos: .seconds(100))
    let turn = queen.lose(30, forNanos: .seconds(6), epoch: 2)
    // The state first, then the words.
    let order = turn.sent.map(\.template).filter { $0 != .sessionState }
    #expect(order.first == .safetyEvent && turn.all(SafetyEvent.self).first?.severity == .critical)
    #expect(turn.all(Alarm.self).map(\.code) == [.failsafe, .componentLost])
    let session = queen.session
    #expect(session.state == .failsafe && session.cause == .repeatedDegradation && session.permit == .cancel)
    // Risk counts on nothing, and what is open may still be protected.
    #expect(queen.permit()?.level == .reduce && queen.counter("failsafes") == 1)
    // Everybody is well again, and still nothing trades.
    queen.bench.run(nanos: .seconds(3_600))
    #expect(queen.state == .failsafe)
  }

  /// Degradations begin 5 s and 1 ns after each loss. Seconds between the first and the third loss; what it
  /// comes to.
  @Test(arguments: [(Int64(600), SessionCode.failsafe), (601, .degraded)])
  func theWindowSlides(_ span: Int64, _ end: SessionCode) {
    let queen = live()
    queen.lose(1, forNanos: .seconds(6), epoch: 2)
    queen.bench.run(nanos: .seconds(294))
    queen.lose(1, forNanos: .seconds(6), epoch: 3)
    queen.bench.run(nanos: .seconds(span - 306))
    queen.bench.deliver(.peerSilent(component: 1))
    queen.bench.conclude()
    queen.bench.run(nanos: .seconds(6))
    #expect(queen.state == end)
  }

  @Test func severalLossesAtOnceCountEach() {
    let queen = live()
    for component in [UInt16(11), 21, 30] { queen.bench.deliver(.peerSilent(component: component)) }
    queen.bench.conclude()
    queen.bench.run(nanos: .seconds(6))
    #expect(queen.state == .failsafe)
  }

  @Test func aFailsafeLeavesProtectionAndAPanicInItDoesNot() {
    let queen = live()
    for component in [UInt16(11), 21, 30] { queen.bench.deliver(.peerSilent(component: component)) }
    queen.bench.conclude()
    queen.bench.run(nanos: .seconds(6))
    #expect(queen.session.permit == .cancel && queen.permit()?.level == .reduce)
    #expect(queen.permit(account: 2, executor: 12)?.level == .reduce)
    queen.command(.panic)
    #expect(queen.permit()?.level == .cancel)
  }

  @Test func aFailsafeIsLeftByANamedPersonWithAReasonAndWellExecutors() {
    let queen = live()
    for component in [UInt16(11), 21, 30] { queen.bench.deliver(.peerSilent(component: component)) }
    queen.bench.conclude()
    queen.bench.run(nanos: .seconds(6))
    queen.command(.resume, by: "")
    queen.command(.resume, because: " ")
    queen.command(.resume, id: 0)
    queen.command(.resume)
    queen.command(.start)
    #expect(queen.outcomes() == Array(repeating: .refused, count: 5) && queen.state == .failsafe)
    queen.beat(11, .ready, epoch: 2)
    queen.command(.resume)
    #expect(queen.outcomes() == [.accepted])
    // Ready, but the others are still missing; the count begins anew.
    #expect(queen.state == .ready && queen.session.degradations == 0)
    queen.beat(21, .ready, epoch: 2)
    queen.beat(30, .ready, epoch: 2)
    #expect(queen.state == .live)
  }

  @Test func oneResumeReleasesAFailsafeWithTheHaltAndThePanicOfTheFirm() {
    let queen = live()
    for component in [UInt16(11), 21, 30] { queen.bench.deliver(.peerSilent(component: component)) }
    queen.bench.conclude()
    queen.bench.run(nanos: .seconds(6))
    queen.command(.panic)
    for component in [UInt16(11), 21, 30] { queen.beat(component, .ready, epoch: 2) }
    queen.command(.resume)
    let turn = queen.bench.conclude()
    #expect(turn.all(Command.self).map(\.kind).suffix(2) == [.resume, .resume], "executors are told")
    queen.bench.run(nanos: .seconds(1))
    #expect(queen.state == .live && queen.session.halted == 0 && queen.permit()?.level == .open)
  }

  @Test func lossesBeforeTradingAreNotCounted() {
    let queen = QueenFixture(QueenFixture.configuration(goLive: .byCommand))
    queen.live()
    queen.lose(1, forNanos: .seconds(60), epoch: 2)
    let session = queen.session
    #expect(session.state == .ready && session.degradations == 0 && session.interruptions == 0)
  }
}
