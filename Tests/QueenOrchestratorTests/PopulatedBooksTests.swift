import ActorKit
import CoreTestKit
import QueenOrchestrator
import Testing
import Wire

/// With halts, fences, losses and an ended session in the books: a queen that comes back with a snapshot
/// holds and does what one does that read the whole journal.
struct PopulatedBooksTests {
  /// A life; `look` is called after each step.
  private func live(_ queen: QueenFixture, _ look: (String) throws -> Void) rethrows {
    queen.live()
    try look("live")
    _ = queen.permit(epoch: 3, instance: 77, lineage: 5)
    _ = queen.permit(account: 2, executor: 12, epoch: 8)
    try look("permits granted")
    queen.command(.halt, .strategy, strategy: 9)
    queen.command(.halt, .account, account: 2)
    queen.command(.halt, .instrument, instrument: 4)
    queen.command(.resume, .strategy, strategy: 9)
    queen.bench.conclude()
    try look("halts, one of them released")
    queen.lose(11, forNanos: .seconds(2), epoch: 4)
    queen.bench.deliver(.peerSilent(component: 30))
    queen.bench.conclude()
    queen.bench.run(nanos: .seconds(6))
    try look("an interruption, and a loss")
    queen.command(.stop)
    queen.bench.conclude()
    try look("stopping")
  }

  private func revived(_ queen: QueenFixture, fromSnapshot isFromSnapshot: Bool) throws -> QueenFixture {
    let fresh = QueenOrchestrator(queen.configuration)
    let next = QueenFixture(queen.configuration)
    next.bench = isFromSnapshot ? try queen.bench.restored(on: fresh) : try queen.bench.restarted(on: fresh)
    return next
  }

  private func goOn(_ queen: QueenFixture) -> Turn {
    queen.bench.start(epoch: 2)
    queen.beatAll(.live, except: 30)
    var all = queen.bench.conclude()
    for epoch: UInt32 in [2, 3, 4] {
      queen.askPermit(epoch: epoch, instance: 78, lineage: 5)
      queen.askPermit(account: 2, executor: 12, epoch: epoch + 5)
      all.append(queen.bench.conclude())
    }
    for id: UInt64 in [1, 4, 90] { queen.command(.halt, .strategy, strategy: 9, id: id) }
    all.append(queen.bench.conclude())
    all.append(queen.bench.run(nanos: .seconds(12)))
    return all
  }

  @Test func aSnapshotHoldsAndDoesWhatTheJournalDoes() throws {
    let queen = QueenFixture()
    try live(queen) { step in
      let both = try [true, false].map { try revived(queen, fromSnapshot: $0) }
      for one in both { #expect(one.bench.savedState == queen.bench.savedState, "\(step)") }
      let turns = both.map(goOn)
      #expect(turns[0].facts == turns[1].facts, "\(step)")
      #expect(turns[0].sent == turns[1].sent, "\(step)")
    }
  }
}
