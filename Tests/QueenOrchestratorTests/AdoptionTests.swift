import ActorKit
import CoreTestKit
import QueenOrchestrator
import Testing
import Trading
import Wire

/// What the queen remembers.
struct AdoptionTests {
  @Test func aQueenThatComesBackAdoptsTheRunningColony() throws {
    let queen = QueenFixture(QueenFixture.configuration(isRecorded: true, speedMilli: 5_000))
    queen.health(.waiting, first: 1_555_000_000_000_000_000)
    queen.live()
    queen.lose(11, forNanos: .seconds(2), epoch: 2)
    queen.lose(1, forNanos: .seconds(8), epoch: 2)
    let before = queen.session
    queen.bench.advance(nanos: .seconds(3))
    try queen.restart(epoch: 2)
    let after = queen.session
    #expect(after.state == .live && before.state == .live)
    #expect(
      after.marketStartNanos == before.marketStartNanos && after.wallStartNanos == before.wallStartNanos)
    #expect(after.speedMilli == 5_000 && after.sinceNanos == before.sinceNanos)
    #expect(after.interruptions == 1 && after.degradations == 1)
    #expect(after.revision > before.revision && queen.permit(epoch: 3)?.level == .open)
  }

  @Test func afterARestartMembersHaveOneGraceToBeHeard() throws {
    let queen = QueenFixture()
    queen.live()
    try queen.restart(epoch: 2)
    queen.bench.run(nanos: .seconds(5))
    #expect(queen.state == .live)
    queen.beatAll(.live, except: 30)
    #expect(queen.session.interruptions == 0)
    queen.bench.run(nanos: 1)
    #expect(queen.state == .degraded && queen.session.degradations == 1)
    queen.beat(30, .live)
    #expect(queen.state == .live)
  }

  @Test func aLossCountedBeforeTheRestartIsNotCountedAgain() throws {
    let queen = QueenFixture()
    queen.live()
    queen.bench.deliver(.peerSilent(component: 30))
    queen.bench.conclude()
    queen.bench.run(nanos: .seconds(6))
    try queen.restart(epoch: 2)
    queen.beatAll(.live, except: 30)
    queen.bench.conclude()
    queen.bench.run(nanos: .seconds(20))
    #expect(queen.state == .degraded && queen.session.degradations == 1)
    #expect(queen.permit()?.level == .reduce)
    queen.beat(30, .ready, epoch: 2)
    #expect(queen.state == .live)
  }

  /// A live account always goes on with its last run, so the next morning's queen finds yesterday's SHUTDOWN.
  @Test func aRunWhoseSessionHasEndedGoesOnWithANewSession() throws {
    let queen = QueenFixture()
    queen.live()
    queen.lose(1, forNanos: .seconds(8), epoch: 2)
    queen.command(.halt, .strategy, strategy: 4)
    queen.command(.stop)
    queen.bench.conclude()
    queen.beat(11, .finished)
    queen.beat(12, .finished)
    queen.bench.conclude()
    #expect(queen.bench.core.state == .finished)
    let ended = queen.session
    queen.bench.advance(nanos: .seconds(3_600))
    try queen.restart(epoch: 2)
    #expect(queen.state == .startup && queen.session.marketStartNanos == nil)
    queen.live()
    let next = queen.session
    #expect(next.state == .live && next.degradations == 0 && next.halted == 1)
    #expect(next.revision > ended.revision && next.wallStartNanos != ended.wallStartNanos)
    #expect(try queen.bench.rebuilt(on: QueenOrchestrator(queen.configuration)).state == .live)
  }

  @Test func aSessionThatWasStillEndingGoesOnEnding() throws {
    let queen = QueenFixture()
    queen.live()
    queen.command(.stop)
    queen.bench.conclude()
    queen.beat(11, .finished)
    queen.bench.conclude()
    try queen.restart(epoch: 2)
    queen.live()
    #expect(queen.state == .shutdown && queen.bench.core.state == .stopping)
  }

  /// A halt of a strategy is in no permit, so an executor that was away would never learn of it.
  @Test func anExecutorThatComesBackIsToldOfTheHaltsOfItsAccount() throws {
    let queen = QueenFixture()
    queen.live()
    queen.command(.halt, .strategy, strategy: 4)
    queen.command(.halt, .account, account: 2)
    queen.bench.conclude()
    queen.lose(11, forNanos: .seconds(2), epoch: 2)
    queen.askPermit(epoch: 2)
    let told = queen.bench.conclude().all(Command.self, to: .link(component: 11))
    #expect(told.map(\.kind) == [.halt] && told.map(\.strategy) == [4])
    #expect(told.allSatisfy { $0.envelope.correlation != .none })
    queen.askPermit(epoch: 2)
    #expect(queen.bench.conclude().all(Command.self).isEmpty)
    // One that did not leave is owed again.
    queen.bench.deliver(
      .notSent(component: 11, template: .command, correlation: .none, reason: .backPressured))
    queen.askPermit(epoch: 2)
    #expect(queen.bench.conclude().all(Command.self, to: .link(component: 11)).count == 1)
  }

  @Test func failsafeAndShutdownOutliveARestart() throws {
    let queen = QueenFixture()
    queen.live()
    for component in [UInt16(1), 2, 30] { queen.bench.deliver(.peerSilent(component: component)) }
    queen.bench.conclude()
    queen.bench.run(nanos: .seconds(6))
    try queen.restart(epoch: 2)
    queen.live()
    #expect(queen.state == .failsafe)
    queen.command(.stop)
    queen.bench.conclude()
    try queen.restart(epoch: 3)
    queen.beat(11, .finished)
    queen.beat(12, .finished)
    #expect(queen.state == .shutdown && queen.bench.core.state == .finished)
  }

  @Test func theDurableStateIsTheSameFromFactsAndFromASnapshot() throws {
    let queen = QueenFixture()
    queen.live()
    queen.lose(1, forNanos: .seconds(8), epoch: 2)
    queen.lose(11, forNanos: .seconds(2), epoch: 2)
    _ = queen.permit(epoch: 2)
    queen.command(.halt, .strategy, strategy: 4)
    queen.command(.halt, .instrument, instrument: 4)
    queen.command(.resume, .strategy, strategy: 4)
    queen.command(.flatten)
    queen.bench.deliver(.peerSilent(component: 2))
    queen.bench.conclude()
    queen.bench.run(nanos: .seconds(6))
    queen.command(.stop)
    queen.bench.conclude()
    #expect(Set(queen.bench.facts.map(\.kind)) == [1, 2, 3, 4, 5, 6, 7, 8, 12, 14])
    let saved = queen.bench.savedState
    let fresh = QueenOrchestrator(queen.configuration)
    #expect(CoreBench.savedState(of: try queen.bench.rebuilt(on: fresh)) == saved)
    var restored = fresh
    var reader = SnapshotReader(saved)
    try restored.restore(from: &reader)
    #expect(CoreBench.savedState(of: restored) == saved)
    for length in 0..<saved.count {
      var cut = SnapshotReader(Array(saved.prefix(length)))
      #expect(throws: RestoreError.self) { try restored.restore(from: &cut) }
    }
  }

  @Test func factsOfUnknownKindOrContentAreRefused() {
    for bytes in [[0], [9, 0, 0, 0, 0, 0, 0, 0, 0, 0], [255, 0, 0, 0, 0, 0, 0, 0, 0, 0]] as [[UInt8]] {
      var reader = SnapshotReader(bytes)
      #expect(throws: RestoreError.self) { try QueenFact(kind: 1, from: &reader) }
    }
    var reader = SnapshotReader([])
    #expect(throws: RestoreError.unknownKind(77)) { try QueenFact(kind: 77, from: &reader) }
  }

  @Test func beatsOfAnOlderIncarnationAndOfStrangersChangeNothing() {
    let queen = QueenFixture()
    queen.live()
    queen.beat(11, .live, epoch: 5)
    queen.beat(11, .quarantined, epoch: 4)
    queen.beat(99, .quarantined)
    queen.beat(12, .quarantined, link: .control)
    queen.bench.conclude()
    queen.bench.run(nanos: .seconds(20))
    #expect(queen.state == .live && queen.counter("dropped.late") == 1)
    #expect(queen.counter("dropped.unknownSender") == 1 && queen.counter("dropped.unexpected") == 1)
  }

  /// Whatever comes, in whatever order: nothing traps, and her memory can be rebuilt from the facts.
  @Test(arguments: 1...30 as ClosedRange<UInt64>)
  func anyMessageAtAnyTimeIsSurvived(_ seed: UInt64) throws {
    let queen = QueenFixture()
    queen.live()
    var random = SplitMix64(seed: seed)
    let links: [Peer.Link] = [.stream, .link, .session, .control, .source]
    for _ in 0..<400 {
      let component = QueenFixture.members[Int(random.below(7))].number
      switch random.below(6) {
      case 0: queen.bench.deliver(.peerSilent(component: component))
      case 1: queen.bench.deliver(.peerHeard(component: component, epoch: UInt32(random.below(5)) + 1))
      case 2: queen.beat(component, ComponentState.allCases[Int(random.below(8))], epoch: 5)
      case 3: queen.command(CommandKind.allCases[Int(random.below(4))], Scope.allCases[Int(random.below(4))])
      default:
        let template = Template.allCases[Int(random.below(UInt64(Template.allCases.count)))]
        let sample = random.next()
        let peer = Peer(component: component, link: links[Int(random.below(5))], route: 1)
        queen.bench.deliver(from: peer) { WireSamples.encode(template, seed: sample, into: &$0) }
      }
      if random.below(3) == 0 { queen.bench.run(nanos: Int64(random.below(4_000_000_000))) }
      queen.bench.conclude()
    }
    let rebuilt = try queen.bench.rebuilt(on: QueenOrchestrator(queen.configuration))
    #expect(CoreBench.savedState(of: rebuilt) == queen.bench.savedState, "seed \(seed)")
  }
}
