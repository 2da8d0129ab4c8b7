import ActorKit
import CoreTestKit
import QueenOrchestrator
import Testing
import Wire

struct PermitTests {
  @Test func aGrantEchoesTheTimeOfTheAsking() {
    let queen = QueenFixture()
    queen.live()
    queen.askPermit(epoch: 3, asked: 123)
    let peer = Peer(component: 11, link: .control, route: 3)
    let grants = queen.bench.conclude().all(Permit.self, to: .reply(peer))
    #expect(grants.count == 1)
    let grant = grants[0]
    #expect(grant.act == .grant && grant.component == 11 && grant.account == 1 && grant.level == .open)
    #expect(grant.askedBootNanos == 123 && grant.lifeNanos == .seconds(5) && grant.holderEpoch == 3)
    #expect(grant.sessionRevision == queen.session.revision && queen.counter("permits") == 1)
  }

  @Test func onlyTheYoungestExecutorGetsPermitsEvenAfterARestart() throws {
    let queen = QueenFixture()
    queen.live()
    #expect(queen.permit(epoch: 4) != nil && queen.permit(epoch: 4) != nil)
    #expect(queen.permit(epoch: 3) == nil)
    #expect(queen.permit(epoch: 5) != nil && queen.permit(epoch: 4) == nil)
    try queen.restart(epoch: 2)
    #expect(queen.permit(epoch: 4) == nil && queen.permit(epoch: 5)?.level == .open)
    // The fence is the account's own.
    #expect(queen.permit(account: 2, executor: 12, epoch: 1) != nil)
    #expect(queen.counter("dropped.fenced") == 1)
  }

  @Test func ofTwoExecutorsInOneEpochTheFirstKeepsThePermit() throws {
    let queen = QueenFixture()
    queen.live()
    #expect(queen.permit(epoch: 4, instance: 100) != nil)
    #expect(queen.permit(epoch: 4, instance: 200) == nil)
    #expect(queen.permit(epoch: 4, instance: 200) == nil)
    #expect(queen.permit(epoch: 4, instance: 100)?.instance == 100)
    #expect(queen.counter("dropped.fenced") == 2)
    try queen.restart(epoch: 2)
    #expect(queen.permit(epoch: 4, instance: 200) == nil)
    #expect(queen.permit(epoch: 5, instance: 200) != nil, "a takeover raises the epoch")
    #expect(queen.permit(epoch: 4, instance: 100) == nil)
  }

  @Test func anotherJournalsHigherEpochWaitsUntilTheHoldersPermitsHaveRunOut() throws {
    let queen = QueenFixture()
    queen.live()
    #expect(queen.permit(epoch: 1, instance: 100, lineage: 100) != nil)
    #expect(queen.permit(epoch: 2, instance: 300, lineage: 200) == nil)
    queen.bench.run(nanos: .seconds(8))
    #expect(queen.permit(epoch: 1, instance: 100, lineage: 100) != nil, "the holder lives and goes on")
    queen.bench.run(nanos: .seconds(9))
    #expect(queen.permit(epoch: 2, instance: 300, lineage: 200) == nil)
    queen.bench.run(nanos: .seconds(2))
    #expect(queen.permit(epoch: 2, instance: 300, lineage: 200) != nil)
    #expect(queen.permit(epoch: 1, instance: 100, lineage: 100) == nil)
    #expect(
      queen.permit(epoch: 3, instance: 400, lineage: 200) != nil, "its own next incarnation need not wait")
    try queen.restart(epoch: 2)
    #expect(queen.permit(epoch: 9, instance: 500, lineage: 900) == nil, "she may have granted just before")
  }

  @Test func requestsThatMakeNoSenseGetNoAnswer() {
    let queen = QueenFixture()
    queen.live()
    queen.askPermit(account: 9)
    queen.askPermit(account: 1, executor: 12)
    queen.askPermit(account: 1, executor: 11, sender: 12)
    queen.askPermit(epoch: 0)
    queen.askPermit(asked: 0)
    queen.askPermit(act: .grant)
    queen.askPermit(act: .unrecognized)
    #expect(queen.bench.conclude().all(Permit.self).isEmpty && queen.counter("dropped.permit") == 7)
  }

  @Test func theLevelFollowsTheState() {
    let queen = QueenFixture(QueenFixture.configuration(goLive: .byCommand))
    #expect(queen.permit()?.level == .cancel)
    queen.live()
    #expect(queen.state == .ready && queen.permit()?.level == .cancel)
    queen.command(.start)
    #expect(queen.outcomes() == [.done] && queen.permit()?.level == .open)
    queen.command(.stop)
    // Positions outlive the session, and so does the permit to look after them.
    #expect(queen.outcomes() == [.accepted] && queen.permit()?.level == .reduce)
  }
}
