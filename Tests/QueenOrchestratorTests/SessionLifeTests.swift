import ActorKit
import CoreTestKit
import QueenOrchestrator
import Testing
import Wire

struct SessionLifeTests {
  /// The table of the architecture, written down a second time: every pair is decided.
  @Test func everyPairOfStatesIsLegalOrNotAsTheTableSays() {
    let table: [SessionCode: Set<SessionCode>] = [
      .startup: [.ready, .failsafe, .shutdown],
      .ready: [.live, .degraded, .failsafe, .shutdown],
      .live: [.degraded, .failsafe, .shutdown],
      .degraded: [.live, .failsafe, .shutdown],
      .failsafe: [.ready, .shutdown],
    ]
    for from in SessionCode.allCases {
      for next in SessionCode.allCases {
        #expect(from.mayBecome(next) == (table[from] ?? []).contains(next), "\(from) to \(next)")
      }
    }
  }

  @Test func theSessionIsReadyOnlyWhenEverybodyIs() {
    let queen = QueenFixture(QueenFixture.configuration(goLive: .byCommand))
    #expect(queen.state == .startup)
    queen.beatAll(except: 22)
    #expect(queen.state == .startup)
    queen.beat(22, .starting)
    #expect(queen.state == .startup)
    queen.beat(22, .live)
    #expect(queen.state == .ready && queen.bench.core.state == .ready)
  }

  @Test func atOnceReadyAndLiveAreBothTold() {
    let queen = QueenFixture()
    let states = queen.live().all(SessionState.self, to: .topic(0))
    #expect(states.map(\.state) == [.ready, .live])
    #expect(states.map(\.revision) == [1 << 40 | 1, 1 << 40 | 2])
    let clock = states[1]
    #expect(clock.marketStartNanos == queen.bench.now.wall && clock.wallStartNanos == queen.bench.now.wall)
    #expect(clock.speedMilli == 1_000 && clock.permit == .open && clock.cause == SessionCause.none)
    #expect(states[0].marketStartNanos == nil && states[0].permit == .cancel)
  }

  @Test func byCommandThereIsNoTradingBeforeSomebodySaysSo() {
    let queen = QueenFixture(QueenFixture.configuration(goLive: .byCommand))
    queen.command(.start)
    #expect(queen.outcomes() == [.refused])
    queen.live()
    #expect(queen.state == .ready && queen.permit()?.level == .cancel)
    queen.beat(2, .starting)
    queen.command(.start)
    #expect(queen.outcomes() == [.refused])
    queen.beat(2)
    queen.command(.start)
    #expect(queen.outcomes() == [.done])
    #expect(queen.session.cause == .operator && queen.permit()?.level == .open)
  }

  @Test func aRecordedSessionWaitsForItsFirstTimeAndRunsAtItsSpeed() {
    let queen = QueenFixture(QueenFixture.configuration(isRecorded: true, speedMilli: 10_000))
    queen.live()
    #expect(queen.state == .startup)
    queen.health(.waiting, first: 1_555_000_000_000_000_000, from: QueenFixture.feed)
    #expect(queen.state == .startup && queen.counter("dropped.unknownSender") == 1)
    queen.health(.waiting, first: 1_555_000_000_000_000_000)
    let session = queen.session
    #expect(session.state == .live && session.marketStartNanos == 1_555_000_000_000_000_000)
    #expect(session.wallStartNanos == queen.bench.now.wall && session.speedMilli == 10_000)
  }

  @Test func aRecordingThatBeginsAtNoTimeThatCanBeStartsNoClock() {
    let queen = QueenFixture(QueenFixture.configuration(isRecorded: true))
    queen.live()
    for first: Int64 in [.min + 1, -1, .max - 1] { queen.health(.waiting, first: first) }
    #expect(queen.state == .startup && queen.counter("dropped.malformed") == 3)
    queen.health(.waiting, first: 1_555_000_000_000_000_000)
    #expect(queen.session.marketStartNanos == 1_555_000_000_000_000_000)
  }

  @Test func theStateIsToldWithEveryBeatUnderTheSameRevision() {
    let queen = QueenFixture()
    queen.live()
    let states = queen.bench.run(nanos: .seconds(1)).all(SessionState.self, to: .topic(0))
    #expect(states.count == 4 && Set(states.map(\.revision)) == [1 << 40 | 2])
  }

  @Test func whoAsksIsAnsweredUnderItsCorrelation() {
    let queen = QueenFixture()
    queen.live()
    let peer = Peer(component: 8, link: .control, route: 2)
    for topic in [Topic("colony", "session")!, Topic("colony", "alarm")!] {
      let request = SnapshotRequest(
        envelope: Envelope(origin: 0, correlation: Correlation(high: 4, low: 5)), topic: topic.text)
      queen.bench.deliver(from: peer) { request.encode(into: &$0) }
    }
    let answers = queen.bench.conclude().all(SessionState.self, to: .snapshot(topic: 0, peer))
    #expect(answers.count == 1 && answers[0].envelope.correlationLow == 5)
    #expect(queen.counter("dropped.topic") == 1)
  }

  @Test func theEndOfDataEndsTheSessionOnceEveryExecutorHasConfirmed() {
    let queen = QueenFixture()
    queen.live()
    queen.health(.endOfData, from: QueenFixture.feed)
    #expect(queen.state == .live)
    queen.health(.endOfData)
    queen.health(.endOfData)
    let session = queen.session
    #expect(session.state == .shutdown && session.cause == .endOfData && session.permit == .cancel)
    queen.beat(11, .finished)
    queen.bench.conclude()
    #expect(queen.bench.core.state == .stopping)
    queen.beat(12, .finished)
    queen.bench.conclude()
    #expect(queen.bench.core.state == .finished && queen.counter("alarms") == 0)
  }

  @Test func anEndNobodyConfirmsIsOverAfterFifteenSecondsWithAnAlarm() {
    let queen = QueenFixture()
    queen.live()
    queen.command(.stop)
    #expect(queen.outcomes() == [.accepted])
    queen.beat(11, .finished)
    #expect(queen.bench.run(nanos: .seconds(15) - 1).all(Alarm.self).isEmpty)
    #expect(queen.bench.core.state == .stopping)
    let alarms = queen.bench.run(nanos: 1).all(Alarm.self)
    #expect(alarms.map(\.account) == [2] && queen.bench.core.state == .finished)
  }

  @Test func aStopTellsItsCauseAndComesOnce() {
    let timed = QueenFixture()
    timed.live()
    timed.command(.stop, because: "duration")
    #expect(timed.outcomes() == [.accepted] && timed.session.cause == .duration)
    timed.command(.stop)
    timed.command(.stop, .account, account: 1)
    timed.command(.start)
    #expect(timed.outcomes() == [.refused, .refused, .refused])
    let commanded = QueenFixture()
    commanded.command(.stop, .account, account: 1)
    commanded.command(.stop)
    #expect(commanded.outcomes() == [.refused, .accepted] && commanded.session.cause == .operator)
  }
}
