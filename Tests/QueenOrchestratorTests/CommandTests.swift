import ActorKit
import CoreTestKit
import Governance
import QueenOrchestrator
import Testing
import Wire

struct CommandTests {
  private func live() -> QueenFixture {
    let queen = QueenFixture()
    queen.live()
    return queen
  }

  /// Scope; levels of accounts 1 and 2 while it is halted; executors told. A halt leaves the permit to
  /// reduce: a fill that comes late still has its stop.
  @Test(arguments: [
    (Scope.firm, [PermitLevel.reduce, .reduce], [UInt16(11), 12]), (.account, [.reduce, .open], [11]),
    (.strategy, [.open, .open], [11, 12]), (.instrument, [.open, .open], [11, 12]),
  ])
  func aHaltLatchesIsHandedOnAndSurvivesARestart(
    _ scope: Scope, _ levels: [PermitLevel], _ executors: [UInt16]
  ) throws {
    let queen = live()
    queen.command(.halt, scope, account: 1, strategy: 7, instrument: 3, id: 40)
    let turn = queen.bench.conclude()
    let handed = turn.addressed(Command.self)
    #expect(handed.map(\.destination) == executors.map { .link(component: $0) })
    #expect(handed.allSatisfy { $0.message.envelope.correlationLow == 40 && $0.message.scope == scope })
    #expect(turn.all(SafetyEvent.self).map(\.scope) == [scope])
    #expect(turn.all(CommandResult.self).map(\.outcome) == [.done])
    func check() {
      #expect(queen.permit()?.level == levels[0])
      #expect(queen.permit(account: 2, executor: 12)?.level == levels[1])
      #expect(queen.session.halted == 1 && queen.state == .live)
    }
    check()
    try queen.restart(epoch: 2)
    queen.live()
    check()
    queen.command(.resume, scope, account: 1, strategy: 7, instrument: 3)
    let released = queen.bench.conclude()
    #expect(released.all(CommandResult.self).map(\.outcome) == [.done])
    #expect(released.all(Command.self).count == executors.count && queen.permit()?.level == .open)
  }

  @Test func theBestLevelOfTheAccountsIsTold() {
    let queen = live()
    queen.command(.halt, .account, account: 1)
    #expect(queen.session.permit == .open)
    queen.command(.halt, .account, account: 2)
    #expect(queen.session.permit == .reduce)
    queen.command(.panic, .account, account: 1)
    #expect(queen.session.permit == .reduce)
    queen.command(.panic, .account, account: 2)
    #expect(queen.session.permit == .cancel)
  }

  @Test func aReleaseNeedsAPersonAReasonAnIdAndALatchedHalt() {
    let queen = live()
    queen.command(.halt)
    queen.command(.resume, by: "")
    queen.command(.resume, because: "")
    queen.command(.resume, id: 0)
    queen.command(.resume, .account, account: 1)
    #expect(queen.outcomes() == [.done, .refused, .refused, .refused, .refused])
    #expect(queen.session.halted == 1)
  }

  @Test func theSameIdDoesNothingTwiceEvenAfterARestart() throws {
    let queen = live()
    queen.command(.halt, id: 1)
    queen.command(.resume, id: 2)
    queen.command(.halt, id: 3)
    queen.command(.resume, id: 2)
    #expect(queen.outcomes() == [.done, .done, .done, .duplicate])
    try queen.restart(epoch: 2)
    queen.live()
    queen.command(.resume, id: 2)
    #expect(queen.outcomes() == [.duplicate] && queen.session.halted == 1)
  }

  @Test func aRefusedCommandMayBeGivenAgainUnderItsId() {
    let queen = QueenFixture(QueenFixture.configuration(goLive: .byCommand))
    queen.command(.start, id: 5)
    #expect(queen.outcomes() == [.refused])
    queen.live()
    queen.command(.start, id: 5)
    #expect(queen.outcomes() == [.done])
  }

  @Test func aHaltWithoutAnIdIsObeyedAndHandedOnUnderOneOfOurs() {
    let queen = live()
    queen.command(.halt, by: "", because: "", id: 0)
    let handed = queen.bench.conclude().all(Command.self)
    #expect(handed.count == 2 && handed.allSatisfy { $0.envelope.correlation != .none })
    #expect(queen.session.halted == 1)
  }

  @Test func flattenIsHandedOnToThoseConcerned() {
    let queen = live()
    queen.command(.flatten, .account, account: 2, id: 9)
    let turn = queen.bench.conclude()
    #expect(turn.all(Command.self, to: .link(component: 12)).map(\.kind) == [.flatten])
    #expect(turn.all(Command.self).count == 1 && turn.all(SafetyEvent.self).count == 1)
    #expect(turn.all(CommandResult.self).map(\.outcome) == [.accepted])
    queen.command(.flatten, .strategy, strategy: 7)
    queen.command(.flatten, .account, account: 9)
    #expect(queen.outcomes() == [.refused, .refused])
  }

  @Test(arguments: [true, false])
  func anExecutorThatWasAwayIsToldOfPanicsAndFlattensUnderTheirOwnCommands(_ isFromSnapshot: Bool) throws {
    let queen = live()
    queen.command(.panic, .account, account: 2, id: 31)
    queen.command(.flatten, .firm, id: 32)
    queen.command(.flatten, .account, account: 1, id: 33)
    queen.bench.conclude()
    let fresh = QueenOrchestrator(queen.configuration)
    queen.bench =
      isFromSnapshot ? try queen.bench.restored(on: fresh) : try queen.bench.restarted(on: fresh)
    queen.bench.start(epoch: 2)
    queen.bench.deliver(.peerHeard(component: 12, epoch: 2))
    queen.bench.conclude()
    queen.askPermit(account: 2, executor: 12)
    let told = queen.bench.conclude().all(Command.self, to: .link(component: 12))
    #expect(told.map(\.kind) == [.halt, .halt, .panic, .flatten])
    #expect(told.allSatisfy { $0.colony.description == "colony" }, "a flatten is taken only with its colony")
    #expect(
      told.suffix(2).map(\.envelope.correlation) == [31, 32].map { Correlation(high: 7, low: $0) })
  }

  @Test func aPanicBeyondTheBoundIsTheFirmsAndReleasedWithIt() {
    let queen = live()
    for number in 1...UInt16(HaltRegister.limit) {
      queen.command(.halt, .strategy, strategy: number, id: UInt64(1_000 + Int(number)))
    }
    queen.command(.panic, .account, account: 2, id: 5_000)
    #expect(queen.permit()?.level == .cancel, "it was widened")
    queen.command(.resume, .firm, id: 5_001)
    #expect(queen.permit(account: 2, executor: 12)?.level == .open)
  }

  @Test func whatIsFlattenedIsHaltedUntilItIsResumed() {
    let queen = live()
    queen.command(.flatten, .account, account: 2)
    #expect(queen.outcomes() == [.accepted])
    #expect(queen.session.halted == 1 && queen.permit(account: 2, executor: 12)?.level == .reduce)
    #expect(queen.permit()?.level == .open, "the other account trades on")
    queen.command(.resume, .account, account: 2)
    #expect(queen.outcomes() == [.done] && queen.session.halted == 0)
    #expect(queen.permit(account: 2, executor: 12)?.level == .open)
  }

  @Test func everyCommandIsAudited() {
    let queen = live()
    queen.command(.halt, .account, account: 1, by: "ada", because: "strange fills")
    queen.command(.resume, by: "bob", because: "fine")
    queen.command(.unrecognized, .unrecognized)
    let entries = queen.bench.conclude().all(AuditEntry.self, to: .topic(3))
    #expect(entries.map { $0.actor.description } == ["ada", "bob", "ada"])
    #expect(entries.map(\.outcome) == [.done, .refused, .refused])
    #expect(entries[0].command == .halt && entries[0].scope == .account)
    #expect(queen.counter("commands.halt") == 1 && queen.counter("commands.resume") == 1)
  }

  @Test func scopesThatAreNoneAreRefused() {
    let queen = live()
    queen.command(.halt, .account)
    queen.command(.halt, .account, account: 9)
    queen.command(.halt, .component)
    queen.command(.halt, .unrecognized)
    #expect(queen.outcomes() == Array(repeating: .refused, count: 4) && queen.session.halted == 0)
  }

  @Test func aReasonThatIsNoTextAndFillsTheFrameIsNotReadAndTheHaltIsObeyed() {
    let queen = live()
    let command = Command(
      envelope: Envelope(origin: 0, correlation: Correlation(high: 1, low: 1)), kind: .halt, scope: .firm,
      operatorName: NameText())
    let reason = [UInt8](repeating: 0xFF, count: FrameWriter.maxFrame - 8 - Command.blockLength - 2)
    queen.bench.deliver(from: QueenFixture.control) { command.encode(into: &$0, reason: reason) }
    #expect(queen.outcomes() == [.done])
    queen.command(.resume, because: String(repeating: "x", count: 1_025))
    queen.command(.resume, because: String(repeating: "x", count: 1_024))
    #expect(queen.outcomes() == [.refused, .done])
  }
}
